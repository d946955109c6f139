"""What a word's scores say while somebody tunes it: calls, near misses, and the threshold that would fit them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from tars.samples import BLOCK, RATE

NEAR = 0.5
"""The part of the threshold from which on a peak below it is a near miss."""

APART = RATE // 2
"""Samples below that part after which a peak is over: a word's score may fall and rise again while it is said."""

STEP = 0.01
"""A threshold is suggested in steps of this."""


@dataclass(frozen=True)
class Peak:
    """A word's score rose above the part NEAR of its threshold, and fell again."""

    word: str
    score: float
    """The highest."""
    at: int
    """The capture offset just after the block that had it."""
    threshold: float

    @property
    def heard(self) -> bool:
        """Whether it was a call; else it was a near miss."""
        return self.score >= self.threshold

    def __str__(self) -> str:
        kind = "heard" if self.heard else "near miss"
        return f"{self.at / RATE:7.2f} s  {kind:<9}  {self.word}  {self.score:.2f} of {self.threshold:g}"


@dataclass
class Follower:
    """Follows the scores of one word."""

    word: str
    threshold: float
    peaks: list[Peak] = field(default_factory=list)
    """Those that are over, in order."""
    _rising: Peak | None = None
    _below: int = 0
    """Samples since the score was last above the part NEAR of the threshold."""

    def take(self, score: float, at: int) -> Peak | None:
        """The score of the block that ends at capture offset `at`; the peak that is over with it, if one is."""
        if score >= NEAR * self.threshold:
            self._below = 0
            if self._rising is None or score > self._rising.score:
                self._rising = Peak(self.word, score, at, self.threshold)
            return None
        self._below += BLOCK
        return self.end() if self._below >= APART else None

    def end(self) -> Peak | None:
        """No more scores come; the peak that was not over yet, if there is one."""
        peak, self._rising = self._rising, None
        if peak:
            self.peaks.append(peak)
        return peak

    def summary(self) -> list[str]:
        """What was heard, and what threshold that suggests, in lines."""
        calls, near = ([peak.score for peak in self.peaks if peak.heard == heard] for heard in (True, False))
        return [
            f"{self.word}, threshold {self.threshold:g}: {_count(calls, 'call', 'calls')}, {_count(near, 'near miss', 'near misses')}",
            *(f"  {line}" for line in _suggest(self.word, self.threshold, calls, near)),
        ]


def _count(scores: Sequence[float], one: str, many: str) -> str:
    if not scores:
        return f"no {many}"
    span = f"{min(scores):.2f}" if len(scores) == 1 else f"{min(scores):.2f} to {max(scores):.2f}"
    return f"{len(scores)} {one if len(scores) == 1 else many} ({span})"


def _suggest(word: str, threshold: float, calls: Sequence[float], near: Sequence[float]) -> list[str]:
    """Nobody but the user knows whether a near miss was meant as a call, so both cases are answered."""
    if not calls:
        return ["Nothing is suggested: no call was heard."]
    if not near:
        return [f"Keep {threshold:g}: nothing came near it that was not a call."]
    between = _in_steps((max(near) + min(calls)) / 2)
    below = _in_steps(min(near) - STEP)
    return [
        f"If you did not mean the near misses: {word}={between:g}, halfway between the loudest of them and the weakest call.",
        f"If you meant them: {word}={below:g}, just below the weakest of them. More false alarms come with it.",
    ]


def _in_steps(threshold: float) -> float:
    return max(1, math.floor(threshold / STEP + 1e-6)) * STEP
