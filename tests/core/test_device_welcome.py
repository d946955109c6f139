"""The device's greeting, and what it takes from a welcome: its grace, the protocol, and whether an utterance is announced again."""

from __future__ import annotations

import json

import pytest

from tars.core.codec import V1, Control
from tars.core.server import ABILITIES
from tars.generated.device import events as device_events
from tars.generated.limits import Limits
from tests.core.test_device import refused, welcome
from tests.pair import RESUME, Pair
from tests.scenarios.telling import cues, reach


def greeted(pair: Pair) -> Pair:
    """A device that has dialled and greeted, and waits for the welcome."""
    pair.at_device(device_events.Start())
    pair._collect("device", pair.device.socket_opened(1, "tars.v1", pair.now))
    return pair


def test_a_device_says_that_it_can_be_spoken_to_and_watched() -> None:
    assert Pair().start().server.abilities == ABILITIES


def test_a_server_that_names_no_grace_keeps_nothing() -> None:
    pair = greeted(Pair(limits=Limits()))
    (frame,) = V1("device").encode(Control(welcome(limits={}), None, 0))
    pair.device.receive(1, frame, pair.now)
    assert pair.device.states.connection.state == "CONNECTED"
    assert pair.device.limits.device_grace == 0


@pytest.mark.not_replayed("the device gets a frame that is none")
def test_after_a_link_that_it_refused_a_device_offers_nothing() -> None:
    pair = Pair(limits=RESUME).start()
    assert pair.device.epoch == "e1"
    pair.wire.clear()
    pair._collect("device", pair.device.broken(pair.device.link.generation, "a frame is too long", pair.now))
    pair.pass_time(3)
    hello = next(json.loads(frame) for _, side, frame in pair.wire if side == "device" and isinstance(frame, str))
    assert [hello[name] for name in ("type", "resume", "sid", "token", "epoch")] == ["hello", False, "", "", ""]


def test_a_welcome_of_another_protocol_closes_the_link() -> None:
    pair = greeted(Pair(limits=Limits()))
    assert refused(pair, welcome(proto=2)) == "welcome.proto is 2; this device speaks 1"


def test_a_request_whose_reply_has_begun_is_not_announced_again_after_a_crash() -> None:
    """The device was not told yet that the server has committed the utterance."""
    pair = Pair(limits=RESUME)
    reach(pair, "SPEAKING")
    assert pair.device.uplink.committed < pair.device.uplink.end
    pair.crash()
    pair.device_lost()
    pair.pass_time(5)
    assert pair.states("session") == ("LISTENING", "LISTENING")
    assert cues(pair)[-1] == "error"
