"""What was said in one session, as far as it matters for what is said next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tars.brains.offline.answering.answers import Answers
from tars.brains.offline.answering.questions import Answer, Question
from tars.brains.offline.understanding.intents import Intent, Understanding
from tars.brains.offline.understanding.names import Names


class Dialogue:
    """One session's words: from a text to its answer."""

    def __init__(self, understanding: Understanding, answers: Answers, names: Names) -> None:
        self._understanding, self._answers, self._names = understanding, answers, names
        self.said = ""
        """What was answered last, as far as it was heard; empty: nothing."""
        self._question: Question | None = None

    def meant(self, text: str, *, wake_word: bool) -> str:
        """What of the recognised text is meant for TARS, empty if it is only a name; with `wake_word` it may begin with other words."""
        if wake_word:
            text = self._names.of_first_turn(text, lambda words: self.intent(words) is not None)
        text = text.strip(" ,.;:!?")
        return "" if self._names.is_only_a_name(text) else text

    def intent(self, text: str) -> Intent | None:
        """What the text asks for, or answers to what TARS has asked; None if it is not understood whole."""
        if self._question is not None:
            short = self._understanding.answer_to(self._question.kind, text, self._names)
            if short is not None and (completed := self._question.completed(short)):
                return completed
        return self._understanding.understand(text, self._names)

    def reply(self, text: str, *, now: datetime, ring: Callable[[str], None]) -> Answer:
        """The answer to a text. `now` is the local time and `ring` what a timer calls.

        What TARS asks is remembered for one turn; who has it repeated has not used up the turn.
        """
        intent = self.intent(text)
        answer = self._answers.to(intent, heard=text, said=self.said, now=now, ring=ring)
        if intent is None or intent.name != "repeat":
            self._question = answer.question
        self.said = answer.text
        return answer
