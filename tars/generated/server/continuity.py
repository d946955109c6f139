# Written by `python -m codegen` from machines/continuity.yaml; do not edit.
"""continuity (server): Whether the other node can be reached, may come back, or has been given up. Owns the resume record: message numbers and everything sent but not yet acknowledged. The record is kept in LINKED and INTERRUPTED and dropped on entering UNLINKED."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from tars.engine import Event, Machine, Row, Timeout
from tars.generated.server import emits, events


class ContinuityState(StrEnum):
    """Where the continuity machine of the server can be."""

    UNLINKED = "UNLINKED"
    """the device is not linked and nothing of it is kept"""
    LINKED = "LINKED"
    """greeted; a second greeting is a takeover and closes the older socket"""
    INTERRUPTED = "INTERRUPTED"
    """the link is down; the record and the session are kept"""


@dataclass(slots=True)
class ContinuityContext:
    """The variables of the continuity machine."""


class Continuity(Machine):
    """Whether the other node can be reached, may come back, or has been given up. Owns the resume record: message numbers and everything sent but not yet acknowledged. The record is kept in LINKED and INTERRUPTED and dropped on entering UNLINKED."""

    __slots__ = ()
    machine = "continuity"
    role = "server"
    initial = ContinuityState.UNLINKED
    context: ContinuityContext
    state: ContinuityState

    def __init__(self, context: ContinuityContext | None = None, state: str | None = None) -> None:
        super().__init__(context or ContinuityContext(), state)

    def if_resumable(self, payload: events.Hello) -> bool:  # continuity.yaml:59
        """the device offers exactly the record that is kept here"""
        return payload.resume and payload.same_epoch and payload.same_record

    def unlinked_hello(self, payload: events.Hello) -> tuple[Event, ...]:  # continuity.yaml:66
        """hello: UNLINKED -> LINKED"""
        return (emits.Fresh(), emits.Welcome(resumed=False))

    def linked_hello_resumable(self, payload: events.Hello) -> tuple[Event, ...]:  # continuity.yaml:75
        """hello [resumable]: stays LINKED"""
        return (emits.Welcome(resumed=True),)

    def linked_hello_not_resumable(self, payload: events.Hello) -> tuple[Event, ...]:  # continuity.yaml:76
        """hello [not resumable]: stays LINKED"""
        return (emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))

    def linked_goodbye(self, payload: events.Goodbye) -> tuple[Event, ...]:  # continuity.yaml:77
        """goodbye: LINKED -> UNLINKED"""
        return (emits.GivenUp(),)

    def linked_stop(self, payload: events.Stop) -> tuple[Event, ...]:  # continuity.yaml:79
        """stop: LINKED -> UNLINKED"""
        return (emits.GoingAway(),)

    def linked_suspend(self, payload: events.Suspend) -> tuple[Event, ...]:  # continuity.yaml:80
        """suspend: LINKED -> INTERRUPTED; the session goes on in the next server"""
        return (emits.GoingAway(),)

    def linked_fenced(self, payload: events.Fenced) -> tuple[Event, ...]:  # continuity.yaml:81
        """fenced: LINKED -> UNLINKED; nothing is said; the device has a newer link elsewhere"""
        return (emits.GivenUp(),)

    def interrupted_hello_resumable(self, payload: events.Hello) -> tuple[Event, ...]:  # continuity.yaml:87
        """hello [resumable]: INTERRUPTED -> LINKED"""
        return (emits.Welcome(resumed=True),)

    def interrupted_hello_not_resumable(self, payload: events.Hello) -> tuple[Event, ...]:  # continuity.yaml:88
        """hello [not resumable]: INTERRUPTED -> LINKED"""
        return (emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))

    def interrupted_grace_over(self, payload: events.GraceOver) -> tuple[Event, ...]:  # continuity.yaml:89
        """grace_over: INTERRUPTED -> UNLINKED"""
        return (emits.GivenUp(),)

    def interrupted_fenced(self, payload: events.Fenced) -> tuple[Event, ...]:  # continuity.yaml:91
        """fenced: INTERRUPTED -> UNLINKED"""
        return (emits.GivenUp(),)

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        # UNLINKED, continuity.yaml:61
        ("UNLINKED", "hello"): (Row("continuity.yaml:66", ContinuityState.LINKED, ("new_record",), unlinked_hello),),
        # LINKED, continuity.yaml:70
        ("LINKED", "hello"): (
            Row("continuity.yaml:75", None, ("close_older_socket", "send_unacknowledged_again"), linked_hello_resumable, guard=if_resumable),
            Row("continuity.yaml:76", None, ("close_older_socket", "drop_record", "new_record"), linked_hello_not_resumable, guard=if_resumable, holds=False),
        ),
        ("LINKED", "goodbye"): (Row("continuity.yaml:77", ContinuityState.UNLINKED, ("close_socket", "drop_record"), linked_goodbye),),
        ("LINKED", "lost"): (Row("continuity.yaml:78", ContinuityState.INTERRUPTED, ("abort_socket",)),),
        ("LINKED", "stop"): (Row("continuity.yaml:79", ContinuityState.UNLINKED, ("flush_and_close", "drop_record"), linked_stop),),
        ("LINKED", "suspend"): (Row("continuity.yaml:80", ContinuityState.INTERRUPTED, ("flush_and_close",), linked_suspend),),
        ("LINKED", "fenced"): (Row("continuity.yaml:81", ContinuityState.UNLINKED, ("abort_socket", "drop_record", "leave_timers"), linked_fenced),),
        # INTERRUPTED, continuity.yaml:82
        ("INTERRUPTED", "hello"): (
            Row("continuity.yaml:87", ContinuityState.LINKED, ("send_unacknowledged_again", "look_for_announcements"), interrupted_hello_resumable, guard=if_resumable),
            Row("continuity.yaml:88", ContinuityState.LINKED, ("drop_record", "new_record"), interrupted_hello_not_resumable, guard=if_resumable, holds=False),
        ),
        ("INTERRUPTED", "grace_over"): (Row("continuity.yaml:89", ContinuityState.UNLINKED, ("drop_record",), interrupted_grace_over),),
        ("INTERRUPTED", "stop"): (Row("continuity.yaml:90", ContinuityState.UNLINKED, ("drop_record",)),),
        ("INTERRUPTED", "fenced"): (Row("continuity.yaml:91", ContinuityState.UNLINKED, ("drop_record", "leave_timers"), interrupted_fenced),),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("UNLINKED", "stop"): "continuity.yaml:68",  # there is no link
        ("UNLINKED", "suspend"): "continuity.yaml:69",  # there is no link and nothing to save
        ("INTERRUPTED", "suspend"): "continuity.yaml:93",  # the link is down already; the session is kept as it is
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "INTERRUPTED": Timeout(events.GraceOver, "server_grace"),  # continuity.yaml:84
    }
