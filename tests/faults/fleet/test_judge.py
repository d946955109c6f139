"""A run that went wrong is called so. Each test takes a run that went well and plants one fault in what it left behind."""

from __future__ import annotations

from typing import Any

import numpy as np

from tars.samples import RATE, Samples
from tests.faults.fleet.judge import FleetMust, FleetVerdict, judge
from tests.faults.fleet.traces import FleetTrace
from tests.faults.judge import Ending, Evidence
from tests.faults.proof import utterance
from tests.faults.speech import speech
from tests.faults.test_judge import AT, END, SESSION, line
from tests.faults.traces import Trace

SAID = speech(2)[: 20 * RATE]

RESUMED = {"resumed": True, "reason": "", "utterance": False}


class Run:
    """A conversation of one turn; its server was killed at second 4, while the user spoke, and the second one has answered."""

    def __init__(self) -> None:
        self.recorded: Samples = SAID[AT:END]
        answer = utterance(self.recorded)
        assert answer is not None
        self.answer: Samples = answer
        self.played: Samples = answer
        self.recordings: list[dict[tuple[str, int], Samples]] = [{}, {(SESSION, 1): self.recorded}]
        self.device = [
            line(
                1, "device", "session", "button", payload={"session": SESSION, "at": AT}, **{"from": "LISTENING", "to": "HOTWORD_DETECTED"}
            ),
            line(4.1, "device", "connection", "lost"),
            line(4.2, "device", "connection", "welcome", payload=RESUMED),
            line(19, "device", "session", "end_wanted", payload={"reason": "button"}, **{"from": "ACTIVE_SESSION", "to": "LISTENING"}),
        ]
        self.lives: list[list[dict[str, Any]]] = [
            [line(2, "server", None, "first_sample_received", payload={"at": AT})],
            [line(9, "server", None, "answered", payload={"turn": 1})],
        ]

    def judged(self, **must: Any) -> FleetVerdict:
        device, server = Trace(), FleetTrace()
        device.lives, server.lives = [self.device], self.lives
        return judge(
            Evidence(SAID, self.played, self.recordings, device, server, broken=1004.0, healed=1004.0),
            FleetMust(**must),
        )


def test_a_run_that_went_well() -> None:
    verdict = Run().judged()
    assert verdict.wrong == []
    assert (verdict.utterances, verdict.answers, verdict.cut) == (1, 1, 0)
    assert verdict.captured == verdict.given == END - AT
    assert verdict.back is not None
    assert 0 < verdict.back < 0.2


def test_two_servers_answer() -> None:
    run = Run()
    run.lives[0].append(line(8, "server", None, "answered", payload={"turn": 1}))
    run.recordings[0][SESSION, 1] = run.recorded
    assert run.judged().wrong == [f"turn 1 of session {SESSION} was answered again, by life 2 of the servers"]
    allowed = run.judged(twice=True)
    assert allowed.wrong == []
    assert (allowed.utterances, allowed.answers) == (1, 2)


def test_both_answers_are_heard() -> None:
    run = Run()
    run.played = np.concatenate([run.answer, run.answer])
    (wrong,) = run.judged(twice=True).wrong
    assert "samples are doubled" in wrong


def test_the_second_server_was_given_less_than_the_user_said() -> None:
    run = Run()
    run.recordings[1][SESSION, 1] = np.delete(run.recorded, slice(50_000, 50_640))
    assert any("640 samples are lost at sample 50000" in wrong for wrong in run.judged().wrong)


def test_the_first_server_was_given_something_twice() -> None:
    run = Run()
    run.recordings[0][SESSION, 1] = np.concatenate([run.recorded[:50_000], run.recorded[49_360:60_000]])
    assert any("640 samples are doubled at sample 50000" in wrong for wrong in run.judged().wrong)


def test_an_answer_that_is_cut_is_a_fault_unless_its_server_was_killed() -> None:
    run = Run()
    run.played = run.answer[:-6400]
    assert run.judged().wrong == ["6400 samples of the answers were not played"]
    allowed = run.judged(cut=True)
    assert allowed.wrong == []
    assert allowed.cut == 6400


def test_what_a_killed_server_was_given_is_told_from_its_answer() -> None:
    run = Run()
    run.recordings[1].clear()
    assert run.judged().wrong == []
    run.played = np.concatenate([run.answer[:6400], run.answer[7040:]])
    assert any("640 samples are lost at sample 6400" in wrong for wrong in run.judged().wrong)


def test_nobody_takes_the_device() -> None:
    run = Run()
    del run.device[2]
    assert "no server has taken the device" in run.judged().wrong


def test_the_device_comes_back_late() -> None:
    run = Run()
    run.device[2] = line(6.2, "device", "connection", "welcome", payload=RESUMED)
    assert run.judged().wrong == ["back 2.10 s after the death was seen, at most 2 s are allowed"]
    assert run.judged(back=None).wrong == []


def test_the_second_server_begins_anew_though_the_first_one_has_recorded() -> None:
    run = Run()
    run.device[2]["payload"] |= {"resumed": False, "reason": "old_record"}
    assert run.judged(resumed=True).wrong == ["a server began anew, and should have gone on: old_record"]
    assert run.judged().wrong == []


def test_a_session_that_ends_without_a_sound() -> None:
    run = Run()
    run.device[3]["payload"]["reason"] = "gap"
    assert "the session ended: gap" in run.judged().wrong
    assert run.judged(ending=Ending.EITHER).wrong == ["the session ended, and nobody heard so"]


def test_what_is_forbidden_is_wrong() -> None:
    run = Run()
    run.lives[1].append(line(10, "server", "turn", "reply_ended") | {"outcome": "forbidden"})
    assert run.judged().wrong == ["server: reply_ended forbidden {}"]
