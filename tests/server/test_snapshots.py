"""A session as bytes. That the core's part is restored is tested in tests/core/test_snapshot.py."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tars.core.server import ServerEndpoint
from tars.core.snapshot import from_bytes, to_bytes
from tars.generated.limits import Limits
from tars.generated.server import events
from tars.generated.server.continuity import ContinuityState
from tars.server.snapshots import BrainSnapshot, pack, unpack, unpack_record
from tests.pair import RESUME, Pair

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


def test_a_record_of_a_device_that_was_linked_counts_its_link_as_lost_and_gets_its_samples_back() -> None:
    pair = Pair(limits=RESUME).start()
    session = pair.converse()
    pair.speak(5)
    pair.carry()
    assert pair.server.linked
    record = pack(pair.server, replace(BRAIN, turn=1, utterance=b"", complete=False), samples=False)
    core, brain = unpack_record(record, b"said", b"", "kitchen", RESUME, random.Random(1), now=pair.now)
    assert core.states.continuity.state is ContinuityState.INTERRUPTED
    assert (core.epoch, brain and brain.utterance) == (pair.server.epoch, b"said")

    pair.at_server(events.SpeechEnded(session, 1))
    pair.at_server(events.ReplyStarted(session, 1))
    pair.says(session, 1, b"0123456789")
    pair.server.reply.release(2)
    record = pack(pair.server, replace(BRAIN, turn=1, utterance=b""), samples=False)
    core, brain = unpack_record(record, b"said", b"..0123456789", "kitchen", RESUME, random.Random(1), now=pair.now)
    assert core.reply.read(2, 5) == b"456789", "what is received is left out"
    assert brain is not None
    assert brain.utterance == b"", "it is answered"

    pair.cut()
    again, _ = unpack_record(pack(pair.server, None), b"", b"", "kitchen", RESUME, random.Random(1), now=pair.now)
    for restored in (core, again):
        assert restored.states.continuity.state is ContinuityState.INTERRUPTED, "linked when it was recorded, or not"
        assert restored.take_effects() == [], "nothing is left to be done or told of a link that this server never had"
        restored.tick(pair.now + RESUME.server_grace)
        assert restored.gone, "the grace runs from now on"
