"""What a server knows of one device, as one plain object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
