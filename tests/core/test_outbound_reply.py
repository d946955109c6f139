"""The reply that is sent: it is kept until it is received."""

from __future__ import annotations

import pytest

from tars.core.outbound_reply import OutboundReply


def test_a_reply_is_kept_until_it_is_received() -> None:
    reply = OutboundReply(3)
    reply.add(b"aabbccdd")
    reply.release(2)
    reply.release(1)
    assert reply.read(2, 4) == b"ccdd"
    reply.add(b"ee")
    assert (reply.received, reply.sent) == (2, 5)
    assert reply.read(3, 5) == b"ddee"
    assert reply.read(2, 3) == b"cc"
    reply.release(3)
    assert reply.read(3, 5) == b"ddee"
    with pytest.raises(ValueError, match="samples 1 to 3 are not kept of the reply, of which 3 to 5 are"):
        reply.read(1, 3)
