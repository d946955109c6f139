from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest

from tars.core.effects import ANSWERED, SPOKEN
from tars.errors import ConfigError
from tars.runtime import clock
from tars.server.memory_store import MemoryStore
from tars.server.push.announcements import FAILED, IMPOSSIBLE, WITHDRAWN, Announcement, Announcements, session_for
from tars.server.push.queue import MOST_ATTEMPTS, AnnouncementQueue
from tests.in_process import until

Result = TypeVar("Result")


class Bench:
    """A queue that watches a store, and which devices it was offered to."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self.store = MemoryStore()
        self.rows = Announcements(self.store)
        self.offered: list[str] = []
        self.locked = False
        self.withdrawn: list[Announcement] = []
        self.queue = AnnouncementQueue(self.store, self.work, tasks, self.offered.append, self.withdrawn.append)

    async def work(self, use: Callable[[], Result]) -> Result:
        if self.locked:
            raise ConfigError("locked")
        return use()

    async def add(self, device: str = "kitchen", text: str = "Dinner.", seconds: float = 60) -> Announcement:
        """A command adds one; returns once the queue has seen it."""
        count = len(self.offered)
        made = self.rows.add(device, text, seconds, asks=False)
        await until(lambda: len(self.offered) > count)
        return made

    async def outcome(self, announcement: Announcement) -> str:
        """What the store knows of it, once it has ended."""
        await until(lambda: (found := self.rows.find(announcement.id)) is not None and found.outcome)
        found = self.rows.find(announcement.id)
        return found.outcome if found else ""


@asynccontextmanager
async def running() -> AsyncIterator[Bench]:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        watching = tasks.create_task(bench.queue.watch())
        yield bench
        watching.cancel()


def test_what_commands_add_is_offered_once_the_oldest_first() -> None:
    async def main() -> None:
        async with running() as bench:
            first = await bench.add()
            second = await bench.add(text="Now.")
            assert bench.offered == ["kitchen", "kitchen"]
            assert bench.queue.next_for("kitchen") == first
            assert bench.queue.next_for("bath") is None
            bench.queue.end_in("kitchen", session_for(first), SPOKEN, "")
            assert bench.queue.next_for("kitchen") == second
            assert await bench.outcome(first) == SPOKEN
            await bench.add("bath")
            assert bench.offered == ["kitchen", "kitchen", "bath"], "a reading offers what is new, and nothing else"

    asyncio.run(main())


def test_what_has_ended_here_does_not_come_back_from_a_store_that_does_not_know_yet() -> None:
    async def main() -> None:
        async with running() as bench:
            made = await bench.add()
            bench.locked = True
            bench.queue.end(made, SPOKEN)
            bench.queue.end(made, FAILED)
            await asyncio.to_thread(lambda: None)
            bench.locked = False
            await bench.add(text="Now.")
            left = bench.queue.next_for("kitchen")
            assert left is not None
            assert left.text == "Now."

    asyncio.run(main())


def test_an_id_that_comes_again_when_the_store_has_forgotten_it_is_offered_again() -> None:
    async def main() -> None:
        async with running() as bench:
            first = bench.rows.add("kitchen", "Dinner.", 60, asks=False, key="door")
            await until(lambda: bench.offered)
            for _ in range(MOST_ATTEMPTS):
                bench.queue.of_session("kitchen", session_for(first))
            bench.queue.end_in("kitchen", session_for(first), SPOKEN, "")
            await bench.outcome(first)
            bench.rows.delete([first.id])
            await bench.add("bath")
            again = bench.rows.add("kitchen", "Dinner.", 60, asks=False, key="door")
            assert again.id == first.id
            await until(lambda: len(bench.offered) == 3)
            assert bench.queue.next_for("kitchen") == again
            assert bench.queue.of_session("kitchen", session_for(again)) == again, "its attempts are counted anew"

    asyncio.run(main())


def test_what_waits_for_a_device_that_gets_another_name_is_offered_to_that_one() -> None:
    async def main() -> None:
        async with running() as bench:
            bench.store.add_key("kitchen", "hash")
            made = await bench.add()
            bench.store.rename_key("kitchen", "hall")
            await until(lambda: bench.offered == ["kitchen", "hall"])
            assert bench.queue.next_for("kitchen") is None
            renamed = bench.queue.next_for("hall")
            assert renamed is not None
            assert renamed.id == made.id

    asyncio.run(main())


def test_what_somebody_else_has_ended_is_withdrawn_and_what_is_expired_or_ended_here_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with running() as bench:
            withdrawn, deleted, spoken = [await bench.add(text=text) for text in ("One.", "Two.", "Three.")]
            expired = await bench.add(text="Four.", seconds=30)
            bench.queue.end_in("kitchen", session_for(spoken), SPOKEN, "")
            monkeypatch.setattr(clock, "wall", lambda: expired.until + 1)
            bench.rows.end(withdrawn.id, WITHDRAWN)
            bench.rows.delete([deleted.id])
            await bench.add("bath")
            assert bench.withdrawn == [withdrawn, deleted]

    asyncio.run(main())


def test_what_expires_while_it_is_spoken_or_answered_is_still_heard_answered_or_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with running() as bench:
            heard, answered, withdrawn = [await bench.add(text=text, seconds=30) for text in ("One.", "Two?", "Three?")]
            assert bench.queue.of_session("kitchen", session_for(answered)) == answered
            monkeypatch.setattr(clock, "wall", lambda: withdrawn.until + 1)
            await bench.add("bath")
            assert bench.queue.next_for("kitchen") is None
            bench.queue.end_in("kitchen", session_for(heard), SPOKEN, "")
            bench.queue.end(answered, ANSWERED, "Yes.")
            assert bench.queue.is_being_noted(answered), "whoever waits for the answer must not be told that it is expired"
            assert (await bench.outcome(heard), await bench.outcome(answered)) == (SPOKEN, ANSWERED)
            bench.rows.end(withdrawn.id, WITHDRAWN)
            await until(lambda: bench.withdrawn == [withdrawn])

    asyncio.run(main())


def test_the_next_server_offers_nothing_that_has_expired_and_awaits_the_answer_of_what_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with running() as bench, asyncio.TaskGroup() as tasks:
            made = await bench.add(seconds=30)
            monkeypatch.setattr(clock, "wall", lambda: made.until + 1)
            offered: list[str] = []
            following = AnnouncementQueue(bench.store, bench.work, tasks, offered.append)
            await following.read()
            assert offered == []
            assert following.of_session("kitchen", session_for(made)) is None
            assert following.of_session("kitchen", session_for(made), spoken_before=True) == made

    asyncio.run(main())


def test_a_session_has_its_announcement_on_its_own_device_and_in_time() -> None:
    async def main() -> None:
        async with running() as bench:
            made = await bench.add(seconds=60)
            session = session_for(made)
            assert bench.queue.of_session("bath", session) is None
            bench.queue.end_in("bath", session, SPOKEN, "")
            assert bench.queue.of_session("kitchen", "another") is None
            assert bench.queue.of_session("kitchen", session) == made
            clock_wall = clock.wall
            try:
                clock.wall = lambda: made.until
                assert bench.queue.of_session("kitchen", session) is None
                assert bench.queue.next_for("kitchen") is None
            finally:
                clock.wall = clock_wall

    asyncio.run(main())


def test_what_is_never_heard_is_tried_a_few_times() -> None:
    async def main() -> None:
        async with running() as bench:
            made = await bench.add()
            for _ in range(MOST_ATTEMPTS):
                assert bench.queue.of_session("kitchen", session_for(made)) == made
            assert bench.queue.of_session("kitchen", session_for(made)) is None
            assert await bench.outcome(made) == FAILED

    asyncio.run(main())


def test_commands_learn_that_a_device_is_away_or_cannot_be_spoken_to() -> None:
    async def main() -> None:
        async with running() as bench:
            made = await bench.add()
            bench.queue.note_away("bath")
            bench.queue.note_away("kitchen")
            await until(lambda: (found := bench.rows.find(made.id)) is not None and found.away)
            assert bench.queue.next_for("kitchen"), "it still waits"
            bench.queue.cannot_be_told(made)
            assert await bench.outcome(made) == IMPOSSIBLE

    asyncio.run(main())
