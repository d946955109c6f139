# Written by `python -m codegen` from machines/continuity.yaml; do not edit.
"""continuity (device): Whether the other node can be reached, may come back, or has been given up. Owns the resume record: message numbers and everything sent but not yet acknowledged. The record is kept in LINKED and INTERRUPTED and dropped on entering UNLINKED."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from tars.engine import Event, Machine, Row, Timeout
from tars.generated.device import emits, events


class ContinuityState(StrEnum):
    """Where the continuity machine of the device can be."""

    UNLINKED = "UNLINKED"
    """no link and nothing to resume"""
    LINKED = "LINKED"
    """greeted on both sides"""
    INTERRUPTED = "INTERRUPTED"
    """the link is down; the record and the session are kept"""


@dataclass(slots=True)
class ContinuityContext:
    """The variables of the continuity machine."""


class Continuity(Machine):
    """Whether the other node can be reached, may come back, or has been given up. Owns the resume record: message numbers and everything sent but not yet acknowledged. The record is kept in LINKED and INTERRUPTED and dropped on entering UNLINKED."""

    __slots__ = ()
    machine = "continuity"
    role = "device"
    initial = ContinuityState.UNLINKED
    context: ContinuityContext
    state: ContinuityState

    def __init__(self, context: ContinuityContext | None = None, state: str | None = None) -> None:
        super().__init__(context or ContinuityContext(), state)

    def unlinked_link_fresh(self, payload: events.LinkFresh) -> tuple[Event, ...]:  # continuity.yaml:24
        """link_fresh: UNLINKED -> LINKED"""
        return (emits.Fresh(reason=payload.reason, utterance=payload.utterance),)

    def interrupted_link_fresh(self, payload: events.LinkFresh) -> tuple[Event, ...]:  # continuity.yaml:40
        """link_fresh: INTERRUPTED -> LINKED"""
        return (emits.Fresh(reason=payload.reason, utterance=payload.utterance),)

    def interrupted_grace_over(self, payload: events.GraceOver) -> tuple[Event, ...]:  # continuity.yaml:41
        """grace_over: INTERRUPTED -> UNLINKED"""
        return (emits.GivenUp(),)

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        # UNLINKED, continuity.yaml:19
        ("UNLINKED", "link_fresh"): (Row("continuity.yaml:24", ContinuityState.LINKED, ("new_record",), unlinked_link_fresh),),
        # LINKED, continuity.yaml:27
        ("LINKED", "link_lost"): (Row("continuity.yaml:32", ContinuityState.INTERRUPTED),),
        ("LINKED", "link_closed"): (Row("continuity.yaml:33", ContinuityState.UNLINKED, ("drop_record",)),),
        # INTERRUPTED, continuity.yaml:34
        ("INTERRUPTED", "link_resumed"): (Row("continuity.yaml:39", ContinuityState.LINKED, ("send_unacknowledged_again",)),),
        ("INTERRUPTED", "link_fresh"): (Row("continuity.yaml:40", ContinuityState.LINKED, ("drop_record", "new_record"), interrupted_link_fresh),),
        ("INTERRUPTED", "grace_over"): (Row("continuity.yaml:41", ContinuityState.UNLINKED, ("drop_record",), interrupted_grace_over),),
        ("INTERRUPTED", "link_closed"): (Row("continuity.yaml:42", ContinuityState.UNLINKED, ("drop_record",)),),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("UNLINKED", "link_closed"): "continuity.yaml:26",  # nothing was kept
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "INTERRUPTED": Timeout(events.GraceOver, "device_grace"),  # continuity.yaml:36
    }
