"""A server's side of one device as plain data, and back: how a session outlives the process that serves it.

Only a server that stops in good order saves, with its epoch. What is saved is used once. Everything here is JSON; sound is base64.
"""

from __future__ import annotations

import random
from base64 import b64decode, b64encode
from dataclasses import asdict
from typing import Any

from tars.core.audio_buffers import InboundStream, OutboundReply
from tars.core.outbox import Outbox, QueuedAudio, QueuedMessage
from tars.core.resume_tokens import ResumeTokens
from tars.core.server import ServerEndpoint
from tars.generated.limits import Limits
from tars.generated.messages import MESSAGES


def save(server: ServerEndpoint) -> dict[str, Any]:
    """All of it that must survive. The link must be down: it is INTERRUPTED."""
    record, reply = server.link.record, server.reply
    return {
        "machines": {name: {"state": machine.state_name, "context": machine.variables()} for name, machine in server.machines.items()},
        "record": {"sent": record.sent, "acknowledged": record.acknowledged, "applied": record.applied, "broken": record.broken},
        "outbox": [_save_item(item) for item in record.outbox],
        "tickets": {"sid": server.tickets.sid, "valid": server.tickets.valid, "retired": list(server.tickets.retired)},
        "intake": vars(server.intake) if server.intake is not None else None,
        "wake": server.wake,
        "woken_by": server.woken_by,
        "held": [[at, piece if isinstance(piece, int) else _text(piece)] for at, piece in server.held],
        "reply": {"stream": reply.stream, "sent": reply.sent, "received": reply.received, "heard": reply.heard}
        | {"pcm": _text(reply.read(reply.received, reply.sent))},
        "counters": {name: getattr(server, name) for name in COUNTERS},
        "not_resumed": dict(server.not_resumed),
    }


COUNTERS = ("dropped", "lost_samples", "refused", "resumes", "outdated")


def restore(saved: dict[str, Any], device: str, limits: Limits, spread: random.Random, *, epoch: str, now: float) -> ServerEndpoint:
    """The server's side as it was; the limits of its states begin anew. Raises KeyError, TypeError or ValueError if it was not saved so."""
    server = ServerEndpoint(device, limits, spread, epoch=epoch)
    for name, kept in saved["machines"].items():
        machine = server.machines[name]
        kind = type(machine)
        server.reinstate(kind(type(machine.context)(**kept["context"]), kept["state"]), now)
    server.link.record = Outbox(**saved["record"], outbox=[_load_item(item) for item in saved["outbox"]])
    server.tickets = ResumeTokens(**saved["tickets"])
    if (intake := saved["intake"]) is not None:
        server.intake = InboundStream(intake["stream"], intake["start"])
        server.intake.received = intake["received"]
    server.wake = saved["wake"]
    server.woken_by = saved.get("woken_by", "")  # a server before this one may not have saved it
    server.held = [(at, piece if isinstance(piece, int) else b64decode(piece)) for at, piece in saved["held"]]
    server.reply = _load_reply(**saved["reply"])
    for name in COUNTERS:
        setattr(server, name, saved["counters"][name])
    server.not_resumed.update(saved["not_resumed"])
    return server


def _text(pcm: bytes) -> str:
    return b64encode(pcm).decode()


def _save_item(item: QueuedMessage | QueuedAudio) -> dict[str, Any]:
    if isinstance(item, QueuedAudio):
        return {"stream": item.stream, "start": item.start, "end": item.end, "passed": item.start}
    return {"number": item.number, "type": item.message.type, "fields": asdict(item.message)}


def _load_item(item: dict[str, Any]) -> QueuedMessage | QueuedAudio:
    if "number" in item:
        return QueuedMessage(item["number"], MESSAGES[item["type"]](**item["fields"]))
    return QueuedAudio(**item)


def _load_reply(stream: int, sent: int, received: int, heard: int, pcm: str) -> OutboundReply:
    reply = OutboundReply(stream)
    reply.received = reply.sent = received
    reply.add(b64decode(pcm))
    reply.heard = heard
    if reply.sent != sent:
        raise ValueError(f"{reply.sent} samples of a reply were saved, not {sent}")
    return reply
