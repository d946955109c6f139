"""The device's machines by name, and what their states decide: every question is answered by a generated table."""

from __future__ import annotations

from tars.engine import Machine
from tars.generated.device import outputs
from tars.generated.device.connection import Connection
from tars.generated.device.continuity import Continuity
from tars.generated.device.session import Session
from tars.generated.device.turn import Turn


class DeviceStates:
    """The device's four machines."""

    __slots__ = ("connection", "continuity", "session", "turn")

    def __init__(
        self,
        connection: Connection | None = None,
        continuity: Continuity | None = None,
        session: Session | None = None,
        turn: Turn | None = None,
    ) -> None:
        self.connection = connection or Connection()
        self.continuity = continuity or Continuity()
        self.session = session or Session()
        self.turn = turn or Turn()

    @property
    def machines(self) -> tuple[Machine, ...]:
        """All of them."""
        return self.connection, self.continuity, self.session, self.turn

    @property
    def linked(self) -> bool:
        """Numbered messages are sent and taken."""
        return outputs.NUMBERED[self.continuity.state] is outputs.Numbered.SEND

    @property
    def keeps_outbox(self) -> bool:
        """What is sent is kept until it is acknowledged, also while the link is down."""
        return outputs.NUMBERED[self.continuity.state] is not outputs.Numbered.DROP

    @property
    def interrupted(self) -> bool:
        """What is sent is kept for the next link, on which the session may be resumed."""
        return outputs.NUMBERED[self.continuity.state] is outputs.Numbered.KEEP

    @property
    def in_session(self) -> bool:
        """There is a session, so the server must be heard from all the time."""
        return outputs.IN_SESSION[self.session.state]

    @property
    def microphone(self) -> outputs.Microphone:
        """Where a captured block goes."""
        return outputs.MICROPHONE[self.session.state, self.turn.state]

    @property
    def unanswered(self) -> bool:
        """The utterance may have to be announced again: its reply has not begun here."""
        return outputs.UNANSWERED[self.session.state, self.turn.state]

    @property
    def reply(self) -> outputs.Reply:
        """Whether there is a reply, and whether more of it comes."""
        return outputs.REPLY[self.turn.state]
