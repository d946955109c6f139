"""Who takes what comes in on a socket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tars.core.codec import Frame


@dataclass(frozen=True)
class SocketDown:
    """The socket of that generation could not be opened, or has closed."""

    generation: int
    reason: str
    opened: bool
    broken: bool = False
    """This end has closed it because the other side broke the WebSocket protocol."""


class Receiver(Protocol):
    """Takes what comes in on a socket."""

    def received(self, generation: int, frame: Frame) -> None:
        """The next frame of the socket of that generation."""

    def closed(self, down: SocketDown) -> None:
        """The socket has closed: once, after its last frame."""
