"""Fixtures for the tests of brains: models loaded once, a voice, recordings of people; and a function that feeds a conversation."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tars.brains import BrainSettings, Hearing
from tars.brains.offline.brain import Models
from tars.samples import BLOCK, Samples, to_samples

PEOPLE = Path("/usr/share/pocketsphinx/test/data")
"""The folder of the recordings in Debian's package pocketsphinx-testdata."""


@pytest.fixture(scope="session")
def models() -> Models:
    return Models(BrainSettings())


@pytest.fixture(scope="session")
def say(models: Models) -> Callable[[str], Samples]:
    """A function that speaks words."""
    return models.voice.say


@pytest.fixture(scope="session")
def person() -> Callable[[str], Samples]:
    """A recording of a person, by its file's name."""

    def recording(name: str) -> Samples:
        file = PEOPLE / name
        if not file.is_file():
            pytest.fail(f"{file} is missing: apt-get install pocketsphinx-testdata")
        if file.suffix == ".raw":
            return to_samples(file.read_bytes())
        with wave.open(str(file)) as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
            return to_samples(sound.readframes(sound.getnframes()))

    return recording


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * 16_000), np.int16)


def joined(*sounds: Samples) -> Samples:
    return np.concatenate(sounds)


def feed(hear: Callable[[Samples], Hearing], samples: Samples) -> list[Hearing]:
    """The result of each block, up to the one that completes the utterance."""
    thoughts = []
    for at in range(0, len(samples), BLOCK):
        thoughts.append(hear(samples[at : at + BLOCK]))
        if thoughts[-1] is Hearing.COMPLETE:
            break
    return thoughts
