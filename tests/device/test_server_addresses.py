"""Where a device looks for its server, and what it takes for it. What is announced is given here; test_discovery.py finds it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tars.device import server_addresses as module
from tars.device.discovery import FoundServer
from tars.device.paired import FILE, SERVER_CA, PairedServer, read_paired, save_paired
from tars.device.server_addresses import MOST, ServerAddresses
from tars.device.settings import DeviceConfig
from tars.device.trust import encryption_of
from tars.errors import ConfigError
from tars.runtime.discovery import MISSING
from tars.runtime.tls import authority_ids
from tars.server.certificates import authority_pem
from tests.certificates import Authority
from tests.in_process import RunningServer, device, server, unreachable
from tests.scenarios.test_tls import impostor
from tests.server.connections import add_keys

LAST = "wss://192.168.1.10:7456"


@pytest.fixture
def config(tmp_path: Path) -> DeviceConfig:
    """That of a device which is paired."""
    authority = Authority(tmp_path).file.read_text()
    save_paired(tmp_path, PairedServer(LAST, "kitchen", "key"), authority)
    return DeviceConfig(server=LAST, device="kitchen", key="key", state=tmp_path)


def own_id(config: DeviceConfig) -> str:
    """The id of the authority that the device trusts."""
    return authority_ids((config.state / SERVER_CA).read_text())[0]


def announce(monkeypatch: pytest.MonkeyPatch, *servers: FoundServer) -> None:
    """These are announced in the network of the device, in this order."""

    async def look(found: Callable[[FoundServer], object]) -> None:
        for each in servers:
            found(each)

    monkeypatch.setattr(module, "look", look)


def other(number: int) -> str:
    return f"wss://192.168.2.{number}:7456"


def test_the_last_address_is_tried_by_turns_with_those_that_are_found(config: DeviceConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses, own = ServerAddresses(config), own_id(config)
    assert [addresses.next() for _ in range(3)] == [LAST] * 3, "nothing was found yet"
    asyncio.run(addresses.reached(LAST, config.key))
    announce(monkeypatch, FoundServer("a", LAST, own), *(FoundServer("b", other(number), own) for number in (1, 2, 1)))
    asyncio.run(addresses.look_up())
    asyncio.run(addresses.look_up())
    assert [addresses.next() for _ in range(6)] == [LAST, other(1), LAST, other(2), LAST, other(1)]


def test_only_a_server_with_an_authority_of_this_device_is_tried(config: DeviceConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ServerAddresses(config)
    announce(monkeypatch, FoundServer("somebody", other(1), "00000000"))
    asyncio.run(addresses.look_up())
    assert {addresses.next() for _ in range(4)} == {LAST}


def test_the_last_address_is_tried_however_many_are_announced(config: DeviceConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ServerAddresses(config)
    announce(monkeypatch, *(FoundServer("liar", other(number), own_id(config)) for number in range(1, 200)))
    asyncio.run(addresses.look_up())
    tried = [addresses.next() for _ in range(100)]
    assert tried.count(LAST) == 50
    assert len(set(tried)) == 1 + MOST


def test_an_address_is_kept_when_the_server_was_reached_there(config: DeviceConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ServerAddresses(config)
    announce(monkeypatch, FoundServer("attic", other(1), own_id(config)))
    asyncio.run(addresses.look_up())
    paired = read_paired(config.state)
    assert paired is not None
    assert paired.server == LAST, "it was not reached yet"
    asyncio.run(addresses.reached(other(1), config.key))
    assert read_paired(config.state) == replace(paired, server=other(1))
    assert [addresses.next(), addresses.next()] == [other(1)] * 2, "what else was announced is forgotten"


def test_a_device_that_was_paired_again_keeps_the_address_of_its_new_key(config: DeviceConfig) -> None:
    paired = read_paired(config.state)
    assert paired is not None
    again = replace(paired, key="k" * len(paired.key))
    save_paired(config.state, again, (config.state / SERVER_CA).read_text())
    addresses = ServerAddresses(config)
    asyncio.run(addresses.reached(other(1), again.key))
    assert read_paired(config.state) == replace(again, server=other(1))


@pytest.mark.parametrize("settings", [{"discovery": "off"}, {"ca": "system"}, {"server": "ws://127.0.0.1:7456", "ca": "none"}])
def test_a_device_that_does_not_know_its_server_by_an_authority_does_not_look(
    config: DeviceConfig, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]
) -> None:
    announce(monkeypatch, FoundServer("attic", other(1), own_id(config)))
    addresses = ServerAddresses(replace(config, **settings))
    asyncio.run(addresses.look_up())
    assert other(1) not in {addresses.next() for _ in range(4)}


def test_a_look_or_a_save_that_fails_is_said_and_the_device_goes_on(
    config: DeviceConfig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def look(_: Callable[[FoundServer], object]) -> None:
        raise ConfigError(MISSING)

    monkeypatch.setattr(module, "look", look)
    addresses = ServerAddresses(config)
    with caplog.at_level(logging.INFO, "tars"):
        asyncio.run(addresses.look_up())
        asyncio.run(addresses.look_up())
        (config.state / FILE).write_text("{")
        asyncio.run(addresses.reached(other(1), config.key))
    assert caplog.messages.count("the server cannot be looked up") == 1, "it is said once, not after each attempt"
    assert "the new address of the server cannot be kept" in caplog.messages
    assert addresses.next() == other(1)


# --- a running device ------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def moved(folder: Path, *announced: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[RunningServer, DeviceConfig]]:
    """A server that knows its device, which knows only an address where nobody is any more. The server is announced after others."""
    (key,) = add_keys(folder / "state", "kitchen")
    async with server(encryption="required", state=folder / "state") as tars:
        authority, old = authority_pem(folder / "state"), unreachable().replace("ws:", "wss:")
        save_paired(folder / "device", PairedServer(old, "kitchen", key), authority)
        (identity,) = authority_ids(authority)
        urls = [*announced, tars.url.replace("ws:", "wss:")]
        announce(monkeypatch, *(FoundServer("attic", url, identity) for url in urls))
        yield tars, DeviceConfig(server=old, key=key, state=folder / "device")


def saved(config: DeviceConfig) -> str:
    paired = read_paired(config.state)
    assert paired is not None
    return paired.server


def test_a_device_finds_its_server_at_another_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with moved(tmp_path, monkeypatch=monkeypatch) as (tars, config):
            async with device(config.server, key=config.key, state=config.state, discovery="on") as kitchen:
                await kitchen.is_called()
            assert saved(config) == tars.url.replace("ws:", "wss:")

    asyncio.run(main())


def test_who_announces_the_authority_of_another_server_gets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One has a certificate of another authority, one answers without encryption, one never answers."""
    plain: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        plain.append(await reader.read(2**16))
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        writer.close()

    async def main() -> None:
        listening = await asyncio.start_server(answer, "127.0.0.1", 0)
        unencrypted = listening.sockets[0].getsockname()[1]
        with closing(socket.create_server(("127.0.0.1", 0))) as silent:
            async with impostor(Authority(tmp_path, "attacker").issue()) as (port, received):
                liars = [f"wss://127.0.0.1:{each}" for each in (port, unencrypted, silent.getsockname()[1])]
                async with moved(tmp_path, *liars, monkeypatch=monkeypatch) as (tars, config):
                    async with device(config.server, key=config.key, state=config.state, discovery="on") as kitchen:
                        await kitchen.steps.states(continuity="LINKED")
                    assert len(kitchen.steps.of("failed")) >= 4
                    assert received == [], "nothing is sent before the certificate is proved"
                    assert plain
                    assert not [sent for sent in plain if config.key is None or config.key.encode() in sent or not sent.startswith(b"\x16")]
                    assert saved(config) == tars.url.replace("ws:", "wss:")
        listening.close()

    asyncio.run(main())


def test_the_key_is_read_again_for_the_server_that_was_found_at_another_address() -> None:
    async def main() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            runner = kitchen.device_runner
            await runner._servers.reached(other(1), None)
            await runner.read_key(lambda: replace(runner.config, server=other(1), key="new"))
            assert runner.config.key == "new"
            await runner.read_key(lambda: replace(runner.config, server=other(2), key="of another server"))
            assert runner.config.key == "new"

    asyncio.run(main())


def test_servers_that_share_a_store_are_tried_in_turn_and_the_next_one_after_a_link(config: DeviceConfig) -> None:
    addresses = ServerAddresses(replace(config, other_servers=(other(1), other(2))))
    assert [addresses.next() for _ in range(4)] == [LAST, other(1), other(2), LAST]
    asyncio.run(addresses.reached(LAST, config.key))
    assert addresses.next() == other(1), "a machine that is gone would be waited for"
    asyncio.run(addresses.reached(other(1), config.key))
    assert (addresses.last, addresses.next()) == (other(1), other(2))
    paired = read_paired(config.state)
    assert paired is not None
    assert paired.server == LAST, "which of them is the first is a setting"


def test_servers_are_all_encrypted_or_none_is(config: DeviceConfig) -> None:
    with pytest.raises(ConfigError, match=r"other_servers has ws://10.0.0.1:1: all must begin with wss://"):
        encryption_of(replace(config, other_servers=("ws://10.0.0.1:1",)))
