"""The capture ring: what it holds, and holes in it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tars.core.audio_source import Stretch
from tars.core.capture_ring import CaptureRing
from tars.samples import RATE


@given(st.lists(st.integers(0, 3000), max_size=30))
def test_the_ring_gives_back_what_it_still_holds(blocks: list[int]) -> None:
    ring = CaptureRing(seconds=1)
    everything = b""
    for number, size in enumerate(blocks):
        pcm = bytes((number + n) % 251 for n in range(2 * size))
        ring.append(pcm)
        everything += pcm
    assert ring.end == len(everything) // 2
    assert ring.start == max(0, ring.end - RATE)
    assert ring.read(ring.start, ring.end) == everything[ring.start * 2 :]
    middle = (ring.start + ring.end) // 2
    assert ring.read(middle, ring.end) == everything[middle * 2 :]


def test_what_was_written_over_the_end_of_the_ring_is_read_in_one_piece() -> None:
    ring = CaptureRing(seconds=1)
    pcm = random.Random(1).randbytes(2 * (RATE + 1000))
    for at in range(0, len(pcm), 3000):
        ring.append(pcm[at : at + 3000])
    for start, end in ((1000, RATE + 1000), (RATE - 500, RATE + 500), (RATE - 1, RATE), (RATE, RATE + 1), (RATE, RATE)):
        assert ring.read(start, end) == pcm[2 * start : 2 * end]


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (0, RATE + 1), (10, 5), (RATE, 3 * RATE)])
def test_the_ring_says_what_it_does_not_hold(start: int, end: int) -> None:
    ring = CaptureRing(seconds=1)
    ring.append(bytes(2 * RATE))
    with pytest.raises(ValueError, match="are not in the ring, which holds 0 to 16000"):
        ring.read(start, end)


def test_where_there_was_no_microphone_the_ring_has_a_hole_that_takes_its_time() -> None:
    ring = CaptureRing(seconds=1)
    ring.append(b"ab" * 1000)
    ring.skip(500)
    ring.append(b"cd" * 1000)
    ring.skip(250)
    assert ring.end == 2750
    assert ring.stretch(0, 2750) == Stretch(0, 1000)
    assert ring.stretch(1000, 2750) == Stretch(1500, 2750, "microphone")
    assert ring.stretch(1200, 1300) == Stretch(1300, 1300, "microphone")
    assert ring.stretch(1500, 2750) == Stretch(1500, 2500)
    assert ring.stretch(2500, 2750) == Stretch(2750, 2750, "microphone")
    assert ring.read(0, 1000) + ring.read(1500, 2500) == b"ab" * 1000 + b"cd" * 1000


def test_holes_in_a_row_are_one() -> None:
    ring = CaptureRing(seconds=1)
    ring.append(b"ab" * 1000)
    ring.skip(500)
    ring.skip(250)
    assert ring.stretch(1000, 1750) == Stretch(1750, 1750, "microphone")
    ring.append(b"cd")
    ring.skip(100)
    assert ring.stretch(1000, 1851) == Stretch(1750, 1851, "microphone")
    assert ring.stretch(1750, 1851) == Stretch(1750, 1751)


@pytest.mark.parametrize("away", [RATE - 1, RATE, RATE + 1, 5 * RATE])
def test_after_a_hole_longer_than_the_ring_nothing_older_is_heard_again(away: int) -> None:
    ring = CaptureRing(seconds=1)
    ring.append(b"ab" * RATE)
    ring.skip(away)
    assert ring.end == RATE + away
    assert not any(ring.read(max(ring.start, RATE), ring.end))
    ring.append(b"cd" * 10)
    assert ring.stretch(ring.start, ring.end).start >= min(ring.end - 10, RATE)
    assert ring.stretch(ring.end - 10, ring.end) == Stretch(ring.end - 10, ring.end)
    assert ring.stretch(0, ring.end) == Stretch(min(ring.start, RATE), ring.end, "overflow")
    assert ring.outlasted(0)
    assert not ring.outlasted(RATE), "what was never captured is not lost"


def test_what_was_forgotten_is_gone_and_what_comes_after_it_is_kept() -> None:
    ring = CaptureRing(seconds=1)
    secret = random.Random(1).randbytes(2000)
    ring.append(secret)
    ring.forget()
    assert (ring.start, ring.end) == (1000, 1000)
    assert not any(ring._bytes)
    ring.append(bytes([1]) * 200)
    assert ring.read(1000, 1100) == bytes([1]) * 200
    with pytest.raises(ValueError, match="900 to 1100 are not in the ring"):
        ring.read(900, 1100)
    assert ring.outlasted(999)
    assert not ring.outlasted(1000)
    assert ring.stretch(900, 1100) == Stretch(1000, 1100, "overflow")


def test_the_end_of_a_hole_is_where_sound_goes_on() -> None:
    ring = CaptureRing(seconds=1)
    ring.append(bytes(200))
    ring.skip(50)
    ring.append(bytes(200))
    assert [ring.after_hole(offset) for offset in (0, 99, 100, 149, 150, 250)] == [0, 99, 150, 150, 150, 250]


def test_of_the_sound_before_an_offset_as_much_is_given_as_is_kept() -> None:
    ring = CaptureRing(seconds=1)
    pcm = random.Random(1).randbytes(2000)
    ring.append(pcm)
    assert ring.before(600, 200) == pcm[800:1200]
    assert ring.before(100, 200) == pcm[:200], "the device has just started"
    assert ring.before(5000, 200) == pcm[-400:], "no more is captured yet"
    ring.forget()
    assert ring.before(600, 200) == b"", "muted since"
