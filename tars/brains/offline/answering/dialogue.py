"""The dialogue of one session: its last answer and its last question matter for the next answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tars.brains.offline.answering.answers import Answers
from tars.brains.offline.answering.questions import Answer, Question
from tars.brains.offline.understanding.intents import Intent, Understanding
from tars.brains.offline.understanding.names import Names


class Dialogue:
    """From the texts of one session to their answers."""

    def __init__(self, understanding: Understanding, answers: Answers, names: Names) -> None:
        self._understanding, self._answers, self._names = understanding, answers, names
        self.said = ""
        """The part of the last answer that was heard; empty: none."""
        self._question: Question | None = None

    def meant(self, text: str, *, wake_word: bool) -> str:
        """The part of the recognised text that is meant for TARS; empty for a mere name. With `wake_word`, other words may come first."""
        if wake_word:
            text = self._names.of_first_turn(text, lambda words: self.intent(words) is not None)
        text = text.strip(" ,.;:!?")
        return "" if self._names.is_only_a_name(text) else text

    def intent(self, text: str) -> Intent | None:
        """The intent of the whole text, as an answer to the open question or on its own; None if there is none."""
        if self._question is not None:
            short = self._understanding.answer_to(self._question.kind, text, self._names)
            if short is not None and (completed := self._question.completed(short)):
                return completed
        return self._understanding.understand(text, self._names)

    def reply(self, text: str, *, now: datetime, ring: Callable[[str], None]) -> Answer:
        """The answer to a text. `now`: the local time. `ring`: what a timer calls.

        A question of TARS stays open for one turn. A turn in which the user has it repeated does not count.
        """
        intent = self.intent(text)
        answer = self._answers.to(intent, heard=text, said=self.said, now=now, ring=ring)
        if intent is None or intent.name != "repeat":
            self._question = answer.question
        self.said = answer.text
        return answer
