"""What is held of an utterance: given back as it came, and bounded in bytes however it came."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tars.core.held_speech import HELD_SECONDS, MOST_GAPS, HeldSpeech
from tars.errors import RemoteError
from tars.samples import BLOCK, RATE
from tests.soak.size import reachable

PIECES = st.lists(st.integers(1, 3 * BLOCK).map(lambda samples: bytes(number % 251 for number in range(2 * samples))) | st.integers(1, 500))


@given(st.integers(0, 2**40), PIECES)
def test_what_was_held_comes_back_in_order_and_what_is_lost_in_a_row_is_one_gap(at: int, pieces: list[bytes | int]) -> None:
    held = HeldSpeech(at)
    for piece in pieces:
        held.add(piece)
    back = list(held.pieces())
    assert flat([piece for _, piece in back]) == flat(pieces)
    assert held.samples == sum(len(piece) // 2 for piece in pieces if isinstance(piece, bytes))
    for (before, piece), (after, following) in pairwise([(at, b""), *back]):
        assert after == before + (piece if isinstance(piece, int) else len(piece) // 2)
        assert not (isinstance(piece, int) and isinstance(following, int))
    assert all(len(piece) <= 2 * BLOCK for _, piece in back if isinstance(piece, bytes))


def flat(pieces: list[bytes | int]) -> bytes:
    """The samples, and a byte pair that none of them has for each one that is lost."""
    return b"".join(piece if isinstance(piece, bytes) else b"\xff\xff" * piece for piece in pieces)


def test_what_comes_sample_by_sample_takes_no_more_than_its_bytes() -> None:
    held = HeldSpeech(0)
    for _ in range(RATE):
        held.add(b"ab")
        held.add(b"cd")
    for _ in range(RATE):
        held.add(1)
    objects, size = reachable(held)
    assert objects < 10
    assert size < 4 * RATE * 1.2 + 1000


def test_it_is_bounded() -> None:
    held = HeldSpeech(0)
    for _ in range(HELD_SECONDS):
        held.add(bytes(2 * RATE))
    with pytest.raises(RemoteError, match=f"more than {HELD_SECONDS} s of sound before the brain has opened"):
        held.add(b"ab")
    torn = HeldSpeech(0)
    for _ in range(MOST_GAPS):
        torn.add(b"ab")
        torn.add(1)
    torn.add(7)
    torn.add(b"ab")
    with pytest.raises(RemoteError, match=f"more than {MOST_GAPS} gaps in the sound before the brain has opened"):
        torn.add(1)
