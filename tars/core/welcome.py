"""What the server's welcome says besides whether the session is resumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tars.core.capture_ring import RING_SECONDS
from tars.core.link import ACK_DELAY
from tars.core.liveness import HEARTBEAT
from tars.core.resume_tokens import ResumeToken
from tars.generated.messages import PROTOCOL

if TYPE_CHECKING:
    from tars.core.server import ServerEndpoint


def welcome_fields(server: ServerEndpoint, new: ResumeToken, reason: str) -> dict[str, Any]:
    """`new`: what the device must show to resume after this link. `reason`: why the session is not resumed; empty: it is."""
    limits: dict[str, object] = {
        "uplink_ms": RING_SECONDS * 1000,
        "grace_s": server.limits.server_grace,
        "heartbeat_s": int(HEARTBEAT),
        "ack_ms": int(ACK_DELAY * 1000),
    }
    progress = server.progress()
    session = server.states.session
    # What the device may send to this server; an older one does not say so.
    state: dict[str, object] = {"session": session.state.value, "id": session.context.session, "interruptions": True, "status": True}
    here = {"proto": PROTOCOL, "epoch": server.epoch, "gen": server.link.generation, "state": state, "limits": limits}
    # A server that keeps nothing gives no token: nothing can be offered then.
    token = {"sid": server.resume_tokens.sid, "token": new.token} if server.limits.server_grace else {"sid": "", "token": ""}
    return here | token | {"reason": reason, "received": progress.received, "committed": progress.committed}
