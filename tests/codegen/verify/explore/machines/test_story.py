"""A path is told with its sessions and turns, drawn, and written as a test that does on the generated machines what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codegen.verify import sequence_diagram
from codegen.verify.explore.machines import story
from codegen.verify.explore.machines.exploration import Exploration
from codegen.verify.explore.machines.verdict import Verdict
from tests import explorations
from tests.explored import MACHINES


@pytest.fixture(scope="module")
def explored() -> Exploration:
    return explorations.explored()


def verdict_on(explored: Exploration, name: str, device: dict[str, str], server: dict[str, str]) -> Verdict:
    """A verdict as if the spec were broken where both sides are first in these states."""
    sides = explored.system.dialer, explored.system.listener
    number = next(
        number
        for number, state in enumerate(explored.graph.states)
        for wanted in [zip((device, server), sides, state[:2], strict=True)]
        if all(getattr(side.names[at], machine) == one for states, side, at in wanted for machine, one in states.items())
    )
    spec = next(spec for spec in explored.specs.specs if spec.name == name)
    return Verdict(spec, "seen", tuple(explored.graph.path(number)))


def as_test(explored: Exploration, verdict: Verdict) -> str:
    return story.as_test(explored.system, verdict, story.tell(explored.system, verdict.path), "tars", str(MACHINES))


def run(text: str, name: str) -> None:
    """What pytest would do with the module."""
    module: dict[str, object] = {}
    exec(compile(text, "test_story_written", "exec"), module)
    test = module[f"test_{name}"]
    assert callable(test)
    test()


def test_a_turn_is_told_with_its_number(explored: Exploration) -> None:
    verdict = verdict_on(explored, "agreement", {"turn": "SPEAKING"}, {"turn": "DRAINING"})
    told = story.tell(explored.system, verdict.path)
    assert [said.message for step in told for said in step.said] == [
        "hello",
        "welcome",
        "announcement_waits",
        "announcement_wanted",
        "start_of_tts_stream",
        "tts_stream_end",
    ]
    assert told[-1].event[1] == 1
    drawn = sequence_diagram.text(story.diagram(explored.system, told, "seen"))
    assert "start_of_tts_stream session s1 turn 1" in drawn
    assert "turn ANNOUNCEMENT -> SPEAKING" in drawn
    assert drawn.rstrip().endswith("━")


def test_a_written_test_passes_where_the_spec_holds(explored: Exploration) -> None:
    verdict = verdict_on(explored, "agreement", {"turn": "SPEAKING"}, {"turn": "SPEAKING"})
    run(as_test(explored, verdict), "agreement")


def test_a_written_test_fails_where_the_spec_is_broken(explored: Exploration) -> None:
    """One message before they agree, they do not."""
    verdict = verdict_on(explored, "agreement", {"turn": "THINKING"}, {"turn": "SPEAKING"})
    text = as_test(explored, verdict)
    with pytest.raises(AssertionError, match="the same conversation and the same turn"):
        run(text, "agreement")


def test_a_written_test_of_a_liveness_spec_says_where_both_sides_are(explored: Exploration) -> None:
    verdict = verdict_on(explored, "home", {"session": "HOTWORD_DETECTED"}, {"session": "HOTWORD_DETECTED"})
    text = as_test(explored, verdict)
    states = '"continuity": "LINKED", "session": "HOTWORD_DETECTED", "turn": "NO_TURN", "announcement": "NO_ANNOUNCEMENT"'
    assert f'assert walk.states("server") == {{{states}}}' in text
    run(text, "home")
    with pytest.raises(AssertionError):
        run(text.replace('"turn": "NO_TURN",', '"turn": "THINKING",'), "home")


def test_crashes_and_losses_are_told_too(explored: Exploration) -> None:
    verdict = verdict_on(explored, "agreement", {"session": "ACTIVE_SESSION"}, {"session": "IDLE", "continuity": "UNLINKED"})
    told = story.tell(explored.system, verdict.path)
    assert "the server crashes" in sequence_diagram.text(story.diagram(explored.system, told, "seen")) or any(
        step.label.what == "stop" for step in told
    )
    lost = replace(verdict, path=tuple(explored.graph.path(explored.graph.numbers[_after_a_loss(explored)])))
    drawn = sequence_diagram.text(story.diagram(explored.system, story.tell(explored.system, lost.path), "seen"))
    assert "the connection breaks" in drawn
    assert "notices that the connection is lost" in drawn


def _after_a_loss(explored: Exploration) -> tuple[int, int, int]:
    names = explored.system.dialer.names
    return next(
        state
        for number, state in enumerate(explored.graph.states)
        if names[state[0]].continuity == "INTERRUPTED" and any(label.what == "breaks" for label, _ in explored.graph.path(number))
    )
