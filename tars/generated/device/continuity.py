# Written by `python -m codegen` from machines/continuity.yaml; do not edit.
"""continuity (device): Whether the other node can be reached, may come back, or has been given up. Owns the resume record: message numbers and everything sent but not yet acknowledged. The record is kept in LINKED and INTERRUPTED and dropped on entering UNLINKED."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from statemachine import State

from tars.engine import Machine, Timeout
from tars.generated.device import emits, events


class ContinuityState(StrEnum):
    """Where the continuity machine of the device can be."""

    UNLINKED = "UNLINKED"
    """no link and nothing to resume"""
    LINKED = "LINKED"
    """greeted on both sides"""
    INTERRUPTED = "INTERRUPTED"
    """the link is down; the record and the session are kept"""


@dataclass
class ContinuityContext:
    """The variables of the continuity machine."""


class Continuity(Machine):
    """Whether the other node can be reached, may come back, or has been given up. Owns the resume record: message numbers and everything sent but not yet acknowledged. The record is kept in LINKED and INTERRUPTED and dropped on entering UNLINKED."""

    machine = "continuity"
    role = "device"
    initial = "UNLINKED"
    context: ContinuityContext

    UNLINKED = State(initial=True)  # continuity.yaml:19
    LINKED = State()                # continuity.yaml:27
    INTERRUPTED = State()           # continuity.yaml:34

    link_fresh = (
        UNLINKED.to(LINKED, on="unlinked_link_fresh")          # continuity.yaml:24
        | INTERRUPTED.to(LINKED, on="interrupted_link_fresh")  # continuity.yaml:40
    )
    link_resumed = (
        INTERRUPTED.to(LINKED, on="interrupted_link_resumed")  # continuity.yaml:39
    )
    link_lost = (
        LINKED.to(INTERRUPTED, on="linked_link_lost")  # continuity.yaml:32
    )
    link_closed = (
        LINKED.to(UNLINKED, on="linked_link_closed")              # continuity.yaml:33
        | INTERRUPTED.to(UNLINKED, on="interrupted_link_closed")  # continuity.yaml:42
    )
    grace_over = (
        INTERRUPTED.to(UNLINKED, on="interrupted_grace_over")  # continuity.yaml:41
    )

    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("UNLINKED", "link_closed"): "continuity.yaml:26",  # nothing was kept
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "INTERRUPTED": Timeout(events.GraceOver, "device_grace"),  # continuity.yaml:36
    }
    row_names: ClassVar[dict[str, tuple[str, ...]]] = {
        "UNLINKED": ("link_fresh", "link_closed",),
        "LINKED": ("link_lost", "link_closed",),
        "INTERRUPTED": ("link_resumed", "link_fresh", "grace_over", "link_closed",),
    }

    def __init__(self, context: ContinuityContext | None = None, state: str | None = None) -> None:
        super().__init__(context or ContinuityContext(), state)

    @property
    def state(self) -> ContinuityState:
        """The state this machine is in."""
        return ContinuityState(self.model.state)

    def unlinked_link_fresh(self, payload: events.LinkFresh) -> None:  # continuity.yaml:24
        """link_fresh: UNLINKED -> LINKED"""
        self.take("continuity.yaml:24", enters=True)
        self.act("new_record")
        self.emit(emits.Fresh(reason=payload.reason, utterance=payload.utterance))

    def linked_link_lost(self, payload: events.LinkLost) -> None:  # continuity.yaml:32
        """link_lost: LINKED -> INTERRUPTED"""
        self.take("continuity.yaml:32", enters=True)

    def linked_link_closed(self, payload: events.LinkClosed) -> None:  # continuity.yaml:33
        """link_closed: LINKED -> UNLINKED"""
        self.take("continuity.yaml:33", enters=True)
        self.act("drop_record")

    def interrupted_link_resumed(self, payload: events.LinkResumed) -> None:  # continuity.yaml:39
        """link_resumed: INTERRUPTED -> LINKED"""
        self.take("continuity.yaml:39", enters=True)
        self.act("send_unacknowledged_again")

    def interrupted_link_fresh(self, payload: events.LinkFresh) -> None:  # continuity.yaml:40
        """link_fresh: INTERRUPTED -> LINKED"""
        self.take("continuity.yaml:40", enters=True)
        self.act("drop_record", "new_record")
        self.emit(emits.Fresh(reason=payload.reason, utterance=payload.utterance))

    def interrupted_grace_over(self, payload: events.GraceOver) -> None:  # continuity.yaml:41
        """grace_over: INTERRUPTED -> UNLINKED"""
        self.take("continuity.yaml:41", enters=True)
        self.act("drop_record")
        self.emit(emits.GivenUp())

    def interrupted_link_closed(self, payload: events.LinkClosed) -> None:  # continuity.yaml:42
        """link_closed: INTERRUPTED -> UNLINKED"""
        self.take("continuity.yaml:42", enters=True)
        self.act("drop_record")
