"""The demo's judgement: it passes what happened, and says what did not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tars.demo.report import judge, sessions_of, summary
from tars.demo.voice import Spoken
from tars.samples import RATE

LOUD = np.full(2 * RATE, 5000, np.int16)
SPOKEN = [Spoken("Hey Jarvis.", 16_000, 32_000), Spoken("What is twelve times twelve?", 36_000, 64_000)]


def line(second: float, node: str, machine: str | None, event: str, to: str = "", **more: Any) -> dict[str, Any]:
    outcome = None if machine is None else "taken"
    time = f"2026-11-23T12:00:{second:09.6f}+00:00"
    return {
        "time": time,
        "node": node,
        "machine": machine,
        "event": event,
        "to": to,
        "outcome": outcome,
        "session": "s1",
        "payload": {},
    } | more


def story() -> list[dict[str, Any]]:
    """One session as two traces tell it."""
    answered = {"heard": "what is 12 times 12", "text": "That is 144.", "stages": {"recognition": 0.5, "reply": 0.001}}
    return [
        line(1.0, "device", "connection", "welcome", "CONNECTED", session=None),
        line(3.0, "device", "session", "hotword", "HOTWORD_DETECTED", payload={"at": 32_000}),
        line(3.002, "server", "session", "hotword_detected", "HOTWORD_DETECTED"),
        line(3.003, "server", None, "first_sample_received"),
        line(3.004, "server", "session", "brain_ready", "ACTIVE_SESSION"),
        line(3.005, "device", "session", "session_started", "ACTIVE_SESSION"),
        line(5.7, "server", "turn", "speech_ended", "THINKING"),
        line(6.2, "server", None, "answered", payload=answered),
        line(6.3, "server", "turn", "reply_started", "SPEAKING"),
        line(6.4, "device", None, "first_reply_sample"),
        line(9.0, "server", "session", "user_silent", "LISTENING"),
        line(9.1, "device", "session", "session_end", "LISTENING"),
    ]


def problems(lines: list[dict[str, Any]], sound: Any = LOUD) -> list[str]:
    return judge(lines, sessions_of(lines, SPOKEN), ["144"], sound)


def test_a_whole_conversation_passes() -> None:
    assert problems(story()) == []


def test_times_are_split_by_stage() -> None:
    (session,) = sessions_of(story(), SPOKEN)
    assert session.to_first_sample == pytest.approx(0.003, abs=1e-6)
    assert session.to_answer["user speaks"] == pytest.approx(2.0, abs=1e-6), "from sample 32,000 to sample 64,000"
    assert session.to_answer["end of speech"] == pytest.approx(0.7, abs=1e-6)
    assert "recognition" not in session.to_answer, "it runs while the end of speech is waited for"
    assert sum(session.to_answer.values()) == pytest.approx(3.4, abs=1e-6), "the stages make up the whole"
    assert "median hotword to first sample at the server: 3.0 ms" in summary([session])


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda lines: lines.append(line(4.0, "device", "connection", "welcome", "CONNECTED")), "2 connections instead of one"),
        (lambda lines: lines.pop(4), "session 1 on the server went through HOTWORD_DETECTED LISTENING"),
        (lambda lines: lines.pop(9), "session 1 was not answered"),
        (lambda lines: lines[7]["payload"].update(text="That is 145."), "'144' is not in the answer 'That is 145.'"),
        (lambda lines: lines[2].update(outcome="forbidden"), "session of the server forbade hotword_detected"),
        (lambda lines: [lines.pop() for _ in range(11)], "0 sessions instead of 1"),
    ],
)
def test_what_did_not_happen_is_said(spoil: Any, complaint: str) -> None:
    lines = story()
    spoil(lines)
    assert any(complaint in problem for problem in problems(lines)), problems(lines)


def test_silence_is_no_answer() -> None:
    assert problems(story(), np.zeros(10 * RATE, np.int16)) == ["less than a second of sound was played"]
