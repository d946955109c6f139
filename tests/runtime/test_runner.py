"""The runner around one core. Core and sockets are fakes that note each call."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tars.core.codec import Frame
from tars.core.effects import AbortSocket, CloseSocket, Cue, Effect, Feed, Traced
from tars.core.endpoint import Endpoint
from tars.runtime import clock
from tars.runtime.runner import AT_ONCE, Runner
from tars.runtime.trace import Trace
from tars.runtime.websocket import Socket
from tests.in_process import Steps, until

END = object()
"""Ends the runner."""


@dataclass
class NotingCore:
    """Returns what the test has set."""

    notes: list[tuple[Any, ...]]
    deadline: float | None = None
    frames: list[tuple[int, Frame]] = field(default_factory=list)
    ticks: list[float] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    """Of the frames that come in."""
    link: Any = field(default_factory=lambda: SimpleNamespace(ack_due=None))

    def begin(self) -> list[Effect]:
        return []

    def outgoing(self) -> list[tuple[int, Frame]]:
        frames, self.frames = self.frames, []
        return frames

    def receive(self, generation: int, frame: Frame, now: float) -> list[Effect]:
        self.notes.append(("receive", generation, frame))
        if frame == "fault":
            raise ZeroDivisionError
        return self.effects

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
    """Its events are lists of effects, functions to call, or anything else; `END` ends it."""

    def __init__(self, trace: Trace | None = None) -> None:
        super().__init__(trace or Trace(None))
        self.notes: list[tuple[Any, ...]] = []
        self.fake = NotingCore(self.notes)
        self.core = cast("Endpoint", self.fake)
        self.over = False
        self.end: list[Exception | None] = []
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

    def ended(self, error: Exception | None) -> None:
        self.end.append(error)


def run(runner: NotingRunner, *items: object) -> list[tuple[Any, ...]]:
    """The notes of a run with these events, without the takes."""
    for item in (*items, END):
        runner.post(item)

    async def story() -> None:
        runner.start()
        await until(lambda: runner.end)

    asyncio.run(story())
    assert runner.end == [None]
    return [note for note in runner.notes if note[0] != "take"]


def tell(runner: NotingRunner, story: Callable[[], Awaitable[None]]) -> None:
    """Start the runner, and let the story go on."""

    async def main() -> None:
        runner.start()
        await story()
        runner.stop_taking()

    asyncio.run(main())


# --- what is taken, and when -----------------------------------------------------------------------------------------------------


def test_events_are_taken_one_by_one_in_the_order_of_posting() -> None:
    runner = NotingRunner()
    run(runner, "a", "b", "c")
    assert runner.notes == [("take", "a"), ("take", "b"), ("take", "c"), ("take", END)]


def test_nothing_is_taken_after_the_end() -> None:
    runner = NotingRunner()
    runner.over = True
    assert run(runner, "a") == []
    assert runner.notes == []
    runner.received(1, "late")
    runner.take_events()
    assert runner.notes == []


def test_posting_takes_nothing_at_once_not_even_from_a_step() -> None:
    runner = NotingRunner()

    async def story() -> None:
        runner.post(lambda: runner.post("second"))
        assert runner.notes == []
        await until(lambda: ("take", "second") in runner.notes)
        assert len(runner.notes) == 2

    tell(runner, story)


def test_a_frame_is_taken_at_once_and_after_the_events_that_wait() -> None:
    runner = NotingRunner()

    async def story() -> None:
        runner.received(1, "alone")
        runner.post("event")
        runner.received(2, b"sound")
        assert runner.notes == [("receive", 1, "alone"), ("take", "event"), ("receive", 2, b"sound")]

    tell(runner, story)


def test_many_events_let_others_have_their_turn() -> None:
    runner = NotingRunner()
    taken: list[int] = []

    async def story() -> None:
        for number in range(3 * AT_ONCE):
            runner.post(number)
        while len(runner.notes) < 3 * AT_ONCE:
            await clock.sleep_until(0)
            taken.append(len(runner.notes))
        assert {AT_ONCE, 2 * AT_ONCE, 3 * AT_ONCE} <= set(taken)

    tell(runner, story)


@pytest.mark.parametrize("how", ["an event", "a frame"])
def test_a_fault_ends_the_runner_with_its_error_and_raises_nothing(how: str) -> None:
    runner = NotingRunner()

    def fault() -> None:
        raise ZeroDivisionError

    async def story() -> None:
        if how == "a frame":
            runner.received(1, "fault")
        else:
            runner.post(fault)
        runner.post("late")
        await until(lambda: runner.end)
        assert [type(error) for error in runner.end] == [ZeroDivisionError]
        assert ("take", "late") not in runner.notes
        assert runner.stop_taking() == ["late"]

    tell(runner, story)


# --- effects ---------------------------------------------------------------------------------------------------------------------


def test_frames_go_out_before_their_socket_is_closed() -> None:
    runner = NotingRunner()
    runner.fake.frames = []

    def speak() -> None:
        runner.fake.frames = [(1, "last"), (1, b"words"), (2, "to another")]

    class Last(list[Effect]):
        def __call__(self) -> None:
            speak()

    assert run(runner, Last([CloseSocket(1, 1001, "goodbye")])) == [
        ("socket 1", "send", "last"),
        ("socket 1", "send", b"words"),
        ("socket 2", "send", "to another"),
        ("socket 1", "close", 1001, "goodbye"),
    ]
    assert list(runner.sockets) == [2]


def test_an_aborted_socket_gets_nothing_more() -> None:
    runner = NotingRunner()

    def speak() -> None:
        runner.fake.frames = [(1, "for nobody")]

    assert run(runner, [AbortSocket(1), AbortSocket(1)], [CloseSocket(1, 1000, "")], speak) == [("socket 1", "abort")]


def test_other_effects_are_left_to_the_program() -> None:
    assert run(NotingRunner(), [Cue("chime")]) == [("perform", Cue("chime"))]


def test_sound_is_passed_on_with_what_has_to_be_sent() -> None:
    runner = NotingRunner()
    sound = Feed("s1", 1, 0, b"ab")

    async def story() -> None:
        runner.fake.effects, runner.fake.frames = [sound], [(1, "ack")]
        runner.received(1, b"sound")
        assert runner.notes == [("receive", 1, b"sound"), ("perform", sound), ("socket 1", "send", "ack")]

    tell(runner, story)


@pytest.mark.parametrize("effects", [[CloseSocket(1, 1008, "half a sample")], [Feed("s1", 1, 0, b"ab"), Cue("chime")]])
def test_a_frame_of_sound_that_moves_a_machine_is_a_whole_step(effects: list[Effect]) -> None:
    runner = NotingRunner()

    async def story() -> None:
        runner.fake.effects, runner.over = effects, True
        runner.received(1, b"sound")
        assert runner.end == [None]

    tell(runner, story)


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


# --- time ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["an event", "a frame"])
def test_a_deadline_that_has_passed_comes_before_what_waits(what: str) -> None:
    runner = NotingRunner()
    runner.fake.deadline = clock.now() - 1

    async def story() -> None:
        if what == "a frame":
            runner.received(1, "frame")
        else:
            runner.post("event")
            await until(lambda: ("take", "event") in runner.notes)
        assert runner.notes[0] == ("perform", Cue("tick"))
        assert len(runner.notes) == 2

    tell(runner, story)


def test_a_deadline_is_met_and_not_early() -> None:
    runner = NotingRunner()
    due = runner.fake.deadline = clock.now() + 0.05

    async def story() -> None:
        await until(lambda: runner.fake.ticks)

    tell(runner, story)
    (ticked,) = runner.fake.ticks
    assert ticked >= due


def test_a_deadline_that_a_step_moves_nearer_is_met() -> None:
    runner = NotingRunner()
    runner.fake.deadline = clock.now() + 1000

    async def story() -> None:
        runner.fake.deadline = clock.now()
        runner.post("something that brought it nearer")
        await until(lambda: runner.fake.ticks)

    tell(runner, story)


def test_a_deadline_that_a_step_moves_away_is_not_met_before() -> None:
    runner = NotingRunner()
    runner.fake.deadline = clock.now() + 0.01

    async def story() -> None:
        due = runner.fake.deadline = clock.now() + 0.05
        runner.post("something that moved it away")
        await until(lambda: runner.fake.ticks)
        assert runner.fake.ticks[0] >= due

    tell(runner, story)


def test_the_acknowledgement_of_sound_is_not_late() -> None:
    runner = NotingRunner()
    runner.fake.deadline = clock.now() + 1000

    async def story() -> None:
        runner.fake.deadline = runner.fake.link.ack_due = clock.now() + 0.01
        runner.received(1, b"sound")
        await until(lambda: runner.fake.ticks)

    tell(runner, story)
