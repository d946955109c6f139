"""How far a reply may be generated ahead of its playback."""

from __future__ import annotations

import asyncio

import pytest

from tars.samples import RATE
from tars.server import reply_pace
from tars.server.reply_pace import AHEAD, ReplyPace
from tests.device.audio.manual_clock import ManualClock

LIMIT = int(AHEAD * RATE)


def new_pace(*, reports_heard: bool = True) -> ReplyPace:
    pace = ReplyPace(reports_heard=reports_heard)
    pace.begin()
    return pace


def test_the_limit_stops_the_reply_until_enough_of_it_was_heard() -> None:
    async def main() -> None:
        pace = new_pace()
        await pace.more_wanted(LIMIT - 1)
        waiting = asyncio.create_task(pace.more_wanted(100))
        for heard in (1, 98):
            pace.heard(heard)
            await asyncio.to_thread(lambda: None)
            assert not waiting.done()
        pace.heard(100)
        await waiting
        assert pace.sent == LIMIT + 99

    asyncio.run(main())


def test_every_reply_begins_at_zero() -> None:
    async def main() -> None:
        pace = new_pace()
        pace.heard(5 * LIMIT)
        await pace.more_wanted(2 * LIMIT)
        pace.begin()
        assert pace.sent == 0
        waiting = asyncio.create_task(pace.more_wanted(LIMIT))
        await asyncio.to_thread(lambda: None)
        assert not waiting.done()
        waiting.cancel()

    asyncio.run(main())


def test_after_release_no_reply_waits() -> None:
    async def main() -> None:
        pace = new_pace()
        waiting = asyncio.create_task(pace.more_wanted(5 * LIMIT))
        await asyncio.to_thread(lambda: None)
        pace.release()
        await waiting
        pace.begin()
        await pace.more_wanted(5 * LIMIT)

    asyncio.run(main())


def test_without_reports_the_clock_stands_for_the_playback(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        monkeypatch.setattr(reply_pace, "clock", time := ManualClock())
        pace = new_pace(reports_heard=False)

        async def generate() -> None:
            while True:
                await pace.more_wanted(RATE)

        generating = asyncio.create_task(generate())
        for passed in (0, 10, 15.5):
            await time.advance(passed)
            # One second more than AHEAD: a second is sent before its playback is waited for.
            assert pace.sent == LIMIT + (int(time.now() - 1000) + 1) * RATE
        generating.cancel()

    asyncio.run(main())
