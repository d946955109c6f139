"""The parts of which a brain is composed: what hears, what replies, what speaks. Each part has one line in the registry."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

from tars.brains import Caller
from tars.brains.end_of_speech import Detector
from tars.runtime.persona_settings import TARS, Persona
from tars.samples import Samples

if TYPE_CHECKING:
    from tars.brains.reply.timers import Timers


class HearPart(Protocol):
    """Samples to text: tells speech from silence, and recognises words."""

    async def warm(self) -> None:
        """Load what it needs. Called again only if it failed. Raises ConfigError with the remedy."""

    def detector(self) -> Detector:
        """Tells speech from silence in one utterance. Its `is_speech` runs on the event loop and must be fast."""

    async def recognise(self, device: str, speech: Samples) -> str:
        """The words in the samples, without punctuation around them; empty without any.

        Raises ReplyError: the user hears what went wrong, and the conversation goes on. Raises BrainError: it ends.
        """

    async def close(self) -> None:
        """The server stops."""


@dataclass(frozen=True)
class Action:
    """A tool that was called for an answer."""

    tool: str
    arguments: dict[str, object]
    result: str
    """What the tool returned, as the model was told."""


@dataclass(frozen=True)
class Exchange:
    """What the user said in an earlier turn of the session, and what was heard of the answer."""

    asked: str
    said: str
    """The words of the answer that the user heard; empty if it was interrupted at once."""
    actions: Sequence[Action] = ()


@dataclass(frozen=True)
class Question:
    """What the user said, and what it may refer to."""

    text: str
    exchanges: Sequence[Exchange]
    """The earlier turns of the session, the oldest first, whichever part has answered them."""
    utterance: str
    """SESSION/AT, with the capture offset of its first sample. It is the same when it is heard again after a restart or a crash."""
    actions: list[Action] = field(default_factory=list)
    """The tools that were called for it so far. Whoever calls one adds it."""
    persona: Persona = TARS
    """Who is asked."""


@dataclass(frozen=True)
class TextReply:
    """The answer of a reply part."""

    text: str | AsyncIterator[str]
    """The text; or its pieces as they are made, of any size. Reading a piece raises ReplyError when the part fails."""
    ends: bool = False
    """The conversation is over once this answer has been played."""
    persona: Persona | None = None
    """Who answers this and all that follows in the session; None: the persona that was asked."""


class Completeness(Enum):
    """How complete a text is, as a reply part sees it."""

    COMPLETE = auto()
    """A whole command. Words behind it may still change it: "set a timer for five minutes, called pasta"."""
    OPEN = auto()
    """A command that lacks something, which the part would ask for: "set a timer"."""
    UNFINISHED = auto()
    """The beginning of a sentence: "turn on"."""
    UNKNOWN = auto()
    """No command of this part."""

    @property
    def is_command(self) -> bool:
        """Whether the part would do something with it."""
        return self in (Completeness.COMPLETE, Completeness.OPEN)


class ReplyDialogue(Protocol):
    """A reply part in one session."""

    def completeness(self, text: str) -> Completeness:
        """How complete the whole text is as a command of this part. It decides how long a pause ends the utterance.

        It also tells the words after a wake word from those before it. It runs on the event loop and must be fast.
        """

    async def reply(self, question: Question) -> TextReply | None:
        """The answer. None: the next part is asked. Raises ReplyError: the next part is asked, or the user hears what went wrong."""

    def not_understood(self, text: str) -> str:
        """What the user hears if no part has an answer, and this part is the last one."""

    def stop(self) -> None:
        """The rest of the last answer is not wanted."""

    async def close(self) -> None:
        """The session is over. Safe to call more than once."""


class ReplyPart(Protocol):
    """Text to text."""

    @property
    def languages(self) -> Collection[str]:
        """The languages of its answers, as two letters of ISO 639; none: any language."""

    async def warm(self) -> None:
        """Load what it needs. Called again only if it failed. Raises ConfigError with the remedy."""

    def open(self, caller: Caller, timers: Timers) -> ReplyDialogue:
        """A dialogue for one session. `timers`: those of the device, which all parts share."""

    async def close(self) -> None:
        """The server stops."""


class SpeakPart(Protocol):
    """Text to samples."""

    @property
    def languages(self) -> Collection[str]:
        """The languages that it speaks, as two letters of ISO 639; none: any language."""

    async def warm(self) -> None:
        """Load what it needs. Called again only if it failed. Raises ConfigError with the remedy."""

    async def load(self, voice: str) -> None:
        """Load a voice after `warm`; empty: its own one. Raises ConfigError for one that it does not have, with those that it has."""

    def sentences(self, text: str) -> list[str]:
        """The sentences of the text, without the space between them. Each is spoken on its own."""

    def say(self, sentence: str, voice: str = "") -> AsyncIterator[Samples]:
        """The samples of one sentence as they are generated, in blocks of any size. Reading a block raises BrainError.

        `voice`: one that is loaded; empty: its own one.
        """

    async def close(self) -> None:
        """The server stops."""
