"""What a server knows of one device, as one plain object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tars.core.server import ServerEndpoint


@dataclass(frozen=True)
class Status:
    """One device at one moment. Times are in seconds, audio in samples."""

    device: str
    states: Mapping[str, str]
    """machine -> its state."""
    session: str
    """The session last announced."""
    link_age: float | None
    """How long the link has been up; None: it is down."""
    last_frame: float | None
    """How long ago the last frame came in; None: none ever did."""
    round_trip: float | None
    """From a message to its acknowledgement, the last time that it was measured."""
    unacknowledged: int
    """Messages that the device has not acknowledged."""
    reply_waits: int
    """Samples of the reply that are kept because the device has not received them."""
    speech_waits: int
    """Samples of the utterance that wait for the brain to open."""
    resumes: int
    """How often a session of this device was resumed."""
    not_resumed: Mapping[str, int]
    """reason -> how often a session could not be resumed for it."""
    refused: int
    """Links that were closed because the device did what the protocol does not allow."""
    lost_samples: int
    """Samples of speech that the device has declared lost."""
    dropped_samples: int
    """Samples that came after their utterance was over; a few always do."""
    outdated: int
    """Messages dropped because they belonged to a session or turn that is over."""
    duplicates: int
    """Messages dropped because they had come before."""


def status_of(server: ServerEndpoint, now: float) -> Status:
    """What the server knows of a device."""
    link = server.link
    return Status(
        device=server.device,
        states={machine.machine: machine.state.value for machine in server.machines},
        session=server.states.session.context.session,
        link_age=now - link.opened_at if link.opened_at is not None else None,
        last_frame=now - link.liveness.last_in if link.liveness.last_in else None,
        round_trip=link.liveness.round_trip,
        unacknowledged=link.outbox.sent - link.outbox.acknowledged,
        reply_waits=server.reply.sent - server.reply.received,
        speech_waits=server.held.samples if server.held else 0,
        resumes=server.resumes,
        not_resumed=dict(server.not_resumed),
        refused=server.refused,
        lost_samples=server.lost_samples,
        dropped_samples=server.dropped,
        outdated=server.outdated,
        duplicates=link.duplicates,
    )
