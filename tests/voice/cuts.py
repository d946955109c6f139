"""Utterances with a pause in the middle: which are ended in it, and how often each is recognised."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tars.brains import BrainSettings, Caller, Hearing
from tars.brains.composed import ComposedBrain
from tars.brains.hear.on_this_machine import Models
from tars.brains.hear.recogniser import Recogniser
from tars.brains.hear.silero import SileroModel
from tars.brains.hear.whisper import Whisper
from tars.brains.listening import PAUSES
from tars.brains.reply.intents.part import Intents
from tars.brains.testing import FakeSpeak
from tars.demo.voice import ROOM, say
from tars.device.audio.files import read_wav
from tars.errors import BrainError
from tars.samples import BLOCK, RATE, Samples, to_samples
from tests.voice.calls import recordings

UNFINISHED = (
    ("Turn on", "the office lights."),
    ("What is the", "weather in Paris?"),
    ("Set a timer for", "ten minutes."),
    ("Remind me to", "call mum at seven in the evening."),
    ("How much is twelve times", "twelve?"),
    ("Cancel the", "pasta timer."),
    ("Wake me up at", "seven in the morning."),
    ("Tell me a", "joke."),
)
"""Sentences that are not over before the pause."""

OTHERS = (
    ("Set a timer", "for ten minutes."),
    ("Set an alarm", "for seven in the morning."),
    ("Why is the sky", "blue?"),
    ("Tell me something", "about the moon."),
    ("Play some jazz", "in the kitchen."),
    ("Turn the lights", "off."),
    ("Remind me", "to call mum in ten minutes."),
    ("Wake me at seven", "in the morning."),
)
"""Sentences that may be over, and are no complete command of TARS."""

COMPLETE = (
    ("Set a timer for five minutes", "called pasta."),
    ("What is seven times eight", "plus two?"),
    ("Cancel the timer", "for the pasta."),
    ("Set a timer for one hour", "and thirty minutes."),
    ("What time is it", "in New York?"),
    ("Start a pasta timer for ten minutes", "and an egg timer for five minutes."),
    ("Add five minutes", "to the pasta timer."),
    ("How much time is left", "on the pasta timer?"),
)
"""Complete commands that go on after the pause."""

PAUSES_TRIED = (0.3, 0.5, 0.8)
"""Seconds."""


@dataclass(frozen=True)
class Heard:
    """How an utterance was heard."""

    cut: bool
    """It was ended in its pause."""
    recognitions: int
    cpu: float
    """Seconds of processor time for recognition."""


class Counted:
    """A recogniser that counts."""

    def __init__(self, models: Models) -> None:
        self._recogniser = models.recogniser
        self.calls, self.cpu = 0, 0.0

    def recognise(self, speech: Samples) -> str:
        """The words."""
        began = time.process_time()
        text = self._recogniser.recognise(speech)
        self.calls, self.cpu = self.calls + 1, self.cpu + time.process_time() - began
        return text


def brain(setting: str) -> tuple[ComposedBrain, Counted]:
    """What hears and understands offline, with that value of the setting `end_of_speech`."""
    models = Models(SileroModel(), Recogniser(None))
    models.recogniser = counted = Counted(models)
    return ComposedBrain(
        Whisper(BrainSettings(), models), {"intents": Intents(BrainSettings())}, FakeSpeak(), pauses=PAUSES[setting]
    ), counted


def halves(pairs: Sequence[tuple[str, str]]) -> list[tuple[Samples, Samples]]:
    """Both parts of each, as hibari speaks them."""
    return [(say(first), say(second)) for first, second in pairs]


def people() -> list[tuple[Samples, Samples]]:
    """Recordings of people of at most 5 s, divided where they are quietest, but not near their ends."""
    clips = [to_samples(read_wav(path)) for path in recordings("pocketsphinx-testdata")]
    return [_divided(clip) for clip in clips if RATE < len(clip) <= 5 * RATE]


def _divided(clip: Samples) -> tuple[Samples, Samples]:
    size = RATE // 50
    loud = [float((clip[at : at + size].astype(np.float64) ** 2).sum()) for at in range(len(clip) // 3, 2 * len(clip) // 3, size)]
    at = len(clip) // 3 + int(np.argmin(loud)) * size
    return clip[:at], clip[at:]


def tried(setting: str, parts: Sequence[tuple[Samples, Samples]], pause: float) -> list[Heard]:
    """Hear each utterance, with so many seconds between its parts. Recognition takes as long as it takes: it changes no end."""

    async def main() -> list[Heard]:
        composed, counted = brain(setting)
        await composed.warm()
        found = [await _heard(composed, counted, first, second, pause) for first, second in parts]
        await composed.close()
        return found

    return asyncio.run(main())


async def _heard(composed: ComposedBrain, counted: Counted, first: Samples, second: Samples, pause: float) -> Heard:
    conversation = await composed.open(Caller("kitchen", "session", print))
    conversation.begin(0)
    counted.calls, counted.cpu = 0, 0.0
    lead = np.zeros(RATE // 2, np.int16)
    sound = np.concatenate([lead, first, np.zeros(round(pause * RATE), np.int16), second, np.zeros(2 * RATE, np.int16)])
    sound = sound + np.random.default_rng(1).normal(0, ROOM, len(sound)).round().astype(np.int16)
    for at in range(0, len(sound), BLOCK):
        hearing = conversation.hear(sound[at : at + BLOCK])
        while asyncio.all_tasks() - {asyncio.current_task()}:  # what a user in real time would have waited for
            await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
        hearing = conversation.hear(sound[:0])
        if hearing is Hearing.COMPLETE:
            break
    else:
        raise BrainError("the utterance has no end")
    await conversation.close()
    return Heard(conversation.heard < len(lead) + len(first) + pause * RATE + 0.1 * RATE, counted.calls, counted.cpu)
