"""The server's machines of one device by name, and what their states decide: every question is answered by a generated table."""

from __future__ import annotations

from tars.engine import Machine
from tars.generated.server import outputs
from tars.generated.server.announcement import Announcement
from tars.generated.server.continuity import Continuity
from tars.generated.server.session import Session
from tars.generated.server.turn import Turn


class ServerStates:
    """The server's four machines for one device."""

    __slots__ = ("announcement", "continuity", "session", "turn")

    def __init__(
        self,
        continuity: Continuity | None = None,
        session: Session | None = None,
        turn: Turn | None = None,
        announcement: Announcement | None = None,
    ) -> None:
        self.continuity = continuity or Continuity()
        self.session = session or Session()
        self.turn = turn or Turn()
        self.announcement = announcement or Announcement()

    @property
    def machines(self) -> tuple[Machine, ...]:
        """All of them."""
        return self.continuity, self.session, self.turn, self.announcement

    @property
    def linked(self) -> bool:
        """Numbered messages are sent and taken."""
        return outputs.NUMBERED[self.continuity.state] is outputs.Numbered.SEND

    @property
    def keeps_outbox(self) -> bool:
        """What is sent is kept until it is acknowledged, also while the link is down."""
        return outputs.NUMBERED[self.continuity.state] is not outputs.Numbered.DROP

    @property
    def in_session(self) -> bool:
        """There is a session, so the device must be heard from all the time."""
        return outputs.IN_SESSION[self.session.state]

    @property
    def speech(self) -> outputs.Speech:
        """What is done with the utterance as it comes in."""
        return outputs.SPEECH[self.session.state, self.turn.state]

    @property
    def numbers(self) -> tuple[str, int]:
        """The session, and the number of its turn."""
        return self.session.context.session, self.turn.context.turn

    @property
    def spoken_numbers(self) -> tuple[str, int]:
        """The session, and the number of the turn to which the utterance belongs: the next one, while the reply to this one is paused."""
        session, turn = self.numbers
        return session, turn + 1 if self.reply is outputs.Reply.PAUSED else turn

    @property
    def unanswered(self) -> bool:
        """The utterance may have to be announced again: its reply has not begun."""
        return outputs.UNANSWERED[self.session.state, self.turn.state]

    @property
    def awaits_answer(self) -> bool:
        """What the user says is the answer to a question of the server: the brain does not reply to it."""
        return outputs.AWAITS_ANSWER[self.announcement.state]

    @property
    def reply(self) -> outputs.Reply:
        """Whether there is a reply, and whether more of it comes."""
        return outputs.REPLY[self.turn.state]

    @property
    def reply_grows(self) -> bool:
        """Whether the end of the reply was not sent yet."""
        return self.reply is outputs.Reply.OPEN or (self.reply is outputs.Reply.PAUSED and not self.turn.context.reply_complete)
