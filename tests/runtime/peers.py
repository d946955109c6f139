"""The other side of a connection, byte by byte: it says what the test wants, whatever the protocol allows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from websockets.frames import Opcode

from tars.core.codec import Frame
from tars.runtime.receiver import SocketDown
from tars.runtime.tcp import reset_on_close
from tars.runtime.websocket import Socket
from tests.in_process import LIMIT, until

GENERATION = 3
CONT, TEXT, BINARY, CLOSE, PING, PONG = Opcode


Sent = tuple[Opcode, bytes] | tuple[Opcode, bytes, bool]
"""A frame that a test sends: opcode, payload and, unless it is the last of its message, False."""


def piece(opcode: Opcode, payload: bytes = b"", *, fin: bool = True, masked: bool = True) -> bytes:
    """A frame of a WebSocket as it travels. A client has to mask; the mask is four zeros."""
    size = len(payload)
    count = 0 if size < 126 else 2 if size < 2**16 else 8
    short = {0: size, 2: 126, 8: 127}[count]
    return bytes([opcode | fin << 7, short | masked << 7]) + size.to_bytes(8)[8 - count :] + (bytes(4) if masked else b"") + payload


def closing(code: int, reason: str = "") -> bytes:
    """What a close frame holds."""
    return code.to_bytes(2) + reason.encode()


def request(*offered: str, **headers: str) -> bytes:
    """A request for an upgrade that offers these subprotocols."""
    values = {
        "Host": "tars",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec_WebSocket_Version": "13",
    } | headers
    if offered:
        values["Sec_WebSocket_Protocol"] = ", ".join(offered)
    lines = ["GET / HTTP/1.1", *(f"{name.replace('_', '-')}: {value}" for name, value in values.items()), "", ""]
    return "\r\n".join(lines).encode()


class Notes:
    """A receiver that keeps what comes."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.downs: list[SocketDown] = []

    def received(self, generation: int, frame: Frame) -> None:
        assert generation == GENERATION
        assert not self.downs, "nothing comes after the end"
        self.frames.append(frame)

    def closed(self, down: SocketDown) -> None:
        self.downs.append(down)

    async def goes_down(self) -> SocketDown:
        """Wait for the end."""
        await until(lambda: self.downs)
        (down,) = self.downs
        assert (down.generation, down.opened) == (GENERATION, True)
        return down


class Peer:
    """The other side. What it reads is parsed here, so that nothing of `websockets` answers by itself."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, masks: bool) -> None:
        self._reader, self._writer, self._masks = reader, writer, masks

    def sends(self, *pieces: Sent) -> None:
        """Send frames at once."""
        frames = [piece(opcode, payload, fin=not rest or rest[0], masked=self._masks) for opcode, payload, *rest in pieces]
        self.writes(b"".join(frames))

    def writes(self, data: bytes) -> None:
        """Send bytes."""
        self._writer.write(data)

    async def has_sent_all(self) -> None:
        """Wait until the other side has taken all that was sent."""
        transport = self._writer.transport
        await until(lambda: transport.is_closing() or not transport.get_write_buffer_size())
        assert not transport.is_closing(), "the connection was reset"

    async def gets(self) -> tuple[Opcode, bytes]:
        """The next frame, which is whole."""
        async with asyncio.timeout(LIMIT):
            first, second = await self._reader.readexactly(2)
            size = second & 0x7F
            if size >= 126:
                size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8))
            mask = await self._reader.readexactly(4) if second & 0x80 else bytes(4)
            assert bool(second & 0x80) != self._masks, "a client masks, and a server does not"
            payload = await self._reader.readexactly(size)
        assert first & 0xF0 == 0x80
        return Opcode(first & 0xF), bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload)) if any(mask) else payload

    async def gets_answer(self) -> tuple[int, dict[str, str], str]:
        """The next answer to an HTTP request: status, headers in small letters, and text."""
        async with asyncio.timeout(LIMIT):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
            status, *lines = head.strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            text = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return int(status.split()[1]), headers, text.decode()

    async def gets_to_the_end(self) -> bytes:
        """All that still comes until the other side ends the connection."""
        async with asyncio.timeout(LIMIT):
            return await self._reader.read()

    async def ends(self) -> None:
        """Wait until the other side ends the connection, in whatever way."""
        with suppress(ConnectionError):
            await self.gets_to_the_end()

    async def is_dropped(self) -> None:
        """Wait until the other side resets the connection."""
        async with asyncio.timeout(LIMIT):
            try:
                while await self._reader.read(2**16):
                    pass
            except ConnectionResetError:
                return
        raise AssertionError("the connection has ended in good order")

    def stops_reading(self) -> None:
        """Read nothing more."""
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]

    def reads_on(self) -> None:
        """Read again."""
        self._writer.transport.resume_reading()  # type: ignore[attr-defined]

    def ends_writing(self) -> None:
        """Send the end of the stream."""
        self._writer.write_eof()

    def breaks(self) -> None:
        """Reset the connection."""
        if not self._writer.transport.is_closing():
            reset_on_close(self._writer.transport)
            self._writer.transport.abort()


@asynccontextmanager
async def connected(socket: Socket, *, masks: bool = True) -> AsyncIterator[Peer]:
    """The other side of this socket, whose connection is made. `masks`: the other side is a client."""
    listening = await asyncio.get_running_loop().create_server(lambda: socket, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", listening.sockets[0].getsockname()[1])
    listening.close()
    await until(lambda: socket._transport)
    try:
        yield Peer(reader, writer, masks=masks)
    finally:
        writer.close()
        socket.abort()
        await until(socket.transport.is_closing)
