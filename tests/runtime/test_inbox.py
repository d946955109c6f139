"""The order in which items are taken, and which links wait."""

from __future__ import annotations

import asyncio

from tars.runtime import clock
from tars.runtime.inbox import CREDIT, Inbox
from tests.in_process import until


def take_all(inbox: Inbox) -> list[object]:
    items = []
    while (item := inbox.take()) is not None:
        items.append(item)
    return items


def test_events_of_the_program_are_taken_before_all_frames() -> None:
    async def run() -> None:
        inbox = Inbox()
        put = inbox.link()
        await put("frame 1")
        await put("frame 2")
        inbox.post("button")
        inbox.post("signal")
        assert take_all(inbox) == ["button", "signal", "frame 1", "frame 2"]

    asyncio.run(run())


def test_a_link_waits_for_its_own_credit_only() -> None:
    async def run() -> None:
        inbox, said = Inbox(), []

        async def flood() -> None:
            put = inbox.link()
            for number in range(10 * CREDIT):
                await put(number)
                said.append(number)

        flooding = asyncio.create_task(flood())
        await until(lambda: len(said) == CREDIT)
        for _ in range(100):
            inbox.post("own events are not counted")
        async with asyncio.timeout(1):
            await inbox.link()("another socket")
        assert len(said) == CREDIT
        taken = []
        while not flooding.done() or not inbox.empty:
            await inbox.wait()
            taken.append(inbox.take())
            await clock.sleep_until(0)
        assert taken[100:][CREDIT] == "another socket"
        assert [item for item in taken if isinstance(item, int)] == list(range(10 * CREDIT))

    asyncio.run(run())


def test_an_event_and_a_frame_both_end_the_waiting() -> None:
    async def run() -> None:
        inbox = Inbox()
        for wake in (lambda: inbox.post("own"), lambda: asyncio.ensure_future(inbox.link()("frame"))):
            waiting = asyncio.create_task(inbox.wait())
            await until(lambda: True)
            assert not waiting.done()
            wake()
            await asyncio.wait_for(waiting, 1)
            assert inbox.take() is not None

    asyncio.run(run())


def test_after_the_end_no_link_waits_and_nothing_is_kept() -> None:
    async def run() -> None:
        inbox = Inbox()

        async def flood() -> None:
            put = inbox.link()
            for number in range(10 * CREDIT):
                await put(number)

        flooding = asyncio.create_task(flood())
        await until(lambda: not inbox.empty)
        inbox.post("greeting")
        assert inbox.close() == ["greeting"]
        await asyncio.wait_for(flooding, 1)
        inbox.post("too late")
        assert inbox.empty

    asyncio.run(run())
