"""What the model does with voices, engines, rooms and people that it was never trained with. Everything is fixed before the figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.stats import chi2

from tars.device.wake.detector import REFRACTORY
from tars.samples import BLOCK, RATE, Samples
from tests.voice.calls import CONDITIONS, as_heard
from tests.voice.hey_tars.cache import joined, kept
from tests.voice.hey_tars.features import Floats, features

Scores = Callable[[Floats], np.ndarray]
"""From the features of a sound to the scores of its blocks, as the engine gives them from when it has heard enough."""

PAUSE = np.zeros(RATE // 3, np.int16)
BEFORE_A_CALL = 2 * RATE
"""Samples of quiet."""


def heard(name: str, sounds: Callable[[], Sequence[Samples]]) -> list[Floats]:
    """The features of each of these sounds, which have that name in the cache."""
    arrays = kept(f"heard-{name}", lambda: joined([features(sound) for sound in sounds()]))
    return np.split(arrays["samples"], np.cumsum(arrays["lengths"])[:-1])


def in_quiet(sound: Samples) -> Samples:
    """In the faint noise of a room, from before it to after it."""
    noise = np.random.default_rng(9).normal(0, 8, BEFORE_A_CALL + RATE).round().astype(np.int16)
    return np.concatenate((noise[:BEFORE_A_CALL], sound, noise[BEFORE_A_CALL:]))


def recall(scores: Scores, said: Mapping[str, Sequence[Samples]]) -> dict[str, dict[str, list[float]]]:
    """Voices -> condition -> the highest score of each call."""

    def surrounded(calls: Sequence[Samples], condition: str) -> list[Samples]:
        return [in_quiet(as_heard(call / 32768, number, condition)) for number, call in enumerate(calls)]

    return {
        name: {
            condition: [float(scores(sets).max()) for sets in heard(f"{name}-{condition}", partial(surrounded, calls, condition))]
            for condition in CONDITIONS
        }
        for name, calls in said.items()
    }


def near(scores: Scores, named: Mapping[str, Sequence[tuple[str, Samples]]]) -> dict[str, list[tuple[str, float]]]:
    """Kinds of near misses -> text and highest score of each."""

    def surrounded(sounds: Sequence[tuple[str, Samples]]) -> list[Samples]:
        return [in_quiet(sound) for _, sound in sounds]

    return {
        kind: [(text, float(scores(sets).max())) for (text, _), sets in zip(sounds, heard(kind, partial(surrounded, sounds)), strict=True)]
        for kind, sounds in named.items()
    }


@dataclass(frozen=True)
class Alarms:
    """Other sound: how long it is, and the highest scores of its parts of 1.5 s."""

    hours: float
    peaks: np.ndarray

    def count(self, threshold: float) -> int:
        """False alarms."""
        return int((self.peaks >= threshold).sum())


def alarms(scores: Scores, source: str, parts: Sequence[Samples]) -> Alarms:
    """What the model takes for a call in these sounds, with a third of a second between two. They are heard at their own loudness."""
    peaks, blocks = [], 0
    stretch = REFRACTORY // BLOCK
    for sets in heard(source, partial(_in_pieces, parts, 120 * RATE)):
        blocks += len(sets)
        made = scores(sets)
        peaks.append(np.pad(made, (0, -len(made) % stretch)).reshape(-1, stretch).max(axis=1))
    return Alarms(blocks * BLOCK / RATE / 3600, np.concatenate(peaks))


def _in_pieces(parts: Sequence[Samples], longest: int) -> list[Samples]:
    """One after another, in pieces of about that length."""
    made: list[Samples] = []
    waiting: list[Samples] = []
    for part in parts:
        waiting += [part, PAUSE]
        if sum(map(len, waiting)) >= longest:
            made.append(np.concatenate(waiting))
            waiting = []
    return [*made, *([np.concatenate(waiting)] if sum(map(len, waiting)) > 4 * RATE else [])]


def bound(alarms: int, hours: float) -> float:
    """False alarms an hour that are not exceeded with a certainty of 95 %: the bound of Poisson's distribution."""
    return float(chi2.ppf(0.95, 2 * (alarms + 1)) / 2 / hours)


def latency(scores: Scores, said: Mapping[str, Sequence[Samples]], threshold: float) -> tuple[float, float, float]:
    """Seconds from the end of a clean call to that of the block in which it is detected: the 10th, 50th and 90th of 100 that are."""
    found = []
    for call in (call for calls in said.values() for call in calls):
        sound = in_quiet(call)
        made = scores(features(sound))
        if len(reached := np.flatnonzero(made >= threshold)):
            block = len(sound) // BLOCK - len(made) + reached[0]
            found.append(((block + 1) * BLOCK - BEFORE_A_CALL - len(call)) / RATE)
    early, usual, late = np.percentile(found, (10, 50, 90))
    return float(early), float(usual), float(late)
