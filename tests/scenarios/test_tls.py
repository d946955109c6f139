"""Encrypted links between the real server and real devices: what somebody on the way sees and can do, and what the roll-out does."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tars.runtime import clock
from tars.runtime.dialling import NotAdmittedError, dial
from tars.runtime.tls import Trust
from tars.samples import RATE, to_pcm
from tars.server import connection
from tars.testing import ScriptedBrain, Turn
from tests.certificates import Authority
from tests.faults.proxy import proxy
from tests.faults.test_loopback import HALF, SAID, room
from tests.in_process import device, server
from tests.loops import Run
from tests.scenarios.encrypted import ca_of, encrypted
from tests.server.connections import add_keys
from tests.sounds import noise


def records(stream: bytes) -> list[int]:
    """The types of the TLS records that a stream consists of, from its first byte to its last."""
    types, at = [], 0
    while at < len(stream):
        types.append(stream[at])
        assert stream[at + 1 : at + 3] in (b"\x03\x01", b"\x03\x03"), "this is no TLS"
        at += 5 + int.from_bytes(stream[at + 3 : at + 5])
    assert at == len(stream)
    return types


# --- what somebody on the way sees -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["wss", "ws"])
def test_nobody_on_the_way_sees_a_sample_a_word_or_the_key(tmp_path: Path, scheme: str, run_on_each_loop: Run) -> None:
    question, reply = noise(1.6), to_pcm(noise(1))
    seen = {"up": bytearray(), "down": bytearray()}

    async def main() -> None:
        (key,) = add_keys(tmp_path / "state", "kitchen")
        brain = ScriptedBrain(Turn(speech=RATE, sound=noise(1)))
        async with encrypted(tmp_path, brain=brain) as (tars, known), proxy(tars.port) as between:
            between.listener = lambda way, data: seen[way].extend(data)
            trusted = known if scheme == "wss" else {}
            url = f"{scheme}://127.0.0.1:{between.port}"
            async with device(**trusted | {"url": url, "key": key}) as kitchen:
                await kitchen.is_called()
                await kitchen.hears(question)
                await kitchen.plays_to_the_end()
        assert len(seen["up"]) > len(to_pcm(question))
        assert len(seen["down"]) > len(reply)
        down = reply[16_000:16_400] in bytes(seen["down"]), b"session_started" in seen["down"], key.encode() in seen["up"]
        assert down == ((False,) * 3 if scheme == "wss" else (True,) * 3)
        if scheme == "wss":
            for stream in seen.values():
                first, *rest = records(bytes(stream))
                assert first == 0x16
                assert set(rest) <= {0x14, 0x17}, "after the first hello all is encrypted"

    run_on_each_loop(main())


# --- what somebody on the way can do ---------------------------------------------------------------------------------------------


@asynccontextmanager
async def impostor(identity: Path, answer: bytes = b"") -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server with this certificate: its port, and what it was sent after the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity)
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read(2**16))
        writer.write(answer)
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield listening.sockets[0].getsockname()[1], received
    finally:
        listening.close()


def test_a_server_in_the_middle_with_another_certificate_of_the_same_name_gets_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        (key,) = add_keys(tmp_path / "state", "kitchen")
        async with encrypted(tmp_path) as (tars, known), proxy(tars.port) as between:
            async with impostor(Authority(tmp_path, "attacker").issue()) as (port, received):
                between._target = port
                async with device(**known | {"url": f"wss://127.0.0.1:{between.port}", "key": key}) as kitchen:
                    await kitchen.steps.event("failed", times=3)
                    assert received == []
                    between._target = tars.port
                    await kitchen.steps.states(continuity="LINKED")
            assert not tars.registry.authenticator.refusals

    with caplog.at_level(logging.WARNING, "tars"):
        asyncio.run(main())
    refusals = [record for record in caplog.records if "the server's certificate is not trusted" in record.getMessage()]
    assert len(refusals) == 1, "it is said once, not at each attempt"
    assert "somebody is in between" in refusals[0].getMessage()


@pytest.mark.parametrize("ca", ["system", "another"])
def test_an_authority_that_the_device_was_not_given_is_not_trusted(tmp_path: Path, ca: str) -> None:
    async def main() -> None:
        async with encrypted(tmp_path) as (_, known):
            trust = Trust(None if ca == "system" else Authority(tmp_path).file)
            with pytest.raises(NotAdmittedError, match="the server's certificate is not trusted: unable to get local issuer certificate"):
                await dial(known["url"], protocol="auto", encryption=trust)

    asyncio.run(main())


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 400 Bad Request\r\n\r\n", b"HTTP/1.1 101 Switching Protocols\r\n\r\n"])
def test_a_server_that_does_not_encrypt_any_more_gets_nothing_from_a_device_that_knows_its_certificate(
    tmp_path: Path, answer: bytes | None
) -> None:
    seen = bytearray()

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer or b"")
        writer.close()

    async def main() -> None:
        (key,) = add_keys(tmp_path / "state", "kitchen")
        attacker = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server(encryption="off") as plain, proxy(attacker.sockets[0].getsockname()[1] if answer else plain.port) as between:
            between.listener = lambda way, data: seen.extend(data if way == "up" else b"")
            ca = ca_of(tmp_path / "state", tmp_path)
            async with device(f"wss://127.0.0.1:{between.port}", ca=ca, key=key) as kitchen:
                failure = await kitchen.steps.event("failed", times=3)
        attacker.close()
        reason = (
            "the server does not encrypt, or somebody in between prevents it; nothing was sent to it"
            if answer
            else "before it was encrypted"
        )
        assert reason in failure.payload["reason"]

    asyncio.run(main())
    assert set(records(bytes(seen))) <= {0x15, 0x16}, "hellos and alerts, nothing else"


def test_a_redirection_to_a_server_without_encryption_is_not_followed(tmp_path: Path) -> None:
    async def main() -> None:
        authority = Authority(tmp_path)
        async with server(encryption="off") as plain, proxy(plain.port) as between:
            answer = f"HTTP/1.1 301 Moved Permanently\r\nLocation: ws://127.0.0.1:{between.port}/\r\nContent-Length: 0\r\n\r\n".encode()
            async with impostor(authority.issue(), answer) as (port, received):
                with pytest.raises(OSError, match="HTTP 301"):
                    await dial(f"wss://127.0.0.1:{port}", protocol="auto", encryption=Trust(authority.file))
                assert len(received) == 1
            assert between.accepted == 0

    asyncio.run(main())


def test_a_device_that_is_given_an_authority_while_it_runs_speaks_no_more_without_encryption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tars.device.trust.is_this_machine", lambda _: False)

    async def main() -> None:
        async with (
            server() as tars,
            proxy(tars.port) as between,
            device(f"ws://127.0.0.1:{between.port}", state=tmp_path) as kitchen,
        ):
            await kitchen.steps.states(continuity="LINKED")
            (tmp_path / "server-ca.pem").touch()
            between.reset()
            await kitchen.steps.event("failed", times=2)
            assert between.accepted == 1

    with caplog.at_level(logging.WARNING, "tars"):
        asyncio.run(main())
    assert "server is ws://127.0.0.1:" in caplog.text
    assert "only ca: none lets it speak without encryption" in caplog.text


# --- nothing is lost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [300, 900, 2_000, 9_000, 33_333])
def test_a_link_that_breaks_in_the_middle_of_a_record_loses_nothing(tmp_path: Path, after: int, run_on_each_loop: Run) -> None:
    async def main() -> None:
        ca_of(tmp_path / "state", tmp_path)
        async with room(tmp_path, encryption="required", state=tmp_path / "state") as made:
            await made.is_asked(SAID[:HALF])
            made.proxy.reset()
            made.proxy.set("up", cut_after=after)
            await made.says(SAID[HALF:])
            await made.server.steps.event("speech_ended")
            made.proxy.set("down", cut_after=after)
            await made.answers()
            assert made.proxy.accepted >= 3

    run_on_each_loop(main())


# --- renewal ---------------------------------------------------------------------------------------------------------------------


def test_a_certificate_is_renewed_while_devices_are_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_on_each_loop: Run) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=RATE, sound=noise(1)), Turn(speech=RATE, sound=noise(1)))
        async with encrypted(tmp_path, brain=brain) as (tars, known), device(**known) as kitchen:
            await kitchen.is_called()
            encryption = tars.registry.admission.encryption
            assert encryption.identity is not None
            before = encryption.identity.certificate
            wall = clock.wall()
            monkeypatch.setattr(clock, "wall", lambda: wall + 300 * 86400)
            await encryption.read_again()
            assert encryption.identity.certificate != before
            await kitchen.hears(noise(1.6))
            await kitchen.plays_to_the_end()
            async with device(**known, name="bedroom") as bedroom:
                await bedroom.is_called()
                (link,) = bedroom.device_runner.sockets.values()
                assert link.certificate == encryption.identity.certificate
            assert len(kitchen.steps.of("welcome")) == 1
            (link,) = kitchen.device_runner.sockets.values()
            assert link.certificate == before

    run_on_each_loop(main())


# --- the roll-out ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """All connections come from other machines."""
    monkeypatch.setattr(connection, "is_local", lambda *_: False)


def test_a_new_device_of_another_machine_that_does_not_encrypt_is_told_what_to_do(tmp_path: Path, far_away: None) -> None:
    async def main() -> None:
        async with encrypted(tmp_path) as (tars, known):
            with pytest.raises(NotAdmittedError, match="wants an encrypted connection: run `tars-server pair` there"):
                await dial(tars.url, protocol="auto")
            assert tars.registry.authenticator.refusals == {"not encrypted": 1}
            link = await dial(known["url"], protocol="auto", encryption=Trust(known["ca"]))
            assert link.is_open
            link.abort()

    asyncio.run(main())


@pytest.mark.parametrize(("legacy", "welcome"), [("allow", True), ("refuse", False)])
def test_an_old_device_knows_no_encryption_so_legacy_decides_about_it(
    tmp_path: Path, far_away: None, legacy: str, *, welcome: bool
) -> None:
    async def main() -> None:
        async with encrypted(tmp_path, legacy=legacy) as (tars, _), connect(tars.url, compression=None) as old:
            if welcome:
                await tars.steps.states("legacy.1", continuity="LINKED")
            else:
                await old.wait_closed()
                assert "old protocol" in str(old.close_reason)

    asyncio.run(main())


def test_on_this_machine_nobody_has_to_encrypt(tmp_path: Path) -> None:
    async def main() -> None:
        async with encrypted(tmp_path) as (tars, _), device(tars.url, state=tmp_path / "device") as kitchen:
            await kitchen.is_called()

    asyncio.run(main())


@pytest.mark.parametrize("encryption", ["optional", "off"])
def test_where_it_is_allowed_a_device_of_another_machine_links_without(tmp_path: Path, far_away: None, encryption: str) -> None:
    async def main() -> None:
        async with encrypted(tmp_path, encryption=encryption) as (tars, _), device(tars.url, state=tmp_path / "device") as kitchen:
            await kitchen.is_called()

    asyncio.run(main())
