# Written by `python -m codegen` from machines/; do not edit.
"""The outputs of the server by the states of its machines. A value BY_X in a definition is the one of machine x."""

from __future__ import annotations

from tars.generated.server.session import SessionState
from tars.generated.server.turn import TurnState


FEEDS_BRAIN: dict[tuple[SessionState, TurnState], bool] = {
    (SessionState.IDLE, TurnState.NO_TURN): False,
    (SessionState.IDLE, TurnState.USER_TURN): False,
    (SessionState.IDLE, TurnState.THINKING): False,
    (SessionState.IDLE, TurnState.SPEAKING): False,
    (SessionState.IDLE, TurnState.DRAINING): False,
    (SessionState.LISTENING, TurnState.NO_TURN): False,
    (SessionState.LISTENING, TurnState.USER_TURN): False,
    (SessionState.LISTENING, TurnState.THINKING): False,
    (SessionState.LISTENING, TurnState.SPEAKING): False,
    (SessionState.LISTENING, TurnState.DRAINING): False,
    (SessionState.HOTWORD_DETECTED, TurnState.NO_TURN): False,
    (SessionState.HOTWORD_DETECTED, TurnState.USER_TURN): False,
    (SessionState.HOTWORD_DETECTED, TurnState.THINKING): False,
    (SessionState.HOTWORD_DETECTED, TurnState.SPEAKING): False,
    (SessionState.HOTWORD_DETECTED, TurnState.DRAINING): False,
    (SessionState.ACTIVE_SESSION, TurnState.NO_TURN): False,
    (SessionState.ACTIVE_SESSION, TurnState.USER_TURN): True,
    (SessionState.ACTIVE_SESSION, TurnState.THINKING): False,
    (SessionState.ACTIVE_SESSION, TurnState.SPEAKING): False,
    (SessionState.ACTIVE_SESSION, TurnState.DRAINING): False,
}


UNANSWERED: dict[tuple[SessionState, TurnState], bool] = {
    (SessionState.IDLE, TurnState.NO_TURN): False,
    (SessionState.IDLE, TurnState.USER_TURN): False,
    (SessionState.IDLE, TurnState.THINKING): False,
    (SessionState.IDLE, TurnState.SPEAKING): False,
    (SessionState.IDLE, TurnState.DRAINING): False,
    (SessionState.LISTENING, TurnState.NO_TURN): False,
    (SessionState.LISTENING, TurnState.USER_TURN): False,
    (SessionState.LISTENING, TurnState.THINKING): False,
    (SessionState.LISTENING, TurnState.SPEAKING): False,
    (SessionState.LISTENING, TurnState.DRAINING): False,
    (SessionState.HOTWORD_DETECTED, TurnState.NO_TURN): True,
    (SessionState.HOTWORD_DETECTED, TurnState.USER_TURN): True,
    (SessionState.HOTWORD_DETECTED, TurnState.THINKING): True,
    (SessionState.HOTWORD_DETECTED, TurnState.SPEAKING): True,
    (SessionState.HOTWORD_DETECTED, TurnState.DRAINING): True,
    (SessionState.ACTIVE_SESSION, TurnState.NO_TURN): False,
    (SessionState.ACTIVE_SESSION, TurnState.USER_TURN): True,
    (SessionState.ACTIVE_SESSION, TurnState.THINKING): True,
    (SessionState.ACTIVE_SESSION, TurnState.SPEAKING): False,
    (SessionState.ACTIVE_SESSION, TurnState.DRAINING): False,
}
