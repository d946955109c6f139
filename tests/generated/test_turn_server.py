# Written by `python -m codegen` from machines/turn.yaml; do not edit.
"""turn (server): 33 rows in 36 cases, 0 ignored and 53 forbidden cells, 150 pairs and 670 triples of rows, 7 paths.

Left out: 8 pairs and 88 triples whose guards cannot hold one after the other.
"""

from __future__ import annotations

import pytest

from tars.generated.server import emits, events
from tars.generated.server.turn import Turn, TurnContext as Context
from .checks import Forbidden, Pair, Path, Row, Then, check_forbidden, check_new, check_pair, check_path, check_row

ROWS: dict[str, Row] = {
    # NO_TURN: no session is active
    "NO_TURN+session_began": Row("turn.yaml:151",
        "NO_TURN", Context(turn=2, reply_complete=True), events.SessionBegan(),
        "USER_TURN", Context(turn=1, reply_complete=True), actions=("begin_turn",)),
    "NO_TURN+announcement_began": Row("turn.yaml:152",
        "NO_TURN", Context(turn=2, reply_complete=True), events.AnnouncementBegan(turn=5),
        "ANNOUNCEMENT", Context(turn=5, reply_complete=True)),
    # ANNOUNCEMENT: the device waits for what the server has to say
    "ANNOUNCEMENT+reply_started": Row("turn.yaml:158",
        "ANNOUNCEMENT", Context(turn=2, reply_complete=True), events.ReplyStarted(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, reply_complete=True), actions=("open_reply",), emits=(emits.StartOfTtsStream(turn=2),)),
    "ANNOUNCEMENT+barge_in": Row("turn.yaml:159",
        "ANNOUNCEMENT", Context(turn=2, reply_complete=True), events.BargeIn(session="session-2", turn=5),
        "USER_TURN", Context(turn=5, reply_complete=True), actions=("note_call", "cancel_reply", "begin_turn")),
    "ANNOUNCEMENT+turn_stuck": Row("turn.yaml:160",
        "ANNOUNCEMENT", Context(turn=2, reply_complete=True), events.TurnStuck(),
        "ANNOUNCEMENT", Context(turn=2, reply_complete=True), emits=(emits.EndWanted(reason="thinking_limit"),), entered=False),
    "ANNOUNCEMENT+session_over": Row("turn.yaml:161",
        "ANNOUNCEMENT", Context(turn=2, reply_complete=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, reply_complete=True)),
    # USER_TURN: the user may speak; audio goes to the brain
    "USER_TURN+speech_ended": Row("turn.yaml:168",
        "USER_TURN", Context(turn=2, reply_complete=True), events.SpeechEnded(session="session-2", turn=5),
        "THINKING", Context(turn=2, reply_complete=True), emits=(emits.UserTurnEnd(turn=2),)),
    "USER_TURN+reply_started": Row("turn.yaml:169",
        "USER_TURN", Context(turn=2, reply_complete=True), events.ReplyStarted(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, reply_complete=True), actions=("open_reply",), emits=(emits.StartOfTtsStream(turn=2),)),
    "USER_TURN+barge_in": Row("turn.yaml:170",
        "USER_TURN", Context(turn=2, reply_complete=True), events.BargeIn(session="session-2", turn=5),
        "USER_TURN", Context(turn=5, reply_complete=True), actions=("note_call", "cancel_reply", "begin_turn")),
    "USER_TURN+turn_stuck": Row("turn.yaml:171",
        "USER_TURN", Context(turn=2, reply_complete=True), events.TurnStuck(),
        "USER_TURN", Context(turn=2, reply_complete=True), emits=(emits.EndWanted(reason="user_turn_limit"),), entered=False),
    "USER_TURN+session_over": Row("turn.yaml:172",
        "USER_TURN", Context(turn=2, reply_complete=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, reply_complete=True)),
    # THINKING: the brain works on the reply
    "THINKING+reply_started": Row("turn.yaml:178",
        "THINKING", Context(turn=2, reply_complete=True), events.ReplyStarted(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, reply_complete=True), actions=("open_reply",), emits=(emits.StartOfTtsStream(turn=2),)),
    "THINKING+barge_in": Row("turn.yaml:179",
        "THINKING", Context(turn=2, reply_complete=True), events.BargeIn(session="session-2", turn=5),
        "USER_TURN", Context(turn=5, reply_complete=True), actions=("note_call", "cancel_reply", "begin_turn")),
    "THINKING+turn_stuck": Row("turn.yaml:180",
        "THINKING", Context(turn=2, reply_complete=True), events.TurnStuck(),
        "THINKING", Context(turn=2, reply_complete=True), emits=(emits.EndWanted(reason="thinking_limit"),), entered=False),
    "THINKING+session_over": Row("turn.yaml:181",
        "THINKING", Context(turn=2, reply_complete=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, reply_complete=True)),
    # SPEAKING: the reply is being sent
    "SPEAKING+reply_ended": Row("turn.yaml:187",
        "SPEAKING", Context(turn=2, reply_complete=True), events.ReplyEnded(session="session-2", turn=5),
        "DRAINING", Context(turn=2, reply_complete=True), emits=(emits.TtsStreamEnd(turn=2),)),
    "SPEAKING+interruption": Row("turn.yaml:188",
        "SPEAKING", Context(turn=2, reply_complete=True), events.Interruption(session="session-2", turn=5),
        "PAUSED", Context(turn=2), actions=("begin_interruption",)),
    "SPEAKING+interruption, reply_complete=False": Row("turn.yaml:188",
        "SPEAKING", Context(turn=2), events.Interruption(session="session-2", turn=5),
        "PAUSED", Context(turn=2), actions=("begin_interruption",)),
    "SPEAKING+barge_in": Row("turn.yaml:189",
        "SPEAKING", Context(turn=2, reply_complete=True), events.BargeIn(session="session-2", turn=5),
        "USER_TURN", Context(turn=5, reply_complete=True), actions=("note_call", "cancel_reply", "begin_turn"), emits=(emits.Interrupted(),)),
    "SPEAKING+turn_stuck": Row("turn.yaml:190",
        "SPEAKING", Context(turn=2, reply_complete=True), events.TurnStuck(),
        "SPEAKING", Context(turn=2, reply_complete=True), emits=(emits.EndWanted(reason="speaking_limit"),), entered=False),
    "SPEAKING+session_over": Row("turn.yaml:191",
        "SPEAKING", Context(turn=2, reply_complete=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, reply_complete=True)),
    # DRAINING: the whole reply is sent; the device plays its rest
    "DRAINING+playback_complete": Row("turn.yaml:197",
        "DRAINING", Context(turn=2, reply_complete=True), events.PlaybackComplete(session="session-2", turn=5),
        "USER_TURN", Context(turn=5, reply_complete=True), actions=("begin_turn",), emits=(emits.HeardToEnd(),)),
    "DRAINING+interruption": Row("turn.yaml:198",
        "DRAINING", Context(turn=2, reply_complete=True), events.Interruption(session="session-2", turn=5),
        "PAUSED", Context(turn=2, reply_complete=True), actions=("begin_interruption",)),
    "DRAINING+interruption, reply_complete=False": Row("turn.yaml:198",
        "DRAINING", Context(turn=2), events.Interruption(session="session-2", turn=5),
        "PAUSED", Context(turn=2, reply_complete=True), actions=("begin_interruption",)),
    "DRAINING+barge_in": Row("turn.yaml:199",
        "DRAINING", Context(turn=2, reply_complete=True), events.BargeIn(session="session-2", turn=5),
        "USER_TURN", Context(turn=5, reply_complete=True), actions=("note_call", "cancel_reply", "begin_turn"), emits=(emits.Interrupted(),)),
    "DRAINING+turn_stuck": Row("turn.yaml:200",
        "DRAINING", Context(turn=2, reply_complete=True), events.TurnStuck(),
        "DRAINING", Context(turn=2, reply_complete=True), emits=(emits.EndWanted(reason="draining_limit"),), entered=False),
    "DRAINING+session_over": Row("turn.yaml:201",
        "DRAINING", Context(turn=2, reply_complete=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, reply_complete=True)),
    # PAUSED: somebody speaks over the reply, which is kept; the brain hears it and decides whether that interrupts the reply
    "PAUSED+interruption_meant": Row("turn.yaml:208",
        "PAUSED", Context(turn=2, reply_complete=True), events.InterruptionMeant(session="session-2", turn=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("cancel_reply", "begin_turn"), emits=(emits.ReplyCut(turn=5), emits.Interrupted())),
    "PAUSED+interruption_false[reply_complete]": Row("turn.yaml:209",
        "PAUSED", Context(turn=2, reply_complete=True), events.InterruptionFalse(session="session-2", turn=5),
        "DRAINING", Context(turn=2, reply_complete=True), emits=(emits.ReplyResumes(turn=2),)),
    "PAUSED+interruption_false[not reply_complete]": Row("turn.yaml:210",
        "PAUSED", Context(turn=2), events.InterruptionFalse(session="session-2", turn=5),
        "SPEAKING", Context(turn=2), emits=(emits.ReplyResumes(turn=2),)),
    "PAUSED+reply_ended[not reply_complete]": Row("turn.yaml:211",
        "PAUSED", Context(turn=2), events.ReplyEnded(session="session-2", turn=5),
        "PAUSED", Context(turn=2, reply_complete=True), emits=(emits.TtsStreamEnd(turn=2),), entered=False),
    "PAUSED+reply_ended[reply_complete]": Row("turn.yaml:212",
        "PAUSED", Context(turn=2, reply_complete=True), events.ReplyEnded(session="session-2", turn=5),
        "PAUSED", Context(turn=2, reply_complete=True), entered=False),
    "PAUSED+barge_in": Row("turn.yaml:213",
        "PAUSED", Context(turn=2, reply_complete=True), events.BargeIn(session="session-2", turn=5),
        "USER_TURN", Context(turn=5, reply_complete=True), actions=("note_call", "cancel_reply", "begin_turn"), emits=(emits.Interrupted(),)),
    "PAUSED+turn_stuck": Row("turn.yaml:214",
        "PAUSED", Context(turn=2, reply_complete=True), events.TurnStuck(),
        "PAUSED", Context(turn=2, reply_complete=True), emits=(emits.EndWanted(reason="interruption_limit"),), entered=False),
    "PAUSED+turn_stuck, reply_complete=False": Row("turn.yaml:214",
        "PAUSED", Context(turn=2), events.TurnStuck(),
        "PAUSED", Context(turn=2), emits=(emits.EndWanted(reason="interruption_limit"),), entered=False),
    "PAUSED+session_over": Row("turn.yaml:215",
        "PAUSED", Context(turn=2, reply_complete=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, reply_complete=True)),
}

FORBIDDEN: list[Forbidden] = [
    # turn.yaml:146: what NO_TURN does not list
    Forbidden("NO_TURN", events.SessionOver()),
    Forbidden("NO_TURN", events.SpeechEnded(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.ReplyStarted(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.ReplyEnded(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.Interruption(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.InterruptionMeant(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.InterruptionFalse(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.PlaybackComplete(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.BargeIn(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.TurnStuck()),
    # turn.yaml:153: what ANNOUNCEMENT does not list
    Forbidden("ANNOUNCEMENT", events.SessionBegan()),
    Forbidden("ANNOUNCEMENT", events.AnnouncementBegan(turn=5)),
    Forbidden("ANNOUNCEMENT", events.SpeechEnded(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.ReplyEnded(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.Interruption(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.InterruptionMeant(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.InterruptionFalse(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.PlaybackComplete(session="session-2", turn=5)),
    # turn.yaml:162: what USER_TURN does not list
    Forbidden("USER_TURN", events.SessionBegan()),
    Forbidden("USER_TURN", events.AnnouncementBegan(turn=5)),
    Forbidden("USER_TURN", events.ReplyEnded(session="session-2", turn=5)),
    Forbidden("USER_TURN", events.Interruption(session="session-2", turn=5)),
    Forbidden("USER_TURN", events.InterruptionMeant(session="session-2", turn=5)),
    Forbidden("USER_TURN", events.InterruptionFalse(session="session-2", turn=5)),
    Forbidden("USER_TURN", events.PlaybackComplete(session="session-2", turn=5)),
    # turn.yaml:173: what THINKING does not list
    Forbidden("THINKING", events.SessionBegan()),
    Forbidden("THINKING", events.AnnouncementBegan(turn=5)),
    Forbidden("THINKING", events.SpeechEnded(session="session-2", turn=5)),
    Forbidden("THINKING", events.ReplyEnded(session="session-2", turn=5)),
    Forbidden("THINKING", events.Interruption(session="session-2", turn=5)),
    Forbidden("THINKING", events.InterruptionMeant(session="session-2", turn=5)),
    Forbidden("THINKING", events.InterruptionFalse(session="session-2", turn=5)),
    Forbidden("THINKING", events.PlaybackComplete(session="session-2", turn=5)),
    # turn.yaml:182: what SPEAKING does not list
    Forbidden("SPEAKING", events.SessionBegan()),
    Forbidden("SPEAKING", events.AnnouncementBegan(turn=5)),
    Forbidden("SPEAKING", events.SpeechEnded(session="session-2", turn=5)),
    Forbidden("SPEAKING", events.ReplyStarted(session="session-2", turn=5)),
    Forbidden("SPEAKING", events.InterruptionMeant(session="session-2", turn=5)),
    Forbidden("SPEAKING", events.InterruptionFalse(session="session-2", turn=5)),
    Forbidden("SPEAKING", events.PlaybackComplete(session="session-2", turn=5)),
    # turn.yaml:192: what DRAINING does not list
    Forbidden("DRAINING", events.SessionBegan()),
    Forbidden("DRAINING", events.AnnouncementBegan(turn=5)),
    Forbidden("DRAINING", events.SpeechEnded(session="session-2", turn=5)),
    Forbidden("DRAINING", events.ReplyStarted(session="session-2", turn=5)),
    Forbidden("DRAINING", events.ReplyEnded(session="session-2", turn=5)),
    Forbidden("DRAINING", events.InterruptionMeant(session="session-2", turn=5)),
    Forbidden("DRAINING", events.InterruptionFalse(session="session-2", turn=5)),
    # turn.yaml:202: what PAUSED does not list
    Forbidden("PAUSED", events.SessionBegan()),
    Forbidden("PAUSED", events.AnnouncementBegan(turn=5)),
    Forbidden("PAUSED", events.SpeechEnded(session="session-2", turn=5)),
    Forbidden("PAUSED", events.ReplyStarted(session="session-2", turn=5)),
    Forbidden("PAUSED", events.Interruption(session="session-2", turn=5)),
    Forbidden("PAUSED", events.PlaybackComplete(session="session-2", turn=5)),
]

PAIRS: list[Pair] = [
    Pair("NO_TURN+session_began", "USER_TURN+speech_ended", Context(turn=1, reply_complete=True), emits=(emits.UserTurnEnd(turn=1),), then=[
        Then(["reply_started"], Context(turn=1, reply_complete=True), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+reply_started", Context(turn=1, reply_complete=True), emits=(emits.StartOfTtsStream(turn=1),), then=[
        Then(["reply_ended"], Context(turn=1, reply_complete=True), emits=(emits.TtsStreamEnd(turn=1),)),
        Then(["interruption"], Context(turn=1)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+turn_stuck", Context(turn=1, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=1, reply_complete=True), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1, reply_complete=True), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+session_over", Context(turn=1, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+reply_started", Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5, reply_complete=True), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["interruption"], Context(turn=5)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+turn_stuck", Context(turn=5, reply_complete=True), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+session_over", Context(turn=5, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+reply_started", "SPEAKING+reply_ended", Context(turn=2, reply_complete=True), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5, reply_complete=True)),
        Then(["interruption", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+reply_started", "SPEAKING+interruption", Context(turn=2), then=[
        Then(["interruption_meant"], Context(turn=3)),
        Then(["interruption_false[not reply_complete]", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["reply_ended[not reply_complete]"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+reply_started", "SPEAKING+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+reply_started", "SPEAKING+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["interruption"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+reply_started", "SPEAKING+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+barge_in", "USER_TURN+speech_ended", Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+barge_in", "USER_TURN+reply_started", Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5, reply_complete=True), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["interruption"], Context(turn=5)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+barge_in", "USER_TURN+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+barge_in", "USER_TURN+turn_stuck", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+barge_in", "USER_TURN+session_over", Context(turn=5, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+reply_started", Context(turn=2, reply_complete=True), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["interruption"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["reply_started", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+session_over", "NO_TURN+session_began", Context(turn=1, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=1, reply_complete=True), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1, reply_complete=True), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+session_over", "NO_TURN+announcement_began", Context(turn=5, reply_complete=True), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+speech_ended", "THINKING+reply_started", Context(turn=2, reply_complete=True), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["interruption"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+speech_ended", "THINKING+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+speech_ended", "THINKING+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["reply_started", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+speech_ended", "THINKING+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+reply_started", "SPEAKING+reply_ended", Context(turn=2, reply_complete=True), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5, reply_complete=True)),
        Then(["interruption", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("USER_TURN+reply_started", "SPEAKING+interruption", Context(turn=2), then=[
        Then(["interruption_meant"], Context(turn=3)),
        Then(["interruption_false[not reply_complete]", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["reply_ended[not reply_complete]"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("USER_TURN+reply_started", "SPEAKING+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+reply_started", "SPEAKING+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["interruption"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+reply_started", "SPEAKING+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+barge_in", "USER_TURN+speech_ended", Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+barge_in", "USER_TURN+reply_started", Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5, reply_complete=True), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["interruption"], Context(turn=5)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+barge_in", "USER_TURN+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+barge_in", "USER_TURN+turn_stuck", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+barge_in", "USER_TURN+session_over", Context(turn=5, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+speech_ended", Context(turn=2, reply_complete=True), then=[
        Then(["reply_started", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+reply_started", Context(turn=2, reply_complete=True), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["interruption"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["speech_ended", "reply_started", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("USER_TURN+session_over", "NO_TURN+session_began", Context(turn=1, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=1, reply_complete=True), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1, reply_complete=True), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("USER_TURN+session_over", "NO_TURN+announcement_began", Context(turn=5, reply_complete=True), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+reply_started", "SPEAKING+reply_ended", Context(turn=2, reply_complete=True), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5, reply_complete=True)),
        Then(["interruption", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("THINKING+reply_started", "SPEAKING+interruption", Context(turn=2), then=[
        Then(["interruption_meant"], Context(turn=3)),
        Then(["interruption_false[not reply_complete]", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["reply_ended[not reply_complete]"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("THINKING+reply_started", "SPEAKING+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+reply_started", "SPEAKING+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["interruption"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+reply_started", "SPEAKING+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+barge_in", "USER_TURN+speech_ended", Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+barge_in", "USER_TURN+reply_started", Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5, reply_complete=True), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["interruption"], Context(turn=5)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+barge_in", "USER_TURN+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+barge_in", "USER_TURN+turn_stuck", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+barge_in", "USER_TURN+session_over", Context(turn=5, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+reply_started", Context(turn=2, reply_complete=True), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["interruption"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["reply_started", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("THINKING+session_over", "NO_TURN+session_began", Context(turn=1, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=1, reply_complete=True), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1, reply_complete=True), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("THINKING+session_over", "NO_TURN+announcement_began", Context(turn=5, reply_complete=True), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+reply_ended", "DRAINING+playback_complete", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+reply_ended", "DRAINING+interruption", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+reply_ended", "DRAINING+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+reply_ended", "DRAINING+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5, reply_complete=True)),
        Then(["interruption", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("SPEAKING+reply_ended", "DRAINING+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+interruption", "PAUSED+interruption_meant", Context(turn=3), then=[
        Then(["speech_ended"], Context(turn=3), emits=(emits.UserTurnEnd(turn=3),)),
        Then(["reply_started"], Context(turn=3), emits=(emits.StartOfTtsStream(turn=3),)),
        Then(["barge_in"], Context(turn=5)),
        Then(["turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("SPEAKING+interruption", "PAUSED+interruption_false[not reply_complete]", Context(turn=2), then=[
        Then(["reply_ended", "interruption", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("SPEAKING+interruption", "PAUSED+reply_ended[not reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+interruption", "PAUSED+barge_in", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("SPEAKING+interruption", "PAUSED+turn_stuck", Context(turn=2), then=[
        Then(["interruption_meant"], Context(turn=3)),
        Then(["interruption_false[not reply_complete]", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["reply_ended[not reply_complete]"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("SPEAKING+interruption", "PAUSED+session_over", Context(turn=2), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("SPEAKING+barge_in", "USER_TURN+speech_ended", Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+barge_in", "USER_TURN+reply_started", Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5, reply_complete=True), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["interruption"], Context(turn=5)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+barge_in", "USER_TURN+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+barge_in", "USER_TURN+turn_stuck", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+barge_in", "USER_TURN+session_over", Context(turn=5, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+reply_ended", Context(turn=2, reply_complete=True), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5, reply_complete=True)),
        Then(["interruption", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+interruption", Context(turn=2), then=[
        Then(["interruption_meant"], Context(turn=3)),
        Then(["interruption_false[not reply_complete]", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["reply_ended[not reply_complete]"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["interruption"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("SPEAKING+session_over", "NO_TURN+session_began", Context(turn=1, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=1, reply_complete=True), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1, reply_complete=True), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("SPEAKING+session_over", "NO_TURN+announcement_began", Context(turn=5, reply_complete=True), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+playback_complete", "USER_TURN+speech_ended", Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+playback_complete", "USER_TURN+reply_started", Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5, reply_complete=True), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["interruption"], Context(turn=5)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+playback_complete", "USER_TURN+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+playback_complete", "USER_TURN+turn_stuck", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+playback_complete", "USER_TURN+session_over", Context(turn=5, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+interruption", "PAUSED+interruption_meant", Context(turn=3, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=3, reply_complete=True), emits=(emits.UserTurnEnd(turn=3),)),
        Then(["reply_started"], Context(turn=3, reply_complete=True), emits=(emits.StartOfTtsStream(turn=3),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+interruption", "PAUSED+interruption_false[reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5, reply_complete=True)),
        Then(["interruption", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("DRAINING+interruption", "PAUSED+reply_ended[reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+interruption", "PAUSED+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+interruption", "PAUSED+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+interruption", "PAUSED+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+barge_in", "USER_TURN+speech_ended", Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+barge_in", "USER_TURN+reply_started", Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5, reply_complete=True), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["interruption"], Context(turn=5)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+barge_in", "USER_TURN+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+barge_in", "USER_TURN+turn_stuck", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+barge_in", "USER_TURN+session_over", Context(turn=5, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+playback_complete", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+interruption", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5, reply_complete=True)),
        Then(["interruption", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("DRAINING+session_over", "NO_TURN+session_began", Context(turn=1, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=1, reply_complete=True), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1, reply_complete=True), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("DRAINING+session_over", "NO_TURN+announcement_began", Context(turn=5, reply_complete=True), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+interruption_meant", "USER_TURN+speech_ended", Context(turn=3, reply_complete=True), emits=(emits.UserTurnEnd(turn=3),), then=[
        Then(["reply_started"], Context(turn=3, reply_complete=True), emits=(emits.StartOfTtsStream(turn=3),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+interruption_meant", "USER_TURN+reply_started", Context(turn=3, reply_complete=True), emits=(emits.StartOfTtsStream(turn=3),), then=[
        Then(["reply_ended"], Context(turn=3, reply_complete=True), emits=(emits.TtsStreamEnd(turn=3),)),
        Then(["interruption"], Context(turn=3)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+interruption_meant", "USER_TURN+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+interruption_meant", "USER_TURN+turn_stuck", Context(turn=3, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=3, reply_complete=True), emits=(emits.UserTurnEnd(turn=3),)),
        Then(["reply_started"], Context(turn=3, reply_complete=True), emits=(emits.StartOfTtsStream(turn=3),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+interruption_meant", "USER_TURN+session_over", Context(turn=3, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+interruption_false[reply_complete]", "DRAINING+playback_complete", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+interruption_false[reply_complete]", "DRAINING+interruption", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+interruption_false[reply_complete]", "DRAINING+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+interruption_false[reply_complete]", "DRAINING+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5, reply_complete=True)),
        Then(["interruption", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("PAUSED+interruption_false[reply_complete]", "DRAINING+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+interruption_false[not reply_complete]", "SPEAKING+reply_ended", Context(turn=2), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5)),
        Then(["interruption"], Context(turn=2, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=2)),
    ]),
    Pair("PAUSED+interruption_false[not reply_complete]", "SPEAKING+interruption", Context(turn=2), then=[
        Then(["interruption_meant"], Context(turn=3)),
        Then(["interruption_false[not reply_complete]", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["reply_ended[not reply_complete]"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("PAUSED+interruption_false[not reply_complete]", "SPEAKING+barge_in", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("PAUSED+interruption_false[not reply_complete]", "SPEAKING+turn_stuck", Context(turn=2), then=[
        Then(["reply_ended", "interruption", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("PAUSED+interruption_false[not reply_complete]", "SPEAKING+session_over", Context(turn=2), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("PAUSED+reply_ended[not reply_complete]", "PAUSED+interruption_meant", Context(turn=3, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=3, reply_complete=True), emits=(emits.UserTurnEnd(turn=3),)),
        Then(["reply_started"], Context(turn=3, reply_complete=True), emits=(emits.StartOfTtsStream(turn=3),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_ended[not reply_complete]", "PAUSED+interruption_false[reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5, reply_complete=True)),
        Then(["interruption", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_ended[not reply_complete]", "PAUSED+reply_ended[reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_ended[not reply_complete]", "PAUSED+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_ended[not reply_complete]", "PAUSED+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_ended[not reply_complete]", "PAUSED+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_ended[reply_complete]", "PAUSED+interruption_meant", Context(turn=3, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=3, reply_complete=True), emits=(emits.UserTurnEnd(turn=3),)),
        Then(["reply_started"], Context(turn=3, reply_complete=True), emits=(emits.StartOfTtsStream(turn=3),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_ended[reply_complete]", "PAUSED+interruption_false[reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5, reply_complete=True)),
        Then(["interruption", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_ended[reply_complete]", "PAUSED+reply_ended[reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_ended[reply_complete]", "PAUSED+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_ended[reply_complete]", "PAUSED+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_ended[reply_complete]", "PAUSED+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+barge_in", "USER_TURN+speech_ended", Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+barge_in", "USER_TURN+reply_started", Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5, reply_complete=True), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["interruption"], Context(turn=5)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+barge_in", "USER_TURN+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+barge_in", "USER_TURN+turn_stuck", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+barge_in", "USER_TURN+session_over", Context(turn=5, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+interruption_meant", Context(turn=3, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=3, reply_complete=True), emits=(emits.UserTurnEnd(turn=3),)),
        Then(["reply_started"], Context(turn=3, reply_complete=True), emits=(emits.StartOfTtsStream(turn=3),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+interruption_false[reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5, reply_complete=True)),
        Then(["interruption", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck, reply_complete=False", "PAUSED+interruption_false[not reply_complete]", Context(turn=2), then=[
        Then(["reply_ended", "interruption", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("PAUSED+turn_stuck, reply_complete=False", "PAUSED+reply_ended[not reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+reply_ended[reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+barge_in", Context(turn=5, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=5, reply_complete=True), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["interruption_meant"], Context(turn=3, reply_complete=True)),
        Then(["interruption_false[reply_complete]", "reply_ended[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck, reply_complete=False", "PAUSED+turn_stuck", Context(turn=2), then=[
        Then(["interruption_false[not reply_complete]"], Context(turn=2)),
        Then(["reply_ended[not reply_complete]"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+session_over", Context(turn=2, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=5, reply_complete=True)),
    ]),
    Pair("PAUSED+session_over", "NO_TURN+session_began", Context(turn=1, reply_complete=True), then=[
        Then(["speech_ended"], Context(turn=1, reply_complete=True), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1, reply_complete=True), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["barge_in"], Context(turn=5, reply_complete=True)),
        Then(["turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("PAUSED+session_over", "NO_TURN+announcement_began", Context(turn=5, reply_complete=True), then=[
        Then(["reply_started"], Context(turn=5, reply_complete=True), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5, reply_complete=True)),
    ]),
    # Left out: 8 pairs of rows whose guards cannot hold one after the other.
    #   SPEAKING+interruption > PAUSED+interruption_false[reply_complete]
    #   SPEAKING+interruption > PAUSED+reply_ended[reply_complete]
    #   DRAINING+interruption > PAUSED+interruption_false[not reply_complete]
    #   DRAINING+interruption > PAUSED+reply_ended[not reply_complete]
    #   PAUSED+reply_ended[not reply_complete] > PAUSED+interruption_false[not reply_complete]
    #   PAUSED+reply_ended[not reply_complete] > PAUSED+reply_ended[not reply_complete]
    #   PAUSED+reply_ended[reply_complete] > PAUSED+interruption_false[not reply_complete]
    #   PAUSED+reply_ended[reply_complete] > PAUSED+reply_ended[not reply_complete]
]

PATHS: dict[str, Path] = {
    "NO_TURN": Path(Context(), [], Context()),
    "ANNOUNCEMENT": Path(Context(), [(events.AnnouncementBegan(turn=5), "ANNOUNCEMENT")], Context(turn=5)),
    "USER_TURN": Path(Context(), [(events.SessionBegan(), "USER_TURN")], Context(turn=1)),
    "THINKING": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.SpeechEnded(session="session-2", turn=5), "THINKING")], Context(turn=1)),
    "SPEAKING": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.ReplyStarted(session="session-2", turn=5), "SPEAKING")], Context(turn=1)),
    "DRAINING": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.ReplyStarted(session="session-2", turn=5), "SPEAKING"), (events.ReplyEnded(session="session-2", turn=5), "DRAINING")], Context(turn=1)),
    "PAUSED": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.ReplyStarted(session="session-2", turn=5), "SPEAKING"), (events.Interruption(session="session-2", turn=5), "PAUSED")], Context(turn=1)),
}


def test_new() -> None:
    check_new(Turn, "NO_TURN", Context(turn=0, reply_complete=False))


@pytest.mark.parametrize("case", ROWS.values(), ids=ROWS)
def test_row(case: Row) -> None:
    check_row(Turn, case)


@pytest.mark.parametrize("case", FORBIDDEN, ids=str)
def test_forbidden(case: Forbidden) -> None:
    check_forbidden(Turn, case, ROWS)


@pytest.mark.parametrize("case", PAIRS, ids=str)
def test_pair(case: Pair) -> None:
    check_pair(Turn, case, ROWS)


@pytest.mark.parametrize("case", PATHS.values(), ids=PATHS)
def test_path(case: Path) -> None:
    check_path(Turn, case)
