"""Reads a frame of sound that came in as a whole, without the parser of `websockets`.

A device that streams sends 12.5 frames of sound a second, and nearly every read from its connection holds exactly one. The parser, which
works byte by byte, takes a fifth of the time that the server needs for such a frame. All that is not exactly one frame is left to it.

Bytes may be read like this only where a frame begins. The parser does not tell. So what it was given is counted, and what the frames that
it has completed took of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from websockets.frames import Frame, apply_mask  # type: ignore[attr-defined]  # that of C, or that of Python
from websockets.http11 import Request
from websockets.protocol import Event

HEADER = 8
"""Bytes before the payload of a frame that `read` reads: 2 for its kind, 2 for its length, 4 for its mask."""
FINAL_BINARY, MASKED_LENGTH_16 = 0x82, 0xFE
"""Its first two bytes: a binary message in one piece; masked, with a length of 16 bits."""
END_OF_REQUEST = b"\r\n\r\n"


class WholeFrames:
    """What came in on one connection of a server."""

    __slots__ = ("_begun",)

    def __init__(self) -> None:
        self._begun: int | None = None
        """Bytes that the parser has of a frame that is not complete. None: unknown, and everything is for the parser."""

    def read(self, data: memoryview | bytes) -> bytes | None:
        """The payload, if the data is exactly one binary message with a length of 16 bits. None: it is for the parser."""
        if self._begun != 0 or len(data) < HEADER or data[0] != FINAL_BINARY or data[1] != MASKED_LENGTH_16:
            return None
        if data[2] << 8 | data[3] != len(data) - HEADER:
            return None
        return apply_mask(data[HEADER:], bytes(data[4:HEADER]))

    def parsed(self, data: memoryview | bytes, events: Sequence[Event]) -> None:
        """The parser was given the data, and these events are what it has completed.

        A frame whose length took more bytes than needed leaves a rest, so that nothing is read here any more.
        """
        if self._begun is not None:
            self._begun += len(data) - sum(_size(event) for event in events if isinstance(event, Frame))
        elif len(events) == 1 and isinstance(events[0], Request) and data[-4:] == END_OF_REQUEST:
            self._begun = 0  # a client sends its first frame after the answer to its request


def _size(frame: Frame) -> int:
    """The bytes of a frame of a client."""
    length = len(frame.data)
    return length + (6 if length < 126 else 8 if length < 1 << 16 else 14)
