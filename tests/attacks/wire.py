"""A WebSocket by hand, over a plain socket: it sends what it likes as fast as TCP takes it, and reads only when it is told to."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import socket
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from select import select
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from tars.core.codec import HEADER, MAGIC, SUBPROTOCOL, V1, Control, Frame
from tars.generated import messages as m
from tests.greeting import greeting

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 0x1, 0x2, 0x0, 0x8, 0x9, 0xA
LAST = 0x80
"""The bit of a frame that ends its message."""
MAGIC_OF_WEBSOCKETS = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CLEAR = bytes(4)
"""A mask that changes nothing."""


class RefusedError(OSError):
    """The other side has not upgraded the connection, or has closed it."""


def frame(payload: bytes, opcode: int, *, masked: bool, last: bool = True) -> bytes:
    """A frame as it goes over TCP. A client's is masked, here with zeros."""
    first, mark = opcode | (LAST if last else 0), 0x80 if masked else 0
    size = len(payload)
    if size < 126:
        head = bytes([first, size | mark])
    elif size < 65536:
        head = struct.pack(">BBH", first, 126 | mark, size)
    else:
        head = struct.pack(">BBQ", first, 127 | mark, size)
    return head + (CLEAR if masked else b"") + payload


def raw(content: Frame, *, masked: bool) -> bytes:
    """A text or a piece of sound as one frame."""
    return frame(content.encode(), TEXT, masked=masked) if isinstance(content, str) else frame(content, BINARY, masked=masked)


def message(kind: m.Message, number: int | None = None, ack: int = 0, *, masked: bool = True) -> bytes:
    """A message of `tars.v1` as one frame."""
    (content,) = V1("server").encode(Control(kind, number, ack))
    return raw(content, masked=masked)


def single_samples(stream: int, at: int, count: int, *, masked: bool, level: int = 8000) -> bytes:
    """So many frames of one sample each, one after the other in the stream."""
    fields = [("first", "u1"), ("size", "u1"), *([("mask", "<u4")] if masked else [])]
    fields += [("magic", "u1"), ("flags", "u1"), ("stream", ">u2"), ("at", ">u8"), ("sample", "<i2")]
    frames = np.zeros(count, np.dtype(fields))
    frames["first"] = LAST | BINARY
    frames["size"] = HEADER.size + 2 | (0x80 if masked else 0)
    frames["magic"] = MAGIC
    frames["stream"] = stream
    frames["at"] = np.arange(at, at + count, dtype=np.uint64)
    frames["sample"] = np.where(np.arange(count) % 2, level, -level)
    return frames.tobytes()


def unmasked(data: bytes) -> tuple[bytes, int] | None:
    """The payload of the first frame of a client, and the bytes of the frame; None if it is not there as a whole."""
    at, size = 2, data[1] & 0x7F if len(data) > 1 else 0
    if size >= 126:
        at += 2 if size == 126 else 8
        size = int.from_bytes(data[2:at], "big")
    if len(data) < at + 4 + size:
        return None
    mask = np.resize(np.frombuffer(data[at : at + 4], np.uint8), size)
    return (np.frombuffer(data[at + 4 : at + 4 + size], np.uint8) ^ mask).tobytes(), at + 4 + size


class Peer:
    """One end of a WebSocket, after the upgrade."""

    def __init__(self, connection: socket.socket, *, client: bool) -> None:
        self.socket = connection
        self.masked = client
        self.numbers = 0
        """The highest `seq` that has come."""
        self.seen: Counter[bytes] = Counter()
        """How many messages of each type have come."""
        self.session = b""
        """The session that the other side has opened last."""
        self._end = b""
        self._masked = b""

    def send(self, *frames: bytes) -> None:
        """Send all of it. Raises OSError once the other side has closed."""
        self.socket.sendall(b"".join(frames))

    def say(self, kind: m.Message, number: int | None = None) -> None:
        """Send a message, which acknowledges all that `drain` and `wait_for` have read."""
        self.send(message(kind, number, self.numbers, masked=self.masked))

    def drain(self) -> bytes:
        """What has come, without waiting. Raises RefusedError when the other side has closed."""
        came = b""
        while select([self.socket], [], [], 0)[0]:
            chunk = self.socket.recv(1 << 16)
            if not chunk:
                raise RefusedError("closed")
            came += self._readable(chunk)
        self._note(came)
        return came

    def wait_for(self, text: bytes) -> bytes:
        """Wait until this has come. Raises RefusedError when the other side closes, TimeoutError when it says nothing for long."""
        came = b""
        while text not in came:
            chunk = self.socket.recv(1 << 16)
            if not chunk:
                raise RefusedError("closed")
            came += self._readable(chunk)
        self._note(came)
        return came

    def ends(self) -> bytes:
        """Wait until the other side closes; what it has sent until then. Raises TimeoutError if it does not."""
        came = b""
        with suppress(ConnectionError):
            while chunk := self.socket.recv(1 << 16):
                came += chunk
        return came

    def _readable(self, chunk: bytes) -> bytes:
        if self.masked:
            return chunk  # what a server sends is not masked
        self._masked += chunk
        payloads = b""
        while (parsed := unmasked(self._masked)) is not None:
            payload, size = parsed
            payloads += payload
            self._masked = self._masked[size:]
        return payloads

    def _note(self, came: bytes) -> None:
        # The end of a piece may cut a message.
        text, types = self._end + came, rb'"type": ?"(\w+)"'
        self.seen.update(re.findall(types, text))
        self.seen.subtract(re.findall(types, self._end))
        self._end = text[-60:]
        if found := re.findall(rb'"hotword_detected".*?"session": ?"([\w-]+)"', came):
            self.session = found[-1]
        if found := re.findall(rb'"seq": ?(\d+),', text):
            self.numbers = int(found[-1])


def connect(
    url: str, *, old: bool = False, key: str = "", origin: str = "", source: str = "", patience: float = 5.0, receive_buffer: int = 0
) -> Peer:
    """A client. An old one does not offer `tars.v1`. `source`: the address that it comes from. Raises OSError.

    `patience`: seconds for whatever this peer waits for. `receive_buffer`: bytes that the kernel keeps for it, if few.
    """
    to = urlsplit(url)
    assert to.hostname
    assert to.port
    connection = socket.socket()
    try:
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(patience)
        if source:
            connection.bind((source, 0))
        connection.connect((to.hostname, to.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = ["GET / HTTP/1.1", f"Host: {to.netloc}", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        lines += [f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}"]
        lines += [] if old else [f"Sec-WebSocket-Protocol: {SUBPROTOCOL}"]
        lines += [f"Authorization: Bearer {key}"] if key else []
        lines += [f"Origin: {origin}"] if origin else []
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = _head(connection)
    except BaseException:
        connection.close()
        raise
    if not answer.startswith(b"HTTP/1.1 101"):
        connection.close()
        raise RefusedError(answer.split(b"\r\n")[0].decode(errors="replace"))
    return Peer(connection, client=True)


def accept(listening: socket.socket) -> Peer:
    """A server's end of the next connection. Raises OSError."""
    connection, _ = listening.accept()
    try:
        connection.settimeout(20.0)
        request = _head(connection)
    except BaseException:
        connection.close()
        raise
    found = re.search(rb"(?i)sec-websocket-key: *(\S+)", request)
    assert found
    proof = base64.b64encode(hashlib.sha1(found[1] + MAGIC_OF_WEBSOCKETS).digest()).decode()
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {proof}"]
    connection.sendall("\r\n".join([*lines, f"Sec-WebSocket-Protocol: {SUBPROTOCOL}", "", ""]).encode())
    return Peer(connection, client=False)


def _head(connection: socket.socket) -> bytes:
    """All up to the empty line."""
    came = b""
    while b"\r\n\r\n" not in came:
        byte = connection.recv(1)  # not one more: what follows are frames
        if not byte:
            raise RefusedError("closed before the upgrade")
        came += byte
    return came


@contextmanager
def peer(url: str, name: str = "bedroom", **options: Any) -> Iterator[Peer]:
    """A device that has been let in, while this lasts; an old one (`old`) has no name."""
    one = connect(url, **options)
    with closing(one.socket):
        if not options.get("old"):
            one.say(greeting(name))
            one.wait_for(b'"welcome"')
        yield one
