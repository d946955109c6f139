# Written by `python -m codegen` from machines/; do not edit.
"""The outputs of the server by the states of its machines. A value BY_X in a definition is the one of machine x."""

from __future__ import annotations

from enum import StrEnum

from tars.generated.server.continuity import ContinuityState
from tars.generated.server.session import SessionState
from tars.generated.server.turn import TurnState
from tars.generated.server.announcement import AnnouncementState


AWAITS_ANSWER: dict[AnnouncementState, bool] = {
    AnnouncementState.NO_ANNOUNCEMENT: False,
    AnnouncementState.SAYS: False,
    AnnouncementState.PARTLY_SAID: False,
    AnnouncementState.ASKS: False,
    AnnouncementState.PARTLY_ASKED: False,
    AnnouncementState.AWAITS: True,
}


IN_SESSION: dict[SessionState, bool] = {
    SessionState.IDLE: False,
    SessionState.LISTENING: False,
    SessionState.HOTWORD_DETECTED: True,
    SessionState.ACTIVE_SESSION: True,
}


class Numbered(StrEnum):
    """Values of the output numbered."""

    DROP = "DROP"
    SEND = "SEND"
    KEEP = "KEEP"


NUMBERED: dict[ContinuityState, Numbered] = {
    ContinuityState.UNLINKED: Numbered.DROP,
    ContinuityState.LINKED: Numbered.SEND,
    ContinuityState.INTERRUPTED: Numbered.KEEP,
}


class Reply(StrEnum):
    """Values of the output reply."""

    NONE = "NONE"
    OPEN = "OPEN"
    COMPLETE = "COMPLETE"
    PAUSED = "PAUSED"


REPLY: dict[TurnState, Reply] = {
    TurnState.NO_TURN: Reply.NONE,
    TurnState.ANNOUNCEMENT: Reply.NONE,
    TurnState.USER_TURN: Reply.NONE,
    TurnState.THINKING: Reply.NONE,
    TurnState.SPEAKING: Reply.OPEN,
    TurnState.DRAINING: Reply.COMPLETE,
    TurnState.PAUSED: Reply.PAUSED,
}


class Speech(StrEnum):
    """Values of the output speech."""

    DROP = "DROP"
    HOLD = "HOLD"
    FEED = "FEED"


SPEECH: dict[tuple[SessionState, TurnState], Speech] = {
    (SessionState.IDLE, TurnState.NO_TURN): Speech.DROP,
    (SessionState.IDLE, TurnState.ANNOUNCEMENT): Speech.DROP,
    (SessionState.IDLE, TurnState.USER_TURN): Speech.DROP,
    (SessionState.IDLE, TurnState.THINKING): Speech.DROP,
    (SessionState.IDLE, TurnState.SPEAKING): Speech.DROP,
    (SessionState.IDLE, TurnState.DRAINING): Speech.DROP,
    (SessionState.IDLE, TurnState.PAUSED): Speech.DROP,
    (SessionState.LISTENING, TurnState.NO_TURN): Speech.DROP,
    (SessionState.LISTENING, TurnState.ANNOUNCEMENT): Speech.DROP,
    (SessionState.LISTENING, TurnState.USER_TURN): Speech.DROP,
    (SessionState.LISTENING, TurnState.THINKING): Speech.DROP,
    (SessionState.LISTENING, TurnState.SPEAKING): Speech.DROP,
    (SessionState.LISTENING, TurnState.DRAINING): Speech.DROP,
    (SessionState.LISTENING, TurnState.PAUSED): Speech.DROP,
    (SessionState.HOTWORD_DETECTED, TurnState.NO_TURN): Speech.HOLD,
    (SessionState.HOTWORD_DETECTED, TurnState.ANNOUNCEMENT): Speech.HOLD,
    (SessionState.HOTWORD_DETECTED, TurnState.USER_TURN): Speech.HOLD,
    (SessionState.HOTWORD_DETECTED, TurnState.THINKING): Speech.HOLD,
    (SessionState.HOTWORD_DETECTED, TurnState.SPEAKING): Speech.HOLD,
    (SessionState.HOTWORD_DETECTED, TurnState.DRAINING): Speech.HOLD,
    (SessionState.HOTWORD_DETECTED, TurnState.PAUSED): Speech.HOLD,
    (SessionState.ACTIVE_SESSION, TurnState.NO_TURN): Speech.DROP,
    (SessionState.ACTIVE_SESSION, TurnState.ANNOUNCEMENT): Speech.DROP,
    (SessionState.ACTIVE_SESSION, TurnState.USER_TURN): Speech.FEED,
    (SessionState.ACTIVE_SESSION, TurnState.THINKING): Speech.DROP,
    (SessionState.ACTIVE_SESSION, TurnState.SPEAKING): Speech.DROP,
    (SessionState.ACTIVE_SESSION, TurnState.DRAINING): Speech.DROP,
    (SessionState.ACTIVE_SESSION, TurnState.PAUSED): Speech.FEED,
}


UNANSWERED: dict[tuple[SessionState, TurnState], bool] = {
    (SessionState.IDLE, TurnState.NO_TURN): False,
    (SessionState.IDLE, TurnState.ANNOUNCEMENT): False,
    (SessionState.IDLE, TurnState.USER_TURN): False,
    (SessionState.IDLE, TurnState.THINKING): False,
    (SessionState.IDLE, TurnState.SPEAKING): False,
    (SessionState.IDLE, TurnState.DRAINING): False,
    (SessionState.IDLE, TurnState.PAUSED): False,
    (SessionState.LISTENING, TurnState.NO_TURN): False,
    (SessionState.LISTENING, TurnState.ANNOUNCEMENT): False,
    (SessionState.LISTENING, TurnState.USER_TURN): False,
    (SessionState.LISTENING, TurnState.THINKING): False,
    (SessionState.LISTENING, TurnState.SPEAKING): False,
    (SessionState.LISTENING, TurnState.DRAINING): False,
    (SessionState.LISTENING, TurnState.PAUSED): False,
    (SessionState.HOTWORD_DETECTED, TurnState.NO_TURN): True,
    (SessionState.HOTWORD_DETECTED, TurnState.ANNOUNCEMENT): True,
    (SessionState.HOTWORD_DETECTED, TurnState.USER_TURN): True,
    (SessionState.HOTWORD_DETECTED, TurnState.THINKING): True,
    (SessionState.HOTWORD_DETECTED, TurnState.SPEAKING): True,
    (SessionState.HOTWORD_DETECTED, TurnState.DRAINING): True,
    (SessionState.HOTWORD_DETECTED, TurnState.PAUSED): True,
    (SessionState.ACTIVE_SESSION, TurnState.NO_TURN): False,
    (SessionState.ACTIVE_SESSION, TurnState.ANNOUNCEMENT): False,
    (SessionState.ACTIVE_SESSION, TurnState.USER_TURN): True,
    (SessionState.ACTIVE_SESSION, TurnState.THINKING): True,
    (SessionState.ACTIVE_SESSION, TurnState.SPEAKING): False,
    (SessionState.ACTIVE_SESSION, TurnState.DRAINING): False,
    (SessionState.ACTIVE_SESSION, TurnState.PAUSED): True,
}
