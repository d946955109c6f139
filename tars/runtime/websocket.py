"""One end of a WebSocket connection, for both programs. The package `websockets` parses and builds frames; here they meet the transport.

A socket has no task and no queue: what comes in is handed to its receiver before the next piece is read, and what goes out is written to
the transport at once. See dialling.py for the device's side of the upgrade, and tars/server/connection.py for the server's.
"""

from __future__ import annotations

import asyncio
import threading
from abc import abstractmethod
from contextlib import suppress
from ssl import SSLError
from typing import cast

from websockets.client import ClientProtocol
from websockets.frames import CloseCode, Opcode
from websockets.frames import Frame as Piece
from websockets.http11 import Request, Response
from websockets.protocol import Event, State
from websockets.server import ServerProtocol

from tars.core.codec import Frame
from tars.runtime import clock
from tars.runtime.budget import Budget
from tars.runtime.receiver import Receiver, SocketDown
from tars.runtime.tcp import reset_on_close, tune
from tars.runtime.tls import Tls

CLOSE_LIMIT = 1.0
"""Seconds that a closing handshake may take."""
PROTOCOL_VIOLATIONS = (CloseCode.PROTOCOL_ERROR, CloseCode.INVALID_DATA, CloseCode.MESSAGE_TOO_BIG)
"""Close codes with which this end closes a connection whose other side breaks the WebSocket protocol or sends too long a frame."""
WRITE_LIMIT = 20 * 1024 * 1024
"""Bytes that may wait to be sent. A reply of 10 minutes to an old device has 18 MiB; no other case has more."""
LEGACY_PING = 30.0
"""Seconds between WebSocket pings to an old device or server. A missing pong is tolerated."""
READ_SIZE = 4 * 1024
"""Bytes that are read from a connection at a time, so that no connection holds the loop for long: an audio frame of 80 ms fits."""
FRAMES_AT_ONCE = 16
"""Frames that are taken in one turn of the event loop: 4 KiB may hold hundreds of small ones."""


class _Reading(threading.local):
    """All connections of an event loop read into one buffer: what one has read is parsed before the next reads."""

    def __init__(self) -> None:
        self.buffer = memoryview(bytearray(READ_SIZE))


_reading = _Reading()


class Socket(asyncio.BufferedProtocol):
    """A connection, from its transport to its end. `start` names the receiver; frames that come before are kept for it."""

    __slots__ = (
        "_budget",
        "_closing",
        "_early",
        "_events",
        "_full",
        "_held",
        "_message",
        "_receiver",
        "_spent",
        "_text",
        "_timer",
        "_tls",
        "_transport",
        "_websocket",
        "address",
        "authorities",
        "generation",
    )

    def __init__(self, websocket: ClientProtocol | ServerProtocol) -> None:
        self.address = ""
        """The address of the other side."""
        self.authorities = ""
        """The fingerprints of the authorities that protect it, if the device has saved them and lets the server replace them; or empty."""
        self.generation = 0
        self._websocket = websocket
        self._transport: asyncio.Transport | None = None
        self._tls: Tls | None = None
        """The encryption, if there is any."""
        self._receiver: Receiver | None = None
        self._early: list[Frame] = []
        self._events: list[Event] = []
        """What was read and is not taken yet: reading waits until it is."""
        self._message: bytearray | None = None
        """The beginning of a message that comes in several pieces."""
        self._text = False
        self._budget: Budget | None = None
        self._spent = False
        """Reading waits for the budget."""
        self._full = False
        """Reading waits until the other side has read what was written."""
        self._held = False
        """Reading waits until a request is answered or, after the answer, for `start`."""
        self._closing = False
        """The limit of the closing handshake runs."""
        self._timer: asyncio.TimerHandle | None = None
        """The limit of the closing handshake, or the next ping of an old link."""

    @property
    def subprotocol(self) -> str | None:
        """What both sides have agreed on; None: the old protocol."""
        return self._websocket.subprotocol

    @property
    def certificate(self) -> str | None:
        """The fingerprint of the server's certificate, the same at both ends; None: the connection is not encrypted."""
        return self._tls.certificate if self._tls is not None else None

    @property
    def is_open(self) -> bool:
        """Whether frames can be sent: the upgrade is done, and the connection does not close."""
        return self._websocket.state is State.OPEN

    @property
    def transport(self) -> asyncio.Transport:
        """The transport, once the connection is made."""
        assert self._transport is not None, "there is no connection yet"
        return self._transport

    def start(self, generation: int, receiver: Receiver, budget: Budget | None = None) -> None:
        """From now on frames go to the receiver. `budget` bounds what is read."""
        self.generation, self._receiver, self._budget = generation, receiver, budget
        if self.subprotocol is None and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LEGACY_PING, self._ping)
        early, self._early = self._early, []
        for frame in early:
            receiver.received(generation, frame)
        self._held = False
        self._read_or_wait()

    # --- out -----------------------------------------------------------------------------------------------------------------

    def send(self, frame: Frame) -> None:
        """Send a frame behind all others. The connection is dropped if its other side does not read and WRITE_LIMIT is reached."""
        if self._websocket.state is not State.OPEN:
            return
        if isinstance(frame, str):
            self._websocket.send_text(frame.encode())
        else:
            self._websocket.send_binary(frame)
        self._write()
        if self.transport.get_write_buffer_size() > WRITE_LIMIT:
            self.abort()

    def close(self, code: int, reason: str) -> None:
        """Close once everything is sent. After CLOSE_LIMIT the connection is dropped."""
        if self._websocket.state is State.OPEN:
            self._websocket.send_close(code, short(reason))
            self._write()

    def abort(self) -> None:
        """Drop the connection at once, with a TCP reset."""
        if self._transport is not None:
            reset_on_close(self._transport)
            self._transport.abort()

    def charge(self, frames: int) -> None:
        """What the last frame caused is as much work as so many frames."""
        if self._budget is not None:
            self._budget.spend(frames, 0, clock.now())

    def _write(self) -> None:
        tls = self._tls
        if tls is not None and not tls.established:
            return  # it waits for the handshake
        pieces = self._websocket.data_to_send()
        if not pieces and self._websocket.state is State.OPEN:
            return
        transport, closing = self.transport, self.transport.is_closing()
        for data in pieces:
            if closing:
                continue
            if data:
                transport.write(data if tls is None else tls.send(data))
            else:
                self._end_writing()
        if self._websocket.close_expected() and not closing and not self._closing:
            self._closing = True
            self._cancel_timer()
            self._timer = asyncio.get_running_loop().call_later(CLOSE_LIMIT, self.abort)

    def _end_writing(self) -> None:
        if self._tls is not None:
            self.transport.write(self._tls.end())
        if self.transport.can_write_eof():
            with suppress(OSError, RuntimeError):  # the other side is gone already
                self.transport.write_eof()
        else:
            self.transport.close()

    def _ping(self) -> None:
        if self._websocket.state is State.OPEN:
            self._websocket.send_ping(b"")
            self._write()
            self._timer = asyncio.get_running_loop().call_later(LEGACY_PING, self._ping)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    # --- in ------------------------------------------------------------------------------------------------------------------

    @abstractmethod
    def upgrade(self, event: Request | Response) -> None:
        """The request of a client, or the response of a server, came in."""

    def _take(self, piece: Piece) -> Frame | None:
        """The message that this piece completes. Raises UnicodeDecodeError."""
        if piece.opcode is Opcode.BINARY and piece.fin:
            return bytes(piece.data)
        if piece.opcode in (Opcode.BINARY, Opcode.TEXT):
            self._text = piece.opcode is Opcode.TEXT
            return self._append(bytearray(piece.data), complete=piece.fin)
        if piece.opcode is Opcode.CONT and self._message is not None:
            self._message += piece.data
            return self._append(self._message, complete=piece.fin)
        return None

    def _append(self, message: bytearray, *, complete: bool) -> Frame | None:
        """So much of a message has come in. `websockets` limits its size."""
        self._message = None if complete else message
        if not complete:
            return None
        return message.decode() if self._text else bytes(message)

    def _hand_over(self, frame: Frame) -> None:
        if self._receiver is not None:
            self._receiver.received(self.generation, frame)
        else:
            self._early.append(frame)

    def _read_or_wait(self) -> None:
        """Read on, unless there is a reason to wait."""
        if self._transport is None or self._transport.is_closing():
            return
        if self._spent or self._full or self._held or self._events:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _spend(self, frames: int, size: int) -> None:
        """So much was read. Beyond the budget the next read waits, and TCP makes the other side wait.

        After the end nothing waits: what is read is dropped, and the other side has to come to the close frame that says why.
        """
        if self._budget is None or self._spent or self._websocket.eof_sent:
            return
        if (wait := self._budget.spend(frames, size, clock.now())) > 0:
            self._spent = True
            self._read_or_wait()
            asyncio.get_running_loop().call_later(wait, self._read_again)

    def _read_again(self) -> None:
        self._spent = False
        self._read_or_wait()

    # --- how it ends ---------------------------------------------------------------------------------------------------------

    @property
    def violation(self) -> str:
        """How the other side broke the WebSocket protocol, if this end has closed the connection for it; else empty."""
        sent = self._websocket.close_sent
        if sent is None or self._websocket.close_rcvd_then_sent or sent.code not in PROTOCOL_VIOLATIONS:
            return ""
        return f"closed with {sent.code}: {sent.reason or 'no frame of a WebSocket'}"

    @property
    def why_closed(self) -> str:
        """Why the connection has ended, for the log."""
        code, reason = self._websocket.close_code, self._websocket.close_reason
        if code in (None, CloseCode.ABNORMAL_CLOSURE):
            return "the connection broke"
        return f"closed with {code}{f': {reason}' if reason else ''}"

    # --- called by the transport ---------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is made."""
        self._transport = cast("asyncio.Transport", transport)
        name = transport.get_extra_info("peername")
        self.address = str(name[0]) if name else "unknown"
        tune(transport)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes are read into."""
        return _reading.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """So many bytes were read."""
        data = _reading.buffer[:nbytes]
        if self._tls is None:
            self.receive(data, nbytes)
        else:
            self._decrypt(self._tls, data)

    def _decrypt(self, tls: Tls, data: memoryview) -> None:
        ended = tls.ended
        try:
            received = tls.receive(data)
        except SSLError as error:
            self.transport.write(tls.outgoing())  # the reason
            self.transport.close()
            self.distrust(error)
            return
        if answer := tls.outgoing():
            self.transport.write(answer)
        self.receive(received, len(data))
        if tls.ended and not ended:
            self.eof_received()
            self.transport.close()

    def distrust(self, error: SSLError) -> None:
        """The other side is not trusted or does not trust this one, or what came in is no TLS. The connection closes."""

    def receive(self, data: memoryview | bytes, size: int) -> list[Event]:
        """Take what came in, decrypted, for which `size` bytes were read. Returns what the parser has completed with it."""
        if data:
            self._websocket.receive_data(data)  # type: ignore[arg-type]  # it is appended to a bytearray
        return self.exchange(size)

    def eof_received(self) -> None:
        """The other side sends nothing more. The transport closes once everything is written."""
        self._websocket.receive_eof()
        self.exchange(0)

    def exchange(self, size: int) -> list[Event]:
        """Take what the parser has completed, for which `size` bytes were read, and return it."""
        events = self._websocket.events_received()
        self._spend(len(events), size)
        self._events += events
        self._take_some()
        return events

    def _take_some(self) -> None:
        """Take FRAMES_AT_ONCE frames at most. If there are more, the others have their turn first."""
        events, self._events = self._events, []
        if len(events) > FRAMES_AT_ONCE:
            events, self._events = events[:FRAMES_AT_ONCE], events[FRAMES_AT_ONCE:]
        for event in events:
            if not isinstance(event, Piece):
                self.upgrade(event)
                continue
            try:
                frame = self._take(event)
            except UnicodeDecodeError as error:
                self._websocket.fail(CloseCode.INVALID_DATA, f"{error.reason} at position {error.start}")
                self._events = []  # what follows is not taken
                break
            if frame is not None:
                self._hand_over(frame)
        self._write()
        if self._events:
            self._read_or_wait()
            asyncio.get_running_loop().call_soon(self._take_more)

    def _take_more(self) -> None:
        self._take_some()
        self._read_or_wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._cancel_timer()
        self._websocket.receive_eof()
        while self._events:
            self._take_some()
        if self._receiver is not None:
            reason = self.violation or self.why_closed
            self._receiver.closed(SocketDown(self.generation, reason, opened=True, broken=bool(self.violation)))
            self._receiver = None

    def pause_writing(self) -> None:
        """The other side reads too slowly."""

    def resume_writing(self) -> None:
        """The other side reads again."""


def short(reason: str) -> str:
    """The first 123 bytes of a reason: a close frame holds no more."""
    return reason.encode()[:123].decode(errors="ignore")
