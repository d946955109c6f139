"""A fake of each kind of part."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tars.brains import Caller
from tars.brains.echo import Loudness
from tars.brains.parts import Completeness, Question, TextReply
from tars.errors import ConfigError, ReplyError
from tars.samples import Samples

if TYPE_CHECKING:
    from tars.brains.reply.timers import Timers


class _Part:
    """A part that has nothing to load and nothing to end."""

    languages: Collection[str] = ()

    async def warm(self) -> None:
        """No effect."""

    async def close(self) -> None:
        """No effect."""


class FakeHear(_Part):
    """A part that hears these texts, one for each utterance that is recognised. Then it hears nothing. At a ReplyError it fails."""

    def __init__(self, *texts: str | ReplyError) -> None:
        self.texts = list(texts)
        self.given: list[int] = []
        """The number of samples of each utterance."""

    def detector(self) -> Loudness:
        """What is loud is speech."""
        return Loudness()

    async def recognise(self, device: str, speech: Samples) -> str:
        """The next text."""
        self.given.append(len(speech))
        text = self.texts.pop(0) if self.texts else ""
        if isinstance(text, ReplyError):
            raise text
        return text


class FakeReply(_Part):
    """A part that knows the answers to some texts. It is its own dialogue, in every session."""

    def __init__(self, answers: Mapping[str, str | Sequence[str | ReplyError]] | None = None) -> None:
        """`answers`: text -> the answer, or its pieces. At a ReplyError the part fails."""
        self.answers = answers or {}
        self.questions: list[Question] = []
        self.stops = 0

    def open(self, caller: Caller, timers: Timers) -> FakeReply:
        """The part itself."""
        return self

    def completeness(self, text: str) -> Completeness:
        """Complete if it has an answer."""
        return Completeness.COMPLETE if text in self.answers else Completeness.UNKNOWN

    async def reply(self, question: Question) -> TextReply | None:
        """The answer."""
        self.questions.append(question)
        answer = self.answers.get(question.text)
        if answer is None or isinstance(answer, str):
            return None if answer is None else TextReply(answer)
        return TextReply(self._pieces(answer))

    async def _pieces(self, pieces: Sequence[str | ReplyError]) -> AsyncIterator[str]:
        for piece in pieces:
            if isinstance(piece, ReplyError):
                raise piece
            yield piece

    def not_understood(self, text: str) -> str:
        """A sentence with the text."""
        return f"What is {text}?"

    def stop(self) -> None:
        """Count the call."""
        self.stops += 1


class FakeSpeak(_Part):
    """A part that speaks 1,000 samples for each letter, in English and French. It has the voices "high" and "low"."""

    languages: Collection[str] = ("en", "fr")

    def __init__(self) -> None:
        self.said: list[str] = []
        self.voices: list[str] = []
        """The voice of each sentence."""

    def sentences(self, text: str) -> list[str]:
        """The sentences: each ends with a full stop."""
        return [sentence for sentence in re.split(r"(?<=[.?!])\s+", text.strip()) if sentence]

    async def load(self, voice: str) -> None:
        """Raises ConfigError for an unknown voice."""
        if voice not in ("", "high", "low"):
            raise ConfigError(f"voice {voice!r} is unknown; known voices are: high, low")

    async def say(self, sentence: str, voice: str = "") -> AsyncIterator[Samples]:
        """All samples at once."""
        self.said.append(sentence)
        self.voices.append(voice)
        yield np.ones(len(sentence) * 1_000, np.int16)
