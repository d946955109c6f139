# Written by `python -m codegen` from machines/system.yaml; do not edit.
"""How the machines of the server are wired, and the actions they ask for."""

from __future__ import annotations

from typing import Protocol

from tars.engine import Correlation, Event, ExternalEvent, Wiring
from tars.generated.server import events
from tars.generated.server.continuity import Continuity
from tars.generated.server.session import Session
from tars.generated.server.turn import Turn


class Actions(Protocol):
    """What the rows of the server ask for; `cause` is the event that the row took."""

    def abort_socket(self, cause: Event) -> None:
        """Asked for by continuity."""

    def begin_interruption(self, cause: Event) -> None:
        """Asked for by turn."""

    def begin_turn(self, cause: Event) -> None:
        """Asked for by turn."""

    def cancel_reply(self, cause: Event) -> None:
        """Asked for by turn."""

    def close_brain(self, cause: Event) -> None:
        """Asked for by session."""

    def close_older_socket(self, cause: Event) -> None:
        """Asked for by continuity."""

    def close_socket(self, cause: Event) -> None:
        """Asked for by continuity."""

    def drop_record(self, cause: Event) -> None:
        """Asked for by continuity."""

    def flush_and_close(self, cause: Event) -> None:
        """Asked for by continuity."""

    def forget_utterance(self, cause: Event) -> None:
        """Asked for by session."""

    def leave_timers(self, cause: Event) -> None:
        """Asked for by continuity."""

    def look_for_announcements(self, cause: Event) -> None:
        """Asked for by continuity, session."""

    def new_record(self, cause: Event) -> None:
        """Asked for by continuity."""

    def note_announcement_heard(self, cause: Event) -> None:
        """Asked for by session."""

    def note_call(self, cause: Event) -> None:
        """Asked for by session, turn."""

    def open_brain(self, cause: Event) -> None:
        """Asked for by session."""

    def open_reply(self, cause: Event) -> None:
        """Asked for by turn."""

    def send_unacknowledged_again(self, cause: Event) -> None:
        """Asked for by continuity."""


WIRING = Wiring(
    node="server",
    machines=(Continuity, Session, Turn),
    routes={
        ("continuity", "fresh"): (("session", events.Fresh),),                     # system.yaml:37
        ("continuity", "given_up"): (("session", events.GivenUp),),                # system.yaml:38
        ("session", "session_began"): (("turn", events.SessionBegan),),            # system.yaml:39
        ("session", "announcement_began"): (("turn", events.AnnouncementBegan),),  # system.yaml:40
        ("session", "session_over"): (("turn", events.SessionOver),),              # system.yaml:41
        ("turn", "end_wanted"): (("session", events.EndWanted),),                  # system.yaml:42
    },
    sends={
        ("continuity", "welcome"): "welcome",                     # system.yaml:53
        ("continuity", "going_away"): "going_away",               # system.yaml:54
        ("session", "session_started"): "session_started",        # system.yaml:55
        ("session", "session_refused"): "session_refused",        # system.yaml:56
        ("session", "session_end"): "session_end",                # system.yaml:57
        ("session", "ring"): "ring",                              # system.yaml:58
        ("session", "announcement_waits"): "announcement_waits",  # system.yaml:59
        ("session", "question_waits"): "question_waits",          # system.yaml:60
        ("turn", "user_turn_end"): "user_turn_end",               # system.yaml:61
        ("turn", "start_of_tts_stream"): "start_of_tts_stream",   # system.yaml:62
        ("turn", "tts_stream_end"): "tts_stream_end",             # system.yaml:63
        ("turn", "reply_cut"): "reply_cut",                       # system.yaml:64
        ("turn", "reply_resumes"): "reply_resumes",               # system.yaml:65
    },
    receives={
        "hello": ("continuity", events.Hello),                          # system.yaml:44
        "goodbye": ("continuity", events.Goodbye),                      # system.yaml:45
        "hotword_detected": ("session", events.HotwordDetected),        # system.yaml:46
        "announcement_wanted": ("session", events.AnnouncementWanted),  # system.yaml:47
        "session_end": ("session", events.SessionEnd),                  # system.yaml:48
        "playback_complete": ("turn", events.PlaybackComplete),         # system.yaml:49
        "barge_in": ("turn", events.BargeIn),                           # system.yaml:50
        "interruption": ("turn", events.Interruption),                  # system.yaml:51
    },
    external={
        "brain_ready": ExternalEvent((("session", events.BrainReady),), {"session": ("HOTWORD_DETECTED",)}, ("session",)),                                                                         # system.yaml:79
        "brain_failed": ExternalEvent((("session", events.BrainFailed),), {"session": ("HOTWORD_DETECTED", "ACTIVE_SESSION")}, ("session",)),                                                      # system.yaml:80
        "end_phrase": ExternalEvent((("session", events.EndPhrase),), {"session": ("ACTIVE_SESSION",)}, ("session",)),                                                                             # system.yaml:81
        "user_silent": ExternalEvent((("session", events.UserSilent),), {"turn": ("USER_TURN",)}, ("session", "turn")),                                                                            # system.yaml:82
        "timer_due": ExternalEvent((("session", events.TimerDue),), {"session": ("LISTENING", "HOTWORD_DETECTED", "ACTIVE_SESSION")}, ()),                                                         # system.yaml:83
        "announcement_due": ExternalEvent((("session", events.AnnouncementDue),), {"session": ("LISTENING",), "continuity": ("LINKED",)}, ()),                                                     # system.yaml:84
        "question_due": ExternalEvent((("session", events.QuestionDue),), {"session": ("LISTENING",), "continuity": ("LINKED",)}, ()),                                                             # system.yaml:85
        "heard_elsewhere": ExternalEvent((("session", events.HeardElsewhere),), {"session": ("HOTWORD_DETECTED", "ACTIVE_SESSION"), "turn": ("NO_TURN", "USER_TURN", "THINKING")}, ("session",)),  # system.yaml:86
        "speech_ended": ExternalEvent((("turn", events.SpeechEnded),), {"turn": ("USER_TURN",)}, ("session", "turn")),                                                                             # system.yaml:87
        "reply_started": ExternalEvent((("turn", events.ReplyStarted),), {"turn": ("ANNOUNCEMENT", "USER_TURN", "THINKING")}, ("session", "turn")),                                                # system.yaml:88
        "reply_ended": ExternalEvent((("turn", events.ReplyEnded),), {"turn": ("SPEAKING", "PAUSED")}, ("session", "turn")),                                                                       # system.yaml:89
        "interruption_meant": ExternalEvent((("turn", events.InterruptionMeant),), {"turn": ("PAUSED",)}, ("session", "turn")),                                                                    # system.yaml:90
        "interruption_false": ExternalEvent((("turn", events.InterruptionFalse),), {"turn": ("PAUSED",)}, ("session", "turn")),                                                                    # system.yaml:91
        "stop": ExternalEvent((("session", events.Stop), ("continuity", events.Stop)), {}, ()),                                                                                                    # system.yaml:92
        "suspend": ExternalEvent((("continuity", events.Suspend),), {}, ()),                                                                                                                       # system.yaml:93
        "fenced": ExternalEvent((("continuity", events.Fenced),), {"continuity": ("LINKED", "INTERRUPTED")}, ()),                                                                                  # system.yaml:94
        "lost": ExternalEvent((("continuity", events.Lost),), {}, ()),                                                                                                                             # system.yaml:98
    },
    correlation={
        "session": Correlation("session", "session", ("HOTWORD_DETECTED", "ACTIVE_SESSION")),
        "turn": Correlation("turn", "turn", ("ANNOUNCEMENT", "USER_TURN", "THINKING", "SPEAKING", "DRAINING", "PAUSED")),
    },
)
