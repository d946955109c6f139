"""Brains: what hears an utterance and answers it. One small Protocol, one registry line a brain."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from tars.samples import BLOCK, Samples


class Hearing(Enum):
    """What a conversation thinks of the utterance after one more block."""

    SILENCE = auto()
    """Nobody speaks. Counted towards the session timeout."""
    SPEECH = auto()
    """Somebody speaks, or has just paused."""
    COMPLETE = auto()
    """The utterance is over: answer it. Blocks after this one belong to no utterance."""


@dataclass(frozen=True)
class Reply:
    """The answer to one utterance. No speech at all is allowed: there was nothing to answer, the user keeps the floor."""

    heard: str
    """What was understood, for the log."""
    text: str
    """What is answered, for the log; empty when nothing is."""
    speech: AsyncIterator[Samples]
    """The answer's sound, block by block as it is made; blocks of any size, 16 kHz."""
    ends: bool = False
    """The conversation is over once this has been heard."""
    stages: dict[str, float] = field(default_factory=dict)
    """Seconds spent so far, by stage (`recognition`, `intent`), in the order they ran."""


class Conversation(Protocol):
    """One session's brain. Calls come one at a time, in the order begin, hear..., answer, interrupted?, begin, ..., close."""

    def begin(self, wake: int) -> None:
        """A turn begins; its first `wake` samples may hold the wake word (0: none)."""

    def hear(self, samples: Samples) -> Hearing:
        """The next samples of the utterance, without a hole, in blocks of any size. Fast: it runs on the event loop."""

    async def answer(self) -> Reply:
        """What to say to the utterance heard since begin. Raises BrainError."""

    def interrupted(self, heard: int) -> None:
        """The user heard only the first `heard` samples of the last reply; remember it so.

        Another conversation may have given that reply, before a restart: then there is nothing to remember.
        """

    async def close(self) -> None:
        """The session is over. Safe to call more than once, and while answer or its speech is cancelled."""


@dataclass(frozen=True)
class Caller:
    """Who talks to a brain."""

    device: str
    """The device's name: what a brain remembers between sessions is kept by it."""
    session: str
    """The voice session."""
    ring: Callable[[str], None]
    """`ring(label)` makes the device ring, also after the session is over."""
    wake_word: str = ""
    """What was said to wake the device: "hey jarvis". Empty if nothing was: the button."""


class Brain(Protocol):
    """A kind of brain, made once for the server and shared by all its devices."""

    async def warm(self) -> None:
        """Load what is slow, so that every open is instant; the server calls it once, at start. Raises ConfigError, saying what to do."""

    async def open(self, caller: Caller) -> Conversation:
        """A conversation for one session; loads what `warm` did not. Raises BrainError when it cannot be held."""

    async def close(self) -> None:
        """The server stops: end what still runs."""


@dataclass(frozen=True)
class BrainSettings:
    """What a configuration can tell a brain. Each brain uses what concerns it."""

    whisper_model: Path | None = None
    """The folder of a faster-whisper model for the offline brain; None: the one that is installed with it."""
    voice_model: Path | None = None
    """The ONNX file of a hibari voice for the offline brain; None: the one that is installed with it."""


NO_WAKE_WORDS = {"", "button", "legacy", "none"}
"""What stands for a wake word's model where no word was spoken: the button, an old device."""


def spoken(model: str) -> str:
    """The words that a wake word's model of that name listens for: "computer" for "computer_v2". Empty where none was spoken."""
    name = " ".join(re.findall(r"[a-z']+", re.sub(r"[_-]v?\d[\w.]*$", "", model.lower())))
    return "" if name in NO_WAKE_WORDS else name


async def sound(samples: Samples) -> AsyncIterator[Samples]:
    """The speech of a reply whose samples are all there: blocks of at most BLOCK samples, and none for no samples."""
    for at in range(0, len(samples), BLOCK):
        yield samples[at : at + BLOCK]
