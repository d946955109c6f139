"""What a run with several servers must show, besides what it must with one: one answer for each utterance, whoever gives it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults import judge as single
from tests.faults.judge import Ending, Evidence, Must, Verdict
from tests.faults.proof import account, utterance
from tests.faults.traces import Line, moment

BACK = 2.0
"""Seconds from when the death of a server is seen until another one has the device, at most."""


@dataclass
class FleetVerdict(Verdict):
    """A row of the table."""

    answers: int = 0
    utterances: int = 0
    """That were answered."""
    cut: int = 0
    """Samples of answers that nobody made: the server that would have made them is gone."""
    back: float | None = None
    """Seconds from when the device saw the death until it had another server."""
    moves: int = 0
    """How often the device went from one server to another."""


def judge(seen: Evidence, must: Must) -> FleetVerdict:
    """Everything that is known of a run. `seen.taken` is not looked at: a server that is killed cannot say it."""
    verdict = FleetVerdict()
    if seen.failure:
        verdict.wrong.append(seen.failure)
    single.judge_session(seen, must, verdict)
    single.judge_capture(seen, must, verdict)
    _judge_answers(seen, must, verdict)
    single.judge_times(seen, must, verdict)
    _judge_return(seen, verdict)
    for line in [*seen.device.lines, *seen.server.lines]:
        if line["outcome"] == "forbidden":
            verdict.wrong.append(f"{line['node']}: {line['event']} forbidden {line['payload']}")
    return verdict


def _judge_answers(seen: Evidence, must: Must, verdict: FleetVerdict) -> None:
    """Each utterance was answered once, by one server, and the answer was heard: each sample once, in order."""
    answers = sorted(
        ((moment(line), number, (line["session"], line["payload"]["turn"])) for number, line in _answered(seen)), key=lambda answer: answer[0]
    )
    replies = {}
    for _, life, name in answers:
        recorded = seen.recordings[life].get(name)
        reply = utterance(recorded) if recorded is not None else None
        if name in replies:
            verdict.wrong.append(f"turn {name[1]} of session {name[0]} was answered again, by life {life + 1} of the servers")
        elif reply is None:
            verdict.wrong.append(f"of what turn {name[1]} of session {name[0]} answered nothing is known")
        else:
            replies[name] = reply
    verdict.answers, verdict.utterances = len(answers), len({name for _, _, name in answers})
    heard = account(seen.played, list(replies.values()))
    verdict.wrong += heard.wrong
    verdict.sent, verdict.played, verdict.pauses = sum(map(len, replies.values())), sum(heard.replies), sum(heard.pauses)
    verdict.cut = verdict.sent - verdict.played
    if verdict.cut and must.ending is Ending.KEPT and not must.cut and not heard.wrong:
        verdict.wrong.append(f"{verdict.cut} samples of the answers were not played")


def _answered(seen: Evidence) -> Sequence[tuple[int, Line]]:
    return [(number, line) for number, life in enumerate(seen.server.lives) for line in life if line["event"] == "answered"]


def _judge_return(seen: Evidence, verdict: FleetVerdict) -> None:
    """Another server has the device soon after the device knows that its own is gone."""
    deaths = [moment(line) for line in seen.device.taken("lost", "connection", since=seen.broken)]
    deaths += [moment(line) for line in seen.device.taken("going_away", "connection", since=seen.broken)]
    welcomes = [moment(line) for line in seen.device.taken("welcome", "connection", since=seen.broken)]
    for death in sorted(deaths):
        back = min((welcome - death for welcome in welcomes if welcome >= death), default=None)
        if back is None:
            verdict.wrong.append("no server has taken the device")
        else:
            verdict.back = max(back, verdict.back or 0.0)
    if verdict.back is not None and verdict.back > BACK:
        verdict.wrong.append(f"back {verdict.back:.2f} s after the death was seen, at most {BACK:g} s are allowed")
