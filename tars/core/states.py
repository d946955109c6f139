"""The machines of each role by name, and what their states decide: every question is answered by a generated table."""

from __future__ import annotations

from typing import Protocol

from tars.engine import Machine
from tars.generated.device import outputs as device
from tars.generated.device.connection import Connection
from tars.generated.device.continuity import Continuity as DeviceContinuity
from tars.generated.device.session import Session as DeviceSession
from tars.generated.device.turn import Turn as DeviceTurn
from tars.generated.server import outputs as server
from tars.generated.server.continuity import Continuity as ServerContinuity
from tars.generated.server.session import Session as ServerSession
from tars.generated.server.turn import Turn as ServerTurn


class States(Protocol):
    """What the states of either role decide for the link."""

    @property
    def linked(self) -> bool:
        """Numbered messages are sent and taken."""

    @property
    def keeps_outbox(self) -> bool:
        """What is sent is kept until it is acknowledged, also while the link is down."""

    @property
    def in_session(self) -> bool:
        """There is a session, so the other side must be heard from all the time."""


class DeviceStates:
    """The device's four machines."""

    __slots__ = ("connection", "continuity", "session", "turn")

    def __init__(
        self,
        connection: Connection | None = None,
        continuity: DeviceContinuity | None = None,
        session: DeviceSession | None = None,
        turn: DeviceTurn | None = None,
    ) -> None:
        self.connection = connection or Connection()
        self.continuity = continuity or DeviceContinuity()
        self.session = session or DeviceSession()
        self.turn = turn or DeviceTurn()

    @property
    def machines(self) -> tuple[Machine, ...]:
        """All of them."""
        return self.connection, self.continuity, self.session, self.turn

    @property
    def linked(self) -> bool:
        """Numbered messages are sent and taken."""
        return device.NUMBERED[self.continuity.state] is device.Numbered.SEND

    @property
    def keeps_outbox(self) -> bool:
        """What is sent is kept until it is acknowledged, also while the link is down."""
        return device.NUMBERED[self.continuity.state] is not device.Numbered.DROP

    @property
    def interrupted(self) -> bool:
        """What is sent is kept for the next link, on which the session may be resumed."""
        return device.NUMBERED[self.continuity.state] is device.Numbered.KEEP

    @property
    def in_session(self) -> bool:
        """There is a session, so the server must be heard from all the time."""
        return device.IN_SESSION[self.session.state]

    @property
    def microphone(self) -> device.Microphone:
        """Where a captured block goes."""
        return device.MICROPHONE[self.session.state, self.turn.state]

    @property
    def unanswered(self) -> bool:
        """The utterance may have to be announced again: its reply has not begun here."""
        return device.UNANSWERED[self.session.state, self.turn.state]

    @property
    def reply(self) -> device.Reply:
        """Whether there is a reply, and whether more of it comes."""
        return device.REPLY[self.turn.state]


class ServerStates:
    """The server's three machines for one device."""

    __slots__ = ("continuity", "session", "turn")

    def __init__(
        self,
        continuity: ServerContinuity | None = None,
        session: ServerSession | None = None,
        turn: ServerTurn | None = None,
    ) -> None:
        self.continuity = continuity or ServerContinuity()
        self.session = session or ServerSession()
        self.turn = turn or ServerTurn()

    @property
    def machines(self) -> tuple[Machine, ...]:
        """All of them."""
        return self.continuity, self.session, self.turn

    @property
    def linked(self) -> bool:
        """Numbered messages are sent and taken."""
        return server.NUMBERED[self.continuity.state] is server.Numbered.SEND

    @property
    def keeps_outbox(self) -> bool:
        """What is sent is kept until it is acknowledged, also while the link is down."""
        return server.NUMBERED[self.continuity.state] is not server.Numbered.DROP

    @property
    def in_session(self) -> bool:
        """There is a session, so the device must be heard from all the time."""
        return server.IN_SESSION[self.session.state]

    @property
    def speech(self) -> server.Speech:
        """What is done with the utterance as it comes in."""
        return server.SPEECH[self.session.state, self.turn.state]

    @property
    def unanswered(self) -> bool:
        """The utterance may have to be announced again: its reply has not begun."""
        return server.UNANSWERED[self.session.state, self.turn.state]

    @property
    def reply(self) -> server.Reply:
        """Whether there is a reply, and whether more of it comes."""
        return server.REPLY[self.turn.state]
