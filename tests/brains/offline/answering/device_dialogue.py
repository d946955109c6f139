"""The dialogue of one device, for the tests of answers."""

from __future__ import annotations

from datetime import datetime

from tars.brains.offline.answering.answers import Answers, Humor
from tars.brains.offline.answering.dialogue import Dialogue
from tars.brains.offline.answering.questions import Answer
from tars.brains.offline.understanding.intents import Understanding
from tars.brains.offline.understanding.names import Names

MORNING = datetime(2026, 11, 3, 9, 5)
UNDERSTANDING = Understanding()


class DeviceDialogue:
    """The dialogue of one device."""

    def __init__(self, humor: int = 0) -> None:
        self.answers, self.rung = Answers(), list[str]()
        self.dialogue = Dialogue(UNDERSTANDING, self.answers, Names())
        self.answers.humor = Humor(humor)

    def __call__(self, text: str, now: datetime = MORNING) -> str:
        return self.answer(text, now).text

    def answer(self, text: str, now: datetime = MORNING) -> Answer:
        return self.dialogue.reply(text, now=now, ring=self.rung.append)
