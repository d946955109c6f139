"""What a run with several servers must show, besides what it must with one: one answer for each utterance, whoever gives it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tars.samples import Samples
from tests.faults import judge as single
from tests.faults.judge import Ending, Evidence, Must, Verdict
from tests.faults.proof import account, utterance
from tests.faults.traces import Line, moment

BACK = 2.0
"""Seconds from when the death of a server is seen until another one has the device, at most."""


@dataclass(frozen=True)
class FleetMust(Must):
    """What must hold, besides."""

    twice: bool = False
    """Two servers may answer the same utterance, of which one is heard."""
    resumed: bool = False
    """Another server goes on with what was recorded: nothing begins anew."""
    back: float | None = BACK
    """Seconds from when the device sees the death until another server has it; None: it waits for what both need."""


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
    said: float | None = None
    """Seconds from the command `tars-server say` until it was heard."""


def judge(seen: Evidence, must: FleetMust) -> FleetVerdict:
    """Everything that is known of a run. `seen.taken` is not looked at: a server that is killed cannot say it."""
    verdict = FleetVerdict()
    if seen.failure:
        verdict.wrong.append(seen.failure)
    single.judge_session(seen, must, verdict)
    answers = [Answer(line, life, seen) for life, lines in enumerate(seen.server.lives) for line in lines if line["event"] == "answered"]
    answers.sort(key=lambda answer: answer.at)
    single.judge_capture(seen, must, verdict, {answer.name: answer.begins for answer in answers if not answer.recorded})
    _judge_answers(seen, answers, must, verdict)
    single.judge_times(seen, must, verdict)
    judge_return(seen, must, verdict)
    judge_forbidden(seen, verdict)
    return verdict


def judge_forbidden(seen: Evidence, verdict: Verdict) -> None:
    """Nobody did what the definitions forbid."""
    for line in [*seen.device.lines, *seen.server.lines]:
        if line["outcome"] == "forbidden":
            verdict.wrong.append(f"{line['node']}: {line['event']} forbidden {line['payload']}")


class Answer:
    """What a life of the servers has answered."""

    def __init__(self, line: Line, life: int, seen: Evidence) -> None:
        self.at, self.life = moment(line), life
        self.name: tuple[str, int] = line["session"], line["payload"]["turn"]
        recorded = seen.recordings[life].get(self.name)
        self.recorded = recorded is not None
        told = [begins for begins, moment in _beginnings(seen, self.name[0]) if moment <= self.at]
        self.begins = told[-1] if told else 0
        """The sample from which on the utterance was heard."""
        self.reply = utterance(seen.said[self.begins :] if recorded is None else recorded)
        """All of it. A server that is killed while it answers has recorded nothing, but an echo is what was said."""


def _beginnings(seen: Evidence, session: str) -> list[tuple[int, float]]:
    """Where utterances begin, as any server was told, and when it was told so."""
    lines = [line for line in seen.server.taken("first_sample_received", None) if line["session"] == session]
    return sorted(((line["payload"]["at"], moment(line)) for line in lines), key=lambda told: told[1])


def _judge_answers(seen: Evidence, answers: Sequence[Answer], must: FleetMust, verdict: FleetVerdict) -> None:
    """Each utterance was answered once, by one server, and the answer was heard: each sample once, in order."""
    replies: dict[tuple[str, int], Samples] = {}
    for answer in answers:
        session, turn = answer.name
        if answer.reply is None:
            verdict.wrong.append(f"turn {turn} of session {session} was answered before it was over")
        elif answer.name in replies and not must.twice:
            verdict.wrong.append(f"turn {turn} of session {session} was answered again, by life {answer.life + 1} of the servers")
        else:
            replies[answer.name] = answer.reply
    verdict.answers, verdict.utterances = len(answers), len({answer.name for answer in answers})
    heard = account(seen.played, list(replies.values()))
    verdict.wrong += heard.wrong
    verdict.sent, verdict.played, verdict.pauses = sum(map(len, replies.values())), sum(heard.replies), sum(heard.pauses)
    verdict.cut = verdict.sent - verdict.played
    if verdict.cut and must.ending is Ending.KEPT and not must.cut and not heard.wrong:
        verdict.wrong.append(f"{verdict.cut} samples of the answers were not played")


def judge_return(seen: Evidence, must: FleetMust, verdict: FleetVerdict) -> None:
    """Another server has the device soon after the device knows that its own is gone."""
    deaths = [moment(line) for line in seen.device.taken("lost", "connection", since=seen.broken)]
    deaths += [moment(line) for line in seen.device.taken("going_away", "connection", since=seen.broken)]
    told = seen.device.taken("welcome", "connection", since=seen.broken)
    welcomes = [moment(line) for line in told]
    for death in sorted(deaths):
        back = min((welcome - death for welcome in welcomes if welcome >= death), default=None)
        if back is None:
            verdict.wrong.append("no server has taken the device")
        else:
            verdict.back = max(back, verdict.back or 0.0)
    if verdict.back is not None and must.back is not None and verdict.back > must.back:
        verdict.wrong.append(f"back {verdict.back:.2f} s after the death was seen, at most {must.back:g} s are allowed")
    anew = [line["payload"]["reason"] for line in told if not line["payload"]["resumed"]]
    if must.resumed and anew:
        verdict.wrong.append(f"a server began anew, and should have gone on: {', '.join(anew)}")
