"""Wake words: what in the captured sound calls TARS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Detected:
    """A wake word was heard."""

    model: str
    """Such as `hey_jarvis`."""
    score: float
    """How sure the model is, 0 to 1."""
    at: int
    """The capture offset just after the block in which it became sure. The word may not have ended there: up to 0.6 s are to come."""


@dataclass(frozen=True)
class Nearest:
    """How near a wake word came."""

    model: str = ""
    """Empty: nothing was scored."""
    score: float = 0.0
    threshold: float = 0.0
    """The score from which on it counts."""


@dataclass(frozen=True)
class WakeWordFailed:
    """Nothing listens for wake words any more: a model has failed. Posted at most once."""

    reason: str


class WakeWord(Protocol):
    """Listens to microphone blocks for one word or several. The event loop never waits for it."""

    async def start(self, post: Callable[[Detected | WakeWordFailed], None]) -> None:
        """Load the models; from now on call `post` on the event loop for each detection. Raises ConfigError."""

    def feed(self, pcm: bytes, at: int) -> None:
        """Take one microphone block, 1,280 samples of PCM16, whose last sample comes just before capture offset `at`."""

    def take_nearest(self) -> Nearest:
        """The word that came nearest to being heard since the last call."""

    def rearm(self) -> None:
        """Forget what was fed: the blocks that follow are heard after silence, and nothing older is detected any more."""

    async def close(self) -> None:
        """Let go of the models."""
