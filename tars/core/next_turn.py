"""Whether a device may open the turn that it opens."""

from __future__ import annotations

from tars.core.outbound_reply import OutboundReply
from tars.core.server_states import ServerStates
from tars.errors import RemoteError
from tars.generated.messages import AnnouncementWanted, BargeIn, PlaybackComplete
from tars.generated.server.outputs import Reply


def check_first_turn(message: AnnouncementWanted) -> None:
    """The server speaks first in turn 1. Raises RemoteError."""
    if message.turn != 1:
        raise RemoteError(f"{message.type}.turn is {message.turn}, but 1 comes first")


def check_next_turn(message: PlaybackComplete | BargeIn, states: ServerStates, reply: OutboundReply) -> None:
    """Turns are counted, and a reply is complete when all of it was heard. Raises RemoteError."""
    turn = states.turn.context.turn + 1
    if message.turn != turn:
        raise RemoteError(f"{message.type}.turn is {message.turn}, but {turn} comes next")
    complete = isinstance(message, PlaybackComplete) and states.reply is Reply.COMPLETE
    if complete and (message.stream, message.heard) != (reply.stream, reply.sent):
        have, wanted = f"{message.heard} of stream {message.stream}", f"{reply.sent} of stream {reply.stream}"
        raise RemoteError(f"{message.type} says that {have} were heard; complete is {wanted}")
