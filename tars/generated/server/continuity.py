# Written by `python -m codegen` from machines/continuity.yaml; do not edit.
"""continuity (server): Whether the other node can be reached, may come back, or has been given up. Owns the resume record: message numbers and everything sent but not yet acknowledged. The record lives in LINKED and INTERRUPTED and is dropped on entering UNLINKED."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from statemachine import State

from tars.engine import Limit, Machine
from tars.generated.server import emits, events


class ContinuityState(StrEnum):
    """Where the continuity machine of the server can be."""

    UNLINKED = "UNLINKED"
    """the device is not there and nothing of it is kept"""
    LINKED = "LINKED"
    """greeted; a second greeting is a takeover and closes the older socket"""
    INTERRUPTED = "INTERRUPTED"
    """the link is down, the record and with it the session are kept"""


@dataclass
class ContinuityContext:
    """The variables of the continuity machine."""


class Continuity(Machine):
    """Whether the other node can be reached, may come back, or has been given up. Owns the resume record: message numbers and everything sent but not yet acknowledged. The record lives in LINKED and INTERRUPTED and is dropped on entering UNLINKED."""

    machine = "continuity"
    role = "server"
    initial = "UNLINKED"
    context: ContinuityContext

    UNLINKED = State(initial=True)  # continuity.yaml:56
    LINKED = State()                # continuity.yaml:63
    INTERRUPTED = State()           # continuity.yaml:72

    hello = (
        UNLINKED.to(LINKED, on="unlinked_hello")                                                    # continuity.yaml:60
        | LINKED.to(LINKED, internal=True, cond="if_resumable", on="linked_hello_resumable")        # continuity.yaml:67
        | LINKED.to(LINKED, internal=True, unless="if_resumable", on="linked_hello_not_resumable")  # continuity.yaml:68
        | INTERRUPTED.to(LINKED, cond="if_resumable", on="interrupted_hello_resumable")             # continuity.yaml:76
        | INTERRUPTED.to(LINKED, unless="if_resumable", on="interrupted_hello_not_resumable")       # continuity.yaml:77
    )
    goodbye = (
        LINKED.to(UNLINKED, on="linked_goodbye")  # continuity.yaml:69
    )
    lost = (
        LINKED.to(INTERRUPTED, on="linked_lost")  # continuity.yaml:70
    )
    grace_over = (
        INTERRUPTED.to(UNLINKED, on="interrupted_grace_over")  # continuity.yaml:78
    )
    stop = (
        LINKED.to(UNLINKED, on="linked_stop")              # continuity.yaml:71
        | INTERRUPTED.to(UNLINKED, on="interrupted_stop")  # continuity.yaml:79
    )

    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("UNLINKED", "stop"): "continuity.yaml:62",  # nobody to tell
    }
    limits: ClassVar[dict[str, Limit]] = {
        "INTERRUPTED": Limit(events.GraceOver, "server_grace"),  # continuity.yaml:74
    }
    row_names: ClassVar[dict[str, tuple[str, ...]]] = {
        "UNLINKED": ("hello", "stop",),
        "LINKED": ("hello", "goodbye", "lost", "stop",),
        "INTERRUPTED": ("hello", "grace_over", "stop",),
    }

    def __init__(self, context: ContinuityContext | None = None, state: str | None = None) -> None:
        super().__init__(context or ContinuityContext(), state)

    def if_resumable(self, payload: events.Hello) -> bool:  # continuity.yaml:54
        """the device offers exactly the record that is kept here"""
        return payload.resume and payload.same_epoch and payload.same_record

    def unlinked_hello(self, payload: events.Hello) -> None:  # continuity.yaml:60
        """hello: UNLINKED -> LINKED"""
        self.take("continuity.yaml:60", enters=True)
        self.act("new_record")
        self.emit(emits.Fresh(), emits.Welcome(resumed=False))

    def linked_hello_resumable(self, payload: events.Hello) -> None:  # continuity.yaml:67
        """hello [resumable]: stays LINKED"""
        self.take("continuity.yaml:67", enters=False)
        self.act("close_older_socket", "send_unacknowledged_again")
        self.emit(emits.Welcome(resumed=True))

    def linked_hello_not_resumable(self, payload: events.Hello) -> None:  # continuity.yaml:68
        """hello [not resumable]: stays LINKED"""
        self.take("continuity.yaml:68", enters=False)
        self.act("close_older_socket", "drop_record", "new_record")
        self.emit(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))

    def linked_goodbye(self, payload: events.Goodbye) -> None:  # continuity.yaml:69
        """goodbye: LINKED -> UNLINKED"""
        self.take("continuity.yaml:69", enters=True)
        self.act("close_socket", "drop_record")
        self.emit(emits.GivenUp())

    def linked_lost(self, payload: events.Lost) -> None:  # continuity.yaml:70
        """lost: LINKED -> INTERRUPTED"""
        self.take("continuity.yaml:70", enters=True)
        self.act("abort_socket")

    def linked_stop(self, payload: events.Stop) -> None:  # continuity.yaml:71
        """stop: LINKED -> UNLINKED"""
        self.take("continuity.yaml:71", enters=True)
        self.act("flush_and_close", "drop_record")
        self.emit(emits.GoingAway())

    def interrupted_hello_resumable(self, payload: events.Hello) -> None:  # continuity.yaml:76
        """hello [resumable]: INTERRUPTED -> LINKED"""
        self.take("continuity.yaml:76", enters=True)
        self.act("send_unacknowledged_again")
        self.emit(emits.Welcome(resumed=True))

    def interrupted_hello_not_resumable(self, payload: events.Hello) -> None:  # continuity.yaml:77
        """hello [not resumable]: INTERRUPTED -> LINKED"""
        self.take("continuity.yaml:77", enters=True)
        self.act("drop_record", "new_record")
        self.emit(emits.GivenUp(), emits.Fresh(), emits.Welcome(resumed=False))

    def interrupted_grace_over(self, payload: events.GraceOver) -> None:  # continuity.yaml:78
        """grace_over: INTERRUPTED -> UNLINKED"""
        self.take("continuity.yaml:78", enters=True)
        self.act("drop_record")
        self.emit(emits.GivenUp())

    def interrupted_stop(self, payload: events.Stop) -> None:  # continuity.yaml:79
        """stop: INTERRUPTED -> UNLINKED"""
        self.take("continuity.yaml:79", enters=True)
        self.act("drop_record")
