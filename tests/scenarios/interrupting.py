"""What stories need in which somebody speaks over a reply."""

from __future__ import annotations

from tars.core.effects import Play
from tars.generated.server import events
from tars.samples import RATE
from tests.pair import RESUME, Pair
from tests.scenarios.telling import reach

BEFORE = ["SPEAKING", "DRAINING"]
"""Where turn can be before."""


def paused(state: str = "SPEAKING", **options: object) -> tuple[Pair, str]:
    """Somebody has begun to speak over the reply of turn 1, half of which was heard."""
    pair = Pair(limits=RESUME, **options)  # type: ignore[arg-type]
    session = reach(pair, state)
    pair.speak(30)
    pair.heard(1, RATE // 2)
    pair.speaks_over()
    pair.carry()
    assert pair.states("turn") == ("PAUSED", "PAUSED")
    return pair, session


def played(pair: Pair) -> bytes:
    """All that the speaker was given of replies."""
    return b"".join(effect.pcm for side, effect in pair.effects if side == "device" and isinstance(effect, Play))


def numbers(pair: Pair) -> tuple[int, int]:
    """The turn, as each side counts it."""
    return pair.device.states.turn.context.turn, pair.server.states.turn.context.turn


def meant(pair: Pair, session: str, turn: int = 1) -> None:
    """The server finds that somebody has interrupted the reply."""
    pair.at_server(events.InterruptionMeant(session, turn))
    pair.carry()


def false(pair: Pair, session: str, turn: int = 1) -> None:
    """The server finds that nobody has."""
    pair.at_server(events.InterruptionFalse(session, turn))
    pair.carry()
