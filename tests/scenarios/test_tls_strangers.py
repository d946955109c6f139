"""What strangers can do to a server that encrypts: a device beside them must notice nothing."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tars.runtime import clock
from tars.server import admission
from tests.in_process import LIMIT, RunningServer, device, until
from tests.loops import Run
from tests.scenarios.encrypted import encrypted
from tests.sounds import noise

HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
"""The beginning of a TLS handshake."""


@asynccontextmanager
async def raw(tars: RunningServer, *pieces: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """A connection on which this is said, and that then waits."""
    reader, writer = await asyncio.open_connection("127.0.0.1", tars.port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        yield reader
    finally:
        writer.close()


async def ends(reader: asyncio.StreamReader) -> bytes:
    """All that still comes until the server ends the connection."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


def test_silent_and_slow_handshakes_end_after_the_limit_of_a_greeting_and_hold_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_on_each_loop: Run
) -> None:
    monkeypatch.setattr(admission, "GREETING_LIMIT", 0.5)

    async def main() -> None:
        async with encrypted(tmp_path) as (tars, known):
            began = clock.now()
            async with raw(tars) as silent, raw(tars, b"\x16") as hesitant, raw(tars, HELLO) as slow:
                _, writer = await asyncio.open_connection("127.0.0.1", tars.port)
                async with device(**known) as kitchen:
                    await kitchen.is_called()
                    for byte in HELLO:  # one that says a little now and then has no more time than the others
                        writer.write(bytes([byte]))
                        await clock.sleep_until(0)
                    assert [await ends(reader) for reader in (silent, hesitant, slow)] == [b""] * 3
                    assert clock.now() - began < 5
                    assert len(kitchen.steps.of("welcome")) == 1
                writer.close()
            assert tars.registry.authenticator.refusals["no upgrade"] == 4

    run_on_each_loop(main())


def test_handshakes_that_have_not_ended_are_dropped_when_too_many_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "MOST_UNGREETED", 3)

    async def main() -> None:
        async with encrypted(tmp_path) as (tars, known):
            writers = [(await asyncio.open_connection("127.0.0.1", tars.port))[1] for _ in range(8)]
            for writer in writers:
                writer.write(HELLO)
            async with device(**known) as kitchen:
                await kitchen.steps.states(continuity="LINKED")
            assert tars.registry.authenticator.refusals["too many connections"] >= 5
            for writer in writers:
                writer.close()

    asyncio.run(main())


GARBAGE = {
    "a letter": b"\x16",
    "zeros": b"\x16" + bytes(600),
    "ones": b"\x16" + b"\xff" * 600,
    "a huge record": b"\x16\x03\x01\xff\xff" + bytes(70_000),
    "HTTP": b"\x16GET / HTTP/1.1\r\n\r\n",
    "an old hello": b"\x16\x03\x00\x00\x2f\x01\x00\x00\x2b\x03\x00" + bytes(600),
    "an alert": b"\x15\x03\x03\x00\x02\x02\x28",
    "SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
    "nothing": b"",
}


def test_garbage_and_a_scan_of_the_port_change_nothing_for_a_device(tmp_path: Path, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with encrypted(tmp_path) as (tars, known), device(**known) as kitchen:
            await kitchen.is_called()
            for said in GARBAGE.values():
                _, writer = await asyncio.open_connection("127.0.0.1", tars.port)
                writer.write(said)
                writer.write_eof()
                writer.close()
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                scanner = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                scanner.check_hostname, scanner.verify_mode, scanner.maximum_version = False, ssl.CERT_NONE, version
                if version is ssl.TLSVersion.TLSv1_2:
                    with pytest.raises(ssl.SSLError, match=r"(?i)protocol.version"):
                        await asyncio.open_connection("127.0.0.1", tars.port, ssl=scanner)
                    continue
                reader, writer = await asyncio.open_connection("127.0.0.1", tars.port, ssl=scanner)
                writer.write(b"GET / HTTP/1.1\r\nHost: tars\r\n\r\n")
                assert b"HTTP/1.1 4" in await ends(reader)
                writer.close()
            refusals = tars.registry.authenticator.refusals
            await until(lambda: refusals["encryption failed"] >= 6)
            await kitchen.hears(noise(0.5))
            assert len(kitchen.steps.of("welcome")) == 1

    run_on_each_loop(main())


def say_goodbye(port: int, ca: Path) -> tuple[bytes, bytes]:
    """A request and the end of TLS, but not of TCP: all that the server answers, and what comes after its own end of TLS."""
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as tcp:
        context = ssl.create_default_context(cafile=str(ca))
        with context.wrap_socket(tcp, server_hostname="tars-server", suppress_ragged_eofs=False) as tls:
            tls.sendall(b"GET / HTTP/1.1\r\nHost: tars\r\n\r\n")
            answer = b""
            while piece := tls.recv(4096):  # SSLEOFError: TCP has ended without the end of TLS
                answer += piece
            return answer, tls.unwrap().recv(1)


def only_end_tls(port: int, ca: Path) -> bytes:
    """End TLS, but not TCP; all that comes then."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context(cafile=str(ca)).wrap_bio(incoming, outgoing, server_hostname="tars-server")
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as tcp:
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                tcp.sendall(outgoing.read())
                incoming.write(tcp.recv(4096))
        with suppress(ssl.SSLWantReadError):
            tls.unwrap()
        tcp.sendall(outgoing.read())
        return tcp.recv(4096) and tcp.recv(4096)


def test_the_end_is_told_and_heard_in_good_order(tmp_path: Path, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with encrypted(tmp_path) as (tars, known):
            answer, after = await asyncio.to_thread(say_goodbye, tars.port, known["ca"])
            assert answer.startswith(b"HTTP/1.1 4")
            assert after == b""
            began = clock.now()
            assert await asyncio.to_thread(only_end_tls, tars.port, known["ca"]) == b""
            assert clock.now() - began < admission.GREETING_LIMIT / 2

    run_on_each_loop(main())
