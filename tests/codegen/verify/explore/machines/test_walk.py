"""A path walked on generated machines alone: what may not come now is dropped, what is forbidden raises, and specs are judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codegen.verify.explore.machines.walk import Walk
from codegen.verify.specs import Condition, Specs
from tars.errors import ForbiddenEvent
from tests.explored import MACHINES


@pytest.fixture
def walk() -> Walk:
    """A device that is connected to its server, and listens."""
    walk = Walk("tars", MACHINES)
    walk.outside("device", "start")
    walk.outside("device", "socket_opened")
    walk.message("server", "hello")
    walk.message("device", "welcome", resumed=False)
    return walk


def asked(walk: Walk, node: str) -> list[tuple[str, ...]]:
    return walk.sides[node].notes.asked


def test_a_cause_leads_both_sides_where_the_rows_say(walk: Walk) -> None:
    walk.outside("device", "hotword", session="s1")
    assert walk.states("device") == {
        "connection": "CONNECTED",
        "continuity": "LINKED",
        "session": "HOTWORD_DETECTED",
        "turn": "NO_TURN",
    }
    assert ("chime",) in asked(walk, "device")
    assert ("send", "hotword_detected", "s1") in asked(walk, "device")
    walk.message("server", "hotword_detected", session="s1")
    walk.outside("server", "brain_ready", session="s1")
    assert walk.states("server") == {
        "continuity": "LINKED",
        "session": "ACTIVE_SESSION",
        "turn": "USER_TURN",
        "announcement": "NO_ANNOUNCEMENT",
    }
    assert asked(walk, "server")[0] == ("send", "session_started", "s1")


def test_what_belongs_to_another_session_is_dropped(walk: Walk) -> None:
    walk.outside("device", "hotword", session="s1")
    walk.message("device", "session_started", session="s0")
    assert walk.states("device")["session"] == "HOTWORD_DETECTED"
    walk.message("server", "hotword_detected", session="s1")
    walk.outside("server", "brain_ready", session="s0")
    assert walk.states("server")["session"] == "HOTWORD_DETECTED"
    walk.message("device", "session_started", session="s1")
    assert walk.states("device")["session"] == "ACTIVE_SESSION"


def test_an_event_that_may_not_come_in_this_state_is_dropped(walk: Walk) -> None:
    walk.outside("device", "start")
    assert asked(walk, "device") == []


def test_a_numbered_message_is_dropped_while_nothing_is_kept_for_the_other_side() -> None:
    walk = Walk("tars", MACHINES)
    walk.outside("device", "start")
    walk.outside("device", "hotword", session="s1")
    assert walk.states("device")["session"] == "HOTWORD_DETECTED"
    assert not [entry for entry in asked(walk, "device") if entry[0] == "send"]


def test_a_side_that_crashes_is_new_and_keeps_the_constants() -> None:
    walk = Walk("tars", MACHINES, persistent=False)
    walk.outside("device", "start")
    walk.crash("device")
    assert walk.states("device")["session"] == "IDLE"
    assert walk.sides["device"].machines["connection"].context.persistent is False


def test_what_is_forbidden_raises() -> None:
    with pytest.raises(ForbiddenEvent, match="ring"):
        Walk("tars", MACHINES).message("device", "ring")


def test_a_timeout_passes_only_in_a_state_that_has_one(walk: Walk) -> None:
    walk.outside("device", "hotword", session="s1")
    walk.timeout("device", "session")
    assert walk.states("device")["session"] == "LISTENING"
    with pytest.raises(AssertionError, match="session of the device is in LISTENING, which has no timeout"):
        walk.timeout("device", "session")


def test_agreement_is_judged_by_states_and_by_correlation_values(walk: Walk) -> None:
    walk.check("agreement")
    walk.outside("device", "hotword", session="s1")
    with pytest.raises(AssertionError, match="in the same conversation"):
        walk.check("agreement")
    walk.message("server", "hotword_detected", session="s1")
    walk.check("agreement")
    walk.message("server", "session_end", session="s1")
    walk.message("server", "hotword_detected", session="s2")
    with pytest.raises(AssertionError, match="in the same conversation"):
        walk.check("agreement")


def test_a_spec_of_states_is_judged_wherever_both_sides_are(walk: Walk) -> None:
    walk.outside("device", "hotword", session="s1")
    walk.check("privacy")
    walk._specs = with_spec(walk, "privacy", "always", 'device.microphone != "SERVER"')
    with pytest.raises(AssertionError, match="nothing that the microphone hears"):
        walk.check("privacy")


@pytest.mark.parametrize(
    "condition",
    [
        'cause == "hotword"',
        'before.session == "LISTENING" and after.session == "HOTWORD_DETECTED"',
        "sends.hotword_detected and not sends.goodbye",
        "0 < does.stop_speaker < does.chime and not does.play_error",
        'payload.session == "s1"',
        "not same.session",
    ],
)
def test_a_spec_of_a_step_is_judged_by_all_of_the_step(walk: Walk, condition: str) -> None:
    walk.outside("device", "hotword", session="s1")
    walk._specs = with_spec(walk, "answered_at_once", "step", condition)
    walk.check("answered_at_once")
    walk._specs = with_spec(walk, "answered_at_once", "step", f"not ({condition})")
    with pytest.raises(AssertionError, match="the wake word and the button open a conversation"):
        walk.check("answered_at_once")
    walk.timeout("device", "session")
    walk.check("answered_at_once")  # it is about the wake word and the button


def with_spec(walk: Walk, name: str, kind: str, holds: str) -> Specs:
    """The specs with another condition in that one."""
    condition = Condition(holds, frozenset())
    return Specs(tuple(replace(one, holds=condition) if one.name == name and one.kind == kind else one for one in walk._specs.specs))
