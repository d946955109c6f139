"""A server that says what it likes: the browser's device refuses it as the one in Python does, and goes on as that does."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tars.core.codec import HEADER, SUBPROTOCOL, V1, Audio, Control, Frame
from tars.core.effects import OpenSocket
from tars.generated import messages as m
from tars.generated.device import events
from tars.generated.limits import Limits
from tars.samples import BLOCK
from tests.server.console.browser.node_device import Node, NodeDevice, NodeError, lay_out

OFFSETS = (0, 1, 700, BLOCK, 2 * BLOCK, 3 * BLOCK, 10**6)
RUBBISH: tuple[Any, ...] = (None, True, -1, 1.5, "", "x" * 300, "\ud800", [], {}, {"a": "b"}, 2**70)

FITTING: dict[str, type[m.Message]] = {"HOTWORD_DETECTED": m.SessionStarted, "USER_TURN": m.StartOfTtsStream}


class Server:
    """Mostly it says what fits."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.device = NodeDevice("browser-1", Limits(), random.Random(seed), boot="b", gaps=bool(seed % 2))
        self.now, self.number, self.dialled = 1000.0, 0, 0
        self.take(self.device.begin())
        self.take(self.device.handle(events.Start(), self.now))

    def take(self, effects: list[Any]) -> None:
        self.device.outgoing()
        for effect in effects:
            if isinstance(effect, OpenSocket):
                self.dialled, self.number = effect.generation, 0
                self.take(self.device.socket_opened(effect.generation, SUBPROTOCOL, self.now))

    def act(self) -> None:
        dice, device = self.dice, self.device
        self.now += dice.choice((0, 0.1, 0.6, 2))
        act = dice.choices(("say", "sound", "odd", "capture", "miss", "button", "heard", "tick"), weights=(12, 6, 1, 8, 1, 2, 4, 3))[0]
        match act:
            case "say":
                self.take(device.receive(self.dialled, self.message(), self.now))
            case "sound":
                stream, at = (device.downlink.stream, device.downlink.received) if device.downlink else (1, 0)
                at = max(0, at + dice.choice((0, 0, 0, 0, -BLOCK, -300, 5)))
                frame = V1("device").encode_audio(Audio(stream + dice.choice((0, 0, 0, 1)), at, dice.randbytes(2 * BLOCK)))
                self.take(device.receive(self.dialled, frame, self.now))
            case "odd":
                self.take(device.receive(self.dialled, self.odd(), self.now))
            case "capture":
                for _ in range(dice.choice((1, 5, 60))):
                    self.take(device.captured(dice.randbytes(2 * dice.choice((BLOCK, BLOCK, 333))), self.now))
            case "miss":
                self.take(device.missed(dice.choice((1, 700, 20_000)), self.now))
            case "button":
                self.take(device.handle(events.Button(f"s{dice.randrange(3)}", device.ring.end), self.now))
            case "heard":
                self.take(device.heard(1, dice.choice(OFFSETS), self.now))
            case "tick":
                self.take(device.tick(self.now))

    def message(self) -> Frame:
        dice, outbox = self.dice, self.device.link.outbox
        if self.device.states.connection.state == "CONNECTING" and dice.random() < 0.9:
            limits: dict[str, object] = {"grace_s": dice.choice((0, 60, 120))}
            state: dict[str, object] = {"interruptions": dice.random() < 0.5}
            welcome = m.Welcome(1, dice.random() < 0.3, dice.choice(("new", "epoch_changed")), "sid", "t", "e", 1, {}, {}, state, limits)
            return self.encoded(welcome, outbox.sent)
        kinds = [kind for kind in m.MESSAGES.values() if kind.sender in ("server", "both") and kind is not m.Authorities]
        kind = FITTING.get(str(self.device.states.session.state), FITTING.get(str(self.device.states.turn.state), m.Ack))
        if dice.random() < 0.6:
            kind = dice.choice(kinds)
        values = {name: self.value(name, of) for name, of in kind.fields.items()}
        return self.encoded(kind(**values), dice.choice((outbox.sent, outbox.sent, outbox.acknowledged, 0, outbox.sent + 1)))

    def encoded(self, message: m.Message, applied: int) -> Frame:
        number = None
        if message.numbered:
            number = max(1, self.number + self.dice.choice((1, 1, 1, 1, 1, 1, 0, 2)))
            self.number = number
        (frame,) = V1("device").encode(Control(message, number, applied))
        return frame

    def value(self, name: str, of: str) -> Any:
        dice = self.dice
        session, turn = self.device.states.session.context.session, self.device.states.turn.context.turn
        known = {"session": session or "s1", "turn": turn or 1, "rate": 16_000, "proto": 1, "stream": dice.choice((1, 1, 2))}
        if name in known and dice.random() < 0.95:
            return known[name]
        usual: dict[str, Any] = {"int": dice.choice(OFFSETS), "counter": dice.randrange(1, 4), "float": dice.random(), "str": "why"}
        usual |= {"id": "s1", "bool": dice.random() < 0.5, "object": {}, "marks": {str(self.device.uplink.stream): dice.choice(OFFSETS)}}
        return usual[of]

    def odd(self) -> Frame:
        """No frame that a server may send."""
        dice = self.dice
        frame = self.message()
        if isinstance(frame, bytes) or dice.random() < 0.3:
            whole = HEADER.pack(0xA1, 0, 1, 0) + bytes(100)
            return dice.choice((b"", b"\xa1", whole[:-1], b"\xa2" + whole[1:], HEADER.pack(0xA1, 0, 1, 2**63)))
        data = json.loads(frame)
        name = dice.choice(list(data))
        data[name] = dice.choice(RUBBISH)
        return dice.choice((json.dumps(data), frame[:-1], "[]", "null", '{"type":"dance"}', '{"type":"__proto__"}', '{"type":"hello"}'))


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.not_replayed("the server does what the definitions forbid")
def test_whatever_a_server_says_the_browser_does_as_tars_pi(seed: int) -> None:
    tells(seed)


def tells(seed: int) -> None:
    server = Server(seed)
    for _ in range(250):
        server.act()
    assert server.device.refused


FAULTS = [
    ("outbox.js", "item.transmitted = isAudio(item) ? item.start : false", "item.transmitted = isAudio(item) ? item.transmitted : false"),
    ("outbox.js", "item.number > number", "item.number >= number"),
    ("capture_ring.js", "this.#samples.set(samples.subarray(first.length), 0)", ""),
    ("device_streams.js", "this.received - at", "0"),
    ("device_streams.js", "this.start = this.committed = this.end = start", "this.start = this.committed = this.end = this.#ring.end"),
    ("link.js", "if (number <= this.outbox.applied) {", "if (number < this.outbox.applied) {"),
    ("liveness.js", "const SILENCE_LIMIT = 3;", "const SILENCE_LIMIT = 30;"),
    ("pacing.js", "return 0;", "return wanted;"),
    ("machines.js", "this.#queue.push([", "this.#queue.unshift(["),
    ("device.js", "received: { [reply.stream]: reply.received }", "received: {}"),
    ("device.js", "sent: this.link.outbox.sent", "sent: 0"),
    ("device.js", "this.link.outbox.rewind();", ""),
    ("endpoint.js", "this.link.refusal = this.link.outbox.broken = reason", "this.link.refusal = reason"),
]


@pytest.mark.parametrize(("file", "old", "new"), FAULTS, ids=[f"{file}: {old}" for file, old, _ in FAULTS])
@pytest.mark.not_replayed("the device is broken")
def test_a_fault_in_the_device_is_noticed(tmp_path: Path, file: str, old: str, new: str) -> None:
    modules = lay_out(tmp_path)
    faulty = modules / "device" / file
    text = faulty.read_text()
    assert old in text
    faulty.write_text(text.replace(old, new, 1))
    node = Node(modules)
    try:
        with patch.object(NodeDevice, "node", node):
            assert any(map(fails, range(30)))
    finally:
        node.close()


def fails(seed: int) -> bool:
    """Whether a server notices it."""
    try:
        tells(seed)
    except (AssertionError, NodeError):
        return True
    return False
