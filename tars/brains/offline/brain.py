"""The offline brain: its models, its conversations, and what it keeps for each device."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from tars.brains import BrainSettings, Caller, Hearing, Reply, sound
from tars.brains.end_of_speech import Utterance
from tars.brains.fair_queue import FairQueue
from tars.brains.offline.answering.answers import Answers
from tars.brains.offline.answering.dialogue import Dialogue
from tars.brains.offline.speech.recogniser import Recogniser
from tars.brains.offline.speech.silero import Silero, SileroModel
from tars.brains.offline.speech.voice import Speech, Voice
from tars.brains.offline.understanding.intents import Understanding
from tars.brains.offline.understanding.names import Names
from tars.errors import BrainError, ConfigError
from tars.runtime import clock
from tars.samples import Samples

PAUSE = 10_240
"""Samples of silence that end an utterance: 0.64 s."""


class Models:
    """All models, shared by all conversations."""

    def __init__(self, settings: BrainSettings) -> None:
        """Load them. Takes 3 s: never call it on the event loop. Raises ConfigError."""
        self.activity = SileroModel()
        self.recogniser = Recogniser(settings.whisper_model)
        self.understanding = Understanding()
        self.voice = Voice(settings.voice_model)


@dataclass(frozen=True)
class Recognised:
    """The recognised words that are meant for TARS, and the seconds that recognition took."""

    text: str
    seconds: float


class OfflineConversation:
    """One session with the offline brain."""

    def __init__(self, models: Models, recognitions: FairQueue, answers: Answers, caller: Caller) -> None:
        self._models, self._recognitions, self._caller = models, recognitions, caller
        self._dialogue = Dialogue(models.understanding, answers, Names(caller.wake_word))
        self._recognition: asyncio.Task[Recognised] | None = None
        self._speech: Speech | None = None
        self.begin(0)

    def begin(self, wake: int) -> None:
        """A turn begins."""
        self._forget_recognition()
        self._utterance = Utterance(Silero(self._models.activity), PAUSE, wake)

    def hear(self, samples: Samples) -> Hearing:
        """The next samples.

        A pause may follow the wake word alone, or the wake word with a short command. Only the recognised words tell which. So they are
        recognised while more is heard. If there are words besides the wake word, the utterance is over; if there are none, it continues.
        """
        hearing = self._utterance.hear(samples)
        if not self._utterance.doubtful:
            self._forget_recognition()
        elif self._recognition is None:
            self._recognition = asyncio.create_task(self._recognise(self._utterance.speech, self._utterance.may_hold_wake_word))
        elif self._recognition.done() and (self._recognition.exception() or self._recognition.result().text):
            return Hearing.COMPLETE
        return hearing

    async def answer(self) -> Reply:
        """Recognise the words, find the intent, and answer. The speech is generated while it is read from the reply."""
        recognised = await self._recognised()
        if not recognised.text:
            self._speech = None
            return Reply(heard="", text="", speech=sound(self._utterance.samples[:0]), stages={"recognition": recognised.seconds})
        began = clock.now()
        answer = self._dialogue.reply(recognised.text, now=clock.local_time(), ring=self._caller.ring)
        stages = {"recognition": recognised.seconds, "intent": clock.now() - began}
        self._speech = Speech(self._models.voice, answer.text)
        return Reply(recognised.text, answer.text, self._speech.blocks(), answer.ends, stages)

    async def words(self) -> str:
        """The recognised words."""
        return (await self._recognised()).text

    def say(self, text: str) -> AsyncIterator[Samples]:
        """The speech is generated while it is read."""
        return Speech(self._models.voice, text).blocks()

    def interrupted(self, heard: int) -> None:
        """Keep only the words that were heard as what TARS said last."""
        if self._speech is not None:
            self._dialogue.said = self._speech.text(heard)

    async def close(self) -> None:
        """Cancel the recognition."""
        self._forget_recognition()

    async def _recognised(self) -> Recognised:
        return await (self._recognition or self._recognise(self._utterance.speech, self._utterance.may_hold_wake_word))

    async def _recognise(self, speech: Samples, wake_word: bool) -> Recognised:
        began = clock.now()

        def words() -> str:
            return self._dialogue.meant(self._models.recogniser.recognise(speech), wake_word=wake_word)

        return Recognised(await self._recognitions.run(self._caller.device, words), clock.now() - began)

    def _forget_recognition(self) -> None:
        if self._recognition is not None:
            self._recognition.cancel()
            self._recognition = None


class OfflineBrain:
    """Opens offline conversations. The humor setting and the timers of a device are kept as long as this object."""

    def __init__(self, settings: BrainSettings, models: Models | None = None) -> None:
        """`models`: loaded models; None: load them on demand."""
        self._settings, self._models = settings, models
        self._loading = asyncio.Lock()
        self._recognitions = FairQueue()
        self._answers: dict[str, Answers] = {}

    async def warm(self) -> None:
        """Load the models, once. Raises ConfigError."""
        await self._load()

    async def open(self, caller: Caller) -> OfflineConversation:
        """A conversation, at once if the models are loaded. Raises BrainError if they cannot be loaded."""
        try:
            models = await self._load()
        except ConfigError as error:
            raise BrainError(str(error)) from error
        if caller.device not in self._answers:
            self._answers[caller.device] = Answers(caller.timers() if caller.timers is not None else None)
        answers = self._answers[caller.device]
        return OfflineConversation(models, self._recognitions, answers, caller)

    async def close(self) -> None:
        """Cancel all timers, and all recognitions that have not begun."""
        for answers in self._answers.values():
            answers.timers.close()
        self._recognitions.close()

    async def _load(self) -> Models:
        async with self._loading:
            if self._models is None:
                self._models = await asyncio.to_thread(Models, self._settings)
            return self._models
