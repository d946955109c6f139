"""What a brain session posts to the runner of its device, besides the events of the machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ReplyAudio:
    """More of the reply to a turn, PCM16."""

    session: str
    turn: int
    pcm: bytes


@dataclass(frozen=True)
class TraceMark:
    """A line for the trace that no machine sees."""

    name: str
    values: dict[str, Any]
