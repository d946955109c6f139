"""What is said after the death of a server is heard once, whole and soon. Each test plants one fault in what a good run leaves behind."""

from __future__ import annotations

import numpy as np

from tars.samples import RATE, Samples
from tests.faults.fleet.judge import FleetVerdict
from tests.faults.fleet.saying import judge, spoken
from tests.faults.fleet.test_judge import RESUMED
from tests.faults.fleet.traces import FleetTrace
from tests.faults.judge import Evidence
from tests.faults.test_judge import line
from tests.faults.traces import Line, Trace

QUIET = np.zeros(RATE, np.int16)
TONE = spoken()
DEVICE = [
    line(1, "device", "connection", "lost"),
    line(2, "device", "connection", "welcome", payload=RESUMED),
    line(3.5, "device", None, "first_reply_sample"),
]
"""The command is called at second 2."""


def judged(*played: Samples, lines: list[Line] = DEVICE) -> FleetVerdict:
    device, server = Trace(), FleetTrace()
    device.lives, server.lives = [lines], [[]]
    return judge(Evidence(QUIET, np.concatenate(played), [], device, server, 1001.0, 1001.0), began=1002.0, limit=5.0)


def test_what_is_heard_once_is_right_and_how_late_it_was_is_told() -> None:
    verdict = judged(QUIET, TONE, QUIET)
    assert verdict.wrong == []
    assert verdict.said == 1.5
    assert verdict.back == 1.0


def test_what_is_heard_twice_in_part_late_or_never_is_wrong() -> None:
    assert judged(TONE, QUIET, TONE).wrong == ["what was said was heard twice"]
    assert judged(TONE, lines=[*DEVICE, DEVICE[-1]]).wrong == ["2 answers were heard, and should be one"]
    assert judged(TONE[:5000]).wrong == ["what was said was not heard whole"]
    assert judged(TONE, lines=DEVICE[:2]).wrong == ["0 answers were heard, and should be one"]
    late = [*DEVICE[:2], line(9, "device", None, "first_reply_sample")]
    assert judged(TONE, lines=late).wrong == ["heard 7.00 s after the command, at most 5 s are allowed"]
