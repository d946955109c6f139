# Written by `python -m codegen` from machines/session.yaml; do not edit.
"""session (server): 27 rows in 27 cases, 1 ignored and 41 forbidden cells, 167 pairs and 1019 triples of rows, 4 paths."""

from __future__ import annotations

import pytest

from tars.generated.server import emits, events
from tars.generated.server.session import Session, SessionContext as Context
from .checks import Forbidden, Ignored, Pair, Path, Row, Then, check_forbidden, check_ignored, check_new, check_pair, check_path, check_row

ROWS: dict[str, Row] = {
    # IDLE: nothing is kept of the device
    "IDLE+fresh": Row("session.yaml:150",
        "IDLE", Context(session="session-1"), events.Fresh(),
        "LISTENING", Context(session="session-1"), emits=(emits.MayBeTold(),)),
    # LISTENING: the device is linked, or interrupted, and waits for its wake word
    "LISTENING+hotword_detected": Row("session.yaml:158",
        "LISTENING", Context(session="session-1"), events.HotwordDetected(session="session-2"),
        "HOTWORD_DETECTED", Context(session="session-2"), actions=("note_call", "open_brain")),
    "LISTENING+announcement_due": Row("session.yaml:159",
        "LISTENING", Context(session="session-1"), events.AnnouncementDue(session="session-2"),
        "LISTENING", Context(session="session-1"), emits=(emits.AnnouncementWaits(session="session-2"),), entered=False),
    "LISTENING+question_due": Row("session.yaml:160",
        "LISTENING", Context(session="session-1"), events.QuestionDue(session="session-2"),
        "LISTENING", Context(session="session-1"), emits=(emits.QuestionWaits(session="session-2"),), entered=False),
    "LISTENING+announcement_wanted": Row("session.yaml:161",
        "LISTENING", Context(session="session-1"), events.AnnouncementWanted(session="session-2", turn=5),
        "ACTIVE_SESSION", Context(session="session-2"), actions=("open_brain",), emits=(emits.AnnouncementBegan(turn=5),)),
    "LISTENING+timer_due": Row("session.yaml:162",
        "LISTENING", Context(session="session-1"), events.TimerDue(label="some label"),
        "LISTENING", Context(session="session-1"), emits=(emits.Ring(label="some label"),), entered=False),
    "LISTENING+given_up": Row("session.yaml:163",
        "LISTENING", Context(session="session-1"), events.GivenUp(),
        "IDLE", Context(session="session-1")),
    "LISTENING+stop": Row("session.yaml:164",
        "LISTENING", Context(session="session-1"), events.Stop(),
        "IDLE", Context(session="session-1")),
    # HOTWORD_DETECTED: the brain is being opened; audio is held for it
    "HOTWORD_DETECTED+brain_ready": Row("session.yaml:170",
        "HOTWORD_DETECTED", Context(session="session-1"), events.BrainReady(session="session-2"),
        "ACTIVE_SESSION", Context(session="session-1"), emits=(emits.SessionStarted(), emits.SessionBegan())),
    "HOTWORD_DETECTED+brain_failed": Row("session.yaml:171",
        "HOTWORD_DETECTED", Context(session="session-1"), events.BrainFailed(session="session-2", reason="some reason"),
        "LISTENING", Context(session="session-1"), actions=("close_brain",), emits=(emits.SessionRefused(reason="some reason"), emits.MayBeTold())),
    "HOTWORD_DETECTED+brain_late": Row("session.yaml:172",
        "HOTWORD_DETECTED", Context(session="session-1"), events.BrainLate(),
        "LISTENING", Context(session="session-1"), actions=("close_brain",), emits=(emits.SessionRefused(reason="brain_late"), emits.MayBeTold())),
    "HOTWORD_DETECTED+session_end": Row("session.yaml:173",
        "HOTWORD_DETECTED", Context(session="session-1"), events.SessionEnd(session="session-2", reason="some reason"),
        "LISTENING", Context(session="session-1"), actions=("close_brain",), emits=(emits.MayBeTold(),)),
    "HOTWORD_DETECTED+heard_elsewhere": Row("session.yaml:174",
        "HOTWORD_DETECTED", Context(session="session-1"), events.HeardElsewhere(session="session-2"),
        "LISTENING", Context(session="session-1"), actions=("forget_utterance", "close_brain"), emits=(emits.SessionStarted(), emits.SessionEnd(reason="elsewhere"), emits.MayBeTold())),
    "HOTWORD_DETECTED+timer_due": Row("session.yaml:175",
        "HOTWORD_DETECTED", Context(session="session-1"), events.TimerDue(label="some label"),
        "HOTWORD_DETECTED", Context(session="session-1"), emits=(emits.Ring(label="some label"),), entered=False),
    "HOTWORD_DETECTED+given_up": Row("session.yaml:176",
        "HOTWORD_DETECTED", Context(session="session-1"), events.GivenUp(),
        "IDLE", Context(session="session-1"), actions=("close_brain",)),
    "HOTWORD_DETECTED+stop": Row("session.yaml:177",
        "HOTWORD_DETECTED", Context(session="session-1"), events.Stop(),
        "IDLE", Context(session="session-1"), actions=("close_brain",), emits=(emits.SessionRefused(reason="stopping"),)),
    # ACTIVE_SESSION: the brain is open; turn says who speaks
    "ACTIVE_SESSION+session_end[heard_to_its_end]": Row("session.yaml:183",
        "ACTIVE_SESSION", Context(session="session-1"), events.SessionEnd(session="session-2", reason="heard"),
        "LISTENING", Context(session="session-1"), actions=("close_brain",), emits=(emits.HeardToEnd(), emits.SessionOver(), emits.MayBeTold())),
    "ACTIVE_SESSION+session_end[not heard_to_its_end]": Row("session.yaml:184",
        "ACTIVE_SESSION", Context(session="session-1"), events.SessionEnd(session="session-2", reason="some reason"),
        "LISTENING", Context(session="session-1"), actions=("close_brain",), emits=(emits.SessionOver(), emits.MayBeTold())),
    "ACTIVE_SESSION+end_phrase": Row("session.yaml:185",
        "ACTIVE_SESSION", Context(session="session-1"), events.EndPhrase(session="session-2"),
        "LISTENING", Context(session="session-1"), actions=("close_brain",), emits=(emits.SessionEnd(reason="end_phrase"), emits.SessionOver(), emits.MayBeTold())),
    "ACTIVE_SESSION+user_silent": Row("session.yaml:186",
        "ACTIVE_SESSION", Context(session="session-1"), events.UserSilent(session="session-2", turn=5),
        "LISTENING", Context(session="session-1"), actions=("close_brain",), emits=(emits.SessionEnd(reason="timeout"), emits.SessionOver(), emits.MayBeTold())),
    "ACTIVE_SESSION+end_wanted": Row("session.yaml:187",
        "ACTIVE_SESSION", Context(session="session-1"), events.EndWanted(reason="some reason"),
        "LISTENING", Context(session="session-1"), actions=("close_brain",), emits=(emits.SessionEnd(reason="some reason"), emits.SessionOver(), emits.MayBeTold())),
    "ACTIVE_SESSION+brain_failed": Row("session.yaml:188",
        "ACTIVE_SESSION", Context(session="session-1"), events.BrainFailed(session="session-2", reason="some reason"),
        "LISTENING", Context(session="session-1"), actions=("close_brain",), emits=(emits.SessionEnd(reason="some reason"), emits.SessionOver(), emits.MayBeTold())),
    "ACTIVE_SESSION+session_too_long": Row("session.yaml:189",
        "ACTIVE_SESSION", Context(session="session-1"), events.SessionTooLong(),
        "LISTENING", Context(session="session-1"), actions=("close_brain",), emits=(emits.SessionEnd(reason="too_long"), emits.SessionOver(), emits.MayBeTold())),
    "ACTIVE_SESSION+heard_elsewhere": Row("session.yaml:190",
        "ACTIVE_SESSION", Context(session="session-1"), events.HeardElsewhere(session="session-2"),
        "LISTENING", Context(session="session-1"), actions=("forget_utterance", "close_brain"), emits=(emits.SessionEnd(reason="elsewhere"), emits.SessionOver(), emits.MayBeTold())),
    "ACTIVE_SESSION+timer_due": Row("session.yaml:191",
        "ACTIVE_SESSION", Context(session="session-1"), events.TimerDue(label="some label"),
        "ACTIVE_SESSION", Context(session="session-1"), emits=(emits.Ring(label="some label"),), entered=False),
    "ACTIVE_SESSION+given_up": Row("session.yaml:192",
        "ACTIVE_SESSION", Context(session="session-1"), events.GivenUp(),
        "IDLE", Context(session="session-1"), actions=("close_brain",), emits=(emits.SessionOver(),)),
    "ACTIVE_SESSION+stop": Row("session.yaml:193",
        "ACTIVE_SESSION", Context(session="session-1"), events.Stop(),
        "IDLE", Context(session="session-1"), actions=("close_brain",), emits=(emits.SessionEnd(reason="stopping"), emits.SessionOver())),
}

IGNORED: list[Ignored] = [
    Ignored("session.yaml:152", "IDLE", events.Stop()),  # nothing to end
]

FORBIDDEN: list[Forbidden] = [
    # session.yaml:145: what IDLE does not list
    Forbidden("IDLE", events.GivenUp()),
    Forbidden("IDLE", events.HotwordDetected(session="session-2")),
    Forbidden("IDLE", events.AnnouncementWanted(session="session-2", turn=5)),
    Forbidden("IDLE", events.SessionEnd(session="session-2", reason="some reason")),
    Forbidden("IDLE", events.BrainReady(session="session-2")),
    Forbidden("IDLE", events.BrainFailed(session="session-2", reason="some reason")),
    Forbidden("IDLE", events.EndPhrase(session="session-2")),
    Forbidden("IDLE", events.UserSilent(session="session-2", turn=5)),
    Forbidden("IDLE", events.TimerDue(label="some label")),
    Forbidden("IDLE", events.AnnouncementDue(session="session-2")),
    Forbidden("IDLE", events.QuestionDue(session="session-2")),
    Forbidden("IDLE", events.HeardElsewhere(session="session-2")),
    Forbidden("IDLE", events.EndWanted(reason="some reason")),
    Forbidden("IDLE", events.BrainLate()),
    Forbidden("IDLE", events.SessionTooLong()),
    # session.yaml:153: what LISTENING does not list
    Forbidden("LISTENING", events.Fresh()),
    Forbidden("LISTENING", events.SessionEnd(session="session-2", reason="some reason")),
    Forbidden("LISTENING", events.BrainReady(session="session-2")),
    Forbidden("LISTENING", events.BrainFailed(session="session-2", reason="some reason")),
    Forbidden("LISTENING", events.EndPhrase(session="session-2")),
    Forbidden("LISTENING", events.UserSilent(session="session-2", turn=5)),
    Forbidden("LISTENING", events.HeardElsewhere(session="session-2")),
    Forbidden("LISTENING", events.EndWanted(reason="some reason")),
    Forbidden("LISTENING", events.BrainLate()),
    Forbidden("LISTENING", events.SessionTooLong()),
    # session.yaml:165: what HOTWORD_DETECTED does not list
    Forbidden("HOTWORD_DETECTED", events.Fresh()),
    Forbidden("HOTWORD_DETECTED", events.HotwordDetected(session="session-2")),
    Forbidden("HOTWORD_DETECTED", events.AnnouncementWanted(session="session-2", turn=5)),
    Forbidden("HOTWORD_DETECTED", events.EndPhrase(session="session-2")),
    Forbidden("HOTWORD_DETECTED", events.UserSilent(session="session-2", turn=5)),
    Forbidden("HOTWORD_DETECTED", events.AnnouncementDue(session="session-2")),
    Forbidden("HOTWORD_DETECTED", events.QuestionDue(session="session-2")),
    Forbidden("HOTWORD_DETECTED", events.EndWanted(reason="some reason")),
    Forbidden("HOTWORD_DETECTED", events.SessionTooLong()),
    # session.yaml:178: what ACTIVE_SESSION does not list
    Forbidden("ACTIVE_SESSION", events.Fresh()),
    Forbidden("ACTIVE_SESSION", events.HotwordDetected(session="session-2")),
    Forbidden("ACTIVE_SESSION", events.AnnouncementWanted(session="session-2", turn=5)),
    Forbidden("ACTIVE_SESSION", events.BrainReady(session="session-2")),
    Forbidden("ACTIVE_SESSION", events.AnnouncementDue(session="session-2")),
    Forbidden("ACTIVE_SESSION", events.QuestionDue(session="session-2")),
    Forbidden("ACTIVE_SESSION", events.BrainLate()),
]

PAIRS: list[Pair] = [
    Pair("IDLE+fresh", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("IDLE+fresh", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("IDLE+fresh", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("IDLE+fresh", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("IDLE+fresh", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("IDLE+fresh", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("IDLE+fresh", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("LISTENING+hotword_detected", "HOTWORD_DETECTED+brain_ready", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword_detected", "HOTWORD_DETECTED+brain_failed", Context(session="session-2"), then=[
        Then(["hotword_detected", "announcement_due", "question_due", "announcement_wanted", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword_detected", "HOTWORD_DETECTED+brain_late", Context(session="session-2"), then=[
        Then(["hotword_detected", "announcement_due", "question_due", "announcement_wanted", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword_detected", "HOTWORD_DETECTED+session_end", Context(session="session-2"), then=[
        Then(["hotword_detected", "announcement_due", "question_due", "announcement_wanted", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword_detected", "HOTWORD_DETECTED+heard_elsewhere", Context(session="session-2"), then=[
        Then(["hotword_detected", "announcement_due", "question_due", "announcement_wanted", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword_detected", "HOTWORD_DETECTED+timer_due", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword_detected", "HOTWORD_DETECTED+given_up", Context(session="session-2"), then=[
        Then(["fresh"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword_detected", "HOTWORD_DETECTED+stop", Context(session="session-2"), then=[
        Then(["fresh"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_due", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_due", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("LISTENING+announcement_due", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("LISTENING+announcement_due", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_due", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("LISTENING+announcement_due", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("LISTENING+announcement_due", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("LISTENING+question_due", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+question_due", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("LISTENING+question_due", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("LISTENING+question_due", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+question_due", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("LISTENING+question_due", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("LISTENING+question_due", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("LISTENING+announcement_wanted", "ACTIVE_SESSION+session_end[heard_to_its_end]", Context(session="session-2"), then=[
        Then(["hotword_detected", "announcement_due", "question_due", "announcement_wanted", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_wanted", "ACTIVE_SESSION+session_end[not heard_to_its_end]", Context(session="session-2"), then=[
        Then(["hotword_detected", "announcement_due", "question_due", "announcement_wanted", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_wanted", "ACTIVE_SESSION+end_phrase", Context(session="session-2"), then=[
        Then(["hotword_detected", "announcement_due", "question_due", "announcement_wanted", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_wanted", "ACTIVE_SESSION+user_silent", Context(session="session-2"), then=[
        Then(["hotword_detected", "announcement_due", "question_due", "announcement_wanted", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_wanted", "ACTIVE_SESSION+end_wanted", Context(session="session-2"), then=[
        Then(["hotword_detected", "announcement_due", "question_due", "announcement_wanted", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_wanted", "ACTIVE_SESSION+brain_failed", Context(session="session-2"), then=[
        Then(["hotword_detected", "announcement_due", "question_due", "announcement_wanted", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_wanted", "ACTIVE_SESSION+session_too_long", Context(session="session-2"), then=[
        Then(["hotword_detected", "announcement_due", "question_due", "announcement_wanted", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_wanted", "ACTIVE_SESSION+heard_elsewhere", Context(session="session-2"), then=[
        Then(["hotword_detected", "announcement_due", "question_due", "announcement_wanted", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_wanted", "ACTIVE_SESSION+timer_due", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_wanted", "ACTIVE_SESSION+given_up", Context(session="session-2"), then=[
        Then(["fresh"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_wanted", "ACTIVE_SESSION+stop", Context(session="session-2"), then=[
        Then(["fresh"], Context(session="session-2")),
    ]),
    Pair("LISTENING+timer_due", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+timer_due", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("LISTENING+timer_due", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("LISTENING+timer_due", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+timer_due", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("LISTENING+timer_due", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("LISTENING+timer_due", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("LISTENING+given_up", "IDLE+fresh", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("LISTENING+stop", "IDLE+fresh", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_ready", "ACTIVE_SESSION+session_end[heard_to_its_end]", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_ready", "ACTIVE_SESSION+session_end[not heard_to_its_end]", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_ready", "ACTIVE_SESSION+end_phrase", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_ready", "ACTIVE_SESSION+user_silent", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_ready", "ACTIVE_SESSION+end_wanted", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_ready", "ACTIVE_SESSION+brain_failed", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_ready", "ACTIVE_SESSION+session_too_long", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_ready", "ACTIVE_SESSION+heard_elsewhere", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_ready", "ACTIVE_SESSION+timer_due", Context(session="session-1"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_ready", "ACTIVE_SESSION+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_ready", "ACTIVE_SESSION+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_failed", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+brain_failed", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_failed", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_failed", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+brain_failed", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_failed", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_failed", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_late", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+brain_late", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_late", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_late", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+brain_late", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_late", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+brain_late", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_end", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+session_end", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_end", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_end", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+session_end", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_end", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_end", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+heard_elsewhere", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+heard_elsewhere", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+heard_elsewhere", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+heard_elsewhere", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+heard_elsewhere", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+heard_elsewhere", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+heard_elsewhere", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+timer_due", "HOTWORD_DETECTED+brain_ready", Context(session="session-1"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+timer_due", "HOTWORD_DETECTED+brain_failed", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+timer_due", "HOTWORD_DETECTED+brain_late", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+timer_due", "HOTWORD_DETECTED+session_end", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+timer_due", "HOTWORD_DETECTED+heard_elsewhere", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+timer_due", "HOTWORD_DETECTED+timer_due", Context(session="session-1"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+timer_due", "HOTWORD_DETECTED+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+timer_due", "HOTWORD_DETECTED+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+given_up", "IDLE+fresh", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+stop", "IDLE+fresh", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_end[heard_to_its_end]", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_end[heard_to_its_end]", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_end[heard_to_its_end]", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_end[heard_to_its_end]", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_end[heard_to_its_end]", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_end[heard_to_its_end]", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_end[heard_to_its_end]", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_end[not heard_to_its_end]", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_end[not heard_to_its_end]", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_end[not heard_to_its_end]", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_end[not heard_to_its_end]", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_end[not heard_to_its_end]", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_end[not heard_to_its_end]", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_end[not heard_to_its_end]", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+end_phrase", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+end_phrase", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+end_phrase", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+end_phrase", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+end_phrase", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+end_phrase", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+end_phrase", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+user_silent", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+user_silent", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+user_silent", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+user_silent", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+user_silent", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+user_silent", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+user_silent", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+brain_failed", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+brain_failed", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+brain_failed", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+brain_failed", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+brain_failed", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+brain_failed", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+brain_failed", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+heard_elsewhere", "LISTENING+hotword_detected", Context(session="session-2"), then=[
        Then(["brain_ready", "brain_failed", "brain_late", "session_end", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+heard_elsewhere", "LISTENING+announcement_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+heard_elsewhere", "LISTENING+question_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+heard_elsewhere", "LISTENING+announcement_wanted", Context(session="session-2"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+heard_elsewhere", "LISTENING+timer_due", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+heard_elsewhere", "LISTENING+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+heard_elsewhere", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+timer_due", "ACTIVE_SESSION+session_end[heard_to_its_end]", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+timer_due", "ACTIVE_SESSION+session_end[not heard_to_its_end]", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+timer_due", "ACTIVE_SESSION+end_phrase", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+timer_due", "ACTIVE_SESSION+user_silent", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+timer_due", "ACTIVE_SESSION+end_wanted", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+timer_due", "ACTIVE_SESSION+brain_failed", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+timer_due", "ACTIVE_SESSION+session_too_long", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+timer_due", "ACTIVE_SESSION+heard_elsewhere", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+timer_due", "ACTIVE_SESSION+timer_due", Context(session="session-1"), then=[
        Then(["session_end[heard_to_its_end]", "session_end[not heard_to_its_end]", "end_phrase", "user_silent", "end_wanted", "brain_failed", "session_too_long", "heard_elsewhere", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+timer_due", "ACTIVE_SESSION+given_up", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+timer_due", "ACTIVE_SESSION+stop", Context(session="session-1"), then=[
        Then(["fresh"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+given_up", "IDLE+fresh", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+stop", "IDLE+fresh", Context(session="session-1"), then=[
        Then(["hotword_detected", "announcement_wanted"], Context(session="session-2")),
        Then(["announcement_due", "question_due", "timer_due", "given_up", "stop"], Context(session="session-1")),
    ]),
]

PATHS: dict[str, Path] = {
    "IDLE": Path(Context(), [], Context()),
    "LISTENING": Path(Context(), [(events.Fresh(), "LISTENING")], Context()),
    "HOTWORD_DETECTED": Path(Context(), [(events.Fresh(), "LISTENING"), (events.HotwordDetected(session="session-2"), "HOTWORD_DETECTED")], Context(session="session-2")),
    "ACTIVE_SESSION": Path(Context(), [(events.Fresh(), "LISTENING"), (events.AnnouncementWanted(session="session-2", turn=5), "ACTIVE_SESSION")], Context(session="session-2")),
}


def test_new() -> None:
    check_new(Session, "IDLE", Context(session=""))


@pytest.mark.parametrize("case", ROWS.values(), ids=ROWS)
def test_row(case: Row) -> None:
    check_row(Session, case)


@pytest.mark.parametrize("case", IGNORED, ids=str)
def test_ignored(case: Ignored) -> None:
    check_ignored(Session, case, ROWS)


@pytest.mark.parametrize("case", FORBIDDEN, ids=str)
def test_forbidden(case: Forbidden) -> None:
    check_forbidden(Session, case, ROWS)


@pytest.mark.parametrize("case", PAIRS, ids=str)
def test_pair(case: Pair) -> None:
    check_pair(Session, case, ROWS)


@pytest.mark.parametrize("case", PATHS.values(), ids=PATHS)
def test_path(case: Path) -> None:
    check_path(Session, case)
