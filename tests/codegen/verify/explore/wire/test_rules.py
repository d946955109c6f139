"""The model of the wire does what the real cores do, step by step on random walks.

A real `Device` and a real `Server` with the real codec are led by the model: what people, brain and network do in a step of the model is
done to them, and the model passes on at once what waits, as the cores do. A sample of the model is a microphone block. After each
step these are compared: the states of session, turn and continuity; of both records the numbers sent, acknowledged and applied and the
outbox, item by item, with what was passed on a live connection; who owes an acknowledgement; every frame under way in either direction,
and the greetings, field by field, or resumed or why not; how many tokens are valid, and which of them the device holds; how much was
received of both streams, what the brain was given and what the speaker played. Offsets and streams are compared as distances from the
newest, for the model begins anew at 0 where the cores count on.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.verify.explore.wire.exploration import Wire
from codegen.verify.explore.wire.state import Ack, Answer, Bounds, Control, Gap, Greeting, Sample, Side, State, Step
from tars.core import link as link_module
from tars.core.codec import V1, Audio
from tars.core.codec import Frame as RealFrame
from tars.core.endpoint import Endpoint as RealSide
from tars.core.outbox import Outbox, QueuedAudio, QueuedMessage
from tars.core.resume_tokens import fingerprint
from tars.core.server import ServerEndpoint
from tars.samples import BLOCK
from tests.codegen.verify.explore.wire.real_wire import Real

WEIGHTS = {"the connection dies": 3}
"""What a walk is made of, beside things that happen without a fault, 12 each, and other faults, 1 each."""
DEVICE_PHASES = {
    "silent": ("LISTENING", "NO_TURN"),
    "asking": ("HOTWORD_DETECTED", "NO_TURN"),
    "telling": ("ACTIVE_SESSION", "USER_TURN"),
    "hearing": ("ACTIVE_SESSION", "SPEAKING"),
    "over": ("LISTENING", "NO_TURN"),
}
SERVER_PHASES = {
    "silent": ("LISTENING", "NO_TURN"),
    "asked": ("HOTWORD_DETECTED", "NO_TURN"),
    "listening": ("ACTIVE_SESSION", "USER_TURN"),
    "replying": ("ACTIVE_SESSION", "SPEAKING"),
    "over": ("LISTENING", "NO_TURN"),
}


class Walk:
    """The model and the cores, side by side."""

    def __init__(self, bounds: Bounds, model: type[Wire] = Wire) -> None:
        self.model = model(bounds._replace(channel=99))
        self.state = State()
        self.real = Real(bounds)

    def go(self, choices: random.Random) -> None:
        """One step of the model, done to the cores too; then what waits is passed on, and both are compared."""
        possible = [(step, after) for step, after in self.model.steps(self.state) if not _passes(step)]
        weights = [WEIGHTS.get(step.words, 1 if step.kind == "fault" else 12) for step, _ in possible]
        ((step, after),) = choices.choices(possible, weights)
        before, self.state = self.state, after
        self.real.step(step, before)
        while waiting := [after for step, after in self.model.steps(self.state) if _passes(step)]:
            self.state = waiting[0]
        assert not self.state.wrong
        assert self.of_the_model() == self.of_the_cores(), str(step)

    # --- what is compared ----------------------------------------------------------------------------------------------------

    def of_the_model(self) -> dict[str, Any]:
        state = self.state
        device, server, same = state.dialer, state.listener, state.dialer.record == state.listener.record != 0
        compared: dict[str, Any] = {
            "device": (*DEVICE_PHASES[device.phase], bool(device.record), *_numbers(device)),
            "server": (*(SERVER_PHASES[server.phase] if server.record else ("IDLE", "NO_TURN")), bool(server.record), *_numbers(server)),
            "device's outbox": [_of(item, device) for item in device.outbox],
            "server's outbox": [_of(item, server) for item in server.outbox],
            "up": [_of(frame, device)[: None if same else 1] for frame in state.up],
            "down": [_of(frame, server)[: None if same else 1] for frame in state.down],
            "hello": _hello(state.greeting),
            "late": _hello(state.late),
            "tokens": len(state.tokens),
            "token": state.tokens.index(state.offer.token) if same and state.offer.token in state.tokens else None,
            "links": (state.link == "up", bool(state.socket)),
        }
        if same:
            compared["utterance"] = (server.into - device.out, server.received - device.end) if server.into else None
            compared["begun"] = (state.committed - device.end) if device.phase in ("asking", "telling") else None
            compared["reply"] = (device.into - server.out, device.received) if device.into else None
            compared["kept"] = state.released if server.out else None
        if same and server.phase == "listening":
            compared["given"] = server.used - device.end
        if device.phase == "hearing":
            compared["played"] = device.used
        if state.alive and state.socket == "own":
            compared["passed"] = (device.passed if state.link == "up" else 0, server.passed)
            compared["owes"] = (device.owes, server.owes)
        return compared

    def of_the_cores(self) -> dict[str, Any]:
        real, state = self.real, self.state
        device, server, same = real.device, real.server, state.dialer.record == state.listener.record != 0
        uplink, reply = (device.uplink.stream, device.ring.end), (server.reply.stream, server.reply.sent)
        compared: dict[str, Any] = {
            "device": (device.states.session.state, device.states.turn.state, not device.gone, *_record(device.link.outbox)),
            "server": (server.states.session.state, server.states.turn.state, not server.gone, *_record(server.link.outbox)),
            "device's outbox": list(_items(device.link.outbox, *uplink)),
            "server's outbox": list(_items(server.link.outbox, *reply)),
            "up": [_frame("device", frame, uplink)[: None if same else 1] for frame in real.up],
            "down": [_frame("server", frame, reply)[: None if same else 1] for frame in real.down],
            "hello": _greeting(real.hello),
            "late": _greeting(real.late if self.model.bounds.late else None),
            "tokens": 0 if server.gone else len(server.resume_tokens.valid),
            "token": _place(server, device.resume_token.token) if same else None,
            "links": (device.linked, server.link.codec is not None),
        }
        if same:
            intake, downlink = server.inbound, device.downlink
            compared["utterance"] = (intake.stream - uplink[0], (intake.received - uplink[1]) // BLOCK) if intake else None
            unanswered = state.dialer.phase in ("asking", "telling")
            compared["begun"] = (device.uplink.committed - uplink[1]) // BLOCK if unanswered else None
            compared["reply"] = (downlink.stream - reply[0], downlink.received // BLOCK) if downlink else None
            compared["kept"] = server.reply.received // BLOCK if state.listener.out else None
        if "given" in (model := self.of_the_model()):
            compared["given"] = (real.given - uplink[1]) // BLOCK
        if "played" in model:
            compared["played"] = real.played // BLOCK
        if "passed" in model:
            compared["passed"] = (_passed(device) if device.linked else 0, _passed(server))
            compared["owes"] = (device.link._ack_due is not None, server.link._ack_due is not None)
        return compared


def _passes(step: Step) -> bool:
    return "sends" in step.words and not isinstance(step.frame, Ack)


def _numbers(side: Side) -> tuple[int, int, int]:
    return side.sent, side.acknowledged, side.applied


def _record(record: Outbox) -> tuple[int, int, int]:
    return record.sent, record.acknowledged, record.applied


def _of(item: object, side: Side) -> tuple[object, ...]:
    """An item of an outbox, or a frame, of the model."""
    if isinstance(item, Sample):
        return "sample", item.stream - side.out, item.at - side.end
    if isinstance(item, Gap):
        return "gap", item.stream - side.out, item.at - side.end, item.samples
    if isinstance(item, Control):
        return "message", item.said.number, item.applied
    if isinstance(item, Ack):
        return "ack", item.applied
    if isinstance(item, Answer):
        return f"welcome, {REASONS.get(item.reason, item.reason)}", item.ack.applied
    return "message", item.number if hasattr(item, "number") else None


def _items(outbox: Outbox, stream: int, end: int) -> Iterator[tuple[object, ...]]:
    """A real outbox, sound block by block."""
    for item in outbox.items:
        if isinstance(item, QueuedMessage):
            yield "message", item.number
        else:
            for at in range(item.start, item.end, BLOCK):
                yield "sample", item.stream - stream, (at - end) // BLOCK


def _passed(side: RealSide) -> int:
    """How many items, sound block by block, of a real outbox went out."""
    count = 0
    for item in side.link.outbox.items:
        count += (item.transmitted - item.start) // BLOCK if isinstance(item, QueuedAudio) else item.transmitted
    return count


def _frame(sender: str, frame: RealFrame, own: tuple[int, int]) -> tuple[object, ...]:
    """A real frame as one of the model."""
    (incoming,) = V1(sender).decode(frame)
    if isinstance(incoming, Audio):
        return "sample", incoming.stream - own[0], (incoming.at - own[1]) // BLOCK
    fields = json.loads(frame)
    if fields["type"] == "gap":
        return "gap", fields["stream"] - own[0], (fields["at"] - own[1]) // BLOCK, fields["samples"] // BLOCK
    if fields["type"] == "ack":
        return "ack", fields["ack"]
    if fields["type"] == "welcome":
        reason = fields["reason"].replace("used_token", "bad_token")
        return f"welcome, {reason}", fields["ack"]
    return "message", fields["seq"], fields["ack"]


REASONS = {"unknown_record": "unknown_session", "restarted": "epoch_changed"}
"""Why nothing is resumed, in the words of the model and of the core."""


def _hello(hello: Greeting | None) -> tuple[object, ...] | None:
    return hello and (bool(hello.sid), hello.sent if hello.sid else 0, hello.applied if hello.sid else 0)


def _greeting(frame: RealFrame | None) -> tuple[object, ...] | None:
    if frame is None:
        return None
    fields = json.loads(frame)
    return fields["resume"], fields["sent"] if fields["resume"] else 0, fields["ack"] if fields["resume"] else 0


def _place(server: ServerEndpoint, token: str) -> int | None:
    valid = server.resume_tokens.valid
    return valid.index(fingerprint(token)) if fingerprint(token) in valid else None


WALKS = [
    Bounds("note note note", "note note note note", late=True),
    Bounds("open sample sample note sample sample sample", "note ready note"),
    Bounds("open sample sample sample note sample sample", "ready note reply sample", gaps=True),
    Bounds("open sample sample open sample sample", "ready reply sample sample note reply sample", late=True),
]


def walk(bounds: Bounds, seed: int, model: type[Wire] = Wire) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link_module, "MAX_CHUNK", BLOCK)  # a sample of the model is a frame
        both, choices = Walk(bounds, model), random.Random(seed)
        for _ in range(80):
            both.go(choices)


@settings(max_examples=40)
@given(st.sampled_from(WALKS), st.integers(0, 2**32))
def test_the_cores_go_where_the_model_goes(bounds: Bounds, seed: int) -> None:
    walk(bounds, seed)


class DeclaresTooLittle(Wire):
    """A gap of one sample too few is declared."""

    def kept_from(self, state: State) -> int:
        return max(0, super().kept_from(state) - 1)


class ForgetsNothing(Wire):
    """A resume does not take away what the other side has."""

    def acknowledged(self, side: Side, number: int) -> Side:
        return side


class TellsTheMiddle(Wire):
    """The mark is believed before the reply has begun."""

    def notes_commit(self, device: Side) -> bool:
        return True


class RetiresAtOnce(Wire):
    """The token that was shown is worth nothing any more."""

    def rotated(self, state: State, shown: int, fresh: int) -> tuple[int, ...]:
        return (fresh,)


@pytest.mark.parametrize("model", [DeclaresTooLittle, ForgetsNothing, TellsTheMiddle, RetiresAtOnce])
def test_a_model_that_differs_from_the_cores_is_noticed(model: type[Wire]) -> None:
    def walks() -> None:
        for seed in range(60):
            walk(WALKS[seed % len(WALKS)], seed, model)

    with pytest.raises(AssertionError):
        walks()
