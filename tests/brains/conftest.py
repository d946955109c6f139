"""Fixtures for the tests of brains: models loaded once, a voice, recordings of people; and a function that feeds a conversation."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tars.brains import BrainSettings, Conversation, Hearing
from tars.brains.composed import ComposedBrain
from tars.brains.hear.on_this_machine import LoadedModel
from tars.brains.hear.on_this_machine import Models as HearModels
from tars.brains.hear.recogniser import Recogniser
from tars.brains.hear.silero import SileroModel
from tars.brains.hear.whisper import Whisper
from tars.brains.parts import ReplyPart, SpeakPart
from tars.brains.reply.intents.part import Intents
from tars.brains.reply.intents.understanding.intents import Understanding
from tars.brains.speak.hibari import Hibari
from tars.brains.speak.voice import Voice
from tars.brains.speak_in_order import SpeakInOrder
from tars.runtime.wyoming_settings import WyomingSettings
from tars.samples import BLOCK, Samples, to_samples
from tests.brains.wyoming_servers import real_services
from tests.in_process import until

PEOPLE = Path("/usr/share/pocketsphinx/test/data")
"""The folder of the recordings in Debian's package pocketsphinx-testdata."""


@dataclass(frozen=True)
class Models:
    """The loaded models of the offline brain, for many brains."""

    whisper: HearModels
    understanding: Understanding
    voice: Voice

    @property
    def recogniser(self) -> LoadedModel:
        return self.whisper.recogniser

    def brain(self, voices: Mapping[str, SpeakPart] | None = None, /, **replies: ReplyPart) -> ComposedBrain:
        """A new offline brain. `voices`: what speaks before hibari. `replies`: what is asked after the intents."""
        whisper, intents = Whisper(BrainSettings(), self.whisper), Intents(BrainSettings(), self.understanding)
        hibari = Hibari(BrainSettings(), self.voice)
        return ComposedBrain(whisper, {"intents": intents, **replies}, SpeakInOrder({**voices, "hibari": hibari}) if voices else hibari)


@pytest.fixture(scope="session")
def models() -> Models:
    return Models(HearModels(SileroModel(), Recogniser(None)), Understanding(), Voice(None))


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


async def hear_to_end(conversation: Conversation, samples: Samples) -> None:
    """Feed a conversation with an utterance, whose end it knows as soon as it has recognised the words."""
    if Hearing.COMPLETE not in feed(conversation.hear, samples):
        await until(lambda: conversation.hear(silence(0)) is Hearing.COMPLETE)


@pytest.fixture(scope="session")
def wyoming(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WyomingSettings]:
    """Real Wyoming services, and the settings that reach them."""
    with real_services(tmp_path_factory.mktemp("wyoming")) as settings:
        yield settings
