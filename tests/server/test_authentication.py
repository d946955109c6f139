"""Keys at a real WebSocket server. Which device a key belongs to is checked with the greeting: see test_admission.py."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.datastructures import Headers
from websockets.exceptions import InvalidMessage, InvalidStatus
from websockets.typing import Origin, Subprotocol

from tars.core.codec import SUBPROTOCOL
from tars.errors import ConfigError
from tars.runtime import clock
from tars.server import admission
from tars.server.authentication import NO_KEY, OLD_DEVICE, WRONG_KEY, foreign_origin
from tars.server.keys import digest, make_key
from tars.server.memory_store import MemoryStore
from tars.server.state_folder import FILE, LOCK_LIMIT, DeviceKey, open_store
from tests.in_process import until
from tests.loops import pass_time, run
from tests.server.guarded import KEY, OTHER, connect_with, guarded, keys


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)


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


def request(origin: list[str], host: list[str]) -> Headers:
    """The headers of a request."""
    headers = Headers()
    for name, values in (("Origin", origin), ("Host", host)):
        for value in values:
            headers[name] = value
    return headers


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ([], []),
        ([], ["tars.local:7456"]),
        (["http://192.168.1.10:7456"], ["192.168.1.10:7456"]),
        (["http://LOCALHOST:7456"], ["localhost:7456"]),
        (["http://[::1]:7456"], ["[::1]:7456"]),
        (["https://192.168.1.10"], ["192.168.1.10:443"]),
        (["http://192.168.1.10:80"], ["192.168.1.10"]),
    ],
)
def test_a_device_or_a_page_of_the_servers_own_address_may_connect(origin: list[str], host: list[str]) -> None:
    assert foreign_origin(request(origin, host)) is None


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (["https://evil.example"], ["192.168.1.10:7456"]),
        (["http://192.168.1.10"], ["192.168.1.10:7456"]),
        (["http://192.168.1.10:7457"], ["192.168.1.10:7456"]),
        (["http://192.168.1.10:7456.evil.example"], ["192.168.1.10:7456"]),
        (["http://evil.example:7456"], ["evil.example:7456"]),  # its name was made to lead to this server
        (["null"], ["192.168.1.10:7456"]),
        (["file://"], ["192.168.1.10:7456"]),
        ([""], [""]),
        (["http://[::1"], ["[::1"]),
        (["http://192.168.1.10:port"], ["192.168.1.10:port"]),
        (["http://192.168.1.10:7456"], []),
        (["http://192.168.1.10:7456", "https://evil.example"], ["192.168.1.10:7456"]),
        (["http://192.168.1.10:7456"], ["192.168.1.10:7456", "evil.example"]),
    ],
)
def test_any_other_web_page_may_not(origin: list[str], host: list[str]) -> None:
    refused = foreign_origin(request(origin, host))
    assert refused is not None
    assert refused.kind == "foreign origin"
    assert len(str(refused)) < 200
    assert foreign_origin(request(["x" * 10_000], host)) is not None


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
        def owners(self) -> dict[str, DeviceKey] | None:
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
