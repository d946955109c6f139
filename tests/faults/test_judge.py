"""A run that went wrong is called so. Each test takes a run that went well and plants one fault in what it left behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from tars.samples import RATE, Samples
from tests.faults.judge import Ending, Evidence, Must, Verdict, judge
from tests.faults.proof import utterance, without
from tests.faults.speech import speech
from tests.faults.traces import Line, Trace

SAID = speech(2)[: 20 * RATE]
AT, END = 1600, 7 * RATE
SESSION = "3f9a41"


def line(second: float, node: str, machine: str | None, event: str, **more: Any) -> Line:
    blank: Line = {"from": None, "to": None, "payload": {}, "context": {}, "effects": [], "session": SESSION}
    time = datetime.fromtimestamp(1000 + second, UTC).isoformat()
    return {**blank, "time": time, "node": node, "machine": machine, "event": event, "outcome": "taken" if machine else None, **more}


class Run:
    """A conversation of one turn over a link that was broken at second 4 and healed at second 6."""

    def __init__(self) -> None:
        recorded = SAID[AT:END]
        answer = utterance(recorded)
        assert answer is not None
        self.recorded: Samples = recorded
        self.played: Samples = np.concatenate([np.zeros(640, np.int16), answer])
        self.taken = [len(answer)]
        button = {"session": SESSION, "at": AT}
        self.device = [
            line(1, "device", "session", "button", payload=button, **{"from": "LISTENING", "to": "HOTWORD_DETECTED"}),
            line(6.9, "device", "connection", "lost"),
            line(7, "device", "connection", "welcome"),
            line(19, "device", "session", "end_wanted", payload={"reason": "button"}, **{"from": "ACTIVE_SESSION", "to": "LISTENING"}),
        ]
        self.server = [
            line(2, "server", None, "first_sample_received", payload={"at": AT}),
            line(7.1, "server", "continuity", "lost"),
            line(9, "server", None, "answered", payload={"turn": 1}),
        ]
        self.sound: float | None = 1007.1

    def judged(self, must: Must) -> Verdict:
        device, server = Trace(), Trace()
        device.lives, server.lives = [self.device], [self.server]
        recordings = [{(SESSION, 1): self.recorded}]
        times = {"broken": 1004.0, "healed": 1006.0, "sound": self.sound}
        seen = Evidence(SAID, self.played, recordings, device, server, taken=[self.taken], **times)  # type: ignore[arg-type]
        return judge(seen, must)


def test_a_run_that_went_well() -> None:
    verdict = Run().judged(Must(device_notices=4, server_notices=4, live=1.5))
    assert verdict.wrong == []
    assert (verdict.session, verdict.captured, verdict.given) == ("kept", END - AT, END - AT)
    assert verdict.sent == verdict.played > 0
    times = (verdict.device_noticed, verdict.server_noticed, verdict.resumed, verdict.sound)
    assert times == pytest.approx((2.9, 3.1, 1.0, 1.1))


def lose(run: Run) -> None:
    run.recorded = np.delete(run.recorded, 5000)


def double_what_is_played(run: Run) -> None:
    run.played = np.concatenate([run.played[:5000], run.played[4000:]])


def play_less(run: Run) -> None:
    run.played = run.played[:-1]


def take_less(run: Run) -> None:
    run.taken, run.played = [5000], run.played[:5640]


def answer_twice(run: Run) -> None:
    run.server.append(line(15, "server", None, "answered", payload={"turn": 1}))
    run.taken, run.played = run.taken * 2, np.concatenate([run.played, run.played])


def answer_nothing(run: Run) -> None:
    run.server.pop()
    run.taken, run.played = [], run.played[:0]


def answer_too_soon(run: Run) -> None:
    run.recorded = run.recorded[: 4 * RATE]


def begin_later(run: Run) -> None:
    run.server[0]["payload"]["at"] = AT + 1280
    run.recorded = run.recorded[1280:]
    answer = utterance(run.recorded)
    assert answer is not None
    run.played, run.taken = answer, [len(answer)]


def end_silently(run: Run) -> None:
    run.device[-1]["payload"]["reason"] = "timeout"


def forbid(run: Run) -> None:
    run.server.append(line(12, "server", "turn", "barge_in", outcome="forbidden"))


def refuse(run: Run) -> None:
    run.device.append(line(12, "device", None, "refused", payload={"reason": "a hole"}))


def declare_a_gap(run: Run) -> None:
    run.server.append(line(8, "server", None, "gap", payload={"at": 4 * RATE, "samples": 1000}))
    run.recorded = without(SAID, AT, [(4 * RATE, 4 * RATE + 1000)])[: END - AT]
    answer = utterance(run.recorded)
    assert answer is not None
    run.played = answer


@pytest.mark.parametrize(
    ("plant", "wrong"),
    [
        (lose, "turn 1 of session 3f9a41: 1 samples are lost at sample 5000"),
        (double_what_is_played, "1000 samples are doubled"),
        (play_less, "1 samples of the answers were not played"),
        (take_less, "only 5000 of the"),
        (answer_twice, "turn 1 of session 3f9a41 was answered again"),
        (answer_nothing, "the first utterance was not answered"),
        (answer_too_soon, "was answered before it was over"),
        (begin_later, "the first utterance begins at sample 2880, and should at 1600"),
        (end_silently, "the session ended: timeout"),
        (forbid, "server: barge_in forbidden"),
        (refuse, "device: refused"),
        (declare_a_gap, "1000 samples were declared lost"),
    ],
)
def test_what_went_wrong_is_said(plant: Callable[[Run], None], wrong: str) -> None:
    run = Run()
    plant(run)
    assert wrong in "\n".join(run.judged(Must()).wrong)


def test_a_gap_is_right_where_one_must_be_and_its_lack_is_wrong_there() -> None:
    run = Run()
    assert run.judged(Must(gap=True)).wrong == ["0 samples were declared lost"]
    declare_a_gap(run)
    verdict = run.judged(Must(gap=True))
    assert (verdict.wrong, verdict.gap) == ([], 1000)


@pytest.mark.parametrize(
    ("must", "wrong"),
    [
        (Must(device_notices=2.8), "the device noticed after 2.90 s, at most 2.8 s are allowed"),
        (Must(server_notices=3), "the server noticed after 3.10 s, at most 3 s are allowed"),
        (Must(live=1), "live again after 1.10 s, at most 1 s are allowed"),
        (Must(Ending.ENDED), "the session did not end"),
    ],
)
def test_what_took_too_long_or_did_not_come_is_said(must: Must, wrong: str) -> None:
    assert Run().judged(must).wrong == [wrong]


def test_a_link_that_was_never_missed_is_live_as_soon_as_sound_goes_on() -> None:
    run = Run()
    del run.device[1:3]
    assert run.judged(Must(live=1.0)).wrong == ["live again after 1.10 s, at most 1 s are allowed"]
    assert run.judged(Must(device_notices=4)).wrong == ["the device noticed: never, at most 4 s are allowed"]
    run.sound = None
    assert run.judged(Must(live=1.5)).wrong == [], "nobody spoke"


def test_a_link_that_was_missed_and_never_came_back_is_not_live() -> None:
    run = Run()
    del run.device[2]
    run.sound = None
    assert run.judged(Must(live=1.5)).wrong == ["live again: never, at most 1.5 s are allowed"]
