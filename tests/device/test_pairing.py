"""`tars-pi pair` against the real server, and against those who only look like it."""

from __future__ import annotations

import asyncio
import io
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from ssl import CERT_NONE, PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tars.core.codec import PAIRING, V1, Control
from tars.core.pairing import WRONG, ServerExchange
from tars.device import pairing as command
from tars.device.discovery import FoundServer
from tars.device.paired import FILE, SEARCHED, SERVER_CA, PairedServer, read_paired, save_paired
from tars.device.pairing import NOT_ENCRYPTED, SEVERAL, ask_digits, find_server, pair
from tars.device.settings import DeviceConfig, load
from tars.errors import ConfigError
from tars.generated.messages import Message, PairChallenge, Paired
from tests.in_process import server, until
from tests.server.pairing_peers import opened, other


def ignore(_: str) -> None:
    """Nobody reads it."""


def config(url: str, state: Path) -> DeviceConfig:
    return DeviceConfig(server=url, device="kitchen", state=state)


async def paired(url: str, digits: str, state: Path) -> list[str]:
    """What the command says."""
    lines: list[str] = []
    await pair(config(url, state), digits, lines.append)
    return lines


@pytest.mark.parametrize("encrypted", [False, True])
def test_with_the_digits_a_device_gets_all_it_needs(tmp_path: Path, *, encrypted: bool) -> None:
    async def main() -> None:
        with opened(tmp_path / "server") as (_, pairing):
            async with server(state=tmp_path / "server", encryption="required" if encrypted else "off") as tars:
                url = tars.url.replace("ws:", "wss:") if encrypted else tars.url
                lines = await paired(url, pairing.digits, tmp_path / "device")
        assert "is called kitchen there" in lines[0]
        assert (tmp_path / "device" / SERVER_CA).exists() is encrypted
        settings = load(["--state", str(tmp_path / "device")], {})[1]
        assert (settings.server, settings.device) == (url, "kitchen")
        saved = read_paired(tmp_path / "device")
        assert saved is not None
        assert saved.key == settings.key
        assert saved.key not in "".join(lines)

    asyncio.run(main())


def test_with_other_digits_it_gets_nothing_and_keeps_what_it_had(tmp_path: Path) -> None:
    async def main() -> None:
        before = PairedServer("wss://10.0.0.1:7456", "hall", "tars_" + "x" * 43)
        save_paired(tmp_path / "device", before, "CA")
        with opened(tmp_path / "server") as (_, pairing):
            async with server(state=tmp_path / "server") as tars:
                with pytest.raises(ConfigError) as refused:
                    await paired(tars.url, other(pairing.digits), tmp_path / "device")
        assert str(refused.value) == f"not paired with {tars.url}: {WRONG}; tries left: 2"
        assert read_paired(tmp_path / "device") == before
        assert (tmp_path / "device" / SERVER_CA).read_text() == "CA"

    asyncio.run(main())


@pytest.mark.parametrize("url", ["ws://192.168.1.10:7456", "ws://tars.local:7456"])
def test_without_encryption_it_asks_no_other_machine(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match=NOT_ENCRYPTED):
        asyncio.run(paired(url, "492817", tmp_path))


# --- somebody else answers -------------------------------------------------------------------------------------------------------


class Impostor:
    """Answers as a server would, without the digits."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection

    async def hear(self) -> Message:
        (incoming,) = V1("device").decode(await self.connection.recv())
        assert isinstance(incoming, Control)
        return incoming.message

    async def say(self, message: Message) -> None:
        for frame in V1("device").encode(Control(message, None, 0)):
            await self.connection.send(frame)


@asynccontextmanager
async def impostor(act: Callable[[Impostor], Awaitable[None]], subprotocol: str | None = PAIRING) -> AsyncIterator[str]:
    async def handle(connection: ServerConnection) -> None:
        await act(Impostor(connection))
        await connection.wait_closed()

    chosen = None if subprotocol is None else [Subprotocol(subprotocol)]
    async with serve(handle, "127.0.0.1", 0, subprotocols=chosen) as listening:
        yield f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


GIFT = Paired("attic", "kitchen", "tars_" + "x" * 43, "", "0" * 64)


async def gives_at_once(peer: Impostor) -> None:
    await peer.hear()
    await peer.say(GIFT)


async def guesses(peer: Impostor) -> None:
    exchange = ServerExchange(b"", secrets.token_bytes)
    exchange.asked(await peer.hear())
    await peer.say(exchange.challenge("000000"))
    await peer.hear()
    await peer.say(GIFT)


async def sends_the_element_back(peer: Impostor) -> None:
    asked = await peer.hear()
    await peer.say(PairChallenge(asked.element))  # type: ignore[attr-defined]


async def sends_sound(peer: Impostor) -> None:
    await peer.hear()
    await peer.connection.send(b"\xa1" + bytes(13))


async def closes_with_a_terminal_code(peer: Impostor) -> None:
    await peer.hear()
    await peer.connection.close(1008, "\x1b[2Jno")


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (gives_at_once, "paired may not come in ASKED"),
        (guesses, "the server has not proved that it knows the digits"),
        (sends_the_element_back, "the element of a pairing must be"),
        (sends_sound, "the server sends sound"),
        (closes_with_a_terminal_code, r"127.0.0.1:\d+: \[2Jno"),
    ],
)
def test_a_server_that_does_not_know_the_digits_gives_nothing(
    tmp_path: Path, act: Callable[[Impostor], Awaitable[None]], reason: str
) -> None:
    async def main() -> None:
        async with impostor(act) as url:
            with pytest.raises(ConfigError, match=reason) as refused:
                await paired(url, "492817", tmp_path)
            assert str(refused.value).isprintable()
        assert not (tmp_path / FILE).exists()

    asyncio.run(main())


def test_a_server_that_cannot_pair_is_named(tmp_path: Path) -> None:
    async def main() -> None:
        async with impostor(gives_at_once, None) as url:
            with pytest.raises(ConfigError, match="it is no tars-server that can pair; update it"):
                await paired(url, "492817", tmp_path)

    asyncio.run(main())


def test_a_server_that_says_nothing_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "LIMIT", 0.05)

    async def main() -> None:
        async with impostor(Impostor.hear) as url:  # type: ignore[arg-type]
            with pytest.raises(ConfigError, match=r"it took longer than 0\.05 s"):
                await paired(url, "492817", tmp_path)

    asyncio.run(main())


def test_somebody_in_between_with_a_certificate_of_his_own_is_noticed(tmp_path: Path) -> None:
    """He passes on every message of a device that knows the digits. Without him the same digits pair."""

    async def main() -> None:
        with opened(tmp_path / "server") as (store, pairing):
            async with (
                server(state=tmp_path / "server", encryption="required") as tars,
                server(state=tmp_path / "other", encryption="required") as his,
            ):
                identity = his.registry.admission.identity
                assert identity is not None
                real = asyncio.Event()

                async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                    upstream, downstream = await asyncio.open_connection("127.0.0.1", tars.port, ssl=no_trust())
                    real.set()
                    await asyncio.gather(copy(reader, downstream), copy(upstream, writer))

                between = await asyncio.start_server(pass_on, "127.0.0.1", 0, ssl=identity.context)
                url = f"wss://127.0.0.1:{between.sockets[0].getsockname()[1]}"
                with pytest.raises(ConfigError, match="somebody in between reads along"):
                    await paired(url, pairing.digits, tmp_path / "device")
                assert real.is_set()
                between.close()
                assert store.owners() is None
                await until(lambda: (now := store.pairing()) is not None and now.failed == 1)
                await paired(tars.url.replace("ws:", "wss:"), pairing.digits, tmp_path / "device")

    asyncio.run(main())


def no_trust() -> SSLContext:
    """He, too, encrypts with whoever answers."""
    context = SSLContext(PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = CERT_NONE
    return context


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Everything, until the end."""
    try:
        while data := await reader.read(4096):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()


# --- digits that are typed -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["492817\n", " 492 817 \n", "492817"])
def test_the_digits_are_asked_for(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert ask_digits(ignore) == "492817"


@pytest.mark.parametrize("typed", ["", "\n", "abc\n"])
def test_what_is_typed_must_be_digits(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    with pytest.raises(ConfigError, match="the digits must be the six digits"):
        ask_digits(ignore)


# --- which server ----------------------------------------------------------------------------------------------------------------

ATTIC = FoundServer("attic 9f3a0b12", "wss://192.168.1.10:7456", "9f3a0b12")
BY_CABLE = replace(ATTIC, url="wss://192.168.1.11:7456")
CELLAR = FoundServer("cellar 00c0ffee", "wss://192.168.1.12:7456", "00c0ffee")
LAST = "wss://10.0.0.1:7456"


def searched(
    state: Path, monkeypatch: pytest.MonkeyPatch, *servers: FoundServer, says: Callable[[str], object] = ignore, discovery: Any = "on"
) -> str:
    """The server of `tars-pi pair` where these are announced."""

    async def find_all() -> list[FoundServer]:
        return list(servers)

    monkeypatch.setattr(command, "find_all", find_all)
    return asyncio.run(find_server(DeviceConfig(server=SEARCHED, state=state, discovery=discovery), "492817", says))


@pytest.mark.parametrize("servers", [[ATTIC], [ATTIC, BY_CABLE]])
def test_the_only_server_in_the_network_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, servers: list[FoundServer]) -> None:
    lines: list[str] = []
    save_paired(tmp_path, PairedServer(LAST, "hall", "key"), "")
    assert searched(tmp_path, monkeypatch, *servers, says=lines.append) == ATTIC.url
    assert lines[-1] == f"Found {ATTIC.name} at {ATTIC.url}."


@pytest.mark.parametrize("servers", [[], [ATTIC, CELLAR]])
def test_without_a_choice_the_last_server_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, servers: list[FoundServer]) -> None:
    save_paired(tmp_path, PairedServer(LAST, "hall", "key"), "")
    assert searched(tmp_path, monkeypatch, *servers) == LAST


def test_of_several_each_is_named_with_the_command_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError) as refused:
        searched(tmp_path, monkeypatch, ATTIC, CELLAR)
    assert str(refused.value).splitlines() == [
        SEVERAL,
        "    tars-pi pair 492817 --server wss://192.168.1.10:7456    # attic 9f3a0b12",
        "    tars-pi pair 492817 --server wss://192.168.1.12:7456    # cellar 00c0ffee",
    ]


def test_what_was_saved_and_is_damaged_does_not_prevent_a_pairing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE).write_text("{")
    assert searched(tmp_path, monkeypatch, ATTIC) == ATTIC.url


def test_where_discovery_is_off_nothing_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"no server is known, and discovery is off here .* tars-pi pair 492817 --server wss://HOST:PORT"):
        searched(tmp_path, monkeypatch, ATTIC, discovery="off")
