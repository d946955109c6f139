"""A session as bytes. That the core's part is restored is tested in tests/core/test_snapshot.py."""

from __future__ import annotations

import random

import pytest

from tars.core.server import ServerEndpoint
from tars.core.snapshot import from_bytes, to_bytes
from tars.generated.limits import Limits
from tars.server.snapshots import BrainSnapshot, pack, unpack

BRAIN = BrainSnapshot(3, 8, b"\x00\xff\x01\x80", complete=True, silent=-5, ends=True, at=7, memory="what was said")


def endpoint() -> ServerEndpoint:
    return ServerEndpoint("kitchen", Limits(), random.Random(1), epoch="e1")


def unpacked(state: bytes) -> tuple[ServerEndpoint, BrainSnapshot | None]:
    return unpack(state, "kitchen", Limits(), random.Random(2), epoch="e1", now=0.0)


@pytest.mark.parametrize("brain", [None, BRAIN])
def test_unpack_returns_what_was_packed(brain: BrainSnapshot | None) -> None:
    state = pack(endpoint(), brain)
    core, snapshot = unpacked(state)
    assert snapshot == brain
    assert pack(core, snapshot) == state


@pytest.mark.parametrize("data", [{}, {"core": {}, "brain": None}])
def test_other_data_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        unpacked(to_bytes(data))


@pytest.mark.parametrize(
    ("name", "value"), [("turn", "1"), ("wake", None), ("utterance", "x"), ("complete", 1), ("silent", 1.5), ("ends", []), ("memory", None)]
)
def test_a_brain_session_of_another_form_is_refused(name: str, value: object) -> None:
    saved = from_bytes(pack(endpoint(), BRAIN))
    with pytest.raises(TypeError, match=f"{name} of a brain session is"):
        unpacked(to_bytes(saved | {"brain": saved["brain"] | {name: value}}))


@pytest.mark.parametrize("state", [b"", b"[]", bytes(36), b'{"core": {}, "brain": null}'])
def test_other_bytes_are_refused(state: bytes) -> None:
    with pytest.raises(ValueError, match=r"it is too short|it is not what was saved"):
        unpacked(state)


@pytest.mark.parametrize("at", range(0, len(pack(endpoint(), BRAIN)), 97))
def test_a_byte_that_is_not_as_it_was_saved_is_noticed(at: int) -> None:
    state = bytearray(pack(endpoint(), BRAIN))
    state[at] ^= 1
    with pytest.raises(ValueError, match="it is not what was saved"):
        unpacked(bytes(state))
