"""A brain that is composed of parts: one that hears, some that reply, one that speaks."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping

import numpy as np

from tars.brains import Caller, Hearing, Reply, sound
from tars.brains.listening import PAUSES, Listening, Pauses, Recognised
from tars.brains.memory import LastTurn, Memory, recalled
from tars.brains.parts import Completeness, HearPart, Question, ReplyDialogue, ReplyPart, SpeakPart, TextReply
from tars.brains.personas import Personas, check_language, is_end_phrase
from tars.brains.reply.intents.understanding.names import Names
from tars.brains.reply.timers import Timers
from tars.brains.speech import Speech
from tars.errors import BrainError, ConfigError, ReplyError
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.persona_settings import Persona
from tars.samples import Samples

FIRST_SENTENCE_LIMIT = 20.0
"""Seconds that a part has for its first sentence. With the next part they must fit into the limit `server_thinking_limit`."""

NO_SAMPLES: Samples = np.empty(0, np.int16)

LATE = "That takes me too long."


class ComposedConversation:
    """One session with a composed brain. It remembers what was heard of each answer, whichever part gave it."""

    def __init__(
        self,
        hear: HearPart,
        dialogues: Mapping[str, ReplyDialogue],
        speak: SpeakPart,
        caller: Caller,
        personas: Personas,
        pauses: Pauses,
    ) -> None:
        """`dialogues`: the reply parts by name, in the order in which they are asked."""
        self._hear, self._dialogues, self._speak, self._caller, self._pauses = hear, dialogues, speak, caller, pauses
        self._personas = personas
        self._persona = personas.woken_by(caller.wake_word, personas.default)
        self._names = Names(caller.wake_word, personas.wake_words)
        memory = recalled(caller.memory, **self._log_names())
        self._persona = next((persona for persona in personas.all if persona.name == memory.persona), self._persona)
        self._exchanges = list(memory.exchanges)
        self._last = memory.last
        self._at = 0
        self._listening = self._listen(0)

    def begin(self, wake: int, at: int = 0, wake_word: str = "") -> None:
        """A turn begins. The last answer was heard to its end, unless it was interrupted. A wake word of another persona switches."""
        if wake_word:
            self._persona = self._personas.woken_by(wake_word, self._persona)
            self._names = Names(wake_word, self._personas.wake_words)
        self._remember_last()
        self._listening.close()
        self._listening, self._at = self._listen(wake), at

    def overhear(self, at: int) -> None:
        """What is heard from now on may be no turn. The last answer goes on until `interrupted`."""
        self._listening.close()
        self._listening, self._at = self._listen(0), at

    def hear(self, samples: Samples) -> Hearing:
        """The next samples."""
        return self._listening.hear(samples)

    @property
    def heard(self) -> int:
        """Samples of this turn that were heard; once the utterance is complete, its length."""
        return self._listening.heard

    async def answer(self) -> Reply:
        """Recognise the words, and wait for the first sentence of the answer. The rest follows while the speech is read."""
        try:
            recognised = await self._listening.recognised()
        except ReplyError as error:
            log.warning("recognition failed", **self._log_names(), reason=str(error))
            return Reply(heard="", text=error.spoken, speech=Speech(self._speak, error.spoken).blocks())
        stages = {"recognition": recognised.seconds}
        if not recognised.text:
            return Reply(heard="", text="", speech=sound(NO_SAMPLES), stages=stages)
        self._remember_last()
        began = clock.now()
        question = Question(recognised.text, tuple(self._exchanges), f"{self._caller.session}/{self._at}", persona=self._persona)
        self._last = LastTurn(question.text, question.actions)  # with what tools do it is remembered, even if nothing is heard
        by, reply, speech = await self._reply(question)
        self._last.spoken = speech.spoken
        stages["reply"] = clock.now() - began
        return Reply(recognised.text, speech.text, speech.blocks(), reply.ends, stages, by)

    async def words(self) -> str:
        """The recognised words."""
        return (await self._listening.recognised()).text

    def say(self, text: str) -> AsyncIterator[Samples]:
        """The speech is generated while it is read."""
        return Speech(self._speak, text).blocks()

    def interrupted(self, heard: int) -> None:
        """Only what was heard of the last answer is remembered."""
        if self._last is not None and self._last.spoken is not None:
            self._last.heard = self._last.spoken.heard(heard)
        for dialogue in self._dialogues.values():
            dialogue.stop()

    def memory(self) -> str:
        """Who answers, and what was said."""
        return Memory(self._persona.name, self._exchanges, self._last).to_text()

    async def close(self) -> None:
        """Cancel the recognition, and end the dialogues."""
        self._listening.close()
        for dialogue in self._dialogues.values():
            await dialogue.close()

    # --- the words -----------------------------------------------------------------------------------------------------------

    def _listen(self, wake: int) -> Listening:
        return Listening(self._hear.detector(), wake, self._pauses, self._recognise)

    async def _recognise(self, speech: Samples, wake_word: bool) -> Recognised:
        began = clock.now()
        heard = await self._hear.recognise(self._caller.device, speech)
        text = self._names.meant(heard, lambda words: self._completeness(words).is_command, wake_word=wake_word)
        return Recognised(text, clock.now() - began, self._completeness(text))

    def _completeness(self, text: str) -> Completeness:
        """What the part says to which it is most complete."""
        if is_end_phrase(self._persona, text, self._names):
            return Completeness.COMPLETE
        said = {dialogue.completeness(text) for dialogue in self._dialogues.values()}
        return next(completeness for completeness in Completeness if completeness in said)

    # --- the reply -----------------------------------------------------------------------------------------------------------

    def _remember_last(self) -> None:
        """The last answer is over."""
        if self._last is not None:
            self._exchanges.append(self._last.exchange())
            self._last = None

    async def _reply(self, question: Question) -> tuple[str, TextReply, Speech]:
        """The first part that has an answer, the answer, and its speech, of which the first sentence is known. No part: nobody has."""
        if is_end_phrase(self._persona, question.text, self._names):
            return "", *self._spoken(TextReply(self._persona.farewell, ends=True))
        instead = ""
        for name, dialogue in self._dialogues.items():
            try:
                if begun := await self._begin_reply(dialogue, question):
                    return name, *begun
            except ReplyError as error:
                log.warning("reply failed", part=name, **self._log_names(), reason=str(error))
                instead = error.spoken
        *_, last = self._dialogues.values()
        return "", *self._spoken(TextReply(instead or last.not_understood(question.text)))

    async def _begin_reply(self, dialogue: ReplyDialogue, question: Question) -> tuple[TextReply, Speech] | None:
        """The answer of one part, when its first sentence is known. None: the part has none. Raises ReplyError."""
        try:
            async with asyncio.timeout(FIRST_SENTENCE_LIMIT):
                reply = await dialogue.reply(question)
                if reply is None:
                    return None
                reply, speech = self._spoken(reply)
                await speech.begin()
        except TimeoutError:
            dialogue.stop()
            raise ReplyError(f"there was no sentence within {FIRST_SENTENCE_LIMIT:g} s", LATE) from None
        return reply, speech

    def _spoken(self, reply: TextReply) -> tuple[TextReply, Speech]:
        """The reply, and its speech with the voice of the persona, which may be another one from now on."""
        self._persona = reply.persona or self._persona
        return reply, Speech(self._speak, reply.text, self._persona.voice, **self._log_names())

    def _log_names(self) -> dict[str, object]:
        return {"device": self._caller.device, "session": self._caller.session}


class ComposedBrain:
    """Opens conversations with its parts. The timers of a device are kept as long as this object."""

    def __init__(
        self,
        hear: HearPart,
        replies: Mapping[str, ReplyPart],
        speak: SpeakPart,
        personas: Personas | None = None,
        pauses: Pauses = PAUSES["normal"],
    ) -> None:
        """`replies`: by name, in the order in which they are asked; at least one. `personas`: None is TARS alone."""
        self._hear, self._replies, self._speak, self._pauses = hear, replies, speak, pauses
        self._personas = personas or Personas()
        self._loading = asyncio.Lock()
        self._loaded = False
        self._timers: defaultdict[str, Timers] = defaultdict(Timers)

    async def warm(self) -> None:
        """Load the models of all parts and the voices of all personas, once. Raises ConfigError."""
        async with self._loading:
            if not self._loaded:
                for part in self._parts():
                    await part.warm()
                for persona in self._personas.all:
                    await self._prepare(persona)
                self._loaded = True

    async def open(self, caller: Caller) -> ComposedConversation:
        """A conversation, at once if the models are loaded. Raises BrainError if they cannot be loaded."""
        try:
            await self.warm()
        except ConfigError as error:
            raise BrainError(str(error)) from error
        timers = self._timers[caller.device] if caller.timers is None else caller.timers()
        dialogues = {name: part.open(caller, timers) for name, part in self._replies.items()}
        return ComposedConversation(self._hear, dialogues, self._speak, caller, self._personas, self._pauses)

    async def close(self) -> None:
        """Cancel all timers, and end what the parts do."""
        for timers in self._timers.values():
            timers.close()
        for part in self._parts():
            await part.close()

    async def _prepare(self, persona: Persona) -> None:
        """Load the voice of a persona. Raises ConfigError, also if a part does not have its language."""
        try:
            languages = {name: part.languages for name, part in self._replies.items()}
            check_language(persona, languages | {"that speaks": self._speak.languages})
            await self._speak.load(persona.voice)
        except ConfigError as error:
            raise ConfigError(f"{persona.place}: {error}") from error

    def _parts(self) -> tuple[HearPart | ReplyPart | SpeakPart, ...]:
        return (self._hear, *self._replies.values(), self._speak)
