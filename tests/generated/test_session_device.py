# Written by `python -m codegen` from machines/session.yaml; do not edit.
"""session (device): 27 rows in 49 cases, 14 ignored and 30 forbidden cells, 193 pairs and 1404 triples of rows, 4 paths.

Left out: 2 pairs and 38 triples whose guards cannot hold one after the other.
"""

from __future__ import annotations

import pytest

from tars.generated.device import emits, events
from tars.generated.device.session import Session, SessionContext as Context
from .checks import Forbidden, Ignored, Pair, Path, Row, Then, check_forbidden, check_ignored, check_new, check_pair, check_path, check_row

ROWS: dict[str, Row] = {
    # IDLE: not running
    "IDLE+start": Row("session.yaml:48",
        "IDLE", Context(session="session-1"), events.Start(),
        "LISTENING", Context(session="session-1"), emits=(emits.Started(),)),
    "IDLE+start, gaps=True": Row("session.yaml:48",
        "IDLE", Context(session="session-1", gaps=True), events.Start(),
        "LISTENING", Context(session="session-1", gaps=True), emits=(emits.Started(),)),
    # LISTENING: waiting for the wake word
    "LISTENING+hotword": Row("session.yaml:57",
        "LISTENING", Context(session="session-1"), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "HOTWORD_DETECTED", Context(session="session-2"), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.HotwordDetected(), emits.Wanted())),
    "LISTENING+hotword, gaps=True": Row("session.yaml:57",
        "LISTENING", Context(session="session-1", gaps=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "HOTWORD_DETECTED", Context(session="session-2", gaps=True), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.HotwordDetected(), emits.Wanted())),
    "LISTENING+button": Row("session.yaml:58",
        "LISTENING", Context(session="session-1"), events.Button(session="session-2", at=5),
        "HOTWORD_DETECTED", Context(session="session-2"), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.HotwordDetected(), emits.Wanted())),
    "LISTENING+button, gaps=True": Row("session.yaml:58",
        "LISTENING", Context(session="session-1", gaps=True), events.Button(session="session-2", at=5),
        "HOTWORD_DETECTED", Context(session="session-2", gaps=True), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.HotwordDetected(), emits.Wanted())),
    "LISTENING+announcement_waits": Row("session.yaml:59",
        "LISTENING", Context(session="session-1"), events.AnnouncementWaits(session="session-2"),
        "ACTIVE_SESSION", Context(session="session-2"), emits=(emits.AnnouncementWanted(turn=1), emits.Wanted(), emits.AnnouncementBegan(one_way=True))),
    "LISTENING+announcement_waits, gaps=True": Row("session.yaml:59",
        "LISTENING", Context(session="session-1", gaps=True), events.AnnouncementWaits(session="session-2"),
        "ACTIVE_SESSION", Context(session="session-2", gaps=True), emits=(emits.AnnouncementWanted(turn=1), emits.Wanted(), emits.AnnouncementBegan(one_way=True))),
    "LISTENING+question_waits": Row("session.yaml:60",
        "LISTENING", Context(session="session-1"), events.QuestionWaits(session="session-2"),
        "ACTIVE_SESSION", Context(session="session-2"), emits=(emits.AnnouncementWanted(turn=1), emits.Wanted(), emits.AnnouncementBegan(one_way=False))),
    "LISTENING+question_waits, gaps=True": Row("session.yaml:60",
        "LISTENING", Context(session="session-1", gaps=True), events.QuestionWaits(session="session-2"),
        "ACTIVE_SESSION", Context(session="session-2", gaps=True), emits=(emits.AnnouncementWanted(turn=1), emits.Wanted(), emits.AnnouncementBegan(one_way=False))),
    "LISTENING+ring": Row("session.yaml:61",
        "LISTENING", Context(session="session-1"), events.Ring(label="some label"),
        "LISTENING", Context(session="session-1"), actions=("play_alarm",), entered=False),
    "LISTENING+ring, gaps=True": Row("session.yaml:61",
        "LISTENING", Context(session="session-1", gaps=True), events.Ring(label="some label"),
        "LISTENING", Context(session="session-1", gaps=True), actions=("play_alarm",), entered=False),
    "LISTENING+stop": Row("session.yaml:62",
        "LISTENING", Context(session="session-1"), events.Stop(),
        "IDLE", Context(session="session-1"), emits=(emits.Stopped(),)),
    # HOTWORD_DETECTED: announced, or to be announced as soon as there is a link; the microphone already goes to the server
    "HOTWORD_DETECTED+session_started": Row("session.yaml:72",
        "HOTWORD_DETECTED", Context(session="session-1"), events.SessionStarted(session="session-2"),
        "ACTIVE_SESSION", Context(session="session-1"), emits=(emits.SessionBegan(),)),
    "HOTWORD_DETECTED+session_started, gaps=True": Row("session.yaml:72",
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), events.SessionStarted(session="session-2"),
        "ACTIVE_SESSION", Context(session="session-1", gaps=True), emits=(emits.SessionBegan(),)),
    "HOTWORD_DETECTED+session_refused": Row("session.yaml:73",
        "HOTWORD_DETECTED", Context(session="session-1"), events.SessionRefused(session="session-2", reason="some reason"),
        "LISTENING", Context(session="session-1"), actions=("play_error",), emits=(emits.Unwanted(),)),
    "HOTWORD_DETECTED+session_refused, gaps=True": Row("session.yaml:73",
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), events.SessionRefused(session="session-2", reason="some reason"),
        "LISTENING", Context(session="session-1", gaps=True), actions=("play_error",), emits=(emits.Unwanted(),)),
    "HOTWORD_DETECTED+no_answer": Row("session.yaml:74",
        "HOTWORD_DETECTED", Context(session="session-1"), events.NoAnswer(),
        "LISTENING", Context(session="session-1"), actions=("play_error",), emits=(emits.SessionEnd(reason="no_answer"), emits.Unwanted())),
    "HOTWORD_DETECTED+no_answer, gaps=True": Row("session.yaml:74",
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), events.NoAnswer(),
        "LISTENING", Context(session="session-1", gaps=True), actions=("play_error",), emits=(emits.SessionEnd(reason="no_answer"), emits.Unwanted())),
    "HOTWORD_DETECTED+button": Row("session.yaml:75",
        "HOTWORD_DETECTED", Context(session="session-1"), events.Button(session="session-2", at=5),
        "LISTENING", Context(session="session-1"), emits=(emits.SessionEnd(reason="button"), emits.Unwanted())),
    "HOTWORD_DETECTED+button, gaps=True": Row("session.yaml:75",
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), events.Button(session="session-2", at=5),
        "LISTENING", Context(session="session-1", gaps=True), emits=(emits.SessionEnd(reason="button"), emits.Unwanted())),
    "HOTWORD_DETECTED+fresh": Row("session.yaml:76",
        "HOTWORD_DETECTED", Context(session="session-1"), events.Fresh(reason="some reason", utterance=True),
        "HOTWORD_DETECTED", Context(session="session-1"), actions=("reopen_uplink",), emits=(emits.HotwordDetected(),), entered=False),
    "HOTWORD_DETECTED+fresh, gaps=True": Row("session.yaml:76",
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), events.Fresh(reason="some reason", utterance=True),
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), actions=("reopen_uplink",), emits=(emits.HotwordDetected(),), entered=False),
    "HOTWORD_DETECTED+overflow[not gaps]": Row("session.yaml:77",
        "HOTWORD_DETECTED", Context(session="session-1"), events.Overflow(),
        "LISTENING", Context(session="session-1"), actions=("play_error",), emits=(emits.SessionEnd(reason="overflow"), emits.Unwanted())),
    "HOTWORD_DETECTED+overflow[gaps]": Row("session.yaml:78",
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), events.Overflow(),
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), entered=False),
    "HOTWORD_DETECTED+link_lost": Row("session.yaml:79",
        "HOTWORD_DETECTED", Context(session="session-1"), events.LinkLost(),
        "HOTWORD_DETECTED", Context(session="session-1"), emits=(emits.Wanted(),), entered=False),
    "HOTWORD_DETECTED+link_lost, gaps=True": Row("session.yaml:79",
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), events.LinkLost(),
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), emits=(emits.Wanted(),), entered=False),
    "HOTWORD_DETECTED+ring": Row("session.yaml:80",
        "HOTWORD_DETECTED", Context(session="session-1"), events.Ring(label="some label"),
        "HOTWORD_DETECTED", Context(session="session-1"), actions=("play_alarm",), entered=False),
    "HOTWORD_DETECTED+ring, gaps=True": Row("session.yaml:80",
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), events.Ring(label="some label"),
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), actions=("play_alarm",), entered=False),
    "HOTWORD_DETECTED+stop": Row("session.yaml:81",
        "HOTWORD_DETECTED", Context(session="session-1"), events.Stop(),
        "IDLE", Context(session="session-1"), emits=(emits.SessionEnd(reason="stopping"), emits.Stopped())),
    # ACTIVE_SESSION: the server has answered; turn says who speaks
    "ACTIVE_SESSION+session_end": Row("session.yaml:92",
        "ACTIVE_SESSION", Context(session="session-1"), events.SessionEnd(session="session-2", reason="some reason"),
        "LISTENING", Context(session="session-1"), emits=(emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+session_end, gaps=True": Row("session.yaml:92",
        "ACTIVE_SESSION", Context(session="session-1", gaps=True), events.SessionEnd(session="session-2", reason="some reason"),
        "LISTENING", Context(session="session-1", gaps=True), emits=(emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+end_wanted": Row("session.yaml:93",
        "ACTIVE_SESSION", Context(session="session-1"), events.EndWanted(reason="some reason"),
        "LISTENING", Context(session="session-1"), emits=(emits.SessionEnd(reason="some reason"), emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+end_wanted, gaps=True": Row("session.yaml:93",
        "ACTIVE_SESSION", Context(session="session-1", gaps=True), events.EndWanted(reason="some reason"),
        "LISTENING", Context(session="session-1", gaps=True), emits=(emits.SessionEnd(reason="some reason"), emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+session_too_long": Row("session.yaml:94",
        "ACTIVE_SESSION", Context(session="session-1"), events.SessionTooLong(),
        "LISTENING", Context(session="session-1"), emits=(emits.SessionEnd(reason="too_long"), emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+session_too_long, gaps=True": Row("session.yaml:94",
        "ACTIVE_SESSION", Context(session="session-1", gaps=True), events.SessionTooLong(),
        "LISTENING", Context(session="session-1", gaps=True), emits=(emits.SessionEnd(reason="too_long"), emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+given_up": Row("session.yaml:95",
        "ACTIVE_SESSION", Context(session="session-1"), events.GivenUp(),
        "LISTENING", Context(session="session-1"), actions=("play_error",), emits=(emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+given_up, gaps=True": Row("session.yaml:95",
        "ACTIVE_SESSION", Context(session="session-1", gaps=True), events.GivenUp(),
        "LISTENING", Context(session="session-1", gaps=True), actions=("play_error",), emits=(emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+overflow[not gaps]": Row("session.yaml:96",
        "ACTIVE_SESSION", Context(session="session-1"), events.Overflow(),
        "LISTENING", Context(session="session-1"), actions=("play_error",), emits=(emits.SessionEnd(reason="overflow"), emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+overflow[gaps]": Row("session.yaml:97",
        "ACTIVE_SESSION", Context(session="session-1", gaps=True), events.Overflow(),
        "ACTIVE_SESSION", Context(session="session-1", gaps=True), entered=False),
    "ACTIVE_SESSION+fresh[utterance_survives]": Row("session.yaml:98",
        "ACTIVE_SESSION", Context(session="session-1"), events.Fresh(reason="epoch_changed", utterance=True),
        "HOTWORD_DETECTED", Context(session="session-1"), actions=("reopen_uplink",), emits=(emits.SessionOver(), emits.HotwordDetected())),
    "ACTIVE_SESSION+fresh[utterance_survives], gaps=True": Row("session.yaml:98",
        "ACTIVE_SESSION", Context(session="session-1", gaps=True), events.Fresh(reason="epoch_changed", utterance=True),
        "HOTWORD_DETECTED", Context(session="session-1", gaps=True), actions=("reopen_uplink",), emits=(emits.SessionOver(), emits.HotwordDetected())),
    "ACTIVE_SESSION+fresh[not utterance_survives]": Row("session.yaml:99",
        "ACTIVE_SESSION", Context(session="session-1"), events.Fresh(reason="some reason", utterance=True),
        "LISTENING", Context(session="session-1"), actions=("play_error",), emits=(emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+fresh[not utterance_survives], utterance=False": Row("session.yaml:99",
        "ACTIVE_SESSION", Context(session="session-1"), events.Fresh(reason="some reason", utterance=False),
        "LISTENING", Context(session="session-1"), actions=("play_error",), emits=(emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+fresh[not utterance_survives], reason=epoch_changed, utterance=False": Row("session.yaml:99",
        "ACTIVE_SESSION", Context(session="session-1"), events.Fresh(reason="epoch_changed", utterance=False),
        "LISTENING", Context(session="session-1"), actions=("play_error",), emits=(emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+fresh[not utterance_survives], gaps=True": Row("session.yaml:99",
        "ACTIVE_SESSION", Context(session="session-1", gaps=True), events.Fresh(reason="some reason", utterance=True),
        "LISTENING", Context(session="session-1", gaps=True), actions=("play_error",), emits=(emits.SessionOver(), emits.Unwanted())),
    "ACTIVE_SESSION+ring": Row("session.yaml:100",
        "ACTIVE_SESSION", Context(session="session-1"), events.Ring(label="some label"),
        "ACTIVE_SESSION", Context(session="session-1"), actions=("play_alarm",), entered=False),
    "ACTIVE_SESSION+ring, gaps=True": Row("session.yaml:100",
        "ACTIVE_SESSION", Context(session="session-1", gaps=True), events.Ring(label="some label"),
        "ACTIVE_SESSION", Context(session="session-1", gaps=True), actions=("play_alarm",), entered=False),
    "ACTIVE_SESSION+stop": Row("session.yaml:101",
        "ACTIVE_SESSION", Context(session="session-1"), events.Stop(),
        "IDLE", Context(session="session-1"), emits=(emits.SessionEnd(reason="stopping"), emits.SessionOver(), emits.Stopped())),
}

IGNORED: list[Ignored] = [
    Ignored("session.yaml:50", "IDLE", events.Hotword(session="session-2", model="some model", score=0.5, at=5)),  # the wake word's thread found it too late
    Ignored("session.yaml:51", "IDLE", events.Button(session="session-2", at=5)),  # not running
    Ignored("session.yaml:64", "LISTENING", events.Fresh(reason="some reason", utterance=True)),  # there is no session
    Ignored("session.yaml:65", "LISTENING", events.LinkLost()),  # there is no session
    Ignored("session.yaml:66", "LISTENING", events.GivenUp()),  # nothing was kept
    Ignored("session.yaml:83", "HOTWORD_DETECTED", events.Hotword(session="session-2", model="some model", score=0.5, at=5)),  # already announced
    Ignored("session.yaml:84", "HOTWORD_DETECTED", events.AnnouncementWaits(session="session-2")),  # the user was first; the server comes back to it after the conversation
    Ignored("session.yaml:85", "HOTWORD_DETECTED", events.QuestionWaits(session="session-2")),  # the user was first; the server comes back to it after the conversation
    Ignored("session.yaml:86", "HOTWORD_DETECTED", events.GivenUp()),  # the utterance can still be announced on a fresh link; answer_limit ends the wait
    Ignored("session.yaml:103", "ACTIVE_SESSION", events.Hotword(session="session-2", model="some model", score=0.5, at=5)),  # turn takes it
    Ignored("session.yaml:104", "ACTIVE_SESSION", events.Button(session="session-2", at=5)),  # turn takes it
    Ignored("session.yaml:105", "ACTIVE_SESSION", events.AnnouncementWaits(session="session-2")),  # the server comes back to it after the conversation
    Ignored("session.yaml:106", "ACTIVE_SESSION", events.QuestionWaits(session="session-2")),  # the server comes back to it after the conversation
    Ignored("session.yaml:107", "ACTIVE_SESSION", events.LinkLost()),  # continuity says whether the session survives
]

FORBIDDEN: list[Forbidden] = [
    # session.yaml:43: what IDLE does not list
    Forbidden("IDLE", events.Stop()),
    Forbidden("IDLE", events.SessionStarted(session="session-2")),
    Forbidden("IDLE", events.SessionRefused(session="session-2", reason="some reason")),
    Forbidden("IDLE", events.SessionEnd(session="session-2", reason="some reason")),
    Forbidden("IDLE", events.Ring(label="some label")),
    Forbidden("IDLE", events.AnnouncementWaits(session="session-2")),
    Forbidden("IDLE", events.QuestionWaits(session="session-2")),
    Forbidden("IDLE", events.EndWanted(reason="some reason")),
    Forbidden("IDLE", events.Fresh(reason="some reason", utterance=True)),
    Forbidden("IDLE", events.LinkLost()),
    Forbidden("IDLE", events.GivenUp()),
    Forbidden("IDLE", events.Overflow()),
    Forbidden("IDLE", events.NoAnswer()),
    Forbidden("IDLE", events.SessionTooLong()),
    # session.yaml:52: what LISTENING does not list
    Forbidden("LISTENING", events.Start()),
    Forbidden("LISTENING", events.SessionStarted(session="session-2")),
    Forbidden("LISTENING", events.SessionRefused(session="session-2", reason="some reason")),
    Forbidden("LISTENING", events.SessionEnd(session="session-2", reason="some reason")),
    Forbidden("LISTENING", events.EndWanted(reason="some reason")),
    Forbidden("LISTENING", events.Overflow()),
    Forbidden("LISTENING", events.NoAnswer()),
    Forbidden("LISTENING", events.SessionTooLong()),
    # session.yaml:67: what HOTWORD_DETECTED does not list
    Forbidden("HOTWORD_DETECTED", events.Start()),
    Forbidden("HOTWORD_DETECTED", events.SessionEnd(session="session-2", reason="some reason")),
    Forbidden("HOTWORD_DETECTED", events.EndWanted(reason="some reason")),
    Forbidden("HOTWORD_DETECTED", events.SessionTooLong()),
    # session.yaml:87: what ACTIVE_SESSION does not list
    Forbidden("ACTIVE_SESSION", events.Start()),
    Forbidden("ACTIVE_SESSION", events.SessionStarted(session="session-2")),
    Forbidden("ACTIVE_SESSION", events.SessionRefused(session="session-2", reason="some reason")),
    Forbidden("ACTIVE_SESSION", events.NoAnswer()),
]

PAIRS: list[Pair] = [
    Pair("IDLE+start", "LISTENING+hotword", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("IDLE+start, gaps=True", "LISTENING+hotword", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("IDLE+start", "LISTENING+button", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("IDLE+start, gaps=True", "LISTENING+button", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("IDLE+start", "LISTENING+announcement_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("IDLE+start, gaps=True", "LISTENING+announcement_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("IDLE+start", "LISTENING+question_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("IDLE+start, gaps=True", "LISTENING+question_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("IDLE+start", "LISTENING+ring", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("IDLE+start", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("LISTENING+hotword", "HOTWORD_DETECTED+session_started", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword, gaps=True", "HOTWORD_DETECTED+session_started", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+hotword", "HOTWORD_DETECTED+session_refused", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword", "HOTWORD_DETECTED+no_answer", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword", "HOTWORD_DETECTED+button", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword", "HOTWORD_DETECTED+fresh", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword, gaps=True", "HOTWORD_DETECTED+fresh", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+hotword", "HOTWORD_DETECTED+overflow[not gaps]", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword, gaps=True", "HOTWORD_DETECTED+overflow[gaps]", Context(session="session-2", gaps=True), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[gaps]", "link_lost", "ring", "stop"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+hotword", "HOTWORD_DETECTED+link_lost", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword, gaps=True", "HOTWORD_DETECTED+link_lost", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+hotword", "HOTWORD_DETECTED+ring", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+hotword, gaps=True", "HOTWORD_DETECTED+ring", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+hotword", "HOTWORD_DETECTED+stop", Context(session="session-2"), then=[
        Then(["start"], Context(session="session-2")),
    ]),
    Pair("LISTENING+button", "HOTWORD_DETECTED+session_started", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+button, gaps=True", "HOTWORD_DETECTED+session_started", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+button", "HOTWORD_DETECTED+session_refused", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+button", "HOTWORD_DETECTED+no_answer", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+button", "HOTWORD_DETECTED+button", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+button", "HOTWORD_DETECTED+fresh", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+button, gaps=True", "HOTWORD_DETECTED+fresh", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+button", "HOTWORD_DETECTED+overflow[not gaps]", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+button, gaps=True", "HOTWORD_DETECTED+overflow[gaps]", Context(session="session-2", gaps=True), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[gaps]", "link_lost", "ring", "stop"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+button", "HOTWORD_DETECTED+link_lost", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+button, gaps=True", "HOTWORD_DETECTED+link_lost", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+button", "HOTWORD_DETECTED+ring", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+button, gaps=True", "HOTWORD_DETECTED+ring", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+button", "HOTWORD_DETECTED+stop", Context(session="session-2"), then=[
        Then(["start"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_waits", "ACTIVE_SESSION+session_end", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_waits", "ACTIVE_SESSION+end_wanted", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_waits", "ACTIVE_SESSION+session_too_long", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_waits", "ACTIVE_SESSION+given_up", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_waits", "ACTIVE_SESSION+overflow[not gaps]", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_waits, gaps=True", "ACTIVE_SESSION+overflow[gaps]", Context(session="session-2", gaps=True), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+announcement_waits", "ACTIVE_SESSION+fresh[utterance_survives]", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_waits, gaps=True", "ACTIVE_SESSION+fresh[utterance_survives]", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+announcement_waits", "ACTIVE_SESSION+fresh[not utterance_survives]", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_waits", "ACTIVE_SESSION+ring", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+announcement_waits, gaps=True", "ACTIVE_SESSION+ring", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+announcement_waits", "ACTIVE_SESSION+stop", Context(session="session-2"), then=[
        Then(["start"], Context(session="session-2")),
    ]),
    Pair("LISTENING+question_waits", "ACTIVE_SESSION+session_end", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+question_waits", "ACTIVE_SESSION+end_wanted", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+question_waits", "ACTIVE_SESSION+session_too_long", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+question_waits", "ACTIVE_SESSION+given_up", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+question_waits", "ACTIVE_SESSION+overflow[not gaps]", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+question_waits, gaps=True", "ACTIVE_SESSION+overflow[gaps]", Context(session="session-2", gaps=True), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+question_waits", "ACTIVE_SESSION+fresh[utterance_survives]", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+question_waits, gaps=True", "ACTIVE_SESSION+fresh[utterance_survives]", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+question_waits", "ACTIVE_SESSION+fresh[not utterance_survives]", Context(session="session-2"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+question_waits", "ACTIVE_SESSION+ring", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+question_waits, gaps=True", "ACTIVE_SESSION+ring", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+question_waits", "ACTIVE_SESSION+stop", Context(session="session-2"), then=[
        Then(["start"], Context(session="session-2")),
    ]),
    Pair("LISTENING+ring", "LISTENING+hotword", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+ring, gaps=True", "LISTENING+hotword", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+ring", "LISTENING+button", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+ring, gaps=True", "LISTENING+button", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+ring", "LISTENING+announcement_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+ring, gaps=True", "LISTENING+announcement_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+ring", "LISTENING+question_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("LISTENING+ring, gaps=True", "LISTENING+question_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("LISTENING+ring", "LISTENING+ring", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("LISTENING+ring", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("LISTENING+stop", "IDLE+start", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_started", "ACTIVE_SESSION+session_end", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_started", "ACTIVE_SESSION+end_wanted", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_started", "ACTIVE_SESSION+session_too_long", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_started", "ACTIVE_SESSION+given_up", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_started", "ACTIVE_SESSION+overflow[not gaps]", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_started, gaps=True", "ACTIVE_SESSION+overflow[gaps]", Context(session="session-1", gaps=True), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+session_started", "ACTIVE_SESSION+fresh[utterance_survives]", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_started, gaps=True", "ACTIVE_SESSION+fresh[utterance_survives]", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+session_started", "ACTIVE_SESSION+fresh[not utterance_survives]", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_started", "ACTIVE_SESSION+ring", Context(session="session-1"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_started, gaps=True", "ACTIVE_SESSION+ring", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+session_started", "ACTIVE_SESSION+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_refused", "LISTENING+hotword", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+session_refused, gaps=True", "LISTENING+hotword", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+session_refused", "LISTENING+button", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+session_refused, gaps=True", "LISTENING+button", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+session_refused", "LISTENING+announcement_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+session_refused, gaps=True", "LISTENING+announcement_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+session_refused", "LISTENING+question_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+session_refused, gaps=True", "LISTENING+question_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+session_refused", "LISTENING+ring", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+session_refused", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+no_answer", "LISTENING+hotword", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+no_answer, gaps=True", "LISTENING+hotword", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+no_answer", "LISTENING+button", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+no_answer, gaps=True", "LISTENING+button", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+no_answer", "LISTENING+announcement_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+no_answer, gaps=True", "LISTENING+announcement_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+no_answer", "LISTENING+question_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+no_answer, gaps=True", "LISTENING+question_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+no_answer", "LISTENING+ring", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+no_answer", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+button", "LISTENING+hotword", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+button, gaps=True", "LISTENING+hotword", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+button", "LISTENING+button", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+button, gaps=True", "LISTENING+button", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+button", "LISTENING+announcement_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+button, gaps=True", "LISTENING+announcement_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+button", "LISTENING+question_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+button, gaps=True", "LISTENING+question_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+button", "LISTENING+ring", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+button", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+fresh", "HOTWORD_DETECTED+session_started", Context(session="session-1"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+fresh, gaps=True", "HOTWORD_DETECTED+session_started", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+fresh", "HOTWORD_DETECTED+session_refused", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+fresh", "HOTWORD_DETECTED+no_answer", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+fresh", "HOTWORD_DETECTED+button", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+fresh", "HOTWORD_DETECTED+fresh", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+fresh, gaps=True", "HOTWORD_DETECTED+fresh", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+fresh", "HOTWORD_DETECTED+overflow[not gaps]", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+fresh, gaps=True", "HOTWORD_DETECTED+overflow[gaps]", Context(session="session-1", gaps=True), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[gaps]", "link_lost", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+fresh", "HOTWORD_DETECTED+link_lost", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+fresh, gaps=True", "HOTWORD_DETECTED+link_lost", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+fresh", "HOTWORD_DETECTED+ring", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+fresh, gaps=True", "HOTWORD_DETECTED+ring", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+fresh", "HOTWORD_DETECTED+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+overflow[not gaps]", "LISTENING+hotword", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+overflow[not gaps]", "LISTENING+button", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+overflow[not gaps]", "LISTENING+announcement_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+overflow[not gaps]", "LISTENING+question_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("HOTWORD_DETECTED+overflow[not gaps]", "LISTENING+ring", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+overflow[not gaps]", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+overflow[gaps]", "HOTWORD_DETECTED+session_started", Context(session="session-1", gaps=True), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+overflow[gaps]", "HOTWORD_DETECTED+session_refused", Context(session="session-1", gaps=True), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2", gaps=True)),
        Then(["ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+overflow[gaps]", "HOTWORD_DETECTED+no_answer", Context(session="session-1", gaps=True), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2", gaps=True)),
        Then(["ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+overflow[gaps]", "HOTWORD_DETECTED+button", Context(session="session-1", gaps=True), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2", gaps=True)),
        Then(["ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+overflow[gaps]", "HOTWORD_DETECTED+fresh", Context(session="session-1", gaps=True), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[gaps]", "link_lost", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+overflow[gaps]", "HOTWORD_DETECTED+overflow[gaps]", Context(session="session-1", gaps=True), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[gaps]", "link_lost", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+overflow[gaps]", "HOTWORD_DETECTED+link_lost", Context(session="session-1", gaps=True), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[gaps]", "link_lost", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+overflow[gaps]", "HOTWORD_DETECTED+ring", Context(session="session-1", gaps=True), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[gaps]", "link_lost", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+overflow[gaps]", "HOTWORD_DETECTED+stop", Context(session="session-1", gaps=True), then=[
        Then(["start"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+link_lost", "HOTWORD_DETECTED+session_started", Context(session="session-1"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+link_lost, gaps=True", "HOTWORD_DETECTED+session_started", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+link_lost", "HOTWORD_DETECTED+session_refused", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+link_lost", "HOTWORD_DETECTED+no_answer", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+link_lost", "HOTWORD_DETECTED+button", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+link_lost", "HOTWORD_DETECTED+fresh", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+link_lost, gaps=True", "HOTWORD_DETECTED+fresh", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+link_lost", "HOTWORD_DETECTED+overflow[not gaps]", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+link_lost, gaps=True", "HOTWORD_DETECTED+overflow[gaps]", Context(session="session-1", gaps=True), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[gaps]", "link_lost", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+link_lost", "HOTWORD_DETECTED+link_lost", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+link_lost, gaps=True", "HOTWORD_DETECTED+link_lost", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+link_lost", "HOTWORD_DETECTED+ring", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+link_lost, gaps=True", "HOTWORD_DETECTED+ring", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+link_lost", "HOTWORD_DETECTED+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+ring", "HOTWORD_DETECTED+session_started", Context(session="session-1"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+ring, gaps=True", "HOTWORD_DETECTED+session_started", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+ring", "HOTWORD_DETECTED+session_refused", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+ring", "HOTWORD_DETECTED+no_answer", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+ring", "HOTWORD_DETECTED+button", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+ring", "HOTWORD_DETECTED+fresh", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+ring, gaps=True", "HOTWORD_DETECTED+fresh", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+ring", "HOTWORD_DETECTED+overflow[not gaps]", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+ring, gaps=True", "HOTWORD_DETECTED+overflow[gaps]", Context(session="session-1", gaps=True), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[gaps]", "link_lost", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+ring", "HOTWORD_DETECTED+link_lost", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+ring, gaps=True", "HOTWORD_DETECTED+link_lost", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+ring", "HOTWORD_DETECTED+ring", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+ring, gaps=True", "HOTWORD_DETECTED+ring", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("HOTWORD_DETECTED+ring", "HOTWORD_DETECTED+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("HOTWORD_DETECTED+stop", "IDLE+start", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_end", "LISTENING+hotword", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_end, gaps=True", "LISTENING+hotword", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+session_end", "LISTENING+button", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_end, gaps=True", "LISTENING+button", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+session_end", "LISTENING+announcement_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_end, gaps=True", "LISTENING+announcement_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+session_end", "LISTENING+question_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_end, gaps=True", "LISTENING+question_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+session_end", "LISTENING+ring", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_end", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+hotword", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted, gaps=True", "LISTENING+hotword", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+button", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted, gaps=True", "LISTENING+button", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+announcement_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted, gaps=True", "LISTENING+announcement_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+question_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted, gaps=True", "LISTENING+question_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+ring", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+end_wanted", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+hotword", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long, gaps=True", "LISTENING+hotword", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+button", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long, gaps=True", "LISTENING+button", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+announcement_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long, gaps=True", "LISTENING+announcement_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+question_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long, gaps=True", "LISTENING+question_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+ring", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+session_too_long", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+given_up", "LISTENING+hotword", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+given_up, gaps=True", "LISTENING+hotword", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+given_up", "LISTENING+button", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+given_up, gaps=True", "LISTENING+button", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+given_up", "LISTENING+announcement_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+given_up, gaps=True", "LISTENING+announcement_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+given_up", "LISTENING+question_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+given_up, gaps=True", "LISTENING+question_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+given_up", "LISTENING+ring", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+given_up", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+overflow[not gaps]", "LISTENING+hotword", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+overflow[not gaps]", "LISTENING+button", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+overflow[not gaps]", "LISTENING+announcement_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+overflow[not gaps]", "LISTENING+question_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+overflow[not gaps]", "LISTENING+ring", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+overflow[not gaps]", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+overflow[gaps]", "ACTIVE_SESSION+session_end", Context(session="session-1", gaps=True), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2", gaps=True)),
        Then(["ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+overflow[gaps]", "ACTIVE_SESSION+end_wanted", Context(session="session-1", gaps=True), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2", gaps=True)),
        Then(["ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+overflow[gaps]", "ACTIVE_SESSION+session_too_long", Context(session="session-1", gaps=True), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2", gaps=True)),
        Then(["ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+overflow[gaps]", "ACTIVE_SESSION+given_up", Context(session="session-1", gaps=True), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2", gaps=True)),
        Then(["ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+overflow[gaps]", "ACTIVE_SESSION+overflow[gaps]", Context(session="session-1", gaps=True), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+overflow[gaps]", "ACTIVE_SESSION+fresh[utterance_survives]", Context(session="session-1", gaps=True), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[gaps]", "link_lost", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+overflow[gaps]", "ACTIVE_SESSION+fresh[not utterance_survives]", Context(session="session-1", gaps=True), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2", gaps=True)),
        Then(["ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+overflow[gaps]", "ACTIVE_SESSION+ring", Context(session="session-1", gaps=True), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+overflow[gaps]", "ACTIVE_SESSION+stop", Context(session="session-1", gaps=True), then=[
        Then(["start"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives]", "HOTWORD_DETECTED+session_started", Context(session="session-1"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives], gaps=True", "HOTWORD_DETECTED+session_started", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives]", "HOTWORD_DETECTED+session_refused", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives]", "HOTWORD_DETECTED+no_answer", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives]", "HOTWORD_DETECTED+button", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives]", "HOTWORD_DETECTED+fresh", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives], gaps=True", "HOTWORD_DETECTED+fresh", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives]", "HOTWORD_DETECTED+overflow[not gaps]", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives], gaps=True", "HOTWORD_DETECTED+overflow[gaps]", Context(session="session-1", gaps=True), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[gaps]", "link_lost", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives]", "HOTWORD_DETECTED+link_lost", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives], gaps=True", "HOTWORD_DETECTED+link_lost", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives]", "HOTWORD_DETECTED+ring", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives], gaps=True", "HOTWORD_DETECTED+ring", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+fresh[utterance_survives]", "HOTWORD_DETECTED+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+fresh[not utterance_survives]", "LISTENING+hotword", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+fresh[not utterance_survives], gaps=True", "LISTENING+hotword", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+fresh[not utterance_survives]", "LISTENING+button", Context(session="session-2"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+fresh[not utterance_survives], gaps=True", "LISTENING+button", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+fresh[not utterance_survives]", "LISTENING+announcement_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+fresh[not utterance_survives], gaps=True", "LISTENING+announcement_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+fresh[not utterance_survives]", "LISTENING+question_waits", Context(session="session-2"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-2")),
    ]),
    Pair("ACTIVE_SESSION+fresh[not utterance_survives], gaps=True", "LISTENING+question_waits", Context(session="session-2", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-2", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+fresh[not utterance_survives]", "LISTENING+ring", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+fresh[not utterance_survives]", "LISTENING+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+ring", "ACTIVE_SESSION+session_end", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+ring", "ACTIVE_SESSION+end_wanted", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+ring", "ACTIVE_SESSION+session_too_long", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+ring", "ACTIVE_SESSION+given_up", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+ring", "ACTIVE_SESSION+overflow[not gaps]", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+ring, gaps=True", "ACTIVE_SESSION+overflow[gaps]", Context(session="session-1", gaps=True), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+ring", "ACTIVE_SESSION+fresh[utterance_survives]", Context(session="session-1"), then=[
        Then(["session_started", "session_refused", "no_answer", "button", "fresh", "overflow[not gaps]", "link_lost", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+ring, gaps=True", "ACTIVE_SESSION+fresh[utterance_survives]", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+ring", "ACTIVE_SESSION+fresh[not utterance_survives]", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+ring", "ACTIVE_SESSION+ring", Context(session="session-1"), then=[
        Then(["session_end", "end_wanted", "session_too_long", "given_up", "overflow[not gaps]", "fresh[utterance_survives]", "fresh[not utterance_survives]", "ring", "stop"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+ring, gaps=True", "ACTIVE_SESSION+ring", Context(session="session-1", gaps=True), then=[
        Then(["overflow[gaps]"], Context(session="session-1", gaps=True)),
    ]),
    Pair("ACTIVE_SESSION+ring", "ACTIVE_SESSION+stop", Context(session="session-1"), then=[
        Then(["start"], Context(session="session-1")),
    ]),
    Pair("ACTIVE_SESSION+stop", "IDLE+start", Context(session="session-1"), then=[
        Then(["hotword", "button", "announcement_waits", "question_waits"], Context(session="session-2")),
        Then(["ring", "stop"], Context(session="session-1")),
    ]),
    # Left out: 2 pairs of rows whose guards cannot hold one after the other.
    #   HOTWORD_DETECTED+overflow[gaps] > HOTWORD_DETECTED+overflow[not gaps]
    #   ACTIVE_SESSION+overflow[gaps] > ACTIVE_SESSION+overflow[not gaps]
]

PATHS: dict[str, Path] = {
    "IDLE": Path(Context(), [], Context()),
    "LISTENING": Path(Context(), [(events.Start(), "LISTENING")], Context()),
    "HOTWORD_DETECTED": Path(Context(), [(events.Start(), "LISTENING"), (events.Hotword(session="session-2", model="some model", score=0.5, at=5), "HOTWORD_DETECTED")], Context(session="session-2")),
    "ACTIVE_SESSION": Path(Context(), [(events.Start(), "LISTENING"), (events.AnnouncementWaits(session="session-2"), "ACTIVE_SESSION")], Context(session="session-2")),
}


def test_new() -> None:
    check_new(Session, "IDLE", Context(session="", gaps=False))


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
