"""A stream that is received: overlap is trimmed, a hole is an error, a gap is counted."""

from __future__ import annotations

import pytest

from tars.core.codec import Audio
from tars.core.inbound_stream import InboundStream
from tars.errors import RemoteError


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
