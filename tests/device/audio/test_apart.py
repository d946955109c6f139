"""Calls that return, fail, come late, or never come."""

from __future__ import annotations

import asyncio
from threading import Event, Lock, Thread, get_ident

import pytest

from tars.device.audio.apart import Call, LeftBehindError, Turn, left_behind, one_at_a_time
from tars.runtime import clock
from tests.in_process import until

pytestmark = pytest.mark.usefixtures("short_pauses")

LONG = 3600.0
SHORT = 0.01
"""Only for what does not return before it has passed."""


def test_what_a_call_returns_or_raises_comes_back() -> None:
    def fail() -> None:
        raise ValueError("no")

    async def run() -> None:
        assert await Call(lambda: 7, closes=False).result(LONG) == 7
        with pytest.raises(ValueError, match="no"):
            await Call(fail, closes=False).result(LONG)

    asyncio.run(run())
    assert not left_behind


def test_a_call_has_the_turn_until_it_has_returned() -> None:
    first, order = Event(), list[str]()

    def take_long() -> None:
        first.wait()
        order.append("first")

    async def run() -> None:
        calls = [asyncio.create_task(Call(work, closes=True).result(LONG)) for work in (take_long, lambda: order.append("second"))]
        await until(lambda: one_at_a_time._holder is not None)
        first.set()
        await asyncio.gather(*calls)

    asyncio.run(run())
    assert order == ["first", "second"]


def test_a_call_that_never_returns_is_left_behind_and_the_next_has_its_turn(never: Event) -> None:
    async def run() -> None:
        with pytest.raises(LeftBehindError):
            await Call(never.wait, closes=True).result(SHORT)
        assert [call.closes for call in left_behind] == [True]
        assert await Call(lambda: "next", closes=False).result(LONG) == "next"

    asyncio.run(run())


def test_a_call_that_waits_for_its_turn_does_not_hang(never: Event) -> None:
    first = Event()

    async def run() -> None:
        holding = asyncio.create_task(Call(first.wait, closes=True).result(LONG))
        await until(lambda: one_at_a_time._holder is not None)
        waiting = asyncio.create_task(Call(never.wait, closes=True).result(0))
        for _ in range(100):
            await clock.sleep_until(0)
        assert not left_behind
        first.set()
        await holding
        with pytest.raises(LeftBehindError):
            await waiting

    asyncio.run(run())


def test_what_comes_too_late_is_given_back_and_does_not_hang_any_more() -> None:
    lets_go, late = Event(), list[str]()

    def come_late() -> str:
        lets_go.wait()
        return "opened"

    async def run() -> None:
        with pytest.raises(LeftBehindError):
            await Call(come_late, closes=False, late=late.append).result(SHORT)
        lets_go.set()
        await until(lambda: not left_behind)

    asyncio.run(run())
    assert late == ["opened"]


def test_a_failure_that_comes_too_late_concerns_nobody() -> None:
    lets_go = Event()

    def fail_late() -> None:
        lets_go.wait()
        raise ValueError("too late")

    async def run() -> None:
        with pytest.raises(LeftBehindError):
            await Call(fail_late, closes=False).result(SHORT)
        lets_go.set()
        await until(lambda: not left_behind)

    asyncio.run(run())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_comes_too_late_and_cannot_be_given_back_does_not_hang_any_more() -> None:
    lets_go = Event()

    def refuse(_: bool) -> None:
        raise OSError("the device is gone")

    async def run() -> None:
        call = Call(lets_go.wait, closes=False, late=refuse)
        with pytest.raises(LeftBehindError):
            await call.result(SHORT)
        lets_go.set()
        call._thread.join()  # what it raised is reported in this test and in no later one
        assert not left_behind

    asyncio.run(run())


def test_a_turn_that_was_taken_away_is_not_given_back_by_its_thread() -> None:
    turn, has_it, lets_go, back = Turn(), Event(), Event(), Event()

    def hold() -> None:
        with turn, turn:
            has_it.set()
            lets_go.wait()
        back.set()

    thread = Thread(target=hold)
    thread.start()
    has_it.wait()
    turn.take_from(thread.ident)
    with turn:
        lets_go.set()
        thread.join()
        assert turn.is_ours(), "and not free for a third one"
    assert back.is_set()
    assert not turn.is_ours()


@pytest.mark.parametrize("began", [True, False], ids=["it hangs", "it waits for its turn"])
def test_a_call_that_nobody_waits_for_any_more_is_left_behind_and_the_next_has_its_turn(never: Event, began: bool) -> None:
    late, first = list[bool](), Event()

    async def run() -> None:
        holding = asyncio.create_task(Call(first.wait, closes=True).result(LONG))
        await until(lambda: one_at_a_time._holder is not None)
        call = Call(never.wait, closes=False, late=late.append)
        waiting = asyncio.create_task(call.result(LONG))
        await until(call._thread.is_alive)
        if began:
            first.set()
            await holding
            await until(lambda: one_at_a_time._holder == call._thread.ident)
        waiting.cancel()
        await asyncio.wait([waiting])
        assert waiting.cancelled()
        assert [call.closes for call in left_behind] == [False]
        if began:
            assert await asyncio.wait_for(Call(lambda: "next", closes=False).result(LONG), 20) == "next"
        never.set()
        first.set()
        await holding
        await until(lambda: not left_behind)

    asyncio.run(run())
    assert late == [True], "what it returns is given back"


class Decided:
    """The lock of a call. When the event loop has let go of it, the call returns before the event loop goes on."""

    def __init__(self, call: Call[None], lets_go: Event) -> None:
        self._call, self._lets_go = call, lets_go
        self._lock = Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        if get_ident() != self._call._thread.ident:
            self._lets_go.set()
            self._call._thread.join()


def test_a_call_that_returns_when_it_was_just_given_up_is_left_behind_all_the_same() -> None:
    lets_go, late = Event(), list[str]()

    def come_late() -> None:
        lets_go.wait()

    async def run() -> None:
        call = Call(come_late, closes=False, late=lambda _: late.append("late"))
        call._deciding = Decided(call, lets_go)  # type: ignore[assignment]
        with pytest.raises(LeftBehindError):
            await asyncio.wait_for(call.result(SHORT), 20)

    asyncio.run(run())
    assert late == ["late"]
    assert not left_behind
