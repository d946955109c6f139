# Written by `python -m codegen` from machines/turn.yaml; do not edit.
"""turn (device): 28 rows in 35 cases, 3 ignored and 30 forbidden cells, 127 pairs and 572 triples of rows, 6 paths.

Left out: 1 pairs and 9 triples whose guards cannot hold one after the other.
"""

from __future__ import annotations

import pytest

from tars.generated.device import emits, events
from tars.generated.device.turn import Turn, TurnContext as Context
from .checks import Forbidden, Ignored, Pair, Path, Row, Then, check_forbidden, check_ignored, check_new, check_pair, check_path, check_row

ROWS: dict[str, Row] = {
    # NO_TURN: no session is active
    "NO_TURN+session_began": Row("turn.yaml:36",
        "NO_TURN", Context(turn=2, one_way=True), events.SessionBegan(),
        "USER_TURN", Context(turn=1)),
    "NO_TURN+announcement_began": Row("turn.yaml:37",
        "NO_TURN", Context(turn=2, one_way=True), events.AnnouncementBegan(one_way=True),
        "ANNOUNCEMENT", Context(turn=1, one_way=True)),
    "NO_TURN+announcement_began, one_way=False": Row("turn.yaml:37",
        "NO_TURN", Context(turn=2, one_way=True), events.AnnouncementBegan(one_way=False),
        "ANNOUNCEMENT", Context(turn=1)),
    # ANNOUNCEMENT: the server is about to speak first; the microphone stays with the wake word
    "ANNOUNCEMENT+start_of_tts_stream": Row("turn.yaml:46",
        "ANNOUNCEMENT", Context(turn=2, one_way=True), events.StartOfTtsStream(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, one_way=True), actions=("open_speaker",)),
    "ANNOUNCEMENT+start_of_tts_stream, one_way=False": Row("turn.yaml:46",
        "ANNOUNCEMENT", Context(turn=2), events.StartOfTtsStream(session="session-2", turn=5),
        "SPEAKING", Context(turn=2), actions=("open_speaker",)),
    "ANNOUNCEMENT+hotword": Row("turn.yaml:47",
        "ANNOUNCEMENT", Context(turn=2, one_way=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=3), actions=("chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "ANNOUNCEMENT+button": Row("turn.yaml:48",
        "ANNOUNCEMENT", Context(turn=2, one_way=True), events.Button(session="session-2", at=5),
        "ANNOUNCEMENT", Context(turn=2, one_way=True), emits=(emits.EndWanted(reason="button"),), entered=False),
    "ANNOUNCEMENT+turn_stuck": Row("turn.yaml:49",
        "ANNOUNCEMENT", Context(turn=2, one_way=True), events.TurnStuck(),
        "ANNOUNCEMENT", Context(turn=2, one_way=True), actions=("play_error",), emits=(emits.EndWanted(reason="thinking_limit"),), entered=False),
    "ANNOUNCEMENT+session_over": Row("turn.yaml:50",
        "ANNOUNCEMENT", Context(turn=2, one_way=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, one_way=True)),
    # USER_TURN: the user may speak
    "USER_TURN+user_turn_end": Row("turn.yaml:56",
        "USER_TURN", Context(turn=2, one_way=True), events.UserTurnEnd(session="session-2", turn=5),
        "THINKING", Context(turn=2, one_way=True)),
    "USER_TURN+start_of_tts_stream": Row("turn.yaml:57",
        "USER_TURN", Context(turn=2, one_way=True), events.StartOfTtsStream(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, one_way=True), actions=("open_speaker",)),
    "USER_TURN+start_of_tts_stream, one_way=False": Row("turn.yaml:57",
        "USER_TURN", Context(turn=2), events.StartOfTtsStream(session="session-2", turn=5),
        "SPEAKING", Context(turn=2), actions=("open_speaker",)),
    "USER_TURN+button": Row("turn.yaml:58",
        "USER_TURN", Context(turn=2, one_way=True), events.Button(session="session-2", at=5),
        "USER_TURN", Context(turn=2, one_way=True), emits=(emits.EndWanted(reason="button"),), entered=False),
    "USER_TURN+turn_stuck": Row("turn.yaml:59",
        "USER_TURN", Context(turn=2, one_way=True), events.TurnStuck(),
        "USER_TURN", Context(turn=2, one_way=True), actions=("play_error",), emits=(emits.EndWanted(reason="user_turn_limit"),), entered=False),
    "USER_TURN+session_over": Row("turn.yaml:60",
        "USER_TURN", Context(turn=2, one_way=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, one_way=True)),
    # THINKING: the server works on the reply
    "THINKING+start_of_tts_stream": Row("turn.yaml:68",
        "THINKING", Context(turn=2, one_way=True), events.StartOfTtsStream(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, one_way=True), actions=("open_speaker",)),
    "THINKING+start_of_tts_stream, one_way=False": Row("turn.yaml:68",
        "THINKING", Context(turn=2), events.StartOfTtsStream(session="session-2", turn=5),
        "SPEAKING", Context(turn=2), actions=("open_speaker",)),
    "THINKING+hotword": Row("turn.yaml:69",
        "THINKING", Context(turn=2, one_way=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=3, one_way=True), actions=("chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "THINKING+button": Row("turn.yaml:70",
        "THINKING", Context(turn=2, one_way=True), events.Button(session="session-2", at=5),
        "THINKING", Context(turn=2, one_way=True), emits=(emits.EndWanted(reason="button"),), entered=False),
    "THINKING+turn_stuck": Row("turn.yaml:71",
        "THINKING", Context(turn=2, one_way=True), events.TurnStuck(),
        "THINKING", Context(turn=2, one_way=True), actions=("play_error",), emits=(emits.EndWanted(reason="thinking_limit"),), entered=False),
    "THINKING+session_over": Row("turn.yaml:72",
        "THINKING", Context(turn=2, one_way=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, one_way=True)),
    # SPEAKING: the reply arrives and is played
    "SPEAKING+tts_stream_end": Row("turn.yaml:78",
        "SPEAKING", Context(turn=2, one_way=True), events.TtsStreamEnd(session="session-2", turn=5),
        "DRAINING", Context(turn=2, one_way=True)),
    "SPEAKING+tts_stream_end, one_way=False": Row("turn.yaml:78",
        "SPEAKING", Context(turn=2), events.TtsStreamEnd(session="session-2", turn=5),
        "DRAINING", Context(turn=2)),
    "SPEAKING+hotword": Row("turn.yaml:79",
        "SPEAKING", Context(turn=2, one_way=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=3), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "SPEAKING+button": Row("turn.yaml:80",
        "SPEAKING", Context(turn=2, one_way=True), events.Button(session="session-2", at=5),
        "USER_TURN", Context(turn=3), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "SPEAKING+turn_stuck": Row("turn.yaml:81",
        "SPEAKING", Context(turn=2, one_way=True), events.TurnStuck(),
        "SPEAKING", Context(turn=2, one_way=True), actions=("play_error",), emits=(emits.EndWanted(reason="speaking_limit"),), entered=False),
    "SPEAKING+turn_stuck, one_way=False": Row("turn.yaml:81",
        "SPEAKING", Context(turn=2), events.TurnStuck(),
        "SPEAKING", Context(turn=2), actions=("play_error",), emits=(emits.EndWanted(reason="speaking_limit"),), entered=False),
    "SPEAKING+session_over": Row("turn.yaml:82",
        "SPEAKING", Context(turn=2, one_way=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, one_way=True), actions=("finish_speaker",)),
    # DRAINING: the whole reply is received; its rest is played
    "DRAINING+drained[not one_way]": Row("turn.yaml:88",
        "DRAINING", Context(turn=2), events.Drained(session="session-2", turn=5),
        "USER_TURN", Context(turn=3), actions=("begin_utterance", "open_uplink"), emits=(emits.PlaybackComplete(turn=3),)),
    "DRAINING+drained[one_way]": Row("turn.yaml:89",
        "DRAINING", Context(turn=2, one_way=True), events.Drained(session="session-2", turn=5),
        "DRAINING", Context(turn=2, one_way=True), emits=(emits.EndWanted(reason="heard"),), entered=False),
    "DRAINING+hotword": Row("turn.yaml:90",
        "DRAINING", Context(turn=2, one_way=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=3), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "DRAINING+button": Row("turn.yaml:91",
        "DRAINING", Context(turn=2, one_way=True), events.Button(session="session-2", at=5),
        "USER_TURN", Context(turn=3), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "DRAINING+turn_stuck": Row("turn.yaml:92",
        "DRAINING", Context(turn=2, one_way=True), events.TurnStuck(),
        "DRAINING", Context(turn=2, one_way=True), actions=("play_error",), emits=(emits.EndWanted(reason="draining_limit"),), entered=False),
    "DRAINING+turn_stuck, one_way=False": Row("turn.yaml:92",
        "DRAINING", Context(turn=2), events.TurnStuck(),
        "DRAINING", Context(turn=2), actions=("play_error",), emits=(emits.EndWanted(reason="draining_limit"),), entered=False),
    "DRAINING+session_over": Row("turn.yaml:93",
        "DRAINING", Context(turn=2, one_way=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, one_way=True), actions=("finish_speaker",)),
}

IGNORED: list[Ignored] = [
    Ignored("turn.yaml:39", "NO_TURN", events.Hotword(session="session-2", model="some model", score=0.5, at=5)),  # session takes it
    Ignored("turn.yaml:40", "NO_TURN", events.Button(session="session-2", at=5)),  # session takes it
    Ignored("turn.yaml:62", "USER_TURN", events.Hotword(session="session-2", model="some model", score=0.5, at=5)),  # the user may speak already
]

FORBIDDEN: list[Forbidden] = [
    # turn.yaml:31: what NO_TURN does not list
    Forbidden("NO_TURN", events.SessionOver()),
    Forbidden("NO_TURN", events.UserTurnEnd(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.StartOfTtsStream(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.TtsStreamEnd(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.Drained(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.TurnStuck()),
    # turn.yaml:41: what ANNOUNCEMENT does not list
    Forbidden("ANNOUNCEMENT", events.SessionBegan()),
    Forbidden("ANNOUNCEMENT", events.AnnouncementBegan(one_way=True)),
    Forbidden("ANNOUNCEMENT", events.UserTurnEnd(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.TtsStreamEnd(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.Drained(session="session-2", turn=5)),
    # turn.yaml:51: what USER_TURN does not list
    Forbidden("USER_TURN", events.SessionBegan()),
    Forbidden("USER_TURN", events.AnnouncementBegan(one_way=True)),
    Forbidden("USER_TURN", events.TtsStreamEnd(session="session-2", turn=5)),
    Forbidden("USER_TURN", events.Drained(session="session-2", turn=5)),
    # turn.yaml:63: what THINKING does not list
    Forbidden("THINKING", events.SessionBegan()),
    Forbidden("THINKING", events.AnnouncementBegan(one_way=True)),
    Forbidden("THINKING", events.UserTurnEnd(session="session-2", turn=5)),
    Forbidden("THINKING", events.TtsStreamEnd(session="session-2", turn=5)),
    Forbidden("THINKING", events.Drained(session="session-2", turn=5)),
    # turn.yaml:73: what SPEAKING does not list
    Forbidden("SPEAKING", events.SessionBegan()),
    Forbidden("SPEAKING", events.AnnouncementBegan(one_way=True)),
    Forbidden("SPEAKING", events.UserTurnEnd(session="session-2", turn=5)),
    Forbidden("SPEAKING", events.StartOfTtsStream(session="session-2", turn=5)),
    Forbidden("SPEAKING", events.Drained(session="session-2", turn=5)),
    # turn.yaml:83: what DRAINING does not list
    Forbidden("DRAINING", events.SessionBegan()),
    Forbidden("DRAINING", events.AnnouncementBegan(one_way=True)),
    Forbidden("DRAINING", events.UserTurnEnd(session="session-2", turn=5)),
    Forbidden("DRAINING", events.StartOfTtsStream(session="session-2", turn=5)),
    Forbidden("DRAINING", events.TtsStreamEnd(session="session-2", turn=5)),
]

PAIRS: list[Pair] = [
    Pair("NO_TURN+session_began", "USER_TURN+user_turn_end", Context(turn=1), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1)),
        Then(["hotword"], Context(turn=2), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+start_of_tts_stream", Context(turn=1), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=1)),
        Then(["hotword", "button"], Context(turn=2), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+button", Context(turn=1), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+turn_stuck", Context(turn=1), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+session_over", Context(turn=1), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+start_of_tts_stream", Context(turn=1, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=1, one_way=True)),
        Then(["hotword", "button"], Context(turn=2), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+hotword", Context(turn=2), emits=(emits.BargeIn(turn=2),), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+button", Context(turn=1, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True)),
        Then(["hotword"], Context(turn=2), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+turn_stuck", Context(turn=1, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True)),
        Then(["hotword"], Context(turn=2), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+session_over", Context(turn=1, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream", "SPEAKING+tts_stream_end", Context(turn=2, one_way=True), then=[
        Then(["drained[one_way]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream, one_way=False", "SPEAKING+tts_stream_end", Context(turn=2), then=[
        Then(["drained[not one_way]"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream", "SPEAKING+hotword", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream", "SPEAKING+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream", "SPEAKING+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream", "SPEAKING+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("ANNOUNCEMENT+hotword", "USER_TURN+user_turn_end", Context(turn=3), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
        Then(["hotword"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("ANNOUNCEMENT+hotword", "USER_TURN+start_of_tts_stream", Context(turn=3), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3)),
        Then(["hotword", "button"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("ANNOUNCEMENT+hotword", "USER_TURN+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+hotword", "USER_TURN+turn_stuck", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+hotword", "USER_TURN+session_over", Context(turn=3), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("ANNOUNCEMENT+button", "ANNOUNCEMENT+start_of_tts_stream", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+button", "ANNOUNCEMENT+hotword", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+button", "ANNOUNCEMENT+button", Context(turn=2, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+button", "ANNOUNCEMENT+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+button", "ANNOUNCEMENT+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+start_of_tts_stream", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+hotword", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+button", Context(turn=2, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword"], Context(turn=3)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("ANNOUNCEMENT+session_over", "NO_TURN+session_began", Context(turn=1), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("ANNOUNCEMENT+session_over", "NO_TURN+announcement_began", Context(turn=1, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True)),
        Then(["hotword"], Context(turn=2), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("USER_TURN+user_turn_end", "THINKING+start_of_tts_stream", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("USER_TURN+user_turn_end", "THINKING+hotword", Context(turn=3, one_way=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, one_way=True)),
    ]),
    Pair("USER_TURN+user_turn_end", "THINKING+button", Context(turn=2, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword"], Context(turn=3, one_way=True)),
    ]),
    Pair("USER_TURN+user_turn_end", "THINKING+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword"], Context(turn=3, one_way=True)),
    ]),
    Pair("USER_TURN+user_turn_end", "THINKING+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("USER_TURN+start_of_tts_stream", "SPEAKING+tts_stream_end", Context(turn=2, one_way=True), then=[
        Then(["drained[one_way]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("USER_TURN+start_of_tts_stream, one_way=False", "SPEAKING+tts_stream_end", Context(turn=2), then=[
        Then(["drained[not one_way]"], Context(turn=3)),
    ]),
    Pair("USER_TURN+start_of_tts_stream", "SPEAKING+hotword", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("USER_TURN+start_of_tts_stream", "SPEAKING+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("USER_TURN+start_of_tts_stream", "SPEAKING+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("USER_TURN+start_of_tts_stream", "SPEAKING+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("USER_TURN+button", "USER_TURN+user_turn_end", Context(turn=2, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword"], Context(turn=3, one_way=True)),
    ]),
    Pair("USER_TURN+button", "USER_TURN+start_of_tts_stream", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("USER_TURN+button", "USER_TURN+button", Context(turn=2, one_way=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
    ]),
    Pair("USER_TURN+button", "USER_TURN+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
    ]),
    Pair("USER_TURN+button", "USER_TURN+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+user_turn_end", Context(turn=2, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword"], Context(turn=3, one_way=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+start_of_tts_stream", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+button", Context(turn=2, one_way=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("USER_TURN+session_over", "NO_TURN+session_began", Context(turn=1), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("USER_TURN+session_over", "NO_TURN+announcement_began", Context(turn=1, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True)),
        Then(["hotword"], Context(turn=2), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("THINKING+start_of_tts_stream", "SPEAKING+tts_stream_end", Context(turn=2, one_way=True), then=[
        Then(["drained[one_way]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("THINKING+start_of_tts_stream, one_way=False", "SPEAKING+tts_stream_end", Context(turn=2), then=[
        Then(["drained[not one_way]"], Context(turn=3)),
    ]),
    Pair("THINKING+start_of_tts_stream", "SPEAKING+hotword", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("THINKING+start_of_tts_stream", "SPEAKING+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("THINKING+start_of_tts_stream", "SPEAKING+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("THINKING+start_of_tts_stream", "SPEAKING+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("THINKING+hotword", "USER_TURN+user_turn_end", Context(turn=3, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, one_way=True)),
        Then(["hotword"], Context(turn=4, one_way=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("THINKING+hotword", "USER_TURN+start_of_tts_stream", Context(turn=3, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3, one_way=True)),
        Then(["hotword", "button"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("THINKING+hotword", "USER_TURN+button", Context(turn=3, one_way=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, one_way=True)),
    ]),
    Pair("THINKING+hotword", "USER_TURN+turn_stuck", Context(turn=3, one_way=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, one_way=True)),
    ]),
    Pair("THINKING+hotword", "USER_TURN+session_over", Context(turn=3, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("THINKING+button", "THINKING+start_of_tts_stream", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("THINKING+button", "THINKING+hotword", Context(turn=3, one_way=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, one_way=True)),
    ]),
    Pair("THINKING+button", "THINKING+button", Context(turn=2, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword"], Context(turn=3, one_way=True)),
    ]),
    Pair("THINKING+button", "THINKING+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword"], Context(turn=3, one_way=True)),
    ]),
    Pair("THINKING+button", "THINKING+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+start_of_tts_stream", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+hotword", Context(turn=3, one_way=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, one_way=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+button", Context(turn=2, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword"], Context(turn=3, one_way=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword"], Context(turn=3, one_way=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("THINKING+session_over", "NO_TURN+session_began", Context(turn=1), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("THINKING+session_over", "NO_TURN+announcement_began", Context(turn=1, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True)),
        Then(["hotword"], Context(turn=2), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("SPEAKING+tts_stream_end, one_way=False", "DRAINING+drained[not one_way]", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("SPEAKING+tts_stream_end", "DRAINING+drained[one_way]", Context(turn=2, one_way=True), then=[
        Then(["drained[one_way]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("SPEAKING+tts_stream_end", "DRAINING+hotword", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("SPEAKING+tts_stream_end", "DRAINING+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("SPEAKING+tts_stream_end", "DRAINING+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["drained[one_way]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("SPEAKING+tts_stream_end, one_way=False", "DRAINING+turn_stuck", Context(turn=2), then=[
        Then(["drained[not one_way]"], Context(turn=3)),
    ]),
    Pair("SPEAKING+tts_stream_end", "DRAINING+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("SPEAKING+hotword", "USER_TURN+user_turn_end", Context(turn=3), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
        Then(["hotword"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("SPEAKING+hotword", "USER_TURN+start_of_tts_stream", Context(turn=3), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3)),
        Then(["hotword", "button"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("SPEAKING+hotword", "USER_TURN+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("SPEAKING+hotword", "USER_TURN+turn_stuck", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("SPEAKING+hotword", "USER_TURN+session_over", Context(turn=3), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("SPEAKING+button", "USER_TURN+user_turn_end", Context(turn=3), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
        Then(["hotword"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("SPEAKING+button", "USER_TURN+start_of_tts_stream", Context(turn=3), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3)),
        Then(["hotword", "button"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("SPEAKING+button", "USER_TURN+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("SPEAKING+button", "USER_TURN+turn_stuck", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("SPEAKING+button", "USER_TURN+session_over", Context(turn=3), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+tts_stream_end", Context(turn=2, one_way=True), then=[
        Then(["drained[one_way]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("SPEAKING+turn_stuck, one_way=False", "SPEAKING+tts_stream_end", Context(turn=2), then=[
        Then(["drained[not one_way]"], Context(turn=3)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+hotword", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("SPEAKING+session_over", "NO_TURN+session_began", Context(turn=1), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("SPEAKING+session_over", "NO_TURN+announcement_began", Context(turn=1, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True)),
        Then(["hotword"], Context(turn=2), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("DRAINING+drained[not one_way]", "USER_TURN+user_turn_end", Context(turn=3), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
        Then(["hotword"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("DRAINING+drained[not one_way]", "USER_TURN+start_of_tts_stream", Context(turn=3), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3)),
        Then(["hotword", "button"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("DRAINING+drained[not one_way]", "USER_TURN+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("DRAINING+drained[not one_way]", "USER_TURN+turn_stuck", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("DRAINING+drained[not one_way]", "USER_TURN+session_over", Context(turn=3), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("DRAINING+drained[one_way]", "DRAINING+drained[one_way]", Context(turn=2, one_way=True), then=[
        Then(["drained[one_way]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("DRAINING+drained[one_way]", "DRAINING+hotword", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("DRAINING+drained[one_way]", "DRAINING+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("DRAINING+drained[one_way]", "DRAINING+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["drained[one_way]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("DRAINING+drained[one_way]", "DRAINING+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("DRAINING+hotword", "USER_TURN+user_turn_end", Context(turn=3), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
        Then(["hotword"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("DRAINING+hotword", "USER_TURN+start_of_tts_stream", Context(turn=3), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3)),
        Then(["hotword", "button"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("DRAINING+hotword", "USER_TURN+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("DRAINING+hotword", "USER_TURN+turn_stuck", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("DRAINING+hotword", "USER_TURN+session_over", Context(turn=3), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("DRAINING+button", "USER_TURN+user_turn_end", Context(turn=3), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
        Then(["hotword"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("DRAINING+button", "USER_TURN+start_of_tts_stream", Context(turn=3), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3)),
        Then(["hotword", "button"], Context(turn=4), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("DRAINING+button", "USER_TURN+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("DRAINING+button", "USER_TURN+turn_stuck", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("DRAINING+button", "USER_TURN+session_over", Context(turn=3), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("DRAINING+turn_stuck, one_way=False", "DRAINING+drained[not one_way]", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+drained[one_way]", Context(turn=2, one_way=True), then=[
        Then(["drained[one_way]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+hotword", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["drained[one_way]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("DRAINING+turn_stuck, one_way=False", "DRAINING+turn_stuck", Context(turn=2), then=[
        Then(["drained[not one_way]"], Context(turn=3)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("DRAINING+session_over", "NO_TURN+session_began", Context(turn=1), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("DRAINING+session_over", "NO_TURN+announcement_began", Context(turn=1, one_way=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True)),
        Then(["hotword"], Context(turn=2), emits=(emits.BargeIn(turn=2),)),
    ]),
    # Left out: 1 pairs of rows whose guards cannot hold one after the other.
    #   DRAINING+drained[one_way] > DRAINING+drained[not one_way]
]

PATHS: dict[str, Path] = {
    "NO_TURN": Path(Context(), [], Context()),
    "ANNOUNCEMENT": Path(Context(), [(events.AnnouncementBegan(one_way=True), "ANNOUNCEMENT")], Context(turn=1, one_way=True)),
    "USER_TURN": Path(Context(), [(events.SessionBegan(), "USER_TURN")], Context(turn=1)),
    "THINKING": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.UserTurnEnd(session="session-2", turn=5), "THINKING")], Context(turn=1)),
    "SPEAKING": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.StartOfTtsStream(session="session-2", turn=5), "SPEAKING")], Context(turn=1)),
    "DRAINING": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.StartOfTtsStream(session="session-2", turn=5), "SPEAKING"), (events.TtsStreamEnd(session="session-2", turn=5), "DRAINING")], Context(turn=1)),
}


def test_new() -> None:
    check_new(Turn, "NO_TURN", Context(turn=0, one_way=False))


@pytest.mark.parametrize("case", ROWS.values(), ids=ROWS)
def test_row(case: Row) -> None:
    check_row(Turn, case)


@pytest.mark.parametrize("case", IGNORED, ids=str)
def test_ignored(case: Ignored) -> None:
    check_ignored(Turn, case, ROWS)


@pytest.mark.parametrize("case", FORBIDDEN, ids=str)
def test_forbidden(case: Forbidden) -> None:
    check_forbidden(Turn, case, ROWS)


@pytest.mark.parametrize("case", PAIRS, ids=str)
def test_pair(case: Pair) -> None:
    check_pair(Turn, case, ROWS)


@pytest.mark.parametrize("case", PATHS.values(), ids=PATHS)
def test_path(case: Path) -> None:
    check_path(Turn, case)
