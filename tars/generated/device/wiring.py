# Written by `python -m codegen` from machines/system.yaml; do not edit.
"""How the machines of the device are wired, and the actions they ask for."""

from __future__ import annotations

from typing import Protocol

from tars.engine import Correlation, Event, ExternalEvent, Wiring
from tars.generated.device import events
from tars.generated.device.connection import Connection
from tars.generated.device.continuity import Continuity
from tars.generated.device.session import Session
from tars.generated.device.turn import Turn


class Actions(Protocol):
    """What the rows of the device ask for; `cause` is the event that the row took."""

    def abort_socket(self, cause: Event) -> None:
        """Asked for by connection."""

    def begin_utterance(self, cause: Event) -> None:
        """Asked for by session, turn."""

    def chime(self, cause: Event) -> None:
        """Asked for by session, turn."""

    def drop_record(self, cause: Event) -> None:
        """Asked for by continuity."""

    def finish_speaker(self, cause: Event) -> None:
        """Asked for by turn."""

    def flush_and_close(self, cause: Event) -> None:
        """Asked for by connection."""

    def give_up(self, cause: Event) -> None:
        """Asked for by connection."""

    def new_record(self, cause: Event) -> None:
        """Asked for by continuity."""

    def open_socket(self, cause: Event) -> None:
        """Asked for by connection."""

    def open_speaker(self, cause: Event) -> None:
        """Asked for by turn."""

    def open_uplink(self, cause: Event) -> None:
        """Asked for by session, turn."""

    def pause_speaker(self, cause: Event) -> None:
        """Asked for by turn."""

    def play_alarm(self, cause: Event) -> None:
        """Asked for by session."""

    def play_error(self, cause: Event) -> None:
        """Asked for by session, turn."""

    def reopen_uplink(self, cause: Event) -> None:
        """Asked for by session."""

    def resume_speaker(self, cause: Event) -> None:
        """Asked for by turn."""

    def send_unacknowledged_again(self, cause: Event) -> None:
        """Asked for by continuity."""

    def stop_speaker(self, cause: Event) -> None:
        """Asked for by session, turn."""

    def withdraw_utterance(self, cause: Event) -> None:
        """Asked for by turn."""


WIRING = Wiring(
    node="device",
    machines=(Connection, Continuity, Session, Turn),
    routes={
        ("session", "started"): (("connection", events.Started),),                                     # system.yaml:22
        ("session", "stopped"): (("connection", events.Stopped),),                                     # system.yaml:23
        ("session", "wanted"): (("connection", events.Wanted),),                                       # system.yaml:24
        ("session", "unwanted"): (("connection", events.Unwanted),),                                   # system.yaml:25
        ("connection", "link_fresh"): (("continuity", events.LinkFresh),),                             # system.yaml:26
        ("connection", "link_resumed"): (("continuity", events.LinkResumed),),                         # system.yaml:27
        ("connection", "link_lost"): (("continuity", events.LinkLost), ("session", events.LinkLost)),  # system.yaml:28
        ("connection", "link_closed"): (("continuity", events.LinkClosed),),                           # system.yaml:29
        ("continuity", "fresh"): (("session", events.Fresh),),                                         # system.yaml:30
        ("continuity", "given_up"): (("session", events.GivenUp), ("connection", events.Renew)),       # system.yaml:31
        ("session", "session_began"): (("turn", events.SessionBegan),),                                # system.yaml:32
        ("session", "announcement_began"): (("turn", events.AnnouncementBegan),),                      # system.yaml:33
        ("session", "session_over"): (("turn", events.SessionOver),),                                  # system.yaml:34
        ("turn", "end_wanted"): (("session", events.EndWanted),),                                      # system.yaml:35
    },
    sends={
        ("connection", "hello"): "hello",                           # system.yaml:49
        ("connection", "goodbye"): "goodbye",                       # system.yaml:50
        ("session", "hotword_detected"): "hotword_detected",        # system.yaml:51
        ("session", "announcement_wanted"): "announcement_wanted",  # system.yaml:52
        ("session", "session_end"): "session_end",                  # system.yaml:53
        ("turn", "playback_complete"): "playback_complete",         # system.yaml:54
        ("turn", "barge_in"): "barge_in",                           # system.yaml:55
        ("turn", "interruption"): "interruption",                   # system.yaml:56
    },
    receives={
        "welcome": ("connection", events.Welcome),                    # system.yaml:58
        "going_away": ("connection", events.GoingAway),               # system.yaml:59
        "session_started": ("session", events.SessionStarted),        # system.yaml:60
        "session_refused": ("session", events.SessionRefused),        # system.yaml:61
        "session_end": ("session", events.SessionEnd),                # system.yaml:62
        "ring": ("session", events.Ring),                             # system.yaml:63
        "announcement_waits": ("session", events.AnnouncementWaits),  # system.yaml:64
        "question_waits": ("session", events.QuestionWaits),          # system.yaml:65
        "user_turn_end": ("turn", events.UserTurnEnd),                # system.yaml:66
        "start_of_tts_stream": ("turn", events.StartOfTtsStream),     # system.yaml:67
        "tts_stream_end": ("turn", events.TtsStreamEnd),              # system.yaml:68
        "reply_cut": ("turn", events.ReplyCut),                       # system.yaml:69
        "reply_resumes": ("turn", events.ReplyResumes),               # system.yaml:70
    },
    external={
        "hotword": ExternalEvent((("session", events.Hotword), ("turn", events.Hotword), ("connection", events.Redial)), {}, ()),                         # system.yaml:76
        "button": ExternalEvent((("session", events.Button), ("turn", events.Button), ("connection", events.Redial)), {}, ()),                            # system.yaml:77
        "redial": ExternalEvent((("connection", events.Redial),), {}, ()),                                                                                # system.yaml:78
        "overflow": ExternalEvent((("session", events.Overflow),), {"session": ("HOTWORD_DETECTED", "ACTIVE_SESSION")}, ()),                              # system.yaml:79
        "start": ExternalEvent((("session", events.Start),), {"session": ("IDLE",)}, ()),                                                                 # system.yaml:80
        "stop": ExternalEvent((("session", events.Stop),), {"session": ("LISTENING", "HOTWORD_DETECTED", "ACTIVE_SESSION")}, ()),                         # system.yaml:81
        "speech_noticed": ExternalEvent((("turn", events.SpeechNoticed),), {"turn": ("SPEAKING", "DRAINING"), "continuity": ("LINKED",)}, ("session",)),  # system.yaml:82
        "drained": ExternalEvent((("turn", events.Drained),), {"turn": ("DRAINING",)}, ("session", "turn")),                                              # system.yaml:83
        "socket_opened": ExternalEvent((("connection", events.SocketOpened),), {}, ()),                                                                   # system.yaml:104
        "failed": ExternalEvent((("connection", events.Failed),), {}, ()),                                                                                # system.yaml:105
        "lost": ExternalEvent((("connection", events.Lost),), {}, ()),                                                                                    # system.yaml:106
    },
    correlation={
        "session": Correlation("session", "session", ("HOTWORD_DETECTED", "ACTIVE_SESSION")),
        "turn": Correlation("turn", "turn", ("ANNOUNCEMENT", "USER_TURN", "THINKING", "SPEAKING", "DRAINING", "PAUSED")),
    },
)
