"""The dialogue of one session: its last question matters for the next answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tars.brains.reply.intents.answering.answers import Answers
from tars.brains.reply.intents.answering.questions import Answer, Question
from tars.brains.reply.intents.understanding.intents import Intent, Understanding
from tars.brains.reply.intents.understanding.names import Names


class Dialogue:
    """From the texts of one session to their answers."""

    def __init__(self, understanding: Understanding, names: Names) -> None:
        self._understanding, self._names = understanding, names
        self._question: Question | None = None

    def intent(self, text: str) -> Intent | None:
        """The intent of the whole text, as an answer to the open question or on its own; None if there is none."""
        if self._question is not None:
            short = self._understanding.answer_to(self._question.kind, text, self._names)
            if short is not None and (completed := self._question.completed(short)):
                return completed
        return self._understanding.understand(text, self._names)

    def reply(self, text: str, answers: Answers, *, said: str = "", now: datetime, ring: Callable[[str], None]) -> Answer | None:
        """The answer to a text; None to what is no command.

        `answers`: those of the persona that is asked. `said`: what was heard of the answer before this one; empty: nothing. `now`: the
        local time. `ring`: what a timer calls.

        A question of TARS stays open for one turn. A turn in which the user has it repeated does not count.
        """
        intent = self.intent(text)
        if intent is None:
            self._question = None
            return None
        answer = answers.to(intent, said=said, now=now, ring=ring)
        if intent.name != "repeat":
            self._question = answer.question
        return answer
