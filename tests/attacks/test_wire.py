"""What the attackers send is what they think it is: a real WebSocket takes it, and the codec reads it."""

from __future__ import annotations

import socket
import threading
from contextlib import closing

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tars.core.codec import SUBPROTOCOL, V1, Audio, Control, Frame
from tars.generated import messages as m
from tests.attacks import wire


def received(*frames: bytes, offered: bool = True) -> tuple[list[Frame], str | None]:
    """What a server gets of these frames, and the subprotocol that it has chosen."""
    came: list[Frame] = []
    chosen: list[str | None] = []
    over = threading.Event()

    def handle(connection: ServerConnection) -> None:
        chosen.append(connection.subprotocol)
        try:
            came.extend(connection)
        except ConnectionClosed:
            over.set()
        over.set()

    with serve(handle, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)] if offered else None) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        link = wire.connect(f"ws://127.0.0.1:{listening.socket.getsockname()[1]}", old=not offered, source="127.0.0.2")
        with closing(link.socket):
            link.send(*frames)
        over.wait(10.0)
        listening.shutdown()
        thread.join()
    return came, chosen[0]


def test_a_client_by_hand_is_let_in_and_its_frames_are_read() -> None:
    came, chosen = received(wire.message(m.Ping(7)), wire.raw("x" * 200, masked=True), wire.frame(b"y" * 70_000, wire.BINARY, masked=True))
    assert chosen == SUBPROTOCOL
    assert isinstance(came[0], str)
    (ping,) = V1("device").decode(came[0])
    assert isinstance(ping, Control)
    assert ping.message == m.Ping(7)
    assert came[1:] == ["x" * 200, b"y" * 70_000]


def test_an_old_client_offers_nothing() -> None:
    assert received(wire.raw(b"\x01\x00", masked=True), offered=False) == ([b"\x01\x00"], None)


def test_fragments_are_one_message_that_has_not_ended() -> None:
    parts = [wire.frame(b"", wire.TEXT, masked=True, last=False), wire.frame(b"", wire.CONTINUATION, masked=True, last=False)]
    assert received(*parts)[0] == []
    assert received(*parts, wire.frame(b"end", wire.CONTINUATION, masked=True))[0] == ["end"]


@pytest.mark.parametrize("level", [8000, 1])
def test_single_samples_are_frames_of_one_sample_that_follow_each_other(level: int) -> None:
    came, _ = received(wire.single_samples(3, 500, 4, masked=True, level=level))
    pieces = [V1("device").decode(frame)[0] for frame in came]
    assert all(isinstance(piece, Audio) and piece.stream == 3 and piece.end == piece.at + 1 for piece in pieces)
    assert [piece.at for piece in pieces if isinstance(piece, Audio)] == [500, 501, 502, 503]


def test_a_refusal_says_its_status_and_a_closed_door_is_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def refuse(answer: bytes) -> None:
            connection, _ = listening.accept()
            with closing(connection):
                connection.recv(4096)
                connection.sendall(answer)

        for answer, reason in ((b"HTTP/1.1 403 Forbidden\r\n\r\n", "403"), (b"", "closed before the upgrade")):
            thread = threading.Thread(target=refuse, args=(answer,))
            thread.start()
            with pytest.raises(wire.RefusedError, match=reason):
                wire.connect(f"ws://127.0.0.1:{listening.getsockname()[1]}")
            thread.join()


def test_a_server_by_hand_reads_what_a_device_has_masked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        taken: list[wire.Peer] = []
        thread = threading.Thread(target=lambda: taken.append(wire.accept(listening)))
        thread.start()
        from websockets.sync.client import connect

        with connect(f"ws://127.0.0.1:{listening.getsockname()[1]}", subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None) as device:
            thread.join()
            (frame,) = V1("server").encode(Control(m.HotwordDetected("abc", 1, 0, 0, "m", 1.0), 4, 0))
            device.send(frame)
            device.send(b"sound" * 100)
            device.send("over")
            assert b"hotword_detected" in taken[0].wait_for(b"over")
            taken[0].socket.close()
        assert (taken[0].session, taken[0].numbers, taken[0].seen[b"hotword_detected"]) == (b"abc", 4, 1)
