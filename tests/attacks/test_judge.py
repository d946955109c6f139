"""Who judges the attacks must be right: percentiles, silences in a reply, limits."""

from __future__ import annotations

import math

import pytest

from tars.samples import RATE
from tests.attacks.judge import Finding, p99, percentile, underruns

BLOCK = RATE // 10


def evenly(count: int, *, every: float = 0.1, late: dict[int, float] | None = None) -> list[tuple[float, int]]:
    """Blocks of 0.1 s, one after the other; some of them later by so much, and no block overtakes."""
    moments: list[float] = []
    for number in range(count):
        moment = number * every + (late or {}).get(number, 0.0)
        moments.append(max([moment, *moments[-1:]]))
    return [(moment, (number + 1) * BLOCK) for number, moment in enumerate(moments)]


def test_the_nearest_rank_is_a_value_that_was_measured() -> None:
    hundred = [float(value) for value in range(1, 101)]
    assert (percentile(hundred, 0.5), p99(hundred), percentile(hundred, 1.0)) == (50.0, 99.0, 100.0)
    assert p99([3.0, 1.0, 2.0]) == 3.0
    assert math.isnan(p99([]))


def test_a_reply_in_real_time_has_no_silence_nor_one_that_comes_at_once() -> None:
    assert underruns(evenly(20), 20 * BLOCK, 10.0) == []
    assert underruns([(1.0, 20 * BLOCK)], 20 * BLOCK, 10.0) == []


def test_what_is_late_by_less_than_the_jitter_buffer_is_not_heard() -> None:
    assert underruns(evenly(20, late={7: 0.09}), 20 * BLOCK, 10.0) == []


def test_a_block_that_is_late_is_a_silence_until_the_buffer_is_filled_again() -> None:
    silences = underruns(evenly(20, late={7: 1.0}), 20 * BLOCK, 10.0)
    assert silences == [pytest.approx(0.9)]


def test_a_stream_slower_than_speech_is_silent_again_and_again() -> None:
    assert len(underruns(evenly(20, every=0.2), 20 * BLOCK, 10.0)) > 5


def test_a_reply_that_never_goes_on_is_silent_to_the_end_of_the_observation() -> None:
    assert underruns(evenly(5), 20 * BLOCK, 4.1) == [pytest.approx(3.5)]
    assert underruns(evenly(5), None, 4.1) == [pytest.approx(3.5)]
    assert underruns(evenly(5), 5 * BLOCK, 4.1) == [], "all of it was heard"


def test_a_short_reply_is_played_as_soon_as_it_is_complete() -> None:
    assert underruns([(0.0, 800), (0.05, 1600)], 1600, 1.0) == []


def test_a_reply_of_which_nothing_came_has_no_silence_in_its_middle() -> None:
    assert underruns([], None, 9.0) == []


def test_a_limit_that_does_not_hold_is_named_with_its_figure() -> None:
    finding = Finding()
    finding.within("memory", 12.0, 24.0, "MB")
    assert not finding.wrong
    finding.within("memory +", 80.06, 24.0, "MB")
    finding.hold(False, "exit status 1", "must be 0")
    assert finding.figures == ["memory 12.0 MB", "memory +80.1 MB", "exit status 1"]
    assert finding.wrong == ["memory +80.1 MB; at most 24 MB", "exit status 1; must be 0"]


def test_nothing_that_was_measured_is_no_limit_that_holds() -> None:
    finding = Finding()
    finding.within("round trip", math.nan, 20.0, "ms")
    assert finding.wrong
