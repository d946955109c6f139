from __future__ import annotations

from collections.abc import Sequence

import pytest

from tars.device.wake.peaks import APART, Follower, Peak
from tars.samples import BLOCK

GAP = [0.0] * (APART // BLOCK + 1)


def follow(scores: Sequence[float], threshold: float = 0.8) -> tuple[Follower, list[tuple[int, Peak]]]:
    """A follower at the end of these scores, and after which block each peak was said to be over."""
    follower, found = Follower("alexa", threshold), []
    for number, score in enumerate(scores, 1):
        if peak := follower.take(score, number * BLOCK):
            found.append((number, peak))
    return follower, found


def test_a_peak_is_said_once_it_has_fallen_with_its_highest_score_and_where_that_was() -> None:
    _, found = follow([0.1, 0.5, 0.9, 0.7, *GAP, *GAP])
    ((number, peak),) = found
    assert peak == Peak("alexa", 0.9, 3 * BLOCK, 0.8)
    assert peak.heard
    assert (number - 4) * BLOCK >= APART > (number - 5) * BLOCK


def test_a_score_that_falls_and_rises_again_while_the_word_is_said_is_one_peak() -> None:
    _, found = follow([0.9, 0.0, 0.0, 0.95, *GAP, 0.85, *GAP])
    assert [peak.score for _, peak in found] == [0.95, 0.85]


def test_near_misses_begin_at_half_the_threshold() -> None:
    _, found = follow([0.39, *GAP, 0.4, *GAP, 0.79, *GAP, 0.8, *GAP])
    assert [(peak.score, peak.heard) for _, peak in found] == [(0.4, False), (0.79, False), (0.8, True)]


def test_a_peak_at_the_end_counts() -> None:
    follower, found = follow([0.9])
    assert found == []
    assert follower.end() == Peak("alexa", 0.9, BLOCK, 0.8) == follower.peaks[0]
    assert follower.end() is None


@pytest.mark.parametrize(
    ("peaks", "lines"),
    [
        ([], ["alexa, threshold 0.8: no calls, no near misses", "  Nothing is suggested: no call was heard."]),
        ([0.5], ["alexa, threshold 0.8: no calls, 1 near miss (0.50)", "  Nothing is suggested: no call was heard."]),
        (
            [0.9, 0.99, 0.95],
            ["alexa, threshold 0.8: 3 calls (0.90 to 0.99), no near misses", "  Keep 0.8: nothing came near it that was not a call."],
        ),
        (
            [0.9, 0.5, 0.99, 0.6],
            [
                "alexa, threshold 0.8: 2 calls (0.90 to 0.99), 2 near misses (0.50 to 0.60)",
                "  If you did not mean the near misses: alexa=0.75, halfway between the loudest of them and the weakest call.",
                "  If you meant them: alexa=0.49, just below the weakest of them. More false alarms come with it.",
            ],
        ),
    ],
)
def test_the_summary_says_what_was_heard_and_what_it_suggests(peaks: list[float], lines: list[str]) -> None:
    follower, _ = follow([score for peak in peaks for score in (peak, *GAP)])
    assert follower.summary() == lines


@pytest.mark.parametrize(("near", "call"), [(0.41, 0.8), (0.57, 0.83), (0.79, 0.8), (0.799, 0.801)])
def test_what_is_suggested_separates_what_it_says(near: float, call: float) -> None:
    follower, _ = follow([near, *GAP, call, *GAP])
    apart, below = (float(line.partition("alexa=")[2].partition(",")[0]) for line in follower.summary()[1:])
    assert near - 0.01 < apart <= call
    assert 0 < below < near
