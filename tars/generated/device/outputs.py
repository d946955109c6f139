# Written by `python -m codegen` from machines/; do not edit.
"""The outputs of the device by the states of its machines. A value BY_X in a definition is the one of machine x."""

from __future__ import annotations

from enum import StrEnum

from tars.generated.device.continuity import ContinuityState
from tars.generated.device.session import SessionState
from tars.generated.device.turn import TurnState


IN_SESSION: dict[SessionState, bool] = {
    SessionState.IDLE: False,
    SessionState.LISTENING: False,
    SessionState.HOTWORD_DETECTED: True,
    SessionState.ACTIVE_SESSION: True,
}


class Microphone(StrEnum):
    """Values of the output microphone."""

    CLOSED = "CLOSED"
    WAKE_WORD = "WAKE_WORD"
    SERVER = "SERVER"
    BOTH = "BOTH"


MICROPHONE: dict[tuple[SessionState, TurnState], Microphone] = {
    (SessionState.IDLE, TurnState.NO_TURN): Microphone.CLOSED,
    (SessionState.IDLE, TurnState.ANNOUNCEMENT): Microphone.CLOSED,
    (SessionState.IDLE, TurnState.USER_TURN): Microphone.CLOSED,
    (SessionState.IDLE, TurnState.THINKING): Microphone.CLOSED,
    (SessionState.IDLE, TurnState.SPEAKING): Microphone.CLOSED,
    (SessionState.IDLE, TurnState.DRAINING): Microphone.CLOSED,
    (SessionState.IDLE, TurnState.PAUSED): Microphone.CLOSED,
    (SessionState.LISTENING, TurnState.NO_TURN): Microphone.WAKE_WORD,
    (SessionState.LISTENING, TurnState.ANNOUNCEMENT): Microphone.WAKE_WORD,
    (SessionState.LISTENING, TurnState.USER_TURN): Microphone.WAKE_WORD,
    (SessionState.LISTENING, TurnState.THINKING): Microphone.WAKE_WORD,
    (SessionState.LISTENING, TurnState.SPEAKING): Microphone.WAKE_WORD,
    (SessionState.LISTENING, TurnState.DRAINING): Microphone.WAKE_WORD,
    (SessionState.LISTENING, TurnState.PAUSED): Microphone.WAKE_WORD,
    (SessionState.HOTWORD_DETECTED, TurnState.NO_TURN): Microphone.SERVER,
    (SessionState.HOTWORD_DETECTED, TurnState.ANNOUNCEMENT): Microphone.SERVER,
    (SessionState.HOTWORD_DETECTED, TurnState.USER_TURN): Microphone.SERVER,
    (SessionState.HOTWORD_DETECTED, TurnState.THINKING): Microphone.SERVER,
    (SessionState.HOTWORD_DETECTED, TurnState.SPEAKING): Microphone.SERVER,
    (SessionState.HOTWORD_DETECTED, TurnState.DRAINING): Microphone.SERVER,
    (SessionState.HOTWORD_DETECTED, TurnState.PAUSED): Microphone.SERVER,
    (SessionState.ACTIVE_SESSION, TurnState.NO_TURN): Microphone.CLOSED,
    (SessionState.ACTIVE_SESSION, TurnState.ANNOUNCEMENT): Microphone.WAKE_WORD,
    (SessionState.ACTIVE_SESSION, TurnState.USER_TURN): Microphone.SERVER,
    (SessionState.ACTIVE_SESSION, TurnState.THINKING): Microphone.WAKE_WORD,
    (SessionState.ACTIVE_SESSION, TurnState.SPEAKING): Microphone.WAKE_WORD,
    (SessionState.ACTIVE_SESSION, TurnState.DRAINING): Microphone.WAKE_WORD,
    (SessionState.ACTIVE_SESSION, TurnState.PAUSED): Microphone.BOTH,
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
