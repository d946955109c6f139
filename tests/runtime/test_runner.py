"""What runs one core: the order in which it takes things, and what a step does."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

import pytest

from tars.core.codec import Frame
from tars.core.effects import AbortSocket, CloseSocket, Cue, Effect, Traced
from tars.runtime import clock
from tars.runtime.receiver import SocketDown
from tars.runtime.runner import AT_ONCE
from tars.runtime.websocket import Socket
from tests.in_process import Steps
from tests.loops import SteeredLoop
from tests.loops import run as run_steered
from tests.runtime.noting import END, FAULT, SOUND, NotingRunner, NotingSocket, run, settle

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


@pytest.mark.parametrize("what", ["an event", "a frame"])
def test_a_deadline_that_has_passed_comes_before_what_waits(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    async def main() -> None:
        runner.fake.deadline = clock.now() - 1
        runner.start()
        if what == "a frame":
            runner.received(1, what)
        else:
            runner.post(what)
        await settle()
        assert runner.taken == ["tick", what]

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
