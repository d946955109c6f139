"""The server's endpoint of one device as plain data, and back: so a session outlives the process that serves it.

A server that stops in good order takes snapshots, with its epoch. One that shares a store takes them all the time, without the samples. A
snapshot is used by the same version of the server. It is JSON but for audio, which is bytes.
"""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Iterable
from hashlib import sha256
from itertools import accumulate, pairwise
from typing import Any

from tars.core.held_speech import HeldSpeech
from tars.core.inbound_stream import InboundStream
from tars.core.outbound_reply import OutboundReply
from tars.core.outbox import Outbox, QueuedAudio, QueuedMessage
from tars.core.resume_tokens import ResumeTokens
from tars.core.server import ServerEndpoint
from tars.core.server_states import ServerStates
from tars.engine import values_of
from tars.errors import RemoteError
from tars.generated.limits import Limits
from tars.generated.messages import MESSAGES
from tars.generated.server.announcement import Announcement, AnnouncementState
from tars.generated.server.continuity import Continuity, ContinuityContext, ContinuityState
from tars.generated.server.session import Session, SessionContext, SessionState
from tars.generated.server.turn import Turn, TurnContext, TurnState

HEAD = struct.Struct(">32sI")
"""In front of a snapshot as bytes: the SHA-256 of all that follows, by which damage is noticed, and how many bytes of that are JSON."""

COUNTERS = ("dropped", "lost_samples", "refused", "resumes", "outdated")


def take_snapshot(server: ServerEndpoint, *, samples: bool = True) -> dict[str, Any]:
    """All of it that must survive. `samples`: also those of the reply."""
    outbox, tokens, reply = server.link.outbox, server.resume_tokens, server.reply
    numbers = {"sent": outbox.sent, "acknowledged": outbox.acknowledged, "applied": outbox.applied, "broken": outbox.broken}
    return {
        "machines": {machine.machine: {"state": machine.state, "context": machine.variables()} for machine in server.machines},
        "outbox": numbers | {"items": [_item_as_data(item) for item in outbox.items]},
        "resume_tokens": {"sid": tokens.sid, "valid": _hex(tokens.valid), "retired": _hex(tokens.retired)},
        "inbound": _inbound_as_data(server.inbound) if server.inbound is not None else None,
        "wake": server.wake,
        "woken_by": server.woken_by,
        "held": [[at, piece] for at, piece in server.held.pieces()] if server.held else [],
        "reply": {"stream": reply.stream, "sent": reply.sent, "received": reply.received, "heard": reply.heard}
        | {"pcm": reply.read(reply.received, reply.sent) if samples else b""},
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


def restore_record(
    snapshot: dict[str, Any], device: str, limits: Limits, spread: random.Random, *, epoch: str, now: float
) -> ServerEndpoint:
    """The endpoint of a device that another server had: if it was linked there, that link is lost. Raises as `restore` does."""
    server = restore(snapshot, device, limits, spread, epoch=epoch, now=now)
    server.may_be_old = True
    if server.linked:
        server.lose("it was another server's", now)
        server.take_effects()  # none is ours: the socket was that server's, and the trace of this one begins behind it
    return server


def _states(machines: dict[str, Any]) -> ServerStates:
    continuity, session, turn = machines["continuity"], machines["session"], machines["turn"]
    return ServerStates(
        Continuity(ContinuityContext(**continuity["context"]), ContinuityState(continuity["state"]).value),
        Session(SessionContext(**session["context"]), SessionState(session["state"]).value),
        Turn(TurnContext(**turn["context"]), TurnState(turn["state"]).value),
        Announcement(state=AnnouncementState(machines["announcement"]["state"]).value),
    )


def _inbound_as_data(inbound: InboundStream) -> dict[str, int]:
    return {"stream": inbound.stream, "start": inbound.start, "received": inbound.received}


def _held(pieces: list[tuple[int, int | bytes]]) -> HeldSpeech | None:
    """What is held, of its pieces: each with its offset, and the number of lost samples or PCM16."""
    if not pieces:
        return None
    held = HeldSpeech(pieces[0][0])
    try:
        for _, piece in pieces:
            held.add(piece)
    except RemoteError as error:
        raise ValueError(str(error)) from None
    return held


def _hex(fingerprints: Iterable[bytes]) -> list[str]:
    return [fingerprint.hex() for fingerprint in fingerprints]


def _tokens(sid: str, valid: Iterable[str], retired: Iterable[str]) -> ResumeTokens:
    return ResumeTokens(sid, map(bytes.fromhex, valid), map(bytes.fromhex, retired))


def _item_as_data(item: QueuedMessage | QueuedAudio) -> dict[str, Any]:
    if isinstance(item, QueuedAudio):
        return {"stream": item.stream, "start": item.start, "end": item.end, "transmitted": item.start}
    return {"number": item.number, "type": item.message.type, "fields": values_of(item.message)}


def _item(item: dict[str, Any]) -> QueuedMessage | QueuedAudio:
    if "number" in item:
        return QueuedMessage(item["number"], MESSAGES[item["type"]](**item["fields"]))
    return QueuedAudio(**item)


def _reply(stream: int, sent: int, received: int, heard: int, pcm: bytes) -> OutboundReply:
    reply = OutboundReply(stream)
    reply.received = reply.sent = received
    reply.add(pcm)
    reply.heard = heard
    if reply.sent != sent:
        raise ValueError(f"{reply.sent} samples of a reply were saved, not {sent}")
    return reply


def to_bytes(data: dict[str, Any]) -> bytes:
    """Plain data as bytes. Audio lies behind the JSON, which names it by number: to write it as text would take far longer."""
    audio: list[bytes] = []

    def number(pcm: bytes) -> dict[str, int]:
        audio.append(pcm)
        return {"audio": len(audio) - 1}

    text = json.dumps(data, default=number)
    described = json.dumps([text, [len(pcm) for pcm in audio]]).encode()
    packed = b"".join([described, *audio])
    return HEAD.pack(sha256(packed).digest(), len(described)) + packed


def from_bytes(state: bytes) -> dict[str, Any]:
    """What `to_bytes` was given. Raises KeyError, TypeError or ValueError for bytes that it did not make."""
    if len(state) < HEAD.size:
        raise ValueError("it is too short")
    digest, length = HEAD.unpack_from(state)
    packed = state[HEAD.size :]
    if sha256(packed).digest() != digest:
        raise ValueError("it is not what was saved")
    text, lengths = json.loads(packed[:length])
    audio = [packed[start:end] for start, end in pairwise(accumulate(lengths, initial=length))]
    data: dict[str, Any] = json.loads(text, object_hook=lambda found: audio[found["audio"]] if found.keys() == {"audio"} else found)
    return data
