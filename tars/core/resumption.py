"""Whether a greeting's session goes on: the device must offer exactly the outbox that the server keeps, and show a valid token."""

from __future__ import annotations

from tars.core.inbound_stream import InboundStream
from tars.core.outbound_reply import OutboundReply
from tars.core.outbox import Outbox
from tars.core.resume_tokens import ResumeTokens
from tars.core.server_states import ServerStates
from tars.generated.messages import Hello

OLD_RECORD = frozenset({"unknown_session", "bad_token", "gap", "state_conflict"})
"""Reasons that a record which is older than what the device was told can give. A token that was used is in no older record."""


def why_not_resumed(
    hello: Hello,
    applied: int,
    *,
    epoch: str,
    states: ServerStates,
    outbox: Outbox,
    tokens: ResumeTokens,
    inbound: InboundStream | None,
    reply: OutboundReply,
) -> str:
    """Empty if the session goes on; else the reason that the welcome names. `applied`: the device's acknowledgement in the greeting."""
    if not hello.resume:
        return "new"
    if hello.epoch != epoch:
        return "epoch_changed"
    if not states.keeps_outbox or hello.sid != tokens.sid:
        return "unknown_session"
    if not tokens.admits(hello.token):
        return "used_token" if tokens.is_retired(hello.token) else "bad_token"
    if outbox.broken or not (_messages_fit(hello, applied, outbox) and _reply_fits(hello, reply)) or _lacks(hello, outbox, inbound):
        return "gap"
    in_flight = applied < outbox.sent or hello.sent > outbox.applied
    return "state_conflict" if not in_flight and _conflicts(hello, states) else ""


def _messages_fit(hello: Hello, applied: int, outbox: Outbox) -> bool:
    return outbox.acknowledged <= applied <= outbox.sent and outbox.applied <= hello.sent


def _lacks(hello: Hello, outbox: Outbox, inbound: InboundStream | None) -> bool:
    """Whether the device keeps something no more that has not arrived here. An older device does not say what it keeps no more."""
    acknowledged, released = hello.state.get("acknowledged", 0), hello.state.get("released", 0)
    if not (isinstance(acknowledged, int) and isinstance(released, int)):
        return True  # no number of any message or sample
    return acknowledged > outbox.applied or (inbound is not None and released > inbound.received)


def _reply_fits(hello: Hello, reply: OutboundReply) -> bool:
    stream = str(reply.stream)
    return reply.received <= hello.received.get(stream, reply.received) <= reply.sent and hello.heard.get(stream, 0) <= reply.sent


def _conflicts(hello: Hello, states: ServerStates) -> bool:
    """Nothing is in flight, and the two sides are not in the same state. Out of a session, its id does not matter."""
    here = {"session": states.session.state.value, "id": states.session.context.session}
    return any(hello.state.get(name) != here[name] for name in (("session", "id") if states.in_session else ("session",)))
