"""The frames of a simulated device, told to the library that the servers use."""

from __future__ import annotations

import random

import pytest
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

from tests.bench.frames import BINARY, TEXT, Reader, frame, request


def server() -> ServerProtocol:
    """A server that has answered the request."""
    protocol = ServerProtocol(subprotocols=["tars.v1"])  # type: ignore[list-item]  # a str will do
    protocol.receive_data(request(7456, "tars.v1"))
    (asked,) = protocol.events_received()
    assert isinstance(asked, Request)
    protocol.send_response(protocol.accept(asked))
    return protocol


@pytest.mark.parametrize("length", [0, 1, 125, 126, 2572, 65535, 65536])
def test_a_server_takes_every_frame(length: int) -> None:
    protocol, payload = server(), random.Random(length).randbytes(length)
    protocol.receive_data(frame(BINARY, payload))
    (taken,) = protocol.events_received()
    assert isinstance(taken, Frame)
    assert (taken.opcode, bytes(taken.data)) == (Opcode.BINARY, payload)


@pytest.mark.parametrize("piece", [1, 2, 7, 100_000])
def test_what_a_server_sends_is_read_in_pieces_of_any_size(piece: int) -> None:
    protocol, payloads = server(), [random.Random(length).randbytes(length) for length in (0, 5, 125, 126, 2572, 66_000)]
    for payload in payloads:
        protocol.send_binary(payload)
    protocol.send_text(b"{}")
    data = b"".join(protocol.data_to_send())
    reader, read = Reader(), list[tuple[int, bytes]]()
    for at in range(0, len(data), piece):
        read += reader.feed(data[at : at + piece])
    (opcode, answer), *others = read
    assert opcode == 0
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert others == [*((BINARY, payload) for payload in payloads), (TEXT, b"{}")]
