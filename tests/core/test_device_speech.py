"""Speech that the device cannot send: what the microphone missed, and what the ring no longer has."""

from __future__ import annotations

from tars.core.capture_ring import RING_SECONDS
from tars.core.effects import Gap
from tars.samples import BLOCK, RATE
from tests.pair import RESUME, Pair
from tests.scenarios.telling import cues, reach


def test_what_the_microphone_missed_is_declared_at_its_place() -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, "USER_TURN")
    pair.misses(1000)
    pair.speak(1)
    pair.carry()
    assert pair.done("server", Gap) == [Gap(session, 1, 5 * BLOCK, 1000)]
    assert pair.server.inbound is not None
    assert pair.server.inbound.received == pair.device.ring.end == 6 * BLOCK + 1000


def test_nothing_waits_in_the_outbox_when_everything_has_arrived() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "USER_TURN")
    pair.pass_time(1)
    assert pair.device.link.outbox.items == []


def overflows(pair: Pair) -> int:
    """How often the machines of the device were told."""
    return sum(effect.event == "overflow" and effect.node == "device" for effect in pair.trace())


def test_the_device_is_told_once_in_each_outage_that_speech_outlasts_the_ring() -> None:
    pair = Pair(limits=RESUME, gaps=True)
    reach(pair, "USER_TURN")
    for outage in (1, 2):
        pair.pass_time(1)
        pair.network = False
        pair.cut()
        pair.speak(RING_SECONDS * RATE // BLOCK)
        assert overflows(pair) == outage - 1
        pair.speak(20)
        assert overflows(pair) == outage
        pair.network = True
        pair.pass_time(8)
        assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert "error" not in cues(pair)
