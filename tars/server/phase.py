"""Where a brain session is in its turn."""

from __future__ import annotations

from enum import Enum, auto

from tars.server.snapshots import BrainSnapshot


class Phase(Enum):
    """Where a brain session is in its turn. It decides these steps itself; the turn machine follows the events that it posts."""

    WAITING = auto()
    """No turn has begun, or the user was silent for too long: nothing is heard."""
    LISTENING = auto()
    """The brain hears the user."""
    THINKING = auto()
    """The utterance is complete; its reply has not begun."""
    SPEAKING = auto()
    """The reply has begun; it may have ended."""


def first_phase(before: BrainSnapshot) -> Phase:
    """The phase in which a new brain session begins."""
    if before.complete:
        return Phase.THINKING if before.utterance else Phase.SPEAKING
    return Phase.LISTENING if before.turn > 0 else Phase.WAITING
