"""What clients are told of a device in each state."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tars.core.effects import Cue, Traced
from tars.device.control.events import activity, describe
from tests.pair import Pair
from tests.scenarios.telling import reach


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("IDLE", "idle"),
        ("LISTENING", "idle"),
        ("HOTWORD_DETECTED", "listening"),
        ("USER_TURN", "listening"),
        ("THINKING", "thinking"),
        ("ANNOUNCEMENT", "thinking"),
        ("SPEAKING", "speaking"),
        ("DRAINING", "speaking"),
    ],
)
def test_the_activity_follows_from_the_states(state: str, word: str) -> None:
    pair = Pair()
    reach(pair, state)
    assert activity(pair.device.states) == word


def test_a_barge_in_is_a_wake_word_once() -> None:
    pair = Pair()
    reach(pair, "SPEAKING")
    pair.effects.clear()
    pair.hotword()
    told = told_of(pair)
    assert [event for event in told if event["event"] == "wake_word"] == [{"event": "wake_word", "word": "hey_jarvis", "score": 0.9}]
    assert {"event": "state", "machine": "turn", "state": "USER_TURN", "was": "SPEAKING", "because": "hotword"} in told


def test_a_wake_word_that_no_machine_takes_is_no_event() -> None:
    pair = Pair()
    reach(pair, "USER_TURN")
    pair.effects.clear()
    pair.hotword()
    assert told_of(pair) == []


def test_an_alarm_has_its_label_and_a_cue_its_name() -> None:
    ring = Traced("device", "kitchen", "session", "ring", {"label": "pasta"}, "LISTENING", "LISTENING", outcome="taken")
    assert list(describe(ring)) == [{"event": "ring", "label": "pasta"}]
    assert list(describe(Cue("alarm"))) == [{"event": "cue", "sound": "alarm"}]
    assert list(describe(Traced("device", "kitchen", None, "mute", {"muted": True}))) == []


def told_of(pair: Pair) -> list[dict[str, Any]]:
    """What a client is told of the steps of the device so far."""
    steps = [step for step in pair.trace() if step.node == "device"]
    return [json.loads(json.dumps(event)) for step in steps for event in describe(step)]
