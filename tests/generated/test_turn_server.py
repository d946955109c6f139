# Written by `python -m codegen` from machines/turn.yaml; do not edit.
"""turn (server): 22 rows in 22 cases, 0 ignored and 32 forbidden cells, 78 pairs and 278 triples of rows, 6 paths."""

from __future__ import annotations

import pytest

from tars.generated.server import emits, events
from tars.generated.server.turn import Turn, TurnContext as Context
from .checks import Forbidden, Pair, Path, Row, Then, check_forbidden, check_new, check_pair, check_path, check_row

ROWS: dict[str, Row] = {
    # NO_TURN: no session is active
    "NO_TURN+session_began": Row("turn.yaml:119",
        "NO_TURN", Context(turn=2), events.SessionBegan(),
        "USER_TURN", Context(turn=1), actions=("begin_turn",)),
    "NO_TURN+announcement_began": Row("turn.yaml:120",
        "NO_TURN", Context(turn=2), events.AnnouncementBegan(turn=5),
        "ANNOUNCEMENT", Context(turn=5)),
    # ANNOUNCEMENT: the device waits for what the server has to say
    "ANNOUNCEMENT+reply_started": Row("turn.yaml:126",
        "ANNOUNCEMENT", Context(turn=2), events.ReplyStarted(session="session-2", turn=5),
        "SPEAKING", Context(turn=2), actions=("open_reply",), emits=(emits.StartOfTtsStream(turn=2),)),
    "ANNOUNCEMENT+barge_in": Row("turn.yaml:127",
        "ANNOUNCEMENT", Context(turn=2), events.BargeIn(session="session-2", turn=5),
        "USER_TURN", Context(turn=5), actions=("cancel_reply", "begin_turn")),
    "ANNOUNCEMENT+turn_stuck": Row("turn.yaml:128",
        "ANNOUNCEMENT", Context(turn=2), events.TurnStuck(),
        "ANNOUNCEMENT", Context(turn=2), emits=(emits.EndWanted(reason="thinking_limit"),), entered=False),
    "ANNOUNCEMENT+session_over": Row("turn.yaml:129",
        "ANNOUNCEMENT", Context(turn=2), events.SessionOver(),
        "NO_TURN", Context(turn=2)),
    # USER_TURN: the user may speak; audio goes to the brain
    "USER_TURN+speech_ended": Row("turn.yaml:136",
        "USER_TURN", Context(turn=2), events.SpeechEnded(session="session-2", turn=5),
        "THINKING", Context(turn=2), emits=(emits.UserTurnEnd(turn=2),)),
    "USER_TURN+reply_started": Row("turn.yaml:137",
        "USER_TURN", Context(turn=2), events.ReplyStarted(session="session-2", turn=5),
        "SPEAKING", Context(turn=2), actions=("open_reply",), emits=(emits.StartOfTtsStream(turn=2),)),
    "USER_TURN+turn_stuck": Row("turn.yaml:138",
        "USER_TURN", Context(turn=2), events.TurnStuck(),
        "USER_TURN", Context(turn=2), emits=(emits.EndWanted(reason="user_turn_limit"),), entered=False),
    "USER_TURN+session_over": Row("turn.yaml:139",
        "USER_TURN", Context(turn=2), events.SessionOver(),
        "NO_TURN", Context(turn=2)),
    # THINKING: the brain works on the reply
    "THINKING+reply_started": Row("turn.yaml:145",
        "THINKING", Context(turn=2), events.ReplyStarted(session="session-2", turn=5),
        "SPEAKING", Context(turn=2), actions=("open_reply",), emits=(emits.StartOfTtsStream(turn=2),)),
    "THINKING+barge_in": Row("turn.yaml:146",
        "THINKING", Context(turn=2), events.BargeIn(session="session-2", turn=5),
        "USER_TURN", Context(turn=5), actions=("cancel_reply", "begin_turn")),
    "THINKING+turn_stuck": Row("turn.yaml:147",
        "THINKING", Context(turn=2), events.TurnStuck(),
        "THINKING", Context(turn=2), emits=(emits.EndWanted(reason="thinking_limit"),), entered=False),
    "THINKING+session_over": Row("turn.yaml:148",
        "THINKING", Context(turn=2), events.SessionOver(),
        "NO_TURN", Context(turn=2)),
    # SPEAKING: the reply is being sent
    "SPEAKING+reply_ended": Row("turn.yaml:154",
        "SPEAKING", Context(turn=2), events.ReplyEnded(session="session-2", turn=5),
        "DRAINING", Context(turn=2), emits=(emits.TtsStreamEnd(turn=2),)),
    "SPEAKING+barge_in": Row("turn.yaml:155",
        "SPEAKING", Context(turn=2), events.BargeIn(session="session-2", turn=5),
        "USER_TURN", Context(turn=5), actions=("cancel_reply", "begin_turn")),
    "SPEAKING+turn_stuck": Row("turn.yaml:156",
        "SPEAKING", Context(turn=2), events.TurnStuck(),
        "SPEAKING", Context(turn=2), emits=(emits.EndWanted(reason="speaking_limit"),), entered=False),
    "SPEAKING+session_over": Row("turn.yaml:157",
        "SPEAKING", Context(turn=2), events.SessionOver(),
        "NO_TURN", Context(turn=2)),
    # DRAINING: the whole reply is sent; the device plays its rest
    "DRAINING+playback_complete": Row("turn.yaml:163",
        "DRAINING", Context(turn=2), events.PlaybackComplete(session="session-2", turn=5),
        "USER_TURN", Context(turn=5), actions=("begin_turn",)),
    "DRAINING+barge_in": Row("turn.yaml:164",
        "DRAINING", Context(turn=2), events.BargeIn(session="session-2", turn=5),
        "USER_TURN", Context(turn=5), actions=("cancel_reply", "begin_turn")),
    "DRAINING+turn_stuck": Row("turn.yaml:165",
        "DRAINING", Context(turn=2), events.TurnStuck(),
        "DRAINING", Context(turn=2), emits=(emits.EndWanted(reason="draining_limit"),), entered=False),
    "DRAINING+session_over": Row("turn.yaml:166",
        "DRAINING", Context(turn=2), events.SessionOver(),
        "NO_TURN", Context(turn=2)),
}

FORBIDDEN: list[Forbidden] = [
    # turn.yaml:114: what NO_TURN does not list
    Forbidden("NO_TURN", events.SessionOver()),
    Forbidden("NO_TURN", events.SpeechEnded(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.ReplyStarted(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.ReplyEnded(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.PlaybackComplete(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.BargeIn(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.TurnStuck()),
    # turn.yaml:121: what ANNOUNCEMENT does not list
    Forbidden("ANNOUNCEMENT", events.SessionBegan()),
    Forbidden("ANNOUNCEMENT", events.AnnouncementBegan(turn=5)),
    Forbidden("ANNOUNCEMENT", events.SpeechEnded(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.ReplyEnded(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.PlaybackComplete(session="session-2", turn=5)),
    # turn.yaml:130: what USER_TURN does not list
    Forbidden("USER_TURN", events.SessionBegan()),
    Forbidden("USER_TURN", events.AnnouncementBegan(turn=5)),
    Forbidden("USER_TURN", events.ReplyEnded(session="session-2", turn=5)),
    Forbidden("USER_TURN", events.PlaybackComplete(session="session-2", turn=5)),
    Forbidden("USER_TURN", events.BargeIn(session="session-2", turn=5)),
    # turn.yaml:140: what THINKING does not list
    Forbidden("THINKING", events.SessionBegan()),
    Forbidden("THINKING", events.AnnouncementBegan(turn=5)),
    Forbidden("THINKING", events.SpeechEnded(session="session-2", turn=5)),
    Forbidden("THINKING", events.ReplyEnded(session="session-2", turn=5)),
    Forbidden("THINKING", events.PlaybackComplete(session="session-2", turn=5)),
    # turn.yaml:149: what SPEAKING does not list
    Forbidden("SPEAKING", events.SessionBegan()),
    Forbidden("SPEAKING", events.AnnouncementBegan(turn=5)),
    Forbidden("SPEAKING", events.SpeechEnded(session="session-2", turn=5)),
    Forbidden("SPEAKING", events.ReplyStarted(session="session-2", turn=5)),
    Forbidden("SPEAKING", events.PlaybackComplete(session="session-2", turn=5)),
    # turn.yaml:158: what DRAINING does not list
    Forbidden("DRAINING", events.SessionBegan()),
    Forbidden("DRAINING", events.AnnouncementBegan(turn=5)),
    Forbidden("DRAINING", events.SpeechEnded(session="session-2", turn=5)),
    Forbidden("DRAINING", events.ReplyStarted(session="session-2", turn=5)),
    Forbidden("DRAINING", events.ReplyEnded(session="session-2", turn=5)),
]

PAIRS: list[Pair] = [
    Pair("NO_TURN+session_began", "USER_TURN+speech_ended", Context(turn=1), emits=(emits.UserTurnEnd(turn=1),), then=[
        Then(["reply_started"], Context(turn=1), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["barge_in"], Context(turn=5)),
        Then(["turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+reply_started", Context(turn=1), emits=(emits.StartOfTtsStream(turn=1),), then=[
        Then(["reply_ended"], Context(turn=1), emits=(emits.TtsStreamEnd(turn=1),)),
        Then(["barge_in"], Context(turn=5)),
        Then(["turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+turn_stuck", Context(turn=1), then=[
        Then(["speech_ended"], Context(turn=1), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+session_over", Context(turn=1), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+reply_started", Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+barge_in", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+turn_stuck", Context(turn=5), then=[
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+session_over", Context(turn=5), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+reply_started", "SPEAKING+reply_ended", Context(turn=2), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5)),
        Then(["turn_stuck", "session_over"], Context(turn=2)),
    ]),
    Pair("ANNOUNCEMENT+reply_started", "SPEAKING+barge_in", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+reply_started", "SPEAKING+turn_stuck", Context(turn=2), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+reply_started", "SPEAKING+session_over", Context(turn=2), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+barge_in", "USER_TURN+speech_ended", Context(turn=5), emits=(emits.UserTurnEnd(turn=5),), then=[
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+barge_in", "USER_TURN+reply_started", Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+barge_in", "USER_TURN+turn_stuck", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+barge_in", "USER_TURN+session_over", Context(turn=5), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+reply_started", Context(turn=2), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+barge_in", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+turn_stuck", Context(turn=2), then=[
        Then(["reply_started", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+session_over", Context(turn=2), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("ANNOUNCEMENT+session_over", "NO_TURN+session_began", Context(turn=1), then=[
        Then(["speech_ended"], Context(turn=1), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("ANNOUNCEMENT+session_over", "NO_TURN+announcement_began", Context(turn=5), then=[
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("USER_TURN+speech_ended", "THINKING+reply_started", Context(turn=2), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("USER_TURN+speech_ended", "THINKING+barge_in", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("USER_TURN+speech_ended", "THINKING+turn_stuck", Context(turn=2), then=[
        Then(["reply_started", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("USER_TURN+speech_ended", "THINKING+session_over", Context(turn=2), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("USER_TURN+reply_started", "SPEAKING+reply_ended", Context(turn=2), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5)),
        Then(["turn_stuck", "session_over"], Context(turn=2)),
    ]),
    Pair("USER_TURN+reply_started", "SPEAKING+barge_in", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("USER_TURN+reply_started", "SPEAKING+turn_stuck", Context(turn=2), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("USER_TURN+reply_started", "SPEAKING+session_over", Context(turn=2), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+speech_ended", Context(turn=2), then=[
        Then(["reply_started", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+reply_started", Context(turn=2), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+turn_stuck", Context(turn=2), then=[
        Then(["speech_ended", "reply_started", "turn_stuck", "session_over"], Context(turn=2)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+session_over", Context(turn=2), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("USER_TURN+session_over", "NO_TURN+session_began", Context(turn=1), then=[
        Then(["speech_ended"], Context(turn=1), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("USER_TURN+session_over", "NO_TURN+announcement_began", Context(turn=5), then=[
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("THINKING+reply_started", "SPEAKING+reply_ended", Context(turn=2), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5)),
        Then(["turn_stuck", "session_over"], Context(turn=2)),
    ]),
    Pair("THINKING+reply_started", "SPEAKING+barge_in", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("THINKING+reply_started", "SPEAKING+turn_stuck", Context(turn=2), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("THINKING+reply_started", "SPEAKING+session_over", Context(turn=2), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("THINKING+barge_in", "USER_TURN+speech_ended", Context(turn=5), emits=(emits.UserTurnEnd(turn=5),), then=[
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("THINKING+barge_in", "USER_TURN+reply_started", Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("THINKING+barge_in", "USER_TURN+turn_stuck", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("THINKING+barge_in", "USER_TURN+session_over", Context(turn=5), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+reply_started", Context(turn=2), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+barge_in", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+turn_stuck", Context(turn=2), then=[
        Then(["reply_started", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+session_over", Context(turn=2), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("THINKING+session_over", "NO_TURN+session_began", Context(turn=1), then=[
        Then(["speech_ended"], Context(turn=1), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("THINKING+session_over", "NO_TURN+announcement_began", Context(turn=5), then=[
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("SPEAKING+reply_ended", "DRAINING+playback_complete", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("SPEAKING+reply_ended", "DRAINING+barge_in", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("SPEAKING+reply_ended", "DRAINING+turn_stuck", Context(turn=2), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5)),
        Then(["turn_stuck", "session_over"], Context(turn=2)),
    ]),
    Pair("SPEAKING+reply_ended", "DRAINING+session_over", Context(turn=2), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("SPEAKING+barge_in", "USER_TURN+speech_ended", Context(turn=5), emits=(emits.UserTurnEnd(turn=5),), then=[
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("SPEAKING+barge_in", "USER_TURN+reply_started", Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("SPEAKING+barge_in", "USER_TURN+turn_stuck", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("SPEAKING+barge_in", "USER_TURN+session_over", Context(turn=5), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+reply_ended", Context(turn=2), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5)),
        Then(["turn_stuck", "session_over"], Context(turn=2)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+barge_in", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+turn_stuck", Context(turn=2), then=[
        Then(["reply_ended", "turn_stuck", "session_over"], Context(turn=2)),
        Then(["barge_in"], Context(turn=5)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+session_over", Context(turn=2), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("SPEAKING+session_over", "NO_TURN+session_began", Context(turn=1), then=[
        Then(["speech_ended"], Context(turn=1), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("SPEAKING+session_over", "NO_TURN+announcement_began", Context(turn=5), then=[
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("DRAINING+playback_complete", "USER_TURN+speech_ended", Context(turn=5), emits=(emits.UserTurnEnd(turn=5),), then=[
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("DRAINING+playback_complete", "USER_TURN+reply_started", Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("DRAINING+playback_complete", "USER_TURN+turn_stuck", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("DRAINING+playback_complete", "USER_TURN+session_over", Context(turn=5), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("DRAINING+barge_in", "USER_TURN+speech_ended", Context(turn=5), emits=(emits.UserTurnEnd(turn=5),), then=[
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("DRAINING+barge_in", "USER_TURN+reply_started", Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),), then=[
        Then(["reply_ended"], Context(turn=5), emits=(emits.TtsStreamEnd(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("DRAINING+barge_in", "USER_TURN+turn_stuck", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("DRAINING+barge_in", "USER_TURN+session_over", Context(turn=5), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+playback_complete", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+barge_in", Context(turn=5), then=[
        Then(["speech_ended"], Context(turn=5), emits=(emits.UserTurnEnd(turn=5),)),
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["turn_stuck", "session_over"], Context(turn=5)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+turn_stuck", Context(turn=2), then=[
        Then(["playback_complete", "barge_in"], Context(turn=5)),
        Then(["turn_stuck", "session_over"], Context(turn=2)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+session_over", Context(turn=2), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=5)),
    ]),
    Pair("DRAINING+session_over", "NO_TURN+session_began", Context(turn=1), then=[
        Then(["speech_ended"], Context(turn=1), emits=(emits.UserTurnEnd(turn=1),)),
        Then(["reply_started"], Context(turn=1), emits=(emits.StartOfTtsStream(turn=1),)),
        Then(["turn_stuck", "session_over"], Context(turn=1)),
    ]),
    Pair("DRAINING+session_over", "NO_TURN+announcement_began", Context(turn=5), then=[
        Then(["reply_started"], Context(turn=5), emits=(emits.StartOfTtsStream(turn=5),)),
        Then(["barge_in", "turn_stuck", "session_over"], Context(turn=5)),
    ]),
]

PATHS: dict[str, Path] = {
    "NO_TURN": Path(Context(), [], Context()),
    "ANNOUNCEMENT": Path(Context(), [(events.AnnouncementBegan(turn=5), "ANNOUNCEMENT")], Context(turn=5)),
    "USER_TURN": Path(Context(), [(events.SessionBegan(), "USER_TURN")], Context(turn=1)),
    "THINKING": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.SpeechEnded(session="session-2", turn=5), "THINKING")], Context(turn=1)),
    "SPEAKING": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.ReplyStarted(session="session-2", turn=5), "SPEAKING")], Context(turn=1)),
    "DRAINING": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.ReplyStarted(session="session-2", turn=5), "SPEAKING"), (events.ReplyEnded(session="session-2", turn=5), "DRAINING")], Context(turn=1)),
}


def test_new() -> None:
    check_new(Turn, "NO_TURN", Context(turn=0))


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
