"""The part `intents`: its templates, and what it keeps for each device."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from tars.brains import BrainSettings, Caller
from tars.brains.parts import Completeness, Question, TextReply
from tars.brains.personas import Personas
from tars.brains.reply.intents.answering.answers import Answers, not_understood
from tars.brains.reply.intents.answering.dialogue import Dialogue
from tars.brains.reply.intents.understanding.completeness import completeness
from tars.brains.reply.intents.understanding.intents import Understanding
from tars.brains.reply.intents.understanding.names import Names
from tars.brains.reply.timers import Timers
from tars.errors import BrainError
from tars.runtime import clock
from tars.runtime.persona_settings import Persona


class IntentsDialogue:
    """One session. A text that is no command is left to the next part."""

    def __init__(self, dialogue: Dialogue, answers: Callable[[Persona], Answers], caller: Caller) -> None:
        """`answers`: those of a persona on this device."""
        self._dialogue, self._answers, self._ring = dialogue, answers, caller.ring

    def completeness(self, text: str) -> Completeness:
        """How complete it is as a command, or as the answer to the open question."""
        return completeness(text, self._dialogue.intent(text))

    async def reply(self, question: Question) -> TextReply | None:
        """The answer; None to what is no command."""
        said = question.exchanges[-1].said if question.exchanges else ""
        answers = self._answers(question.persona)
        answer = self._dialogue.reply(question.text, answers, said=said, now=clock.local_time(), ring=self._ring)
        return TextReply(answer.text, answer.ends, answer.persona) if answer is not None else None

    def not_understood(self, text: str) -> str:
        """It repeats the text, and says what can be said."""
        return not_understood(text)

    def stop(self) -> None:
        """No effect: an answer is made at once."""

    async def close(self) -> None:
        """No effect: the session holds nothing."""


class Intents:
    """The templates, and for each device and persona its humor setting."""

    languages = ("en",)

    def __init__(self, settings: BrainSettings, understanding: Understanding | None = None) -> None:
        """`understanding`: compiled templates; None: `warm` compiles them."""
        self._understanding = understanding
        self._personas = Personas(settings.personas)
        self._answers: dict[tuple[str, str], Answers] = {}

    async def warm(self) -> None:
        """Compile the templates, in a thread. Takes 1 s. Raises ConfigError."""
        if self._understanding is None:
            self._understanding = await asyncio.to_thread(Understanding, self._personas.calls)

    def open(self, caller: Caller, timers: Timers) -> IntentsDialogue:
        """A dialogue with the humor that the personas have on the device."""
        if self._understanding is None:
            raise BrainError("the templates of intents are not compiled")
        dialogue = Dialogue(self._understanding, Names(caller.wake_word, self._personas.wake_words))
        return IntentsDialogue(dialogue, partial(self._answers_of, caller.device, timers), caller)

    def _answers_of(self, device: str, timers: Timers, persona: Persona) -> Answers:
        return self._answers.setdefault((device, persona.name), Answers(timers, persona, self._personas))

    async def close(self) -> None:
        """It has nothing to end."""
