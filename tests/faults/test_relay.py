"""The relay's sense of time and of connections. That it carries packets is shown by every row of the lab."""

from __future__ import annotations

import random

import pytest

from tests.faults.relay import Connections, Relay, Way


def segment(source: str, target: str, source_port: int, target_port: int, protocol: int = 6) -> bytes:
    """As much of an IPv4 packet as the relay looks at."""
    addresses = bytes(map(int, f"{source}.{target}".split(".")))
    return bytes([0x45, *bytes(8), protocol, 0, 0]) + addresses + source_port.to_bytes(2) + target_port.to_bytes(2) + bytes(16)


UP = segment("198.18.0.2", "198.18.0.1", 40000, 7456)
DOWN = segment("198.18.0.1", "198.18.0.2", 7456, 40000)
NO_TCP = segment("198.18.0.2", "198.18.0.1", 40000, 7456, protocol=17)
OTHER = segment("198.18.0.2", "198.18.0.1", 40001, 7456)


def test_a_packet_takes_the_delay() -> None:
    assert Way().arrival(1500, 10.0) == 10.0
    assert Way(delay=0.1).arrival(1500, 10.0) == pytest.approx(10.1)


def test_jitter_spreads_packets_and_keeps_their_order() -> None:
    way = Way(delay=0.1, jitter=0.02, _random=random.Random(1))
    arrivals = [way.arrival(100, sent * 0.005) for sent in range(1000)]
    times = [arrival for arrival in arrivals if arrival is not None]
    late = [time - sent * 0.005 for sent, time in enumerate(times)]
    assert times == sorted(times)
    assert min(late) >= 0.08
    assert 0.115 < max(late) <= 0.12


def test_as_many_are_lost_as_was_said() -> None:
    way = Way(loss=0.05, _random=random.Random(1))
    assert sum(way.arrival(100, 0.0) is None for _ in range(10_000)) == pytest.approx(500, abs=60)


def test_a_narrow_way_lets_packets_wait_and_drops_what_finds_its_queue_full() -> None:
    way = Way(rate=8000, queue=2000)
    assert [way.arrival(1000, 0.0) for _ in range(4)] == [1.0, 2.0, 3.0, None]
    assert way.arrival(1000, 2.5) == 4.0


def test_nothing_leaves_a_blackhole() -> None:
    assert Way(blackhole=True).arrival(100, 0.0) is None


def test_a_severed_connection_passes_neither_way_and_a_new_one_does() -> None:
    connections = Connections()
    old = connections.of(UP, up=True)
    assert connections.of(DOWN, up=False) == old
    assert connections.passes(old)
    connections.sever()
    assert not connections.passes(old)
    assert connections.passes(connections.of(OTHER, up=True))
    assert connections.passes(connections.of(NO_TCP, up=True))


def test_the_newest_connection_is_the_one_that_was_last_in_carrying_data() -> None:
    connections, data = Connections(), bytes(100)
    old, new = connections.of(UP + data, up=True), connections.of(OTHER + data, up=True)
    assert connections.newest == new
    connections.of(UP + data, up=True)
    connections.of(segment("198.18.0.2", "198.18.0.1", 40002, 7456), up=True)
    assert connections.newest == new, "it was dialled later, but is not used"
    assert old != new


def test_what_it_is_not_told_in_its_own_words_is_refused() -> None:
    relay = Relay(0, 0)
    with pytest.raises(ValueError, match="unknown: sideways; known are up, down, sever, watch"):
        relay.obey({"sideways": True})
    with pytest.raises(ValueError, match=r"up\.wind is unknown; known are delay"):
        relay.obey({"up": {"wind": 3}})
    assert relay.obey({"up": {"delay": 0.1}}) == {way: {"packets": 0, "dropped": 0, "sound": None} for way in ("up", "down")}
    assert (relay.lanes["up"].way.delay, relay.lanes["down"].way.delay) == (0.1, 0.0)
