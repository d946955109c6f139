"""The server's endpoint of one device as plain data, and back: so a session outlives the process that serves it.

Only a server that stops in good order takes snapshots, with its epoch. A snapshot is used once, by the same version of the server. It is
JSON; audio in it is base64.
"""

from __future__ import annotations

import random
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from tars.core.held_speech import HeldSpeech
from tars.core.inbound_stream import InboundStream
from tars.core.outbound_reply import OutboundReply
from tars.core.outbox import Outbox, QueuedAudio, QueuedMessage
from tars.core.resume_tokens import ResumeTokens
from tars.core.server import ServerEndpoint
from tars.core.server_states import ServerStates
from tars.errors import RemoteError
from tars.generated.limits import Limits
from tars.generated.messages import MESSAGES
from tars.generated.server.continuity import Continuity, ContinuityContext, ContinuityState
from tars.generated.server.session import Session, SessionContext, SessionState
from tars.generated.server.turn import Turn, TurnContext, TurnState

COUNTERS = ("dropped", "lost_samples", "refused", "resumes", "outdated")


def take_snapshot(server: ServerEndpoint) -> dict[str, Any]:
    """All of it that must survive. The link must be down: continuity is INTERRUPTED."""
    outbox, tokens, reply = server.link.outbox, server.resume_tokens, server.reply
    numbers = {"sent": outbox.sent, "acknowledged": outbox.acknowledged, "applied": outbox.applied, "broken": outbox.broken}
    return {
        "machines": {machine.machine: {"state": machine.state, "context": machine.variables()} for machine in server.machines},
        "outbox": numbers | {"items": [_item_as_data(item) for item in outbox.items]},
        "resume_tokens": {"sid": tokens.sid, "valid": _hex(tokens.valid), "retired": _hex(tokens.retired)},
        "inbound": _inbound_as_data(server.inbound) if server.inbound is not None else None,
        "wake": server.wake,
        "woken_by": server.woken_by,
        "held": [[at, piece if isinstance(piece, int) else _text(piece)] for at, piece in server.held.pieces()] if server.held else [],
        "reply": {"stream": reply.stream, "sent": reply.sent, "received": reply.received, "heard": reply.heard}
        | {"pcm": _text(reply.read(reply.received, reply.sent))},
        "counters": {name: getattr(server, name) for name in COUNTERS},
        "not_resumed": dict(server.not_resumed),
    }


def restore(snapshot: dict[str, Any], device: str, limits: Limits, spread: random.Random, *, epoch: str, now: float) -> ServerEndpoint:
    """The endpoint as it was; the limits of its states begin anew. Raises KeyError, TypeError or ValueError for other data."""
    server = ServerEndpoint(device, limits, spread, epoch=epoch, states=_states(snapshot["machines"]))
    for machine in server.machines:
        server.machines.arm(machine, now)
    items = [_item(item) for item in snapshot["outbox"]["items"]]
    server.link.outbox = Outbox(**snapshot["outbox"] | {"items": items})
    server.resume_tokens = _tokens(**snapshot["resume_tokens"])
    if (inbound := snapshot["inbound"]) is not None:
        server.inbound = InboundStream(inbound["stream"], inbound["start"])
        server.inbound.received = inbound["received"]
    server.wake = snapshot["wake"]
    server.woken_by = snapshot["woken_by"]
    server.held = _held(snapshot["held"])
    server.reply = _reply(**snapshot["reply"])
    for name in COUNTERS:
        setattr(server, name, snapshot["counters"][name])
    server.not_resumed.update(snapshot["not_resumed"])
    return server


def _states(machines: dict[str, Any]) -> ServerStates:
    continuity, session, turn = machines["continuity"], machines["session"], machines["turn"]
    return ServerStates(
        Continuity(ContinuityContext(**continuity["context"]), ContinuityState(continuity["state"]).value),
        Session(SessionContext(**session["context"]), SessionState(session["state"]).value),
        Turn(TurnContext(**turn["context"]), TurnState(turn["state"]).value),
    )


def _inbound_as_data(inbound: InboundStream) -> dict[str, int]:
    return {"stream": inbound.stream, "start": inbound.start, "received": inbound.received}


def _held(pieces: list[tuple[int, int | str]]) -> HeldSpeech | None:
    """What is held, of its pieces: each with its offset, and the number of lost samples or base64."""
    if not pieces:
        return None
    held = HeldSpeech(pieces[0][0])
    try:
        for _, piece in pieces:
            held.add(piece if isinstance(piece, int) else b64decode(piece))
    except RemoteError as error:
        raise ValueError(str(error)) from None
    return held


def _hex(fingerprints: Iterable[bytes]) -> list[str]:
    return [fingerprint.hex() for fingerprint in fingerprints]


def _tokens(sid: str, valid: Iterable[str], retired: Iterable[str]) -> ResumeTokens:
    return ResumeTokens(sid, map(bytes.fromhex, valid), map(bytes.fromhex, retired))


def _text(pcm: bytes) -> str:
    return b64encode(pcm).decode()


def _item_as_data(item: QueuedMessage | QueuedAudio) -> dict[str, Any]:
    if isinstance(item, QueuedAudio):
        return {"stream": item.stream, "start": item.start, "end": item.end, "transmitted": item.start}
    return {"number": item.number, "type": item.message.type, "fields": asdict(item.message)}


def _item(item: dict[str, Any]) -> QueuedMessage | QueuedAudio:
    if "number" in item:
        return QueuedMessage(item["number"], MESSAGES[item["type"]](**item["fields"]))
    return QueuedAudio(**item)


def _reply(stream: int, sent: int, received: int, heard: int, pcm: str) -> OutboundReply:
    reply = OutboundReply(stream)
    reply.received = reply.sent = received
    reply.add(b64decode(pcm))
    reply.heard = heard
    if reply.sent != sent:
        raise ValueError(f"{reply.sent} samples of a reply were saved, not {sent}")
    return reply
