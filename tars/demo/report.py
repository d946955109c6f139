"""Reads the traces of the demo: what was recognised and answered in each session, how long it took, and whether everything happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

import numpy as np

from tars.demo.voice import Spoken
from tars.generated.device.session import SessionState
from tars.samples import RATE, Samples

Line = dict[str, Any]


@dataclass
class Session:
    """One session, from both traces. Moments are in seconds since 1970."""

    name: str
    states: dict[str, list[str]] = field(default_factory=lambda: {"device": [], "server": []})
    """node -> the states that its session machine entered, in order."""
    moments: dict[str, float] = field(default_factory=dict)
    """hotword, first_sample, utterance_end (when a voice is known), speech_ended, reply_started, first_reply_sample."""
    heard: str = ""
    text: str = ""
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def to_first_sample(self) -> float | None:
        """Seconds from the hotword to the arrival of the first sample of speech at the server."""
        return self._between("hotword", "first_sample")

    @property
    def to_answer(self) -> dict[str, float]:
        """Seconds from the hotword to the first sample of the answer on the device, by stage. Recognition runs during "end of speech"."""
        stages = {name: seconds for name, seconds in self.stages.items() if name != "recognition"}
        work = sum(stages.values())
        waited = self._between("speech_ended", "reply_started")
        parts = {
            "user speaks": self._between("hotword", "utterance_end"),
            "end of speech": self._between("utterance_end", "speech_ended"),
            **stages,
            "brain, rest": None if waited is None else max(0.0, waited - work),
            "speech and wire": self._between("reply_started", "first_reply_sample"),
        }
        return {name: seconds for name, seconds in parts.items() if seconds is not None}

    def _between(self, first: str, last: str) -> float | None:
        return self.moments[last] - self.moments[first] if first in self.moments and last in self.moments else None


MOMENTS = {
    ("device", "session", "hotword"): "hotword",
    ("device", "session", "button"): "hotword",
    ("server", None, "first_sample_received"): "first_sample",
    ("server", "turn", "speech_ended"): "speech_ended",
    ("server", "turn", "reply_started"): "reply_started",
    ("device", None, "first_reply_sample"): "first_reply_sample",
}


def sessions_of(lines: Sequence[Line], spoken: Sequence[Spoken] = ()) -> list[Session]:
    """The sessions in the order in which they began. `spoken` gives the ends of the questions in the captured sound."""
    sessions: dict[str, Session] = {}
    for line in sorted(lines, key=lambda line: str(line["time"])):
        if line["session"] is None:
            continue
        session = sessions.setdefault(line["session"], Session(line["session"]))
        moment = datetime.fromisoformat(line["time"]).timestamp()
        kind = MOMENTS.get((line["node"], line["machine"], line["event"]))
        if kind is not None and line["outcome"] in ("taken", None):
            session.moments.setdefault(kind, moment)
        if line["machine"] == "session" and line["outcome"] == "taken":
            session.states[line["node"]].append(line["to"])
        if line["event"] == "hotword" and line["machine"] == "session" and line["outcome"] == "taken":
            _note_utterance_end(session, moment, int(line["payload"]["at"]), spoken)
        if line["event"] == "answered" and not session.text:
            session.heard, session.text = line["payload"]["heard"], line["payload"]["text"]
            session.stages = line["payload"]["stages"]
    return list(sessions.values())


def _note_utterance_end(session: Session, moment: float, at: int, spoken: Sequence[Spoken]) -> None:
    """Microphones run in real time, so the moment of any sample follows from moment and offset of the hotword."""
    later = [phrase.end for phrase in spoken if phrase.start >= at - RATE // 2 and phrase.end > at and phrase.text != "Hey Jarvis."]
    if later:
        session.moments["utterance_end"] = moment + (min(later) - at) / RATE


def judge(lines: Sequence[Line], sessions: Sequence[Session], expected: Sequence[str] | None, answers: Samples | None) -> list[str]:
    """What the demo should show and did not; an empty list if nothing is missing."""
    wanted = 3 if expected is None else len(expected)
    problems = [] if len(sessions) == wanted else [f"{len(sessions)} sessions instead of {wanted}"]
    whole = [SessionState.HOTWORD_DETECTED, SessionState.ACTIVE_SESSION, SessionState.LISTENING]
    for number, session in enumerate(sessions, 1):
        for node, states in session.states.items():
            if [state for state in states if state in whole][:3] != whole:
                problems.append(f"session {number} on the {node} went through {' '.join(states)}")
        if not session.text or "first_reply_sample" not in session.moments:
            problems.append(f"session {number} was not answered")
        if expected and number <= len(expected) and expected[number - 1].lower() not in session.text.lower():
            problems.append(f"session {number}: {expected[number - 1]!r} is not in the answer {session.text!r}")
    welcomes = sum(line["machine"] == "connection" and line["event"] == "welcome" and line["outcome"] == "taken" for line in lines)
    if welcomes != 1:
        problems.append(f"{welcomes} connections instead of one")
    problems += [f"{line['machine']} of the {line['node']} forbade {line['event']}" for line in lines if line["outcome"] == "forbidden"]
    if answers is not None and np.count_nonzero(np.abs(answers.astype(np.int32)) > 500) < RATE:
        problems.append("less than a second of sound was played")
    return problems


def summary(sessions: Sequence[Session]) -> list[str]:
    """A few lines for people: each session, then the medians."""
    lines = [""]
    for number, session in enumerate(sessions, 1):
        lines += [f"session {number}   heard:    {session.heard}", f"            answered: {session.text}"]
        if session.to_first_sample is not None:
            lines.append(f"            hotword to first sample at the server: {session.to_first_sample * 1000:.1f} ms")
        stages = ", ".join(f"{name} {seconds:.2f}" for name, seconds in session.to_answer.items())
        total = session.moments.get("first_reply_sample", 0) - session.moments.get("hotword", 0)
        if "first_reply_sample" in session.moments:
            lines.append(f"            hotword to first sample of the answer: {total:.2f} s ({stages})")
    firsts = [session.to_first_sample for session in sessions if session.to_first_sample is not None]
    if firsts:
        lines.append(f"median hotword to first sample at the server: {median(firsts) * 1000:.1f} ms")
    return [*lines, ""]
