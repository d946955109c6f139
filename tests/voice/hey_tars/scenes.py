"""What is trained with: calls in their surroundings with the place where each ends, and long stretches in which nobody calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from tars.samples import BLOCK, RATE, Samples
from tests.voice.calls import Sound
from tests.voice.hey_tars.augmentation import Rng, augmented, excerpt
from tests.voice.hey_tars.features import BEFORE, features

LEAD, TRAIL = 2.2, 1.2
"""Seconds before a call's end that are at least heard, and after it."""

STRETCH = 20 * RATE
"""Samples of a stretch without a call."""
PAUSE = 0.9
"""Seconds."""


def calls(said: Sequence[Samples], copies: int, others: Sequence[Samples], seed: int) -> Iterator[tuple[Samples, int]]:
    """Each call so many times, always in other surroundings; and the sample with which it ends."""
    rng = np.random.default_rng(seed)
    for number in range(copies * len(said)):
        yield call(_resampled(said[number % len(said)] / 32768, rng), rng, others)


def call(said: Sound, rng: Rng, others: Sequence[Samples]) -> tuple[Samples, int]:
    """One call in surroundings: silence or speech before it, silence or a command after it."""
    before, after = max(0, round(LEAD * RATE) - len(said)) + int(rng.integers(2 * BLOCK)), round(TRAIL * RATE)
    scene = np.zeros(before + len(said) + after)
    if rng.random() < 0.35:
        spoken = before - round(rng.uniform(0.08, 0.6) * RATE)
        scene[: max(spoken, 0)] = excerpt(max(spoken, 0), rng, others) * rng.uniform(0.3, 1)
    scene[before : before + len(said)] = said
    if rng.random() < 0.5:
        begins = before + len(said) + round(rng.uniform(0.0, 0.5) * RATE)
        scene[begins:] = excerpt(len(scene) - begins, rng, others) * rng.uniform(0.3, 1)
    loud = float(said[np.abs(said) > 0.05 * np.abs(said).max()].std())
    return augmented(scene, rng, others, loud), before + len(said)


def _resampled(sound: Sound, rng: Rng) -> Sound:
    """Up to 8 % higher or lower, and faster or slower with it."""
    length = round(len(sound) * rng.uniform(0.92, 1.08))
    return np.asarray(np.interp(np.linspace(0, len(sound) - 1, length), np.arange(len(sound)), sound), np.float64)


def stretches(parts: Sequence[Samples], copies: int, others: Sequence[Samples], seed: int) -> Iterator[Samples]:
    """All parts one after another in stretches, so many times, always in another order, with at most PAUSE between two."""
    rng = np.random.default_rng(seed)
    for _ in range(copies):
        waiting: list[Sound] = []
        for number in rng.permutation(len(parts)):
            waiting += [parts[number] / 32768, np.zeros(round(rng.uniform(0.1, PAUSE) * RATE))]
            if sum(map(len, waiting)) >= STRETCH:
                yield augmented(np.concatenate(waiting), rng, others)
                waiting = []
        if waiting:
            yield augmented(np.concatenate([*waiting, np.zeros(2 * RATE)]), rng, others)


def of_calls(scenes: Iterable[tuple[Samples, int]]) -> dict[str, np.ndarray]:
    """Features of calls, one after another: of each set, its call's number, and how many samples after the call's end its block ends."""
    made, number, after = [], [], []
    for index, (scene, end) in enumerate(scenes):
        sets = features(scene)
        made.append(sets.astype(np.float16))
        number.append(np.full(len(sets), index, np.int32))
        after.append((np.arange(len(sets)) + BEFORE + 1) * BLOCK - end)
    return {"features": np.concatenate(made), "scene": np.concatenate(number), "after": np.concatenate(after)}


def of_others(scenes: Iterable[Samples]) -> dict[str, np.ndarray]:
    """Features of stretches, one after another, and the number of each one's stretch."""
    made = [features(scene).astype(np.float16) for scene in scenes]
    return {"features": np.concatenate(made), "scene": np.repeat(np.arange(len(made), dtype=np.int32), [len(sets) for sets in made])}
