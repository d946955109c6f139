"""What a server announces, where, and for how long. Only on loopback; two hosts are in tests/e2e/test_discovery.py."""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from zeroconf import ServiceStateChange
from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf

from tars.core.codec import PAIRING, SUBPROTOCOL
from tars.device.discovery import FoundServer, look
from tars.runtime import discovery
from tars.runtime.discovery import MISSING, SERVICE
from tars.runtime.tls import authority_ids
from tars.server.announcement import addresses, announce, announce_at, announced_id, service
from tars.server.certificates import authority_pem
from tars.server.settings import ServerConfig
from tests.certificates import Authority
from tests.in_process import said, server, until
from tests.loops import Run

HERE = "127.0.0.1"
UNUSABLE = "192.0.2.1"
"""An address that this machine does not have."""


@asynccontextmanager
async def announced(identity: str, places: set[str], changed: asyncio.Event | None = None) -> AsyncIterator[None]:
    """A server is announced at these addresses, as long as this lasts; they may change."""
    task = asyncio.create_task(announce_at(lambda: set(places), identity, 7456, changed or asyncio.Event()))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled(), "it ends when it is cancelled, and no sooner"


async def found(identity: str) -> list[FoundServer]:
    """What a device finds of this server on loopback. Other tests may run there at the same time."""
    servers: list[FoundServer] = []
    await look(servers.append, [HERE])
    return [server for server in servers if server.authority == identity]


def test_a_server_is_found_and_says_goodbye_when_it_stops(run_on_each_loop: Run) -> None:
    identity, gone = secrets.token_hex(4), set[str]()

    def note(name: str, state_change: ServiceStateChange, **_: Any) -> None:
        if state_change is ServiceStateChange.Removed:
            gone.add(name)

    async def main() -> None:
        async with AsyncZeroconf(interfaces=[HERE]) as own, AsyncServiceBrowser(own.zeroconf, SERVICE, handlers=[note]):
            async with announced(identity, {HERE}):
                (server,) = await found(identity)
                assert server.url == f"wss://{HERE}:7456"
                assert server.name.endswith(identity)
            await until(lambda: f"{server.name}.{SERVICE}" in gone)

    run_on_each_loop(main())


def test_an_address_that_comes_or_goes_is_announced_or_not_any_more() -> None:
    identity, places, changed = secrets.token_hex(4), set[str](), asyncio.Event()

    async def main() -> None:
        async with announced(identity, places, changed):
            assert await found(identity) == []
            for expected in (1, 0):
                places.symmetric_difference_update({HERE})
                changed.set()
                assert len(await found(identity)) == expected

    asyncio.run(main())


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # of zeroconf, where it cannot listen
def test_an_address_that_cannot_be_used_is_said_and_is_no_fault_of_the_others(caplog: pytest.LogCaptureFixture) -> None:
    identity = secrets.token_hex(4)

    async def main() -> None:
        async with announced(identity, {HERE, UNUSABLE}):
            assert len(await found(identity)) == 1

    with caplog.at_level(logging.WARNING, "tars"):
        asyncio.run(main())
    gc.collect()
    assert "the server cannot be announced" in caplog.messages


def test_addresses_that_cannot_be_read_change_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A server that has no descriptor left goes on, and so does its announcement."""
    identity, changed, failures = secrets.token_hex(4), asyncio.Event(), list[OSError]()

    def find() -> set[str]:
        if failures:
            raise failures[0]
        return {HERE}

    async def main() -> None:
        task = asyncio.create_task(announce_at(find, identity, 7456, changed))
        assert len(await found(identity)) == 1
        failures.append(OSError("too many open files"))
        changed.set()
        await until(lambda: "the addresses of this machine cannot be read" in caplog.messages)
        assert len(await found(identity)) == 1
        task.cancel()
        await asyncio.wait([task])

    with caplog.at_level(logging.WARNING, "tars"):
        asyncio.run(main())


def test_what_is_announced_is_the_port_the_protocols_and_the_id_of_the_authority() -> None:
    info = service("9f3a0b12", "192.168.1.10", 7456)
    assert (info.port, info.parsed_addresses()) == (7456, ["192.168.1.10"])
    assert info.decoded_properties == {"ca": "9f3a0b12", "protocols": f"{SUBPROTOCOL},{PAIRING}"}


@pytest.mark.parametrize(
    ("settings", "in_reach", "encrypted"),
    [({"discovery": "off"}, True, True), ({}, False, True), ({}, True, False), ({"tls_certificate": "own"}, True, True)],
)
def test_a_server_that_nobody_could_use_is_not_announced(
    tmp_path: Path, settings: dict[str, Any], *, in_reach: bool, encrypted: bool
) -> None:
    if "tls_certificate" in settings:
        settings["tls_certificate"] = Authority(tmp_path).issue()
    assert announced_id(ServerConfig(state=tmp_path, **settings), in_reach=in_reach, encrypted=encrypted) == ""
    usual = announced_id(ServerConfig(state=tmp_path), in_reach=True, encrypted=True)
    assert [usual] == authority_ids(authority_pem(tmp_path))


def test_without_the_package_the_server_says_so_and_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(discovery, "find_spec", lambda _: None)

    async def main() -> None:
        async with server(host="0.0.0.0", state=tmp_path, discovery="on") as tars:
            assert tars.port

    with caplog.at_level(logging.INFO, "tars"):
        asyncio.run(main())
    (line,) = [record for record in caplog.records if record.getMessage() == "the server is not announced"]
    assert vars(line)["values"]["reason"] == MISSING


def test_the_addresses_are_those_that_others_reach() -> None:
    assert addresses({HERE, "::1"}) == set()
    assert addresses({"192.168.1.10"}) == {"192.168.1.10"}
    assert addresses({"fd00::1"}) == set()
    everywhere = addresses({"0.0.0.0"})
    assert everywhere == addresses({"::"})
    assert not {address for address in everywhere if address.startswith("127.") or ":" in address}


def test_a_server_that_only_its_own_machine_reaches_announces_nothing() -> None:
    async def main() -> None:
        listening = await asyncio.start_server(lambda *_: None, HERE, 0)
        with said("announced") as announcement:
            task = asyncio.create_task(announce(secrets.token_hex(4), listening))
            await asyncio.wait([announcement], timeout=0.5)
            assert not announcement.done()
            task.cancel()
            await asyncio.wait([task])
        listening.close()

    asyncio.run(main())
