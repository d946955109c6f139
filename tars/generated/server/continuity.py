# Written by `python -m codegen` from machines/continuity.yaml; do not edit.
"""continuity (server): Whether the other node can be reached, may come back, or has been given up. Owns the resume record: message numbers and everything sent but not yet acknowledged. The record is kept in LINKED and INTERRUPTED and dropped on entering UNLINKED."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from statemachine import State

from tars.engine import Machine, Timeout
from tars.generated.server import emits, events


class ContinuityState(StrEnum):
    """Where the continuity machine of the server can be."""

    UNLINKED = "UNLINKED"
    """the device is not linked and nothing of it is kept"""
    LINKED = "LINKED"
    """greeted; a second greeting is a takeover and closes the older socket"""
    INTERRUPTED = "INTERRUPTED"
    """the link is down; the record and the session are kept"""


@dataclass
class ContinuityContext:
    """The variables of the continuity machine."""


class Continuity(Machine):
    """Whether the other node can be reached, may come back, or has been given up. Owns the resume record: message numbers and everything sent but not yet acknowledged. The record is kept in LINKED and INTERRUPTED and dropped on entering UNLINKED."""

    machine = "continuity"
    role = "server"
    initial = "UNLINKED"
    context: ContinuityContext

    UNLINKED = State(initial=True)  # continuity.yaml:60
    LINKED = State()                # continuity.yaml:69
    INTERRUPTED = State()           # continuity.yaml:80

    hello = (
        UNLINKED.to(LINKED, on="unlinked_hello")                                                    # continuity.yaml:65
        | LINKED.to(LINKED, internal=True, cond="if_resumable", on="linked_hello_resumable")        # continuity.yaml:74
        | LINKED.to(LINKED, internal=True, unless="if_resumable", on="linked_hello_not_resumable")  # continuity.yaml:75
        | INTERRUPTED.to(LINKED, cond="if_resumable", on="interrupted_hello_resumable")             # continuity.yaml:85
        | INTERRUPTED.to(LINKED, unless="if_resumable", on="interrupted_hello_not_resumable")       # continuity.yaml:86
    )
    goodbye = (
        LINKED.to(UNLINKED, on="linked_goodbye")  # continuity.yaml:76
    )
    lost = (
        LINKED.to(INTERRUPTED, on="linked_lost")  # continuity.yaml:77
    )
    grace_over = (
        INTERRUPTED.to(UNLINKED, on="interrupted_grace_over")  # continuity.yaml:87
    )
    stop = (
        LINKED.to(UNLINKED, on="linked_stop")              # continuity.yaml:78
        | INTERRUPTED.to(UNLINKED, on="interrupted_stop")  # continuity.yaml:88
    )
    suspend = (
        LINKED.to(INTERRUPTED, on="linked_suspend")  # continuity.yaml:79
    )

    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("UNLINKED", "stop"): "continuity.yaml:67",  # there is no link
        ("UNLINKED", "suspend"): "continuity.yaml:68",  # there is no link and nothing to save
        ("INTERRUPTED", "suspend"): "continuity.yaml:90",  # the link is down already; the session is kept as it is
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "INTERRUPTED": Timeout(events.GraceOver, "server_grace"),  # continuity.yaml:82
    }
    row_names: ClassVar[dict[str, tuple[str, ...]]] = {
        "UNLINKED": ("hello", "stop", "suspend",),
        "LINKED": ("hello", "goodbye", "lost", "stop", "suspend",),
        "INTERRUPTED": ("hello", "grace_over", "stop", "suspend",),
    }

    def __init__(self, context: ContinuityContext | None = None, state: str | None = None) -> None:
        super().__init__(context or ContinuityContext(), state)

    @property
    def state(self) -> ContinuityState:
        """The state this machine is in."""
        return ContinuityState(self.model.state)

    def if_resumable(self, payload: events.Hello) -> bool:  # continuity.yaml:58
        """the device offers exactly the record that is kept here"""
        return payload.resume and payload.same_epoch and payload.same_record

    def unlinked_hello(self, payload: events.Hello) -> None:  # continuity.yaml:65
        """hello: UNLINKED -> LINKED"""
        self.take("continuity.yaml:65", enters=True)
        self.act("new_record")
        self.emit(emits.Fresh(), emits.Welcome(resumed=False))

    def linked_hello_resumable(self, payload: events.Hello) -> None:  # continuity.yaml:74
        """hello [resumable]: stays LINKED"""
        self.take("continuity.yaml:74", enters=False)
        self.act("close_older_socket", "send_unacknowledged_again")
        self.emit(emits.Welcome(resumed=True))

    def linked_hello_not_resumable(self, payload: events.Hello) -> None:  # continuity.yaml:75
        """hello [not resumable]: stays LINKED"""
        self.take("continuity.yaml:75", enters=False)
        self.act("close_older_socket", "drop_record", "new_record")
        self.emit(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))

    def linked_goodbye(self, payload: events.Goodbye) -> None:  # continuity.yaml:76
        """goodbye: LINKED -> UNLINKED"""
        self.take("continuity.yaml:76", enters=True)
        self.act("close_socket", "drop_record")
        self.emit(emits.GivenUp())

    def linked_lost(self, payload: events.Lost) -> None:  # continuity.yaml:77
        """lost: LINKED -> INTERRUPTED"""
        self.take("continuity.yaml:77", enters=True)
        self.act("abort_socket")

    def linked_stop(self, payload: events.Stop) -> None:  # continuity.yaml:78
        """stop: LINKED -> UNLINKED"""
        self.take("continuity.yaml:78", enters=True)
        self.act("flush_and_close", "drop_record")
        self.emit(emits.GoingAway())

    def linked_suspend(self, payload: events.Suspend) -> None:  # continuity.yaml:79
        """suspend: LINKED -> INTERRUPTED; the session goes on in the next server"""
        self.take("continuity.yaml:79", enters=True)
        self.act("flush_and_close")
        self.emit(emits.GoingAway())

    def interrupted_hello_resumable(self, payload: events.Hello) -> None:  # continuity.yaml:85
        """hello [resumable]: INTERRUPTED -> LINKED"""
        self.take("continuity.yaml:85", enters=True)
        self.act("send_unacknowledged_again")
        self.emit(emits.Welcome(resumed=True))

    def interrupted_hello_not_resumable(self, payload: events.Hello) -> None:  # continuity.yaml:86
        """hello [not resumable]: INTERRUPTED -> LINKED"""
        self.take("continuity.yaml:86", enters=True)
        self.act("drop_record", "new_record")
        self.emit(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))

    def interrupted_grace_over(self, payload: events.GraceOver) -> None:  # continuity.yaml:87
        """grace_over: INTERRUPTED -> UNLINKED"""
        self.take("continuity.yaml:87", enters=True)
        self.act("drop_record")
        self.emit(emits.GivenUp())

    def interrupted_stop(self, payload: events.Stop) -> None:  # continuity.yaml:88
        """stop: INTERRUPTED -> UNLINKED"""
        self.take("continuity.yaml:88", enters=True)
        self.act("drop_record")
