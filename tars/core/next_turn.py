"""Whether a device may open the turn that it opens, with the utterance that it announces."""

from __future__ import annotations

from tars.core.held_speech import HELD_SECONDS
from tars.core.outbound_reply import OutboundReply
from tars.core.server_states import ServerStates
from tars.errors import RemoteError
from tars.generated.messages import AnnouncementWanted, BargeIn, HotwordDetected, Interruption, PlaybackComplete
from tars.generated.server.outputs import Reply
from tars.samples import RATE


def check_first_turn(message: AnnouncementWanted) -> None:
    """The server speaks first in turn 1. Raises RemoteError."""
    if message.turn != 1:
        raise RemoteError(f"{message.type}.turn is {message.turn}, but 1 comes first")


def check_utterance(
    message: HotwordDetected | PlaybackComplete | BargeIn | Interruption, states: ServerStates, reply: OutboundReply
) -> None:
    """Nobody has kept more sound from before a wake word, turns are counted, and a reply is complete when all of it was heard.

    A barge-in into a reply may leave out one number: of the turn that an interruption of it may have opened. Raises RemoteError.
    """
    if message.preroll > HELD_SECONDS * RATE:
        raise RemoteError(f"{message.type}.preroll is {message.preroll} samples; at most {HELD_SECONDS * RATE} are allowed")
    if not isinstance(message, PlaybackComplete | BargeIn):
        return
    turn = states.turn.context.turn + 1
    left_out = isinstance(message, BargeIn) and states.reply is not Reply.NONE and message.turn == turn + 1
    if message.turn != turn and not left_out:
        raise RemoteError(f"{message.type}.turn is {message.turn}, but {turn} comes next")
    complete = isinstance(message, PlaybackComplete) and states.reply is Reply.COMPLETE
    if complete and (message.stream, message.heard) != (reply.stream, reply.sent):
        have, wanted = f"{message.heard} of stream {message.stream}", f"{reply.sent} of stream {reply.stream}"
        raise RemoteError(f"{message.type} says that {have} were heard; complete is {wanted}")
