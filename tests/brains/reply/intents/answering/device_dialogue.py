"""The dialogue of one device, for the tests of answers."""

from __future__ import annotations

from datetime import datetime

from tars.brains.reply.intents.answering.answers import Answers, Humor, not_understood
from tars.brains.reply.intents.answering.dialogue import Dialogue
from tars.brains.reply.intents.answering.questions import Answer
from tars.brains.reply.intents.understanding.intents import Understanding
from tars.brains.reply.intents.understanding.names import Names

MORNING = datetime(2026, 11, 3, 9, 5)
UNDERSTANDING = Understanding()


class DeviceDialogue:
    """The dialogue of one device."""

    def __init__(self, humor: int = 0) -> None:
        self.answers, self.rung, self.said = Answers(), list[str](), ""
        self.dialogue = Dialogue(UNDERSTANDING, Names())
        self.answers.humor = Humor(humor)

    def __call__(self, text: str, now: datetime = MORNING) -> str:
        return self.answer(text, now).text

    def answer(self, text: str, now: datetime = MORNING) -> Answer:
        answer = self.dialogue.reply(text, self.answers, said=self.said, now=now, ring=self.rung.append) or Answer(not_understood(text))
        self.said = answer.text
        return answer
