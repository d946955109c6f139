"""The tokens of the day outlive the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import TypeVar

import pytest

from tars.errors import ConfigError
from tars.server.memory_store import MemoryStore
from tars.server.state_folder import Store
from tars.server.token_rows import DeviceTokens
from tests.in_process import until

Result = TypeVar("Result")
TODAY = date(2026, 11, 30)


@pytest.fixture
def set_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the local time."""

    def set_to(now: datetime) -> None:
        monkeypatch.setattr("tars.runtime.clock.local_time", lambda: now)

    set_to(datetime(2026, 11, 30, 12, 0))
    return set_to


async def work(use: Callable[[], Result]) -> Result:
    return use()


async def locked(use: Callable[[], Result]) -> Result:
    raise ConfigError("locked")


@asynccontextmanager
async def counting(store: Store) -> AsyncIterator[DeviceTokens]:
    async with asyncio.TaskGroup() as tasks:
        tokens = DeviceTokens(store, work, tasks)
        await tokens.load()
        yield tokens


def test_the_next_server_goes_on_counting_on_the_same_day(store: Store, set_time: Callable[[datetime], None]) -> None:
    async def main() -> None:
        async with counting(store) as tokens:
            tokens.count("kitchen", 60)
            tokens.count("bath", 5)
            tokens.count("kitchen", 40)
        async with counting(store) as tokens:
            assert (tokens.used("kitchen"), tokens.used("bath"), tokens.used("hall")) == (100, 5, 0)
            tokens.count("kitchen", 1)
        set_time(datetime(2026, 12, 1, 0, 0))
        async with counting(store) as tokens:
            assert tokens.used("kitchen") == 0
            tokens.count("bath", 7)
        assert store.tokens.of_day(TODAY) == {}, "those of other days are deleted"
        assert store.tokens.of_day(date(2026, 12, 1)) == {"bath": 7}
        assert store.tokens.days() == {"bath": date(2026, 12, 1)}

    asyncio.run(main())


def test_the_count_of_one_device_is_read_again_when_another_server_has_counted(store: Store, set_time: Callable[[datetime], None]) -> None:
    async def main() -> None:
        async with counting(store) as tokens:
            store.tokens.write("kitchen", TODAY, 70)
            store.tokens.write("bath", TODAY, 5)
            await tokens.load("kitchen")
            assert (tokens.used("kitchen"), tokens.used("bath")) == (70, 0)

    asyncio.run(main())


def test_a_device_keeps_its_count_under_another_name(store: Store, set_time: Callable[[datetime], None]) -> None:
    async def main() -> None:
        async with counting(store) as tokens:
            tokens.count("kitchen", 60)
            tokens.rename("kitchen", "hall")
            tokens.rename("attic", "cellar")
            assert (tokens.used("kitchen"), tokens.used("hall")) == (0, 60)

    asyncio.run(main())


def test_a_store_that_cannot_be_used_is_logged_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            tokens = DeviceTokens(MemoryStore(), locked, tasks)
            await tokens.load()
            tokens.count("kitchen", 60)
            await until(lambda: "the tokens that were used are not kept" in caplog.messages)
            assert tokens.used("kitchen") == 60

    asyncio.run(main())
    assert "the tokens that were used today cannot be read" in caplog.messages
