"""Keys in memory: what another program changes is seen by the next connection."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.runtime import clock
from tars.server import admission
from tars.server.keys import digest
from tars.server.memory_store import MemoryStore
from tars.server.state_folder import FILE, DeviceKey, SqliteStore, open_store
from tests.in_process import LIMIT, until
from tests.server.guarded import KEY, OTHER, connect_with, guarded


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)


def age(folder: Path, seconds: float = 100.0) -> None:
    """Make the last change of the store so old."""
    then = clock.wall() - seconds
    os.utime(folder / FILE, (then, then))


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that a store was asked for all keys."""
    read, times = SqliteStore.owners, list[int]()

    def count(store: SqliteStore) -> dict[str, DeviceKey] | None:
        times.append(len(times))
        return read(store)

    monkeypatch.setattr(SqliteStore, "owners", count)
    return times


def test_keys_are_read_again_only_when_another_program_has_changed_them(tmp_path: Path, readings: list[int]) -> None:
    async def main() -> None:
        with closing(open_store(tmp_path)) as store, closing(open_store(tmp_path)) as command:
            command.add_key("bedroom", digest(OTHER))
            age(tmp_path)
            async with guarded(store) as (_, url):
                for _ in range(3):
                    assert (await connect_with(url, f"Bearer {OTHER}"))[0] == 101
                    assert (await connect_with(url, f"Bearer {KEY}"))[0] == 401
                assert len(readings) == 1
                command.add_key("kitchen", digest(KEY))
                assert (await connect_with(url, f"Bearer {KEY}"))[0] == 101
                age(tmp_path, 50)
                assert (await connect_with(url, f"Bearer {KEY}"))[0] == 101
                before = len(readings)
                assert (await connect_with(url, f"Bearer {KEY}"))[0] == 101
                assert len(readings) == before
                command.remove_key("kitchen")
                assert (await connect_with(url, f"Bearer {KEY}"))[0] == 401
                assert (await connect_with(url, f"Bearer {OTHER}"))[0] == 101

    asyncio.run(main())


def test_two_changes_within_a_step_of_the_file_systems_clock_are_both_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        with closing(open_store(tmp_path)) as store, closing(open_store(tmp_path)) as command:
            command.add_key("bedroom", digest(OTHER))
            now = clock.wall()
            monkeypatch.setattr(clock, "wall", lambda: now)

            def same_time() -> None:
                os.utime(tmp_path / FILE, (now, now))

            same_time()
            async with guarded(store) as (_, url):
                assert (await connect_with(url, f"Bearer {KEY}"))[0] == 401
                command.add_key("kitchen", digest(KEY))
                same_time()
                assert (await connect_with(url, f"Bearer {KEY}"))[0] == 101
                command.remove_key("kitchen")
                same_time()
                assert (await connect_with(url, f"Bearer {KEY}"))[0] == 401

    asyncio.run(main())


@pytest.mark.parametrize("when", ["during the reading", "after it"])
def test_a_key_that_is_removed_while_keys_are_read_is_not_kept(when: str) -> None:
    """The reading may have begun before."""
    may_read, read = threading.Event(), threading.Event()

    class Slow(MemoryStore):
        def owners(self) -> dict[str, DeviceKey] | None:
            found = super().owners()
            read.set()
            assert may_read.wait(LIMIT)
            return found

    async def main() -> None:
        store = Slow()
        store.add_key("kitchen", digest(KEY))
        store.add_key("bedroom", digest(OTHER))
        async with guarded(store) as (_, url):
            first = asyncio.create_task(connect_with(url, f"Bearer {OTHER}"))
            await until(read.is_set)
            store.remove_key("kitchen")
            if when == "during the reading":
                late = asyncio.create_task(connect_with(url, f"Bearer {KEY}"))
            may_read.set()
            assert (await first)[0] == 101
            if when == "after it":
                late = asyncio.create_task(connect_with(url, f"Bearer {KEY}"))
            assert (await late)[0] == 401

    asyncio.run(main())


def test_after_a_reading_that_failed_the_next_connection_tries_again(caplog: pytest.LogCaptureFixture) -> None:
    class Damaged(MemoryStore):
        fails = True

        def owners(self) -> dict[str, DeviceKey] | None:
            if self.fails:
                raise ConfigError("the disk is gone")
            return super().owners()

    async def main() -> None:
        store = Damaged()
        store.add_key("kitchen", digest(KEY))
        async with guarded(store) as (_, url):
            together = await asyncio.gather(*(connect_with(url, f"Bearer {KEY}") for _ in range(10)))
            assert {status for status, _ in together} == {503}
            store.fails = False
            assert (await connect_with(url, f"Bearer {KEY}"))[0] == 101
            store.add_key("bedroom", digest(OTHER))
            store.fails = True
            assert (await connect_with(url, f"Bearer {KEY}"))[0] == 503, "the keys that are known may be wrong now"

    asyncio.run(main())
