"""Peers that send as fast as TCP takes it: threads with sockets of their own, so that nothing in the test slows them down."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.connection import Connection
from websockets.sync.server import serve
from websockets.typing import Subprotocol

from tars.core.codec import SUBPROTOCOL, V1, Audio, Control, Frame
from tars.generated import messages as m
from tars.samples import to_pcm
from tests.greeting import greeting
from tests.sounds import noise, quiet

BATCH = 2000
"""Frames that are handed to TCP at a time."""


def raw(frame: Frame, *, masked: bool) -> bytes:
    """A short frame as it goes over TCP; a client's is masked, here with zeros."""
    payload = frame.encode() if isinstance(frame, str) else frame
    assert len(payload) < 126
    opcode = 0x81 if isinstance(frame, str) else 0x82
    return bytes([opcode, len(payload) | (0x80 if masked else 0)]) + (bytes(4) if masked else b"") + payload


def empty_sound(stream: int = 1) -> Frame:
    """The smallest frame of `tars.v1`: a header and no sample."""
    return V1("server").encode_audio(Audio(stream, 0, b""))


def control(message: m.Message, number: int | None = None) -> Frame:
    """A message of `tars.v1`."""
    (frame,) = V1("server").encode(Control(message, number, 0))
    return frame


@contextmanager
def flooding(connection: Connection, frame: Frame, *, masked: bool) -> Iterator[None]:
    """This frame, again and again, while it lasts or until the other side has enough. What it answers is not read."""
    over = threading.Event()
    batch = raw(frame, masked=masked) * BATCH

    def flood() -> None:
        with suppress(OSError):
            while not over.is_set():
                connection.socket.sendall(batch)

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        with suppress(OSError):
            connection.socket.shutdown(2)
        thread.join()


@contextmanager
def device(url: str, frames: Sequence[Frame] = (), *, old: bool = False) -> Iterator[Connection]:
    """A device that has been let in and has sent these frames; an old one speaks the old protocol."""
    offered = None if old else [Subprotocol(SUBPROTOCOL)]
    with connect(url, subprotocols=offered, compression=None, ping_interval=None, close_timeout=0.1) as connection:
        if not old:
            connection.send(control(greeting("bedroom")))
            connection.recv()
        for frame in frames:
            connection.send(frame)
        yield connection


def old_question() -> list[Frame]:
    """A call and a whole utterance of an old device."""
    pcm = to_pcm(noise(1.0)) + to_pcm(quiet(1.0))
    return [json.dumps({"type": "hotword_detected"}), *(pcm[at : at + 2560] for at in range(0, len(pcm), 2560))]


@contextmanager
def server(greeted: Callable[[Connection], Any]) -> Iterator[str]:
    """A server that welcomes a device, and then does with its connection what it likes; its URL."""

    def serve_one(connection: Connection) -> None:
        with suppress(ConnectionClosed, OSError):
            connection.recv()
            limits: dict[str, object] = {"grace_s": 60}
            connection.send(control(m.Welcome(1, False, "new", "e", "s", "t", 1, {}, {}, {}, limits)))
            greeted(connection)

    with serve(serve_one, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, ping_interval=None) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{listening.socket.getsockname()[1]}"
        finally:
            listening.shutdown()
            thread.join()
