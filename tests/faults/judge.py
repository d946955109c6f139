"""What one run must show, and what it has shown: from traces, recordings, and what the speaker played. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import zip_longest
from types import MappingProxyType

from tars.core.capture_ring import PREROLL
from tars.samples import Samples
from tests.faults.proof import account, difference, utterance, without
from tests.faults.traces import Line, Trace, moment


class Ending(Enum):
    """What a fault may do to the session that it meets."""

    KEPT = "the session goes on"
    ENDED = "the session ends audibly"
    EITHER = "the session goes on, or ends"


@dataclass(frozen=True)
class Must:
    """What must hold, besides what always must: every sample is accounted for, both sides agree, nothing forbidden was said.

    Seconds; None: it may take any time.
    """

    ending: Ending = Ending.KEPT
    device_notices: float | None = None
    server_notices: float | None = None
    live: float | None = None
    """From the end of the fault until sound goes on; if none goes on, until the link is back."""
    gap: bool = False
    """Samples are declared lost; otherwise none may be."""
    cut: bool = False
    """An answer that is being made may be cut; otherwise it is taken to its end."""


@dataclass(frozen=True)
class Evidence:
    """What a run has left behind."""

    said: Samples
    played: Samples
    recordings: Sequence[Mapping[tuple[str, int], Samples]]
    """Of each life of the server, by session and turn."""
    device: Trace
    server: Trace
    broken: float
    healed: float
    failure: str | None = None
    """Why the story was not told to its end."""
    taken: Sequence[Sequence[int]] = ()
    """Of each life of the server, how many samples of each answer were taken from the brain."""
    sound: float | None = None
    """When sound went on after the fault, in the direction in which it was going."""


@dataclass
class Verdict:
    """A row of the table."""

    session: str = ""
    captured: int = 0
    given: int = 0
    gap: int = 0
    sent: int = 0
    played: int = 0
    pauses: int = 0
    device_noticed: float | None = None
    server_noticed: float | None = None
    resumed: float | None = None
    sound: float | None = None
    wrong: list[str] = field(default_factory=list)


def judge(seen: Evidence, must: Must) -> Verdict:
    """Everything that is known of a run."""
    verdict = Verdict()
    if seen.failure:
        verdict.wrong.append(seen.failure)
    judge_session(seen, must, verdict)
    judge_capture(seen, must, verdict)
    _judge_replies(seen, must, verdict)
    judge_times(seen, must, verdict)
    for line in [*seen.device.lines, *seen.server.lines]:
        if line["outcome"] == "forbidden" or line["event"] == "refused":
            verdict.wrong.append(f"{line['node']}: {line['event']} {line['outcome'] or ''} {line['payload']}")
    return verdict


# --- the session -----------------------------------------------------------------------------------------------------------------


def sessions(device: Trace) -> list[Line]:
    """How each session was opened."""
    return [
        line for line in device.lines if line["machine"] == "session" and line["from"] == "LISTENING" and line["to"] == "HOTWORD_DETECTED"
    ]


def ends(device: Trace) -> list[Line]:
    """How each session was ended."""
    return [
        line
        for line in device.lines
        if line["machine"] == "session" and line["from"] in ("HOTWORD_DETECTED", "ACTIVE_SESSION") and line["to"] in ("LISTENING", "IDLE")
    ]


def judge_session(seen: Evidence, must: Must, verdict: Verdict) -> None:
    """The session that the fault has met went on, or ended, as it must."""
    ended = ends(seen.device)
    if not ended:
        verdict.session = "not ended"
        return
    first = ended[0]
    reason = first["payload"].get("reason") or first["event"]
    kept = reason == "button"
    audible = "play_error" in first["effects"]
    verdict.session = "kept" if kept else f"ended{' audibly' if audible else ''}: {reason}"
    if must.ending is Ending.KEPT and not kept:
        verdict.wrong.append(f"the session ended: {reason}")
    elif must.ending is Ending.ENDED and kept:
        verdict.wrong.append("the session did not end")
    elif not kept and not audible:
        verdict.wrong.append("the session ended, and nobody heard so")


# --- samples ---------------------------------------------------------------------------------------------------------------------


def beginnings(server: Trace, session: str) -> list[int]:
    """Where the utterances of a session begin, as the server was told."""
    return [line["payload"]["at"] for line in server.taken("first_sample_received", None) if line["session"] == session]


def gaps(server: Trace) -> list[tuple[int, int]]:
    """What was declared lost: from a sample to before another."""
    declared = [line["payload"] for line in server.taken("gap", None)]
    return [(gap["at"], gap["at"] + gap["samples"]) for gap in declared]


def judge_capture(seen: Evidence, must: Must, verdict: Verdict, unrecorded: Mapping[tuple[str, int], int] = MappingProxyType({})) -> None:
    """What the brain was given is what the microphone has heard. `unrecorded`: where utterances begin of which that is shown otherwise."""
    declared = gaps(seen.server)
    verdict.gap = sum(last - first for first, last in declared)
    if bool(declared) != must.gap and must.ending is not Ending.EITHER:
        verdict.wrong.append(f"{verdict.gap} samples were declared lost")
    found = dict(unrecorded)
    for recordings in seen.recordings:
        for (session, turn), recorded in recordings.items():
            name = f"turn {turn} of session {session}"
            utterances = {at: without(seen.said, at, declared) for at in beginnings(seen.server, session)}
            begins = [at for at, samples in utterances.items() if difference(samples, 0, recorded[:64]) is None]
            if not begins:
                verdict.wrong.append(f"{name} was recorded from a sample on at which no utterance begins")
                continue
            found[session, turn] = begins[0]
            verdict.captured += len(recorded)
            wrong = difference(utterances[begins[0]], 0, recorded)
            if wrong:
                verdict.wrong.append(f"{name}: {wrong}")
            else:
                verdict.given += len(recorded)
    _judge_beginning(seen, must, verdict, found)


def _judge_beginning(seen: Evidence, must: Must, verdict: Verdict, found: Mapping[tuple[str, int], int]) -> None:
    """The first utterance begins where the user pressed the button, or with the pre-roll of the wake word, and is answered."""
    if must.ending is not Ending.KEPT:
        return
    for opened in sessions(seen.device)[:1]:
        session, begins = opened["payload"]["session"], opened["payload"]["at"]
        if opened["event"] == "hotword":
            begins = max(0, begins - PREROLL)
        if (session, 1) not in found:
            verdict.wrong.append("the first utterance was not recorded")
        elif found[session, 1] != begins:
            verdict.wrong.append(f"the first utterance begins at sample {found[session, 1]}, and should at {begins}")
        if (session, 1) not in _answered(seen.server):
            verdict.wrong.append("the first utterance was not answered")


def _answered(server: Trace) -> list[tuple[str, int]]:
    """Session and turn of every answer, in order."""
    return [(line["session"], line["payload"]["turn"]) for line in server.taken("answered", None)]


def _judge_replies(seen: Evidence, must: Must, verdict: Verdict) -> None:
    replies: dict[tuple[str, int], Samples] = {}
    for life, recordings, taken in zip(seen.server.lives, seen.recordings, seen.taken, strict=True):
        answers = [(line["session"], line["payload"]["turn"]) for line in life if line["event"] == "answered"]
        for name, samples in zip_longest(answers, taken):
            reply = utterance(recordings[name]) if name in recordings else None
            if reply is None and name in recordings:
                verdict.wrong.append(f"turn {name[1]} of session {name[0]} was answered before it was over")
                continue
            if reply is None or samples is None:
                verdict.wrong.append(f"of what session and turn {name} answered nothing is known")
                continue
            if name in replies:
                verdict.wrong.append(f"turn {name[1]} of session {name[0]} was answered again")
            if samples < len(reply) and must.ending is Ending.KEPT and not must.cut:
                verdict.wrong.append(f"only {samples} of the {len(reply)} samples of an answer were taken from the brain")
            replies[name] = reply[:samples]
    heard = account(seen.played, list(replies.values()))
    verdict.sent, verdict.played, verdict.pauses = sum(map(len, replies.values())), sum(heard.replies), sum(heard.pauses)
    verdict.wrong += heard.wrong
    if must.ending is Ending.KEPT and not heard.wrong and verdict.played != verdict.sent:
        verdict.wrong.append(f"{verdict.sent - verdict.played} samples of the answers were not played")


# --- times -----------------------------------------------------------------------------------------------------------------------


def judge_times(seen: Evidence, must: Must, verdict: Verdict) -> None:
    """When either side noticed, and when it went on."""
    if not seen.broken:
        return
    device, server = seen.device, seen.server
    verdict.device_noticed = _after(seen.broken, [*device.taken("lost", "connection"), *device.taken("going_away", "connection")])
    takeovers = [line for line in server.taken("hello", "continuity") if line["from"] == "LINKED"]
    verdict.server_noticed = _after(seen.broken, [*server.taken("lost", "continuity"), *server.taken("suspend", "continuity"), *takeovers])
    verdict.resumed = _after(seen.healed, device.taken("welcome", "connection"))
    verdict.sound = seen.sound - seen.healed if seen.sound is not None else None
    live = verdict.sound if verdict.sound is not None else verdict.resumed
    _judge_time("the device noticed", verdict.device_noticed, must.device_notices, verdict)
    _judge_time("the server noticed", verdict.server_noticed, must.server_notices, verdict)
    if live is not None or verdict.device_noticed is not None:  # else nobody spoke, and the link was never missed
        _judge_time("live again", live, must.live, verdict)


def _after(begin: float, lines: Sequence[Line]) -> float | None:
    """Seconds until the first of them."""
    return min((moment(line) - begin for line in lines if moment(line) >= begin), default=None)


def _judge_time(what: str, took: float | None, limit: float | None, verdict: Verdict) -> None:
    if limit is None:
        return
    if took is None:
        verdict.wrong.append(f"{what}: never, at most {limit:g} s are allowed")
    elif took > limit:
        verdict.wrong.append(f"{what} after {took:.2f} s, at most {limit:g} s are allowed")
