"""Keys at a real WebSocket server. Which device a key belongs to is checked with the greeting: see test_admission.py."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import NoReturn

import pytest
from websockets.asyncio.client import connect
from websockets.datastructures import Headers
from websockets.exceptions import InvalidMessage, InvalidStatus
from websockets.typing import Origin, Subprotocol

from tars.core.codec import SUBPROTOCOL
from tars.errors import ConfigError
from tars.runtime import clock
from tars.server import admission
from tars.server.admission import Admission
from tars.server.authentication import NO_KEY, OLD_DEVICE, WRONG_KEY, Authenticator, Keys
from tars.server.keys import digest, make_key
from tars.server.state_folder import FILE, LOCK_LIMIT, DeviceKey, SqliteStore, open_store
from tars.testing import MemoryStore
from tests.in_process import LIMIT, until
from tests.loops import pass_time, run

KEY, OTHER = make_key(), make_key()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)


def keys(**of: str) -> MemoryStore:
    """Keys of these devices."""
    store = MemoryStore()
    for name, key in of.items():
        store.add_key(name, digest(key))
    return store


@asynccontextmanager
async def guarded(store: Keys, legacy: str = "allow") -> AsyncIterator[tuple[Authenticator, str]]:
    """An Authenticator and the URL of its server."""
    authenticator = Authenticator(store, legacy=legacy)
    async with asyncio.TaskGroup() as tasks:
        admission = Admission(authenticator, lambda *_: None, lambda *_: None, tasks, legacy="allow")
        listening = await asyncio.get_running_loop().create_server(admission.new_socket, "127.0.0.1", 0)
        yield authenticator, f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        listening.close()
        await admission.close(0.0)
        authenticator.close()


async def connect_with(url: str, *authorization: str, old: bool = False) -> tuple[int, str]:
    """The status of the answer to these headers and what it says."""
    headers = Headers()
    for value in authorization:
        headers["Authorization"] = value
    try:
        async with connect(url, additional_headers=headers, subprotocols=None if old else [Subprotocol(SUBPROTOCOL)]):
            return 101, ""
    except InvalidStatus as refused:
        return refused.response.status_code, (refused.response.body or b"").decode().strip()


@pytest.mark.parametrize(
    ("authorization", "answer"),
    [
        ([f"Bearer {KEY}"], (101, "")),
        ([f"bearer  {OTHER} "], (101, "")),
        ([], (401, NO_KEY)),
        ([f"Bearer {make_key()}"], (401, WRONG_KEY)),
        ([f"Bearer {KEY[:-1]}"], (401, WRONG_KEY)),
        ([f"Basic {KEY}"], (401, WRONG_KEY)),
        ([KEY], (401, WRONG_KEY)),
        (["Bearer "], (401, WRONG_KEY)),
        ([f"Bearer {digest(KEY)}"], (401, WRONG_KEY)),
        ([f"Bearer {make_key()}", f"Bearer {KEY}"], (401, WRONG_KEY)),
        ([f"Bearer {KEY}", f"Bearer {KEY}"], (401, WRONG_KEY)),
    ],
)
def test_with_keys_only_a_known_key_is_accepted(authorization: list[str], answer: tuple[int, str]) -> None:
    async def main() -> None:
        async with guarded(keys(kitchen=KEY, bedroom=OTHER)) as (_, url):
            assert await connect_with(url, *authorization) == answer

    asyncio.run(main())


def test_without_keys_every_connection_is_accepted() -> None:
    async def main() -> None:
        async with guarded(keys()) as (_, url):
            assert await connect_with(url) == (101, "")
            assert await connect_with(url, f"Bearer {KEY}") == (101, "")
            assert await connect_with(url, old=True) == (101, "")

    asyncio.run(main())


@pytest.mark.parametrize(
    ("legacy", "authorization", "answer"),
    [
        ("allow", [], (401, OLD_DEVICE)),
        ("refuse", [], (401, OLD_DEVICE)),
        ("without_key", [], (101, "")),
        ("without_key", [f"Bearer {make_key()}"], (401, WRONG_KEY)),
        ("allow", [f"Bearer {KEY}"], (101, "")),
    ],
)
def test_an_old_device_cannot_send_a_key(legacy: str, authorization: list[str], answer: tuple[int, str]) -> None:
    async def main() -> None:
        async with guarded(keys(kitchen=KEY), legacy) as (_, url):
            assert await connect_with(url, *authorization, old=True) == answer

    asyncio.run(main())


def test_a_key_is_valid_from_its_addition_to_its_removal() -> None:
    async def main() -> None:
        store = keys(bedroom=OTHER)
        async with guarded(store) as (_, url):
            assert (await connect_with(url, f"Bearer {KEY}"))[0] == 401
            store.add_key("kitchen", digest(KEY))
            assert (await connect_with(url, f"Bearer {KEY}"))[0] == 101
            store.remove_key("kitchen")
            assert (await connect_with(url, f"Bearer {KEY}"))[0] == 401

    asyncio.run(main())


def test_refusals_are_counted_and_logged_without_the_key(caplog: pytest.LogCaptureFixture) -> None:
    wrong = make_key()

    async def main() -> None:
        async with guarded(keys(kitchen=KEY)) as (authenticator, url):
            for authorization in ([], [f"Bearer {wrong}"], [f"Bearer {wrong}"]):
                await connect_with(url, *authorization)
            await connect_with(url, old=True)
            assert authenticator.refusals == {"no key": 1, "wrong key": 2, "old device without a key": 1}

    with caplog.at_level(logging.WARNING, "tars"):
        asyncio.run(main())
    assert caplog.messages == ["refused"] * 4
    said = [vars(record)["values"] for record in caplog.records]
    assert [values["address"] for values in said] == ["127.0.0.1"] * 4
    assert wrong not in str(said)
    assert [values["reason"] for values in said] == [NO_KEY, WRONG_KEY, WRONG_KEY, OLD_DEVICE]


def test_refusals_of_one_address_are_sent_one_after_the_other_and_a_right_key_waits_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 1.0)

    async def main() -> None:
        async with guarded(keys(kitchen=KEY)) as (authenticator, url):
            held = [asyncio.create_task(connect_with(url)) for _ in range(3)]
            await until(lambda: authenticator.refusals["no key"] == 3)
            assert (await connect_with(url, f"Bearer {KEY}"))[0] == 101
            assert not any(task.done() for task in held)
            for number in range(1, 4):
                await pass_time(1.0)
                await until(lambda number=number: sum(task.done() for task in held) == number)  # type: ignore[misc]
            assert [status for status, _ in await asyncio.gather(*held)] == [401] * 3

    run(main(), monkeypatch)


def test_a_refusal_that_would_wait_too_long_is_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 1.0)

    async def main() -> None:
        async with guarded(keys(kitchen=KEY)) as (authenticator, url):
            held = [asyncio.create_task(connect_with(url)) for _ in range(5)]
            await until(lambda: authenticator.refusals["no key"] == 5)
            with pytest.raises((ConnectionError, EOFError, InvalidMessage)):
                await connect_with(url)
            for task in held:
                task.cancel()
            await asyncio.wait(held)

    run(main(), monkeypatch)


@pytest.mark.parametrize("old", [False, True])
def test_a_web_page_is_refused_before_the_upgrade_counted_and_logged(caplog: pytest.LogCaptureFixture, *, old: bool) -> None:
    reason = "a web page of https://evil.example may not connect here; a device sends no Origin"

    async def main() -> None:
        async with guarded(keys()) as (authenticator, url):
            offered = None if old else [Subprotocol(SUBPROTOCOL)]
            async with connect(url, origin=Origin(url.replace("ws", "http")), subprotocols=offered):
                """It is the server's own."""
            with pytest.raises(InvalidStatus) as refused:
                await connect(url, origin=Origin("https://evil.example"), subprotocols=offered)
            assert (refused.value.response.status_code, refused.value.response.body) == (403, f"{reason}\n".encode())
            assert authenticator.refusals == {"foreign origin": 1}

    with caplog.at_level(logging.WARNING, "tars"):
        asyncio.run(main())
    assert [vars(record)["values"] for record in caplog.records] == [{"address": "127.0.0.1", "reason": reason}]


def test_while_keys_cannot_be_read_every_connection_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    class Damaged(MemoryStore):
        def owners(self) -> NoReturn:
            raise ConfigError("the disk is gone")

    async def main() -> None:
        store = Damaged()
        store.add_key("kitchen", digest(KEY))
        async with guarded(store) as (authenticator, url):
            assert (await connect_with(url, f"Bearer {KEY}"))[0] == 503
            assert authenticator.refusals == {"keys cannot be read": 1}

    asyncio.run(main())
    assert "keys cannot be read; every connection is refused" in caplog.messages


def test_only_key_checks_wait_for_a_store_that_another_program_has_locked(tmp_path: Path) -> None:
    async def main() -> None:
        with closing(open_store(tmp_path)) as store, closing(sqlite3.connect(tmp_path / FILE)) as other:
            store.add_key("kitchen", digest(KEY))
            async with guarded(store) as (_, url):
                other.execute("BEGIN EXCLUSIVE")
                connecting = [asyncio.create_task(connect_with(url, f"Bearer {KEY}")) for _ in range(2)]
                longest, before = 0.0, clock.now()
                while not all(task.done() for task in connecting):
                    await clock.sleep_until(clock.now() + 0.001)
                    longest, before = max(longest, clock.now() - before), clock.now()
                assert longest < LOCK_LIMIT / 2, "the loop never stands"
                assert {status for status, _ in await asyncio.gather(*connecting)} == {503}
                other.execute("ROLLBACK")
                assert (await connect_with(url, f"Bearer {KEY}"))[0] == 101

    asyncio.run(main())


# --- keys in memory --------------------------------------------------------------------------------------------------------------


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


def test_two_changes_within_a_step_of_the_file_systems_clock_are_both_seen(tmp_path: Path) -> None:
    async def main() -> None:
        with closing(open_store(tmp_path)) as store, closing(open_store(tmp_path)) as command:
            command.add_key("bedroom", digest(OTHER))
            now = clock.wall()

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


def test_a_key_that_is_removed_while_keys_are_read_is_not_kept() -> None:
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
            late = asyncio.create_task(connect_with(url, f"Bearer {KEY}"))
            may_read.set()
            assert (await first)[0] == 101
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
