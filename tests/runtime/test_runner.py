"""What runs one core. Core and sockets are fakes that note each call; the clock is the test's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
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
from tars.runtime.websocket import Socket, SocketDown
from tests.in_process import Steps
from tests.loops import SteeredLoop, pass_time
from tests.loops import run as run_steered

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


# --- order -----------------------------------------------------------------------------------------------------------------------


def test_events_are_taken_one_by_one_in_the_order_of_posting() -> None:
    runner = NotingRunner()
    run(runner, "a", "b", "c")
    assert runner.taken == ["a", "b", "c", END]


def test_an_event_is_taken_soon_and_not_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    async def main() -> None:
        runner.post("before the start")
        await settle()
        assert runner.taken == []
        runner.start()
        assert runner.taken == []
        await settle()
        assert runner.taken == ["before the start"]
        runner.post("after it")
        assert runner.taken == ["before the start"]
        await settle()
        assert runner.taken == ["before the start", "after it"]

    run_steered(main(), monkeypatch)


def test_events_that_wait_are_taken_before_a_frame_and_a_deadline_before_both(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    async def main() -> None:
        runner.fake.deadline = clock.now() + 5
        runner.start()
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SteeredLoop)
        runner.post("button")
        runner.post("signal")
        loop.added += 6  # the loop has not yet come to its timer
        runner.received(1, "frame")
        assert runner.taken == ["tick", "button", "signal", "frame"]
        runner.received(1, "frame 2")
        await settle()
        assert runner.taken == ["tick", "button", "signal", "frame", "frame 2"], "nothing twice"

    run_steered(main(), monkeypatch)


def test_a_deadline_that_has_passed_comes_before_a_frame_and_before_events(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        for take in (lambda runner: runner.received(1, "it"), lambda runner: runner.post("it")):
            runner = NotingRunner()
            runner.fake.deadline = clock.now() - 1
            runner.start()
            take(runner)
            await settle()
            assert runner.taken == ["tick", "it"]

    run_steered(main(), monkeypatch)


def test_a_step_is_over_before_the_next_begins() -> None:
    """Also when the step itself posts an event, or hands over a frame that came in meanwhile."""
    runner = NotingRunner()

    def post_more() -> None:
        runner.post("more")
        runner.fake.frames = [(1, "reply")]

    run(runner, post_more, [Cue("next")])
    assert [note for note in runner.notes if note[0] != "begin"][1:] == [
        ("take", post_more),
        ("socket 1", "send", "reply"),
        ("take", [Cue("next")]),
        ("perform", Cue("next")),
        ("take", END),
    ]


def test_an_event_that_a_frame_causes_comes_before_the_next_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    async def main() -> None:
        runner.start()
        runner.post(lambda: runner.post("caused"))
        runner.received(1, "frame 1")
        runner.received(1, "frame 2")
        assert runner.taken[1:] == ["frame 1", "caused", "frame 2"]

    run_steered(main(), monkeypatch)


def test_other_callbacks_run_between_many_events(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()
    between: list[int] = []

    def other() -> None:
        between.append(len(runner.taken))
        if len(between) < 5:
            asyncio.get_running_loop().call_soon(other)

    async def main() -> None:
        runner.start()
        for number in range(3 * AT_ONCE):
            runner.post(number)
        other()
        await settle()
        assert between == [0, AT_ONCE, 2 * AT_ONCE, 3 * AT_ONCE, 3 * AT_ONCE]
        assert runner.taken == list(range(3 * AT_ONCE))

    run_steered(main(), monkeypatch)


def test_an_event_that_posts_itself_again_does_not_hold_up_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    def again() -> None:
        runner.post(again)

    async def main() -> None:
        runner.start()
        runner.post(again)
        await settle()
        count = len(runner.taken)
        runner.received(1, "frame")
        assert runner.taken[-1] == "frame"
        assert len(runner.taken) == count + 2
        runner.post(END)
        await settle()

    run_steered(main(), monkeypatch)


# --- what a step does ------------------------------------------------------------------------------------------------------------


def test_a_start_begins_the_core_and_does_what_that_causes() -> None:
    runner = NotingRunner()
    run(runner)
    assert runner.notes == [("begin",), ("perform", Cue("begin")), ("take", END)]


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

    def send() -> None:
        runner.fake.frames = [(1, "for nobody")]

    assert run(runner, [AbortSocket(1), AbortSocket(1)], [CloseSocket(1, 1000, "")], send) == [("socket 1", "abort")]


def test_other_effects_are_left_to_the_program() -> None:
    assert run(NotingRunner(), [Cue("chime")]) == [("perform", Cue("chime"))]


SOUND = Feed("s1", 1, 0, b"ab")


def test_sound_is_passed_on_with_what_has_to_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    async def main() -> None:
        runner.start()
        runner.notes.clear()
        runner.fake.effects, runner.fake.frames = [SOUND], [(1, "ack")]
        runner.received(1, b"sound")
        assert runner.notes == [("receive", 1, b"sound"), ("perform", SOUND), ("socket 1", "send", "ack")]

    run_steered(main(), monkeypatch)


@pytest.mark.parametrize("effects", [[CloseSocket(1, 1008, "half a sample")], [SOUND, Cue("chime")]], ids=["refused", "with more"])
def test_a_frame_of_sound_that_moves_a_machine_is_a_whole_step(effects: list[Effect], monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    async def main() -> None:
        runner.start()
        runner.fake.effects, runner.over = effects, True
        runner.received(1, b"sound")
        assert runner.ends == [None]

    run_steered(main(), monkeypatch)


def test_a_fault_with_sound_ends_the_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    class Deaf(NotingRunner):
        def perform(self, effect: Effect) -> None:
            if effect is SOUND:
                raise FAULT

    runner = Deaf()

    async def main() -> None:
        runner.start()
        runner.fake.effects = [SOUND]
        runner.received(1, b"sound")
        assert runner.ends == [FAULT]

    run_steered(main(), monkeypatch)


def test_the_end_of_a_socket_is_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    runner, down = NotingRunner(), SocketDown(1, "the connection broke", opened=True)

    async def main() -> None:
        runner.start()
        runner.received(1, "last words")
        runner.closed(down)
        await settle()
        assert runner.taken == ["last words", down]

    run_steered(main(), monkeypatch)


# --- time ------------------------------------------------------------------------------------------------------------------------


def test_a_deadline_is_met_and_not_early_and_so_is_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    async def main() -> None:
        runner.fake.deadline = clock.now() + 5
        runner.fake.next_deadline = clock.now() + 7
        runner.start()
        await pass_time(4.9)
        assert runner.taken == []
        await pass_time(0.2)
        assert runner.taken == ["tick"]
        await pass_time(1.8)
        assert runner.taken == ["tick"]
        await pass_time(0.2)
        assert runner.taken == ["tick", "tick"]
        await pass_time(100)
        assert runner.taken == ["tick", "tick"], "there is no deadline any more"
        assert runner.done == [("perform", Cue("tick"))] * 2

    run_steered(main(), monkeypatch)


def moved(runner: NotingRunner, to: float | None) -> Callable[[], None]:
    """An event that moves the deadline of the core."""

    def move() -> None:
        runner.fake.deadline = to

    return move


@pytest.mark.parametrize("by", ["an event", "a frame"])
def test_a_deadline_that_is_moved_nearer_is_met(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    async def main() -> None:
        runner.fake.deadline = clock.now() + 1000
        runner.start()
        if by == "an event":
            runner.post(moved(runner, clock.now() + 5))
        else:
            runner.fake.deadline = clock.now() + 5
            runner.received(1, "frame")
        await settle()
        await pass_time(4.9)
        assert "tick" not in runner.taken
        await pass_time(0.2)
        assert runner.taken[-1] == "tick"

    run_steered(main(), monkeypatch)


@pytest.mark.parametrize("later", [1000.0, None])
def test_a_deadline_that_is_moved_away_is_not_met_at_its_old_time(later: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    async def main() -> None:
        began = clock.now()
        runner.fake.deadline = began + 5
        runner.start()
        runner.post(moved(runner, None if later is None else began + later))
        await settle()
        await pass_time(100)
        assert "tick" not in runner.taken
        await pass_time(901)
        assert ("tick" in runner.taken) == (later is not None)

    run_steered(main(), monkeypatch)


def test_a_timer_that_the_loop_calls_a_little_early_waits_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of uvloop counts in milliseconds."""
    runner = NotingRunner()

    async def main() -> None:
        steered = clock.now
        behind = 0.001
        monkeypatch.setattr(clock, "now", lambda: steered() - behind)
        runner.fake.deadline = clock.now() + 5
        runner.start()
        behind = 0.5
        await pass_time(5.01)
        assert runner.taken == [], "by the clock of the core it is not yet time"
        await pass_time(0.5)
        assert runner.taken == ["tick"]

    run_steered(main(), monkeypatch)


def test_while_frames_come_the_deadline_is_kept_and_costs_no_new_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link is alive as long as something comes in: each frame moves its deadline away."""
    runner = NotingRunner()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        made = 0
        call_later = loop.call_later

        def counting(*args: Any, **kwargs: Any) -> asyncio.TimerHandle:
            nonlocal made
            made += 1
            return call_later(*args, **kwargs)

        monkeypatch.setattr(loop, "call_later", counting)
        runner.fake.deadline = clock.now() + 3
        runner.start()
        for _ in range(1000):
            await pass_time(0.08)
            runner.fake.deadline = clock.now() + 3
            runner.received(1, "sound")
        assert "tick" not in runner.taken
        assert made < 100
        await pass_time(2.9)
        assert "tick" not in runner.taken
        await pass_time(0.2)
        assert runner.taken[-1] == "tick"

    run_steered(main(), monkeypatch)


def test_the_acknowledgement_of_sound_is_not_late(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        for deadline in (None, 1000.0):
            runner = NotingRunner()
            runner.fake.deadline = None if deadline is None else clock.now() + deadline
            runner.fake.effects = [SOUND]
            runner.start()
            runner.fake.deadline = runner.fake.link.ack_due = clock.now() + 5
            runner.received(1, b"sound")
            await pass_time(4.9)
            assert "tick" not in runner.taken
            await pass_time(0.2)
            assert runner.taken[-1] == "tick"

    run_steered(main(), monkeypatch)


# --- the end ---------------------------------------------------------------------------------------------------------------------


def test_nothing_is_taken_after_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    async def main() -> None:
        runner.start()
        runner.fake.deadline = clock.now() + 5
        for item in ("a", END, "b"):
            runner.post(item)
        await settle()
        runner.post("c")
        runner.received(1, "frame")
        runner.closed(SocketDown(1, "gone", opened=True))
        await pass_time(10)
        assert runner.taken == ["a", END]
        assert runner.ends == [None], "it ends once"

    run_steered(main(), monkeypatch)


def test_a_core_that_is_finished_at_once_ends_the_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()
    runner.over = True

    async def main() -> None:
        runner.post("a")
        runner.start()
        assert runner.ends == [None]
        await settle()
        assert runner.taken == []

    run_steered(main(), monkeypatch)


def test_a_frame_or_a_deadline_may_be_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        for way in ("frame", "deadline"):
            runner = NotingRunner()
            runner.start()
            runner.over = True
            if way == "frame":
                runner.received(1, "frame")
            else:
                runner.over = False
                runner.fake.deadline = clock.now() + 5
                runner.received(1, "frame")
                runner.over = True
                await pass_time(6)
            assert runner.ends == [None], way

    run_steered(main(), monkeypatch)


@pytest.mark.parametrize("where", ["take", "receive", "tick", "outgoing", "received"])
def test_a_fault_in_a_step_ends_the_runner_and_nothing_after_it_is_taken(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`received`: the fault is in carrying out the effect of that name."""
    runner = NotingRunner()

    def fail() -> None:
        raise FAULT

    async def main() -> None:
        runner.start()
        runner.post("good")
        await settle()
        if where == "take":
            runner.post(fail)
            runner.post("left")
        elif where == "tick":
            runner.fake.deadline = clock.now() + 5
            runner.received(1, "frame")
            runner.fake.fails_at = where
            await pass_time(6)
        else:
            runner.fake.fails_at = where
            runner.received(1, "frame")
        await settle()
        assert runner.ends == [FAULT]
        runner.fake.fails_at = ""
        taken = len(runner.taken)
        runner.post("too late")
        runner.received(1, "too late")
        await pass_time(10)
        assert len(runner.taken) == taken
        assert runner.ends == [FAULT]
        assert runner.stop_taking() == (["left", "too late"] if where == "take" else ["too late"])

    run_steered(main(), monkeypatch)


def test_a_frame_after_an_event_that_failed_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    def fail() -> None:
        raise FAULT

    async def main() -> None:
        runner.start()
        runner.post(fail)
        runner.received(1, "frame")
        assert runner.taken == [fail]
        assert runner.ends == [FAULT]

    run_steered(main(), monkeypatch)


def test_who_stops_a_runner_gets_what_it_has_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    async def main() -> None:
        runner.fake.deadline = clock.now() + 5
        runner.start()
        runner.post("a")
        assert runner.stop_taking() == ["a"]
        runner.received(1, "frame")
        await pass_time(6)
        assert runner.taken == []
        assert runner.ends == [], "who stops it knows"

    run_steered(main(), monkeypatch)


# --- trace and log ---------------------------------------------------------------------------------------------------------------


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


def test_a_step_is_in_the_trace_before_its_message_is_sent() -> None:
    order: list[str] = []

    class Noting(Steps):
        def write(self, traced: Traced) -> None:
            order.append("trace")

    step = Traced("device", "kitchen", "session", "ring", {}, "LISTENING", "LISTENING", {}, "taken")

    class Sent(NotingSocket):
        def send(self, frame: Frame) -> None:
            order.append("send")

    class Sending(NotingRunner):
        def take(self, item: Any, now: float) -> list[Effect]:
            if item is not END:
                self.fake.frames = [(1, "message")]
            return super().take(item, now)

    runner = Sending(Noting())
    runner.sockets[1] = cast("Socket", Sent("", []))
    run(runner, [step])
    assert order == ["trace", "send"]
