# Written by `python -m codegen` from machines/turn.yaml; do not edit.
"""turn (device): 38 rows in 63 cases, 3 ignored and 52 forbidden cells, 193 pairs and 957 triples of rows, 7 paths.

Left out: 4 pairs and 45 triples whose guards cannot hold one after the other.
"""

from __future__ import annotations

import pytest

from tars.generated.device import emits, events
from tars.generated.device.turn import Turn, TurnContext as Context
from .checks import Forbidden, Ignored, Pair, Path, Row, Then, check_forbidden, check_ignored, check_new, check_pair, check_path, check_row

ROWS: dict[str, Row] = {
    # NO_TURN: no session is active
    "NO_TURN+session_began": Row("turn.yaml:43",
        "NO_TURN", Context(turn=2, one_way=True, reply_complete=True), events.SessionBegan(),
        "USER_TURN", Context(turn=1, reply_complete=True)),
    "NO_TURN+session_began, one_way=False": Row("turn.yaml:43",
        "NO_TURN", Context(turn=2, reply_complete=True), events.SessionBegan(),
        "USER_TURN", Context(turn=1, reply_complete=True)),
    "NO_TURN+announcement_began": Row("turn.yaml:44",
        "NO_TURN", Context(turn=2, one_way=True, reply_complete=True), events.AnnouncementBegan(one_way=True),
        "ANNOUNCEMENT", Context(turn=1, one_way=True, reply_complete=True)),
    "NO_TURN+announcement_began, one_way=False": Row("turn.yaml:44",
        "NO_TURN", Context(turn=2, one_way=True, reply_complete=True), events.AnnouncementBegan(one_way=False),
        "ANNOUNCEMENT", Context(turn=1, reply_complete=True)),
    # ANNOUNCEMENT: the server is about to speak first; the microphone stays with the wake word
    "ANNOUNCEMENT+start_of_tts_stream": Row("turn.yaml:53",
        "ANNOUNCEMENT", Context(turn=2, one_way=True, reply_complete=True), events.StartOfTtsStream(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, one_way=True, reply_complete=True), actions=("open_speaker",)),
    "ANNOUNCEMENT+start_of_tts_stream, one_way=False": Row("turn.yaml:53",
        "ANNOUNCEMENT", Context(turn=2, reply_complete=True), events.StartOfTtsStream(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, reply_complete=True), actions=("open_speaker",)),
    "ANNOUNCEMENT+hotword": Row("turn.yaml:54",
        "ANNOUNCEMENT", Context(turn=2, one_way=True, reply_complete=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "ANNOUNCEMENT+hotword, one_way=False": Row("turn.yaml:54",
        "ANNOUNCEMENT", Context(turn=2, reply_complete=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "ANNOUNCEMENT+button": Row("turn.yaml:55",
        "ANNOUNCEMENT", Context(turn=2, one_way=True, reply_complete=True), events.Button(session="session-2", at=5),
        "ANNOUNCEMENT", Context(turn=2, one_way=True, reply_complete=True), emits=(emits.EndWanted(reason="button"),), entered=False),
    "ANNOUNCEMENT+turn_stuck": Row("turn.yaml:56",
        "ANNOUNCEMENT", Context(turn=2, one_way=True, reply_complete=True), events.TurnStuck(),
        "ANNOUNCEMENT", Context(turn=2, one_way=True, reply_complete=True), actions=("play_error",), emits=(emits.EndWanted(reason="thinking_limit"),), entered=False),
    "ANNOUNCEMENT+session_over": Row("turn.yaml:57",
        "ANNOUNCEMENT", Context(turn=2, one_way=True, reply_complete=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, one_way=True, reply_complete=True)),
    # USER_TURN: the user may speak
    "USER_TURN+user_turn_end": Row("turn.yaml:63",
        "USER_TURN", Context(turn=2, one_way=True, reply_complete=True), events.UserTurnEnd(session="session-2", turn=5),
        "THINKING", Context(turn=2, one_way=True, reply_complete=True)),
    "USER_TURN+start_of_tts_stream": Row("turn.yaml:64",
        "USER_TURN", Context(turn=2, one_way=True, reply_complete=True), events.StartOfTtsStream(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, one_way=True, reply_complete=True), actions=("open_speaker",)),
    "USER_TURN+start_of_tts_stream, one_way=False": Row("turn.yaml:64",
        "USER_TURN", Context(turn=2, reply_complete=True), events.StartOfTtsStream(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, reply_complete=True), actions=("open_speaker",)),
    "USER_TURN+button": Row("turn.yaml:65",
        "USER_TURN", Context(turn=2, one_way=True, reply_complete=True), events.Button(session="session-2", at=5),
        "USER_TURN", Context(turn=2, one_way=True, reply_complete=True), emits=(emits.EndWanted(reason="button"),), entered=False),
    "USER_TURN+turn_stuck": Row("turn.yaml:66",
        "USER_TURN", Context(turn=2, one_way=True, reply_complete=True), events.TurnStuck(),
        "USER_TURN", Context(turn=2, one_way=True, reply_complete=True), actions=("play_error",), emits=(emits.EndWanted(reason="user_turn_limit"),), entered=False),
    "USER_TURN+session_over": Row("turn.yaml:67",
        "USER_TURN", Context(turn=2, one_way=True, reply_complete=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, one_way=True, reply_complete=True)),
    # THINKING: the server works on the reply
    "THINKING+start_of_tts_stream": Row("turn.yaml:75",
        "THINKING", Context(turn=2, one_way=True, reply_complete=True), events.StartOfTtsStream(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, one_way=True, reply_complete=True), actions=("open_speaker",)),
    "THINKING+start_of_tts_stream, one_way=False": Row("turn.yaml:75",
        "THINKING", Context(turn=2, reply_complete=True), events.StartOfTtsStream(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, reply_complete=True), actions=("open_speaker",)),
    "THINKING+hotword": Row("turn.yaml:76",
        "THINKING", Context(turn=2, one_way=True, reply_complete=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=3, one_way=True, reply_complete=True), actions=("chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "THINKING+button": Row("turn.yaml:77",
        "THINKING", Context(turn=2, one_way=True, reply_complete=True), events.Button(session="session-2", at=5),
        "THINKING", Context(turn=2, one_way=True, reply_complete=True), emits=(emits.EndWanted(reason="button"),), entered=False),
    "THINKING+turn_stuck": Row("turn.yaml:78",
        "THINKING", Context(turn=2, one_way=True, reply_complete=True), events.TurnStuck(),
        "THINKING", Context(turn=2, one_way=True, reply_complete=True), actions=("play_error",), emits=(emits.EndWanted(reason="thinking_limit"),), entered=False),
    "THINKING+session_over": Row("turn.yaml:79",
        "THINKING", Context(turn=2, one_way=True, reply_complete=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, one_way=True, reply_complete=True)),
    # SPEAKING: the reply arrives and is played
    "SPEAKING+tts_stream_end": Row("turn.yaml:85",
        "SPEAKING", Context(turn=2, one_way=True, reply_complete=True), events.TtsStreamEnd(session="session-2", turn=5),
        "DRAINING", Context(turn=2, one_way=True, reply_complete=True)),
    "SPEAKING+tts_stream_end, one_way=False": Row("turn.yaml:85",
        "SPEAKING", Context(turn=2, reply_complete=True), events.TtsStreamEnd(session="session-2", turn=5),
        "DRAINING", Context(turn=2, reply_complete=True)),
    "SPEAKING+speech_noticed": Row("turn.yaml:86",
        "SPEAKING", Context(turn=2, one_way=True, reply_complete=True), events.SpeechNoticed(session="session-2", at=5),
        "PAUSED", Context(turn=2, one_way=True), actions=("pause_speaker", "begin_utterance", "open_uplink"), emits=(emits.Interruption(turn=2),)),
    "SPEAKING+speech_noticed, reply_complete=False": Row("turn.yaml:86",
        "SPEAKING", Context(turn=2, one_way=True), events.SpeechNoticed(session="session-2", at=5),
        "PAUSED", Context(turn=2, one_way=True), actions=("pause_speaker", "begin_utterance", "open_uplink"), emits=(emits.Interruption(turn=2),)),
    "SPEAKING+hotword": Row("turn.yaml:87",
        "SPEAKING", Context(turn=2, one_way=True, reply_complete=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "SPEAKING+hotword, one_way=False": Row("turn.yaml:87",
        "SPEAKING", Context(turn=2, reply_complete=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "SPEAKING+button": Row("turn.yaml:88",
        "SPEAKING", Context(turn=2, one_way=True, reply_complete=True), events.Button(session="session-2", at=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "SPEAKING+button, one_way=False": Row("turn.yaml:88",
        "SPEAKING", Context(turn=2, reply_complete=True), events.Button(session="session-2", at=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "SPEAKING+turn_stuck": Row("turn.yaml:89",
        "SPEAKING", Context(turn=2, one_way=True, reply_complete=True), events.TurnStuck(),
        "SPEAKING", Context(turn=2, one_way=True, reply_complete=True), actions=("play_error",), emits=(emits.EndWanted(reason="speaking_limit"),), entered=False),
    "SPEAKING+turn_stuck, one_way=False": Row("turn.yaml:89",
        "SPEAKING", Context(turn=2, reply_complete=True), events.TurnStuck(),
        "SPEAKING", Context(turn=2, reply_complete=True), actions=("play_error",), emits=(emits.EndWanted(reason="speaking_limit"),), entered=False),
    "SPEAKING+session_over": Row("turn.yaml:90",
        "SPEAKING", Context(turn=2, one_way=True, reply_complete=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, one_way=True, reply_complete=True), actions=("finish_speaker",)),
    # DRAINING: the whole reply is received; its rest is played
    "DRAINING+drained[not one_way]": Row("turn.yaml:96",
        "DRAINING", Context(turn=2, reply_complete=True), events.Drained(session="session-2", turn=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("begin_utterance", "open_uplink"), emits=(emits.PlaybackComplete(turn=3),)),
    "DRAINING+drained[one_way]": Row("turn.yaml:97",
        "DRAINING", Context(turn=2, one_way=True, reply_complete=True), events.Drained(session="session-2", turn=5),
        "DRAINING", Context(turn=2, one_way=True, reply_complete=True), emits=(emits.EndWanted(reason="heard"),), entered=False),
    "DRAINING+speech_noticed": Row("turn.yaml:98",
        "DRAINING", Context(turn=2, one_way=True, reply_complete=True), events.SpeechNoticed(session="session-2", at=5),
        "PAUSED", Context(turn=2, one_way=True, reply_complete=True), actions=("pause_speaker", "begin_utterance", "open_uplink"), emits=(emits.Interruption(turn=2),)),
    "DRAINING+speech_noticed, reply_complete=False": Row("turn.yaml:98",
        "DRAINING", Context(turn=2, one_way=True), events.SpeechNoticed(session="session-2", at=5),
        "PAUSED", Context(turn=2, one_way=True, reply_complete=True), actions=("pause_speaker", "begin_utterance", "open_uplink"), emits=(emits.Interruption(turn=2),)),
    "DRAINING+speech_noticed, one_way=False": Row("turn.yaml:98",
        "DRAINING", Context(turn=2, reply_complete=True), events.SpeechNoticed(session="session-2", at=5),
        "PAUSED", Context(turn=2, reply_complete=True), actions=("pause_speaker", "begin_utterance", "open_uplink"), emits=(emits.Interruption(turn=2),)),
    "DRAINING+hotword": Row("turn.yaml:99",
        "DRAINING", Context(turn=2, one_way=True, reply_complete=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "DRAINING+hotword, one_way=False": Row("turn.yaml:99",
        "DRAINING", Context(turn=2, reply_complete=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "DRAINING+button": Row("turn.yaml:100",
        "DRAINING", Context(turn=2, one_way=True, reply_complete=True), events.Button(session="session-2", at=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "DRAINING+button, one_way=False": Row("turn.yaml:100",
        "DRAINING", Context(turn=2, reply_complete=True), events.Button(session="session-2", at=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("stop_speaker", "chime", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=3),)),
    "DRAINING+turn_stuck": Row("turn.yaml:101",
        "DRAINING", Context(turn=2, one_way=True, reply_complete=True), events.TurnStuck(),
        "DRAINING", Context(turn=2, one_way=True, reply_complete=True), actions=("play_error",), emits=(emits.EndWanted(reason="draining_limit"),), entered=False),
    "DRAINING+turn_stuck, one_way=False": Row("turn.yaml:101",
        "DRAINING", Context(turn=2, reply_complete=True), events.TurnStuck(),
        "DRAINING", Context(turn=2, reply_complete=True), actions=("play_error",), emits=(emits.EndWanted(reason="draining_limit"),), entered=False),
    "DRAINING+session_over": Row("turn.yaml:102",
        "DRAINING", Context(turn=2, one_way=True, reply_complete=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, one_way=True, reply_complete=True), actions=("finish_speaker",)),
    # PAUSED: somebody speaks over the reply, which is kept where it has stopped; the server decides whether that interrupts it
    "PAUSED+tts_stream_end": Row("turn.yaml:108",
        "PAUSED", Context(turn=2, one_way=True, reply_complete=True), events.TtsStreamEnd(session="session-2", turn=5),
        "PAUSED", Context(turn=2, one_way=True, reply_complete=True), entered=False),
    "PAUSED+tts_stream_end, reply_complete=False": Row("turn.yaml:108",
        "PAUSED", Context(turn=2, one_way=True), events.TtsStreamEnd(session="session-2", turn=5),
        "PAUSED", Context(turn=2, one_way=True, reply_complete=True), entered=False),
    "PAUSED+tts_stream_end, one_way=False": Row("turn.yaml:108",
        "PAUSED", Context(turn=2, reply_complete=True), events.TtsStreamEnd(session="session-2", turn=5),
        "PAUSED", Context(turn=2, reply_complete=True), entered=False),
    "PAUSED+reply_cut": Row("turn.yaml:109",
        "PAUSED", Context(turn=2, one_way=True, reply_complete=True), events.ReplyCut(session="session-2", turn=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("stop_speaker",)),
    "PAUSED+reply_cut, one_way=False": Row("turn.yaml:109",
        "PAUSED", Context(turn=2, reply_complete=True), events.ReplyCut(session="session-2", turn=5),
        "USER_TURN", Context(turn=3, reply_complete=True), actions=("stop_speaker",)),
    "PAUSED+reply_resumes[reply_complete]": Row("turn.yaml:110",
        "PAUSED", Context(turn=2, one_way=True, reply_complete=True), events.ReplyResumes(session="session-2", turn=5),
        "DRAINING", Context(turn=2, one_way=True, reply_complete=True), actions=("withdraw_utterance", "resume_speaker")),
    "PAUSED+reply_resumes[reply_complete], one_way=False": Row("turn.yaml:110",
        "PAUSED", Context(turn=2, reply_complete=True), events.ReplyResumes(session="session-2", turn=5),
        "DRAINING", Context(turn=2, reply_complete=True), actions=("withdraw_utterance", "resume_speaker")),
    "PAUSED+reply_resumes[not reply_complete]": Row("turn.yaml:111",
        "PAUSED", Context(turn=2, one_way=True), events.ReplyResumes(session="session-2", turn=5),
        "SPEAKING", Context(turn=2, one_way=True), actions=("withdraw_utterance", "resume_speaker")),
    "PAUSED+reply_resumes[not reply_complete], one_way=False": Row("turn.yaml:111",
        "PAUSED", Context(turn=2), events.ReplyResumes(session="session-2", turn=5),
        "SPEAKING", Context(turn=2), actions=("withdraw_utterance", "resume_speaker")),
    "PAUSED+hotword": Row("turn.yaml:112",
        "PAUSED", Context(turn=2, one_way=True, reply_complete=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=4, reply_complete=True), actions=("stop_speaker", "chime", "withdraw_utterance", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=4),)),
    "PAUSED+hotword, one_way=False": Row("turn.yaml:112",
        "PAUSED", Context(turn=2, reply_complete=True), events.Hotword(session="session-2", model="some model", score=0.5, at=5),
        "USER_TURN", Context(turn=4, reply_complete=True), actions=("stop_speaker", "chime", "withdraw_utterance", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=4),)),
    "PAUSED+button": Row("turn.yaml:113",
        "PAUSED", Context(turn=2, one_way=True, reply_complete=True), events.Button(session="session-2", at=5),
        "USER_TURN", Context(turn=4, reply_complete=True), actions=("stop_speaker", "chime", "withdraw_utterance", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=4),)),
    "PAUSED+button, one_way=False": Row("turn.yaml:113",
        "PAUSED", Context(turn=2, reply_complete=True), events.Button(session="session-2", at=5),
        "USER_TURN", Context(turn=4, reply_complete=True), actions=("stop_speaker", "chime", "withdraw_utterance", "begin_utterance", "open_uplink"), emits=(emits.BargeIn(turn=4),)),
    "PAUSED+turn_stuck": Row("turn.yaml:114",
        "PAUSED", Context(turn=2, one_way=True, reply_complete=True), events.TurnStuck(),
        "PAUSED", Context(turn=2, one_way=True, reply_complete=True), actions=("play_error",), emits=(emits.EndWanted(reason="interruption_limit"),), entered=False),
    "PAUSED+turn_stuck, one_way=False": Row("turn.yaml:114",
        "PAUSED", Context(turn=2, reply_complete=True), events.TurnStuck(),
        "PAUSED", Context(turn=2, reply_complete=True), actions=("play_error",), emits=(emits.EndWanted(reason="interruption_limit"),), entered=False),
    "PAUSED+turn_stuck, reply_complete=False": Row("turn.yaml:114",
        "PAUSED", Context(turn=2, one_way=True), events.TurnStuck(),
        "PAUSED", Context(turn=2, one_way=True), actions=("play_error",), emits=(emits.EndWanted(reason="interruption_limit"),), entered=False),
    "PAUSED+session_over": Row("turn.yaml:115",
        "PAUSED", Context(turn=2, one_way=True, reply_complete=True), events.SessionOver(),
        "NO_TURN", Context(turn=2, one_way=True, reply_complete=True), actions=("finish_speaker",)),
}

IGNORED: list[Ignored] = [
    Ignored("turn.yaml:46", "NO_TURN", events.Hotword(session="session-2", model="some model", score=0.5, at=5)),  # session takes it
    Ignored("turn.yaml:47", "NO_TURN", events.Button(session="session-2", at=5)),  # session takes it
    Ignored("turn.yaml:69", "USER_TURN", events.Hotword(session="session-2", model="some model", score=0.5, at=5)),  # the user may speak already
]

FORBIDDEN: list[Forbidden] = [
    # turn.yaml:38: what NO_TURN does not list
    Forbidden("NO_TURN", events.SessionOver()),
    Forbidden("NO_TURN", events.UserTurnEnd(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.StartOfTtsStream(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.TtsStreamEnd(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.ReplyCut(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.ReplyResumes(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.SpeechNoticed(session="session-2", at=5)),
    Forbidden("NO_TURN", events.Drained(session="session-2", turn=5)),
    Forbidden("NO_TURN", events.TurnStuck()),
    # turn.yaml:48: what ANNOUNCEMENT does not list
    Forbidden("ANNOUNCEMENT", events.SessionBegan()),
    Forbidden("ANNOUNCEMENT", events.AnnouncementBegan(one_way=True)),
    Forbidden("ANNOUNCEMENT", events.UserTurnEnd(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.TtsStreamEnd(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.ReplyCut(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.ReplyResumes(session="session-2", turn=5)),
    Forbidden("ANNOUNCEMENT", events.SpeechNoticed(session="session-2", at=5)),
    Forbidden("ANNOUNCEMENT", events.Drained(session="session-2", turn=5)),
    # turn.yaml:58: what USER_TURN does not list
    Forbidden("USER_TURN", events.SessionBegan()),
    Forbidden("USER_TURN", events.AnnouncementBegan(one_way=True)),
    Forbidden("USER_TURN", events.TtsStreamEnd(session="session-2", turn=5)),
    Forbidden("USER_TURN", events.ReplyCut(session="session-2", turn=5)),
    Forbidden("USER_TURN", events.ReplyResumes(session="session-2", turn=5)),
    Forbidden("USER_TURN", events.SpeechNoticed(session="session-2", at=5)),
    Forbidden("USER_TURN", events.Drained(session="session-2", turn=5)),
    # turn.yaml:70: what THINKING does not list
    Forbidden("THINKING", events.SessionBegan()),
    Forbidden("THINKING", events.AnnouncementBegan(one_way=True)),
    Forbidden("THINKING", events.UserTurnEnd(session="session-2", turn=5)),
    Forbidden("THINKING", events.TtsStreamEnd(session="session-2", turn=5)),
    Forbidden("THINKING", events.ReplyCut(session="session-2", turn=5)),
    Forbidden("THINKING", events.ReplyResumes(session="session-2", turn=5)),
    Forbidden("THINKING", events.SpeechNoticed(session="session-2", at=5)),
    Forbidden("THINKING", events.Drained(session="session-2", turn=5)),
    # turn.yaml:80: what SPEAKING does not list
    Forbidden("SPEAKING", events.SessionBegan()),
    Forbidden("SPEAKING", events.AnnouncementBegan(one_way=True)),
    Forbidden("SPEAKING", events.UserTurnEnd(session="session-2", turn=5)),
    Forbidden("SPEAKING", events.StartOfTtsStream(session="session-2", turn=5)),
    Forbidden("SPEAKING", events.ReplyCut(session="session-2", turn=5)),
    Forbidden("SPEAKING", events.ReplyResumes(session="session-2", turn=5)),
    Forbidden("SPEAKING", events.Drained(session="session-2", turn=5)),
    # turn.yaml:91: what DRAINING does not list
    Forbidden("DRAINING", events.SessionBegan()),
    Forbidden("DRAINING", events.AnnouncementBegan(one_way=True)),
    Forbidden("DRAINING", events.UserTurnEnd(session="session-2", turn=5)),
    Forbidden("DRAINING", events.StartOfTtsStream(session="session-2", turn=5)),
    Forbidden("DRAINING", events.TtsStreamEnd(session="session-2", turn=5)),
    Forbidden("DRAINING", events.ReplyCut(session="session-2", turn=5)),
    Forbidden("DRAINING", events.ReplyResumes(session="session-2", turn=5)),
    # turn.yaml:103: what PAUSED does not list
    Forbidden("PAUSED", events.SessionBegan()),
    Forbidden("PAUSED", events.AnnouncementBegan(one_way=True)),
    Forbidden("PAUSED", events.UserTurnEnd(session="session-2", turn=5)),
    Forbidden("PAUSED", events.StartOfTtsStream(session="session-2", turn=5)),
    Forbidden("PAUSED", events.SpeechNoticed(session="session-2", at=5)),
    Forbidden("PAUSED", events.Drained(session="session-2", turn=5)),
]

PAIRS: list[Pair] = [
    Pair("NO_TURN+session_began", "USER_TURN+user_turn_end", Context(turn=1, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
        Then(["hotword"], Context(turn=2, reply_complete=True), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+start_of_tts_stream", Context(turn=1, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=1), emits=(emits.Interruption(turn=1),)),
        Then(["hotword", "button"], Context(turn=2, reply_complete=True), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+button", Context(turn=1, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+turn_stuck", Context(turn=1, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("NO_TURN+session_began", "USER_TURN+session_over", Context(turn=1, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+start_of_tts_stream", Context(turn=1, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=1, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=1, one_way=True), emits=(emits.Interruption(turn=1),)),
        Then(["hotword", "button"], Context(turn=2, reply_complete=True), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+hotword", Context(turn=2, reply_complete=True), emits=(emits.BargeIn(turn=2),), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, reply_complete=True)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+button", Context(turn=1, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=2, reply_complete=True), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+turn_stuck", Context(turn=1, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=2, reply_complete=True), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("NO_TURN+announcement_began", "ANNOUNCEMENT+session_over", Context(turn=1, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream", "SPEAKING+tts_stream_end", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream, one_way=False", "SPEAKING+tts_stream_end", Context(turn=2, reply_complete=True), then=[
        Then(["drained[not one_way]"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream", "SPEAKING+speech_noticed", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3)),
        Then(["reply_resumes[not reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=4)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream", "SPEAKING+hotword", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream", "SPEAKING+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream", "SPEAKING+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+start_of_tts_stream", "SPEAKING+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+hotword", "USER_TURN+user_turn_end", Context(turn=3, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["hotword"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("ANNOUNCEMENT+hotword", "USER_TURN+start_of_tts_stream", Context(turn=3, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=3), emits=(emits.Interruption(turn=3),)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("ANNOUNCEMENT+hotword", "USER_TURN+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+hotword", "USER_TURN+turn_stuck", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+hotword", "USER_TURN+session_over", Context(turn=3, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+button", "ANNOUNCEMENT+start_of_tts_stream", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+button", "ANNOUNCEMENT+hotword", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+button", "ANNOUNCEMENT+button", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+button", "ANNOUNCEMENT+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+button", "ANNOUNCEMENT+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+start_of_tts_stream", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+hotword", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+button", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+turn_stuck", "ANNOUNCEMENT+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+session_over", "NO_TURN+session_began", Context(turn=1, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("ANNOUNCEMENT+session_over", "NO_TURN+announcement_began", Context(turn=1, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=2, reply_complete=True), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("USER_TURN+user_turn_end", "THINKING+start_of_tts_stream", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("USER_TURN+user_turn_end", "THINKING+hotword", Context(turn=3, one_way=True, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+user_turn_end", "THINKING+button", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+user_turn_end", "THINKING+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+user_turn_end", "THINKING+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+start_of_tts_stream", "SPEAKING+tts_stream_end", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("USER_TURN+start_of_tts_stream, one_way=False", "SPEAKING+tts_stream_end", Context(turn=2, reply_complete=True), then=[
        Then(["drained[not one_way]"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("USER_TURN+start_of_tts_stream", "SPEAKING+speech_noticed", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3)),
        Then(["reply_resumes[not reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=4)),
    ]),
    Pair("USER_TURN+start_of_tts_stream", "SPEAKING+hotword", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("USER_TURN+start_of_tts_stream", "SPEAKING+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("USER_TURN+start_of_tts_stream", "SPEAKING+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("USER_TURN+start_of_tts_stream", "SPEAKING+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+button", "USER_TURN+user_turn_end", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+button", "USER_TURN+start_of_tts_stream", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("USER_TURN+button", "USER_TURN+button", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+button", "USER_TURN+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+button", "USER_TURN+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+user_turn_end", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+start_of_tts_stream", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+button", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+turn_stuck", "USER_TURN+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("USER_TURN+session_over", "NO_TURN+session_began", Context(turn=1, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("USER_TURN+session_over", "NO_TURN+announcement_began", Context(turn=1, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=2, reply_complete=True), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("THINKING+start_of_tts_stream", "SPEAKING+tts_stream_end", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("THINKING+start_of_tts_stream, one_way=False", "SPEAKING+tts_stream_end", Context(turn=2, reply_complete=True), then=[
        Then(["drained[not one_way]"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("THINKING+start_of_tts_stream", "SPEAKING+speech_noticed", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3)),
        Then(["reply_resumes[not reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=4)),
    ]),
    Pair("THINKING+start_of_tts_stream", "SPEAKING+hotword", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("THINKING+start_of_tts_stream", "SPEAKING+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("THINKING+start_of_tts_stream", "SPEAKING+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("THINKING+start_of_tts_stream", "SPEAKING+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("THINKING+hotword", "USER_TURN+user_turn_end", Context(turn=3, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=4, one_way=True, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("THINKING+hotword", "USER_TURN+start_of_tts_stream", Context(turn=3, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=3, one_way=True), emits=(emits.Interruption(turn=3),)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("THINKING+hotword", "USER_TURN+button", Context(turn=3, one_way=True, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("THINKING+hotword", "USER_TURN+turn_stuck", Context(turn=3, one_way=True, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("THINKING+hotword", "USER_TURN+session_over", Context(turn=3, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("THINKING+button", "THINKING+start_of_tts_stream", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("THINKING+button", "THINKING+hotword", Context(turn=3, one_way=True, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("THINKING+button", "THINKING+button", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("THINKING+button", "THINKING+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("THINKING+button", "THINKING+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+start_of_tts_stream", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+hotword", Context(turn=3, one_way=True, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+button", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=3, one_way=True, reply_complete=True)),
    ]),
    Pair("THINKING+turn_stuck", "THINKING+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("THINKING+session_over", "NO_TURN+session_began", Context(turn=1, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("THINKING+session_over", "NO_TURN+announcement_began", Context(turn=1, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=2, reply_complete=True), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("SPEAKING+tts_stream_end, one_way=False", "DRAINING+drained[not one_way]", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+tts_stream_end", "DRAINING+drained[one_way]", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+tts_stream_end", "DRAINING+speech_noticed", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "reply_resumes[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("SPEAKING+tts_stream_end", "DRAINING+hotword", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+tts_stream_end", "DRAINING+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+tts_stream_end", "DRAINING+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+tts_stream_end, one_way=False", "DRAINING+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["drained[not one_way]"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+tts_stream_end", "DRAINING+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("SPEAKING+speech_noticed", "PAUSED+tts_stream_end", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "reply_resumes[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("SPEAKING+speech_noticed", "PAUSED+reply_cut", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("SPEAKING+speech_noticed", "PAUSED+reply_resumes[not reply_complete]", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("SPEAKING+speech_noticed", "PAUSED+hotword", Context(turn=4), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4)),
    ]),
    Pair("SPEAKING+speech_noticed", "PAUSED+button", Context(turn=4), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4)),
    ]),
    Pair("SPEAKING+speech_noticed", "PAUSED+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3)),
        Then(["reply_resumes[not reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=4)),
    ]),
    Pair("SPEAKING+speech_noticed", "PAUSED+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("SPEAKING+hotword", "USER_TURN+user_turn_end", Context(turn=3, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["hotword"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("SPEAKING+hotword", "USER_TURN+start_of_tts_stream", Context(turn=3, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=3), emits=(emits.Interruption(turn=3),)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("SPEAKING+hotword", "USER_TURN+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+hotword", "USER_TURN+turn_stuck", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+hotword", "USER_TURN+session_over", Context(turn=3, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("SPEAKING+button", "USER_TURN+user_turn_end", Context(turn=3, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["hotword"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("SPEAKING+button", "USER_TURN+start_of_tts_stream", Context(turn=3, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=3), emits=(emits.Interruption(turn=3),)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("SPEAKING+button", "USER_TURN+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+button", "USER_TURN+turn_stuck", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+button", "USER_TURN+session_over", Context(turn=3, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+tts_stream_end", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+turn_stuck, one_way=False", "SPEAKING+tts_stream_end", Context(turn=2, reply_complete=True), then=[
        Then(["drained[not one_way]"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+speech_noticed", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3)),
        Then(["reply_resumes[not reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=4)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+hotword", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("SPEAKING+turn_stuck", "SPEAKING+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("SPEAKING+session_over", "NO_TURN+session_began", Context(turn=1, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("SPEAKING+session_over", "NO_TURN+announcement_began", Context(turn=1, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=2, reply_complete=True), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("DRAINING+drained[not one_way]", "USER_TURN+user_turn_end", Context(turn=3, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["hotword"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("DRAINING+drained[not one_way]", "USER_TURN+start_of_tts_stream", Context(turn=3, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=3), emits=(emits.Interruption(turn=3),)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("DRAINING+drained[not one_way]", "USER_TURN+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+drained[not one_way]", "USER_TURN+turn_stuck", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+drained[not one_way]", "USER_TURN+session_over", Context(turn=3, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("DRAINING+drained[one_way]", "DRAINING+drained[one_way]", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+drained[one_way]", "DRAINING+speech_noticed", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "reply_resumes[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("DRAINING+drained[one_way]", "DRAINING+hotword", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+drained[one_way]", "DRAINING+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+drained[one_way]", "DRAINING+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+drained[one_way]", "DRAINING+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("DRAINING+speech_noticed", "PAUSED+tts_stream_end", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "reply_resumes[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("DRAINING+speech_noticed", "PAUSED+reply_cut", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+speech_noticed", "PAUSED+reply_resumes[reply_complete]", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+speech_noticed, one_way=False", "PAUSED+reply_resumes[reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["drained[not one_way]"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+speech_noticed", "PAUSED+hotword", Context(turn=4, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("DRAINING+speech_noticed", "PAUSED+button", Context(turn=4, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("DRAINING+speech_noticed", "PAUSED+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "reply_resumes[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("DRAINING+speech_noticed", "PAUSED+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("DRAINING+hotword", "USER_TURN+user_turn_end", Context(turn=3, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["hotword"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("DRAINING+hotword", "USER_TURN+start_of_tts_stream", Context(turn=3, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=3), emits=(emits.Interruption(turn=3),)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("DRAINING+hotword", "USER_TURN+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+hotword", "USER_TURN+turn_stuck", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+hotword", "USER_TURN+session_over", Context(turn=3, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("DRAINING+button", "USER_TURN+user_turn_end", Context(turn=3, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["hotword"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("DRAINING+button", "USER_TURN+start_of_tts_stream", Context(turn=3, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=3), emits=(emits.Interruption(turn=3),)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("DRAINING+button", "USER_TURN+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+button", "USER_TURN+turn_stuck", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+button", "USER_TURN+session_over", Context(turn=3, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck, one_way=False", "DRAINING+drained[not one_way]", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+drained[one_way]", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+speech_noticed", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "reply_resumes[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+hotword", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck, one_way=False", "DRAINING+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["drained[not one_way]"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("DRAINING+turn_stuck", "DRAINING+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("DRAINING+session_over", "NO_TURN+session_began", Context(turn=1, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("DRAINING+session_over", "NO_TURN+announcement_began", Context(turn=1, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=2, reply_complete=True), emits=(emits.BargeIn(turn=2),)),
    ]),
    Pair("PAUSED+tts_stream_end", "PAUSED+tts_stream_end", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "reply_resumes[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+tts_stream_end", "PAUSED+reply_cut", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+tts_stream_end", "PAUSED+reply_resumes[reply_complete]", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+tts_stream_end, one_way=False", "PAUSED+reply_resumes[reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["drained[not one_way]"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+tts_stream_end", "PAUSED+hotword", Context(turn=4, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+tts_stream_end", "PAUSED+button", Context(turn=4, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+tts_stream_end", "PAUSED+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "reply_resumes[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+tts_stream_end", "PAUSED+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_cut", "USER_TURN+user_turn_end", Context(turn=3, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["hotword"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("PAUSED+reply_cut", "USER_TURN+start_of_tts_stream", Context(turn=3, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=3), emits=(emits.Interruption(turn=3),)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True), emits=(emits.BargeIn(turn=4),)),
    ]),
    Pair("PAUSED+reply_cut", "USER_TURN+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_cut", "USER_TURN+turn_stuck", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_cut", "USER_TURN+session_over", Context(turn=3, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_resumes[reply_complete], one_way=False", "DRAINING+drained[not one_way]", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_resumes[reply_complete]", "DRAINING+drained[one_way]", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_resumes[reply_complete]", "DRAINING+speech_noticed", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "reply_resumes[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_resumes[reply_complete]", "DRAINING+hotword", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_resumes[reply_complete]", "DRAINING+button", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_resumes[reply_complete]", "DRAINING+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_resumes[reply_complete], one_way=False", "DRAINING+turn_stuck", Context(turn=2, reply_complete=True), then=[
        Then(["drained[not one_way]"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_resumes[reply_complete]", "DRAINING+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("PAUSED+reply_resumes[not reply_complete]", "SPEAKING+tts_stream_end", Context(turn=2, one_way=True), then=[
        Then(["drained[one_way]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["speech_noticed"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("PAUSED+reply_resumes[not reply_complete], one_way=False", "SPEAKING+tts_stream_end", Context(turn=2), then=[
        Then(["drained[not one_way]"], Context(turn=3)),
    ]),
    Pair("PAUSED+reply_resumes[not reply_complete]", "SPEAKING+speech_noticed", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3)),
        Then(["reply_resumes[not reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=4)),
    ]),
    Pair("PAUSED+reply_resumes[not reply_complete]", "SPEAKING+hotword", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("PAUSED+reply_resumes[not reply_complete]", "SPEAKING+button", Context(turn=3), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3)),
    ]),
    Pair("PAUSED+reply_resumes[not reply_complete]", "SPEAKING+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("PAUSED+reply_resumes[not reply_complete]", "SPEAKING+session_over", Context(turn=2, one_way=True), then=[
        Then(["session_began"], Context(turn=1)),
        Then(["announcement_began"], Context(turn=1, one_way=True)),
    ]),
    Pair("PAUSED+hotword", "USER_TURN+user_turn_end", Context(turn=4, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
        Then(["hotword"], Context(turn=5, reply_complete=True), emits=(emits.BargeIn(turn=5),)),
    ]),
    Pair("PAUSED+hotword", "USER_TURN+start_of_tts_stream", Context(turn=4, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=4), emits=(emits.Interruption(turn=4),)),
        Then(["hotword", "button"], Context(turn=5, reply_complete=True), emits=(emits.BargeIn(turn=5),)),
    ]),
    Pair("PAUSED+hotword", "USER_TURN+button", Context(turn=4, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+hotword", "USER_TURN+turn_stuck", Context(turn=4, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+hotword", "USER_TURN+session_over", Context(turn=4, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("PAUSED+button", "USER_TURN+user_turn_end", Context(turn=4, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
        Then(["hotword"], Context(turn=5, reply_complete=True), emits=(emits.BargeIn(turn=5),)),
    ]),
    Pair("PAUSED+button", "USER_TURN+start_of_tts_stream", Context(turn=4, reply_complete=True), then=[
        Then(["tts_stream_end", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
        Then(["speech_noticed"], Context(turn=4), emits=(emits.Interruption(turn=4),)),
        Then(["hotword", "button"], Context(turn=5, reply_complete=True), emits=(emits.BargeIn(turn=5),)),
    ]),
    Pair("PAUSED+button", "USER_TURN+button", Context(turn=4, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+button", "USER_TURN+turn_stuck", Context(turn=4, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+button", "USER_TURN+session_over", Context(turn=4, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+tts_stream_end", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "reply_resumes[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+reply_cut", Context(turn=3, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+reply_resumes[reply_complete]", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["drained[one_way]", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck, one_way=False", "PAUSED+reply_resumes[reply_complete]", Context(turn=2, reply_complete=True), then=[
        Then(["drained[not one_way]"], Context(turn=3, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck, reply_complete=False", "PAUSED+reply_resumes[not reply_complete]", Context(turn=2, one_way=True), then=[
        Then(["tts_stream_end", "speech_noticed", "turn_stuck", "session_over"], Context(turn=2, one_way=True)),
        Then(["hotword", "button"], Context(turn=3)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+hotword", Context(turn=4, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+button", Context(turn=4, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+turn_stuck", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["tts_stream_end", "reply_resumes[reply_complete]", "turn_stuck", "session_over"], Context(turn=2, one_way=True, reply_complete=True)),
        Then(["reply_cut"], Context(turn=3, reply_complete=True)),
        Then(["hotword", "button"], Context(turn=4, reply_complete=True)),
    ]),
    Pair("PAUSED+turn_stuck, reply_complete=False", "PAUSED+turn_stuck", Context(turn=2, one_way=True), then=[
        Then(["reply_resumes[not reply_complete]"], Context(turn=2, one_way=True)),
    ]),
    Pair("PAUSED+turn_stuck", "PAUSED+session_over", Context(turn=2, one_way=True, reply_complete=True), then=[
        Then(["session_began"], Context(turn=1, reply_complete=True)),
        Then(["announcement_began"], Context(turn=1, one_way=True, reply_complete=True)),
    ]),
    Pair("PAUSED+session_over", "NO_TURN+session_began", Context(turn=1, reply_complete=True), then=[
        Then(["user_turn_end", "start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, reply_complete=True)),
    ]),
    Pair("PAUSED+session_over", "NO_TURN+announcement_began", Context(turn=1, one_way=True, reply_complete=True), then=[
        Then(["start_of_tts_stream", "button", "turn_stuck", "session_over"], Context(turn=1, one_way=True, reply_complete=True)),
        Then(["hotword"], Context(turn=2, reply_complete=True), emits=(emits.BargeIn(turn=2),)),
    ]),
    # Left out: 4 pairs of rows whose guards cannot hold one after the other.
    #   SPEAKING+speech_noticed > PAUSED+reply_resumes[reply_complete]
    #   DRAINING+drained[one_way] > DRAINING+drained[not one_way]
    #   DRAINING+speech_noticed > PAUSED+reply_resumes[not reply_complete]
    #   PAUSED+tts_stream_end > PAUSED+reply_resumes[not reply_complete]
]

PATHS: dict[str, Path] = {
    "NO_TURN": Path(Context(), [], Context()),
    "ANNOUNCEMENT": Path(Context(), [(events.AnnouncementBegan(one_way=True), "ANNOUNCEMENT")], Context(turn=1, one_way=True)),
    "USER_TURN": Path(Context(), [(events.SessionBegan(), "USER_TURN")], Context(turn=1)),
    "THINKING": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.UserTurnEnd(session="session-2", turn=5), "THINKING")], Context(turn=1)),
    "SPEAKING": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.StartOfTtsStream(session="session-2", turn=5), "SPEAKING")], Context(turn=1)),
    "DRAINING": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.StartOfTtsStream(session="session-2", turn=5), "SPEAKING"), (events.TtsStreamEnd(session="session-2", turn=5), "DRAINING")], Context(turn=1)),
    "PAUSED": Path(Context(), [(events.SessionBegan(), "USER_TURN"), (events.StartOfTtsStream(session="session-2", turn=5), "SPEAKING"), (events.SpeechNoticed(session="session-2", at=5), "PAUSED")], Context(turn=1)),
}


def test_new() -> None:
    check_new(Turn, "NO_TURN", Context(turn=0, one_way=False, reply_complete=False))


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
