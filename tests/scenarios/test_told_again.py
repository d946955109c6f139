"""An utterance that is announced again after a crash of the server: what of it is the same."""

from __future__ import annotations

from tars.core.effects import BeginTurn
from tars.generated.server import events as server_events
from tests.pair import RESUME, Pair
from tests.scenarios.telling import reach


def begun(story: Pair) -> list[tuple[int, int]]:
    """The turn and the first sample of each utterance that a brain was to hear."""
    return [(effect.turn, effect.at) for effect in story.done("server", BeginTurn) if isinstance(effect, BeginTurn)]


def test_it_begins_at_the_same_sample_but_is_turn_1() -> None:
    """So a tool that acts outside knows the utterance by its session and this sample, and not by its turn."""
    story = Pair(limits=RESUME)
    session = reach(story, "THINKING")
    story.hotword()
    story.carry()
    story.speak(5)
    (first, _), (second, at) = begun(story)
    assert (first, second) == (1, 2)
    story.crash()
    story.pass_time(6)
    story.at_server(server_events.BrainReady(session))
    story.carry()
    assert begun(story)[2:] == [(1, at)]
