"""The loop around one core. Core and sockets are fakes that note each call."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from tars.core.codec import Frame
from tars.core.effects import AbortSocket, CloseSocket, Cue, Effect, Traced
from tars.core.endpoint import Endpoint
from tars.runtime import clock
from tars.runtime.runner import Runner
from tars.runtime.trace import Trace
from tars.runtime.websocket import Socket
from tests.in_process import Steps, until

END = object()


@dataclass
class NotingCore:
    """Returns what the test has set."""

    deadline: float | None = None
    frames: list[tuple[int, Frame]] = field(default_factory=list)
    ticks: list[float] = field(default_factory=list)

    def begin(self) -> list[Effect]:
        return []

    def outgoing(self) -> list[tuple[int, Frame]]:
        frames, self.frames = self.frames, []
        return frames

    def tick(self, now: float) -> list[Effect]:
        self.ticks.append(now)
        self.deadline = None
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
    """Its items are effects; `END` ends it."""

    def __init__(self, trace: Trace | None = None) -> None:
        super().__init__(trace or Trace(None))
        self.fake = NotingCore()
        self.core = cast("Endpoint", self.fake)
        self.notes: list[tuple[Any, ...]] = []
        self.over = False
        self.sockets = {number: cast("Socket", NotingSocket(f"socket {number}", self.notes)) for number in (1, 2)}

    @property
    def finished(self) -> bool:
        return self.over

    def take(self, item: Any, now: float) -> list[Effect]:
        self.notes.append(("take", item))
        self.over = item is END
        return item if isinstance(item, list) else []

    def perform(self, effect: Effect) -> None:
        self.notes.append(("perform", effect))


def run(runner: NotingRunner, *items: object) -> list[tuple[Any, ...]]:
    """The notes of a run with these items, without the takes."""
    for item in (*items, END):
        runner.post(item)
    asyncio.run(runner.run())
    return [note for note in runner.notes if note[0] != "take"]


def test_items_are_taken_one_by_one_in_the_order_of_posting() -> None:
    runner = NotingRunner()
    run(runner, "a", "b", "c")
    assert runner.notes == [("take", "a"), ("take", "b"), ("take", "c"), ("take", END)]


def test_nothing_is_taken_after_the_end() -> None:
    runner = NotingRunner()
    runner.over = True
    assert run(runner, "a") == []
    assert runner.notes == []


def test_frames_go_out_before_their_socket_is_closed() -> None:
    runner = NotingRunner()
    runner.fake.frames = [(1, "last"), (1, b"words"), (2, "to another")]
    assert run(runner, [CloseSocket(1, 1001, "goodbye")]) == [
        ("socket 1", "send", "last"),
        ("socket 1", "send", b"words"),
        ("socket 2", "send", "to another"),
        ("socket 1", "close", 1001, "goodbye"),
    ]
    assert list(runner.sockets) == [2]


def test_an_aborted_socket_gets_nothing_more() -> None:
    runner = NotingRunner()
    assert run(runner, [AbortSocket(1), AbortSocket(1)], [CloseSocket(1, 1000, "")]) == [("socket 1", "abort")]
    runner.over = False
    runner.fake.frames = [(1, "for nobody")]
    assert run(runner, []) == [("socket 1", "abort")]


def test_other_effects_are_left_to_the_program() -> None:
    assert run(NotingRunner(), [Cue("chime")]) == [("perform", Cue("chime"))]


def test_a_deadline_that_has_passed_comes_before_waiting_items() -> None:
    runner = NotingRunner()
    runner.fake.deadline = clock.now() - 1
    run(runner, "a")
    assert runner.notes == [("perform", Cue("tick")), ("take", "a"), ("take", END)]


def test_a_deadline_without_other_items_is_met_and_not_early() -> None:
    runner = NotingRunner()
    due = runner.fake.deadline = clock.now() + 0.05

    async def main() -> None:
        running = asyncio.create_task(runner.run())
        await until(lambda: runner.fake.ticks)
        runner.post(END)
        await running

    asyncio.run(main())
    (ticked,) = runner.fake.ticks
    assert ticked >= due


def test_a_deadline_that_an_item_moves_forward_is_met() -> None:
    runner = NotingRunner()
    runner.fake.deadline = clock.now() + 1000

    async def main() -> None:
        running = asyncio.create_task(runner.run())
        await until(lambda: not runner.notes)
        runner.fake.deadline = clock.now()
        runner.post("something that brought it nearer")
        await until(lambda: runner.fake.ticks)
        runner.post(END)
        await running

    asyncio.run(main())


def test_every_step_is_traced_and_what_matters_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    steps = Steps()
    moved = Traced("device", "kitchen", "session", "hotword", {}, "LISTENING", "HOTWORD_DETECTED", {}, "taken", session="s1")
    stayed = Traced("device", "kitchen", "session", "ring", {}, "LISTENING", "LISTENING", {}, "taken")
    forbidden = Traced("device", "kitchen", "turn", "fresh", {}, "NO_TURN", "NO_TURN", {}, "forbidden")
    refused = Traced("device", "kitchen", None, "refused", {"reason": "half a sample"})
    everything = [moved, stayed, forbidden, refused]
    with caplog.at_level(logging.INFO, "tars"):
        run(NotingRunner(steps), list(everything))
    assert steps.taken == everything
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "session LISTENING -> HOTWORD_DETECTED"),
        ("ERROR", "turn forbids fresh in NO_TURN"),
        ("ERROR", "link refused"),
    ]
