"""The frames that a simulated device sends and gets: just enough of WebSocket for a client that is cheaper than any server. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_FINAL, _MASKED = 0x80, 0x80
_NO_MASK = bytes(4)
"""The mask of all frames. It changes nothing, so the client need not mask; a server unmasks all the same."""
_LENGTH_16, _LENGTH_64 = 126, 127


def header(opcode: int, length: int) -> bytes:
    """What stands before the payload of a client's frame."""
    if length < _LENGTH_16:
        return bytes((_FINAL | opcode, _MASKED | length)) + _NO_MASK
    if length < 1 << 16:
        return struct.pack(">BBH", _FINAL | opcode, _MASKED | _LENGTH_16, length) + _NO_MASK
    return struct.pack(">BBQ", _FINAL | opcode, _MASKED | _LENGTH_64, length) + _NO_MASK


def frame(opcode: int, payload: bytes) -> bytes:
    """A client's frame."""
    return header(opcode, len(payload)) + payload


def request(port: int, subprotocol: str) -> bytes:
    """What opens a WebSocket."""
    lines = [
        "GET / HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: {subprotocol}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


class Reader:
    """Cuts what comes in from a server into frames."""

    def __init__(self) -> None:
        self._data = b""
        self._upgraded = False

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """(opcode, payload) of each frame that is complete; before the first of them (0, the answer to the request)."""
        self._data += data
        if not self._upgraded:
            answer, end, rest = self._data.partition(b"\r\n\r\n")
            if not end:
                return
            self._upgraded, self._data = True, rest
            yield 0, answer
        while (found := self._frame_at_start()) is not None:
            yield found

    def _frame_at_start(self) -> tuple[int, bytes] | None:
        data = self._data
        if len(data) < 2:
            return None
        length, begin = data[1], 2
        if length == _LENGTH_16:
            length, begin = int.from_bytes(data[2:4]), 4
        elif length == _LENGTH_64:
            length, begin = int.from_bytes(data[2:10]), 10
        if len(data) < begin + length:
            return None
        self._data = data[begin + length :]
        return data[0] & 15, data[begin : begin + length]
