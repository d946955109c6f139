"""The uplink in the capture ring, and the reply as the device receives it."""

from __future__ import annotations

import pytest

from tars.core.capture_ring import CaptureRing
from tars.core.codec import FLAG_PREROLL
from tars.core.device_streams import InboundReply, Uplink
from tars.errors import RemoteError
from tars.samples import RATE


@pytest.fixture
def ring() -> CaptureRing:
    """A ring of 4 s in which 3 s were captured: each sample holds its second."""
    ring = CaptureRing(4)
    for second in range(3):
        ring.append(bytes([second, 0]) * RATE)
    return ring


def test_an_uplink_begins_where_the_utterance_does(ring: CaptureRing) -> None:
    uplink = Uplink(ring)
    uplink.open("s1", RATE, 2 * RATE)
    assert (uplink.session, uplink.stream, uplink.start, uplink.committed, uplink.end) == ("s1", 1, RATE, RATE, RATE)
    assert uplink.preroll_end == 2 * RATE


def test_an_uplink_never_has_samples_of_an_earlier_one_nor_some_that_are_gone(ring: CaptureRing) -> None:
    uplink = Uplink(ring)
    uplink.open("s1", -RATE, 0)
    assert uplink.start == 0
    uplink.end = 2 * RATE
    uplink.open("s1", RATE, RATE)
    assert (uplink.stream, uplink.start, uplink.preroll_end) == (2, 2 * RATE, 2 * RATE)
    ring.append(bytes(2 * 4 * RATE))
    uplink.open("s1", 2 * RATE, 0)
    assert uplink.start == 3 * RATE


def test_streams_are_numbered_from_1_to_65535_and_again(ring: CaptureRing) -> None:
    uplink = Uplink(ring)
    uplink.stream = 65534
    uplink.open("s1", 0, 0)
    assert uplink.stream == 65535
    uplink.open("s1", 0, 0)
    assert uplink.stream == 1


def test_an_uplink_that_is_reopened_begins_at_what_was_committed(ring: CaptureRing) -> None:
    uplink = Uplink(ring)
    uplink.open("s1", 0, RATE)
    uplink.end, uplink.overflown = 3 * RATE, True
    uplink.take_progress({"1": 3 * RATE}, {"1": RATE // 2}, unanswered=False)
    uplink.take_progress({"1": RATE}, {}, unanswered=False)
    assert uplink.acknowledged == 3 * RATE
    uplink.reopen(RATE)
    assert uplink.acknowledged == 0, "of the new stream nothing is"
    assert (uplink.session, uplink.stream, uplink.start, uplink.end, uplink.preroll_end) == ("s1", 2, RATE // 2, RATE // 2, RATE)
    assert not uplink.overflown


def test_pieces_of_the_preroll_are_marked(ring: CaptureRing) -> None:
    uplink = Uplink(ring)
    uplink.open("s1", 0, RATE)
    preroll, speech = uplink.read_samples(1, 0, RATE), uplink.read_samples(1, RATE, RATE + 2)
    assert (preroll.stream, preroll.at, preroll.end, preroll.flags) == (1, 0, RATE, FLAG_PREROLL)
    assert (speech.pcm, speech.flags) == (bytes([1, 0, 1, 0]), 0)


def test_nothing_is_committed_while_the_utterance_is_unanswered(ring: CaptureRing) -> None:
    uplink = Uplink(ring)
    uplink.open("s1", 0, 0)
    uplink.end = RATE
    uplink.take_progress({}, {"1": 100}, unanswered=True)
    assert uplink.committed == 0
    uplink.take_progress({}, {"1": 100}, unanswered=False)
    uplink.take_progress({}, {"1": 50, "2": 900}, unanswered=False)
    assert uplink.committed == 100


@pytest.mark.parametrize(("received", "committed"), [({"1": 101}, {}), ({}, {"1": 101})])
def test_what_was_not_sent_is_not_acknowledged(ring: CaptureRing, received: dict[str, int], committed: dict[str, int]) -> None:
    uplink = Uplink(ring)
    uplink.open("s1", 0, 0)
    uplink.end = 100
    with pytest.raises(RemoteError, match="sample 101 of stream 1 is acknowledged, but only 100 were sent"):
        uplink.take_progress(received, committed, unanswered=False)


def test_an_utterance_survives_while_its_samples_are_in_the_ring_or_a_gap_may_be_declared(ring: CaptureRing) -> None:
    uplink = Uplink(ring)
    uplink.open("s1", 0, 0)
    assert not uplink.survives(gaps=True), "it has no sample"
    uplink.end = RATE
    assert uplink.survives(gaps=False)
    ring.append(bytes(2 * 2 * RATE))
    assert not uplink.survives(gaps=False)
    assert uplink.survives(gaps=True)


def test_no_more_of_a_reply_is_heard_than_was_received() -> None:
    reply = InboundReply(1, 0)
    reply.received = 100
    reply.note_heard(150)
    assert reply.heard == 100
    reply.note_heard(50)
    assert reply.heard == 100, "it never goes back"


def test_a_reply_is_heard_to_its_end_when_its_end_is_known_and_reached() -> None:
    reply = InboundReply(1, 0)
    assert not reply.heard_to_its_end
    reply.length = 100
    assert not reply.heard_to_its_end
    reply.received = reply.heard = 100
    assert reply.heard_to_its_end
    empty = InboundReply(2, 0)
    empty.length = 0
    assert empty.heard_to_its_end


def test_an_uplink_does_not_begin_where_nothing_was_captured(ring: CaptureRing) -> None:
    end = ring.end
    ring.skip(500)
    ring.append(bytes(200))
    uplink = Uplink(ring)
    uplink.open("s1", end + 100, end + 600)
    assert (uplink.start, uplink.preroll_end) == (end + 500, end + 600)
    assert ring.stretch(uplink.start, ring.end).start == uplink.start


def test_what_was_no_utterance_may_belong_to_the_next_one(ring: CaptureRing) -> None:
    """A cough over a reply, and the wake word right after it."""
    uplink = Uplink(ring)
    uplink.open("s1", RATE, RATE)
    uplink.end = 3 * RATE
    uplink.withdraw()
    uplink.open("s1", 0, 0)
    assert uplink.start == RATE


def test_a_server_that_says_nothing_of_a_stream_has_acknowledged_nothing_of_it(ring: CaptureRing) -> None:
    uplink = Uplink(ring)
    uplink.open("s1", 0, 0)
    uplink.end = RATE
    uplink.take_progress({}, {}, unanswered=False)
    assert (uplink.acknowledged, uplink.committed) == (0, 0)
