"""A stream that is received: overlap is trimmed, a hole is an error, a gap is counted."""

from __future__ import annotations

import pytest

from tars.core.codec import Audio
from tars.core.inbound_stream import InboundStream, opened_by
from tars.errors import RemoteError
from tars.generated import messages as m


def test_overlap_is_trimmed() -> None:
    stream = InboundStream(1, 100)
    assert stream.take(Audio(1, 100, b"abcdefgh")) == b"abcdefgh"
    assert stream.take(Audio(1, 102, b"efghijkl")) == b"ijkl"
    assert stream.take(Audio(1, 100, b"abcd")) == b""
    assert stream.received == 106


def test_a_hole_is_refused_with_its_size() -> None:
    stream = InboundStream(1, 100)
    with pytest.raises(RemoteError, match="goes on at sample 110, but 100 comes next: 10 are missing"):
        stream.take(Audio(1, 110, b"ab"))


def test_a_declared_gap_moves_a_stream_on_and_counts_what_was_missing() -> None:
    stream = InboundStream(1, 100)
    assert stream.skip(100, 50) == 50
    assert stream.skip(100, 70) == 20, "declared again, and longer"
    assert stream.skip(100, 10) == 0
    assert stream.take(Audio(1, 170, b"ab")) == b"ab"
    with pytest.raises(RemoteError, match="has a gap at sample 180, but 171 comes next"):
        stream.skip(180, 5)


def test_an_announced_utterance_knows_where_it_begins_and_how_it_was_called() -> None:
    hotword = opened_by(m.HotwordDetected("s1", 3, 500, 0, "hey_jarvis", 0.9, "24.5"))
    assert (hotword.stream, hotword.start, hotword.called_by, hotword.snr) == (3, 500, "", 24.5)
    barge_in = opened_by(m.BargeIn("s1", 2, 1, 0, 4, 600, 0, "alexa"))
    assert (barge_in.stream, barge_in.start, barge_in.called_by, barge_in.snr) == (4, 600, "alexa", None)
