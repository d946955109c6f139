"""What runs one core: its deadlines, and how it ends."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from tars.core.effects import Cue
from tars.runtime import clock
from tars.runtime.receiver import SocketDown
from tests.loops import pass_time
from tests.loops import run as run_steered
from tests.runtime.noting import END, FAULT, SOUND, NotingRunner, settle

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


def test_a_runner_that_is_stopped_within_its_own_step_does_not_end_by_itself_too(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NotingRunner()

    def stop() -> None:
        runner.stop_taking()
        runner.over = True

    async def main() -> None:
        runner.start()
        runner.post(stop)
        runner.received(1, "frame")
        await settle()
        assert runner.taken == [stop]
        assert runner.ends == []

    run_steered(main(), monkeypatch)


def test_a_runner_that_is_stopped_is_freed_long_before_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        runner = NotingRunner()
        runner.fake.deadline = clock.now() + 1000
        runner.start()
        runner.stop_taking()
        stopped = weakref.ref(runner)
        del runner
        await settle()
        gc.collect()
        assert stopped() is None

    run_steered(main(), monkeypatch)
