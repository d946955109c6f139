"""A runner whose core, sockets and program note each call."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from tars.core.codec import Frame
from tars.core.effects import Cue, Effect, Feed
from tars.core.endpoint import Endpoint
from tars.runtime import clock
from tars.runtime.runner import Runner
from tars.runtime.trace import Trace
from tars.runtime.websocket import Socket

END = object()
FAULT = ZeroDivisionError("a fault")


@dataclass
class NotingCore:
    """Returns what the test has set."""

    notes: list[tuple[Any, ...]]
    deadline: float | None = None
    next_deadline: float | None = None
    """The deadline after a tick."""
    frames: list[tuple[int, Frame]] = field(default_factory=list)
    fails_at: str = ""
    effects: list[Effect] = field(default_factory=lambda: [Cue("received")])
    """Of the frames that come in."""
    link: Any = field(default_factory=lambda: SimpleNamespace(ack_due=None))

    def begin(self) -> list[Effect]:
        self.notes.append(("begin",))
        return [Cue("begin")]

    def receive(self, generation: int, frame: Frame, now: float) -> list[Effect]:
        self.notes.append(("receive", generation, frame))
        if self.fails_at == "receive":
            raise FAULT
        return self.effects

    def outgoing(self) -> list[tuple[int, Frame]]:
        if self.fails_at == "outgoing":
            raise FAULT
        frames, self.frames = self.frames, []
        return frames

    def tick(self, now: float) -> list[Effect]:
        assert self.deadline is not None
        assert self.deadline <= now, "too early"
        self.notes.append(("tick", now - self.deadline))
        self.deadline, self.next_deadline = self.next_deadline, None
        if self.fails_at == "tick":
            raise FAULT
        return [Cue("tick")]


class NotingSocket:
    """Notes each call in a list that all sockets share."""

    def __init__(self, name: str, notes: list[tuple[Any, ...]]) -> None:
        self.name, self.notes = name, notes

    def send(self, frame: Frame) -> None:
        self.notes.append((self.name, "send", frame))

    def close(self, code: int, reason: str) -> None:
        self.notes.append((self.name, "close", code, reason))

    def abort(self) -> None:
        self.notes.append((self.name, "abort"))


class NotingRunner(Runner):
    """Its items are effects, or called; `END` ends it."""

    def __init__(self, trace: Trace | None = None) -> None:
        super().__init__(trace or Trace(None))
        self.notes: list[tuple[Any, ...]] = []
        self.fake = NotingCore(self.notes)
        self.core = cast("Endpoint", self.fake)
        self.over = False
        self.ends: list[Exception | None] = []
        self.sockets = {number: cast("Socket", NotingSocket(f"socket {number}", self.notes)) for number in (1, 2)}

    @property
    def finished(self) -> bool:
        return self.over

    def take(self, item: Any, now: float) -> list[Effect]:
        self.notes.append(("take", item))
        self.over = item is END
        if callable(item):
            item()
        return item if isinstance(item, list) else []

    def perform(self, effect: Effect) -> None:
        self.notes.append(("perform", effect))
        if effect == Cue(self.fake.fails_at):
            raise FAULT

    def ended(self, error: Exception | None) -> None:
        self.ends.append(error)

    @property
    def taken(self) -> list[Any]:
        """What it has taken, in order: items, frames, ticks."""
        return [note[-1] if note[0] != "tick" else "tick" for note in self.notes if note[0] in ("take", "receive", "tick")]

    @property
    def done(self) -> list[tuple[Any, ...]]:
        """What it has done, without what it took."""
        return [note for note in self.notes if note[0] not in ("take", "receive", "tick", "begin") and note != ("perform", Cue("begin"))]


async def settle() -> None:
    """Let the loop run everything that it can run now."""
    for _ in range(10):
        await clock.sleep_until(0)


def run(runner: NotingRunner, *items: object) -> list[tuple[Any, ...]]:
    """What a run with these items did."""

    async def main() -> None:
        for item in (*items, END):
            runner.post(item)
        runner.start()
        await settle()
        assert runner.ends == [None]

    asyncio.run(main())
    return runner.done


SOUND = Feed("s1", 1, 0, b"ab")
"""A frame of sound, as an effect."""
