# Written by `python -m codegen` from machines/system.yaml; do not edit.
"""How the machines of the server are wired, and the actions they ask for."""

from __future__ import annotations

from typing import Protocol

from tars.engine import Correlation, Event, ExternalEvent, Wiring
from tars.generated.server import events
from tars.generated.server.continuity import Continuity
from tars.generated.server.session import Session
from tars.generated.server.turn import Turn
from tars.generated.server.announcement import Announcement


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
        """Asked for by continuity, announcement."""

    def new_record(self, cause: Event) -> None:
        """Asked for by continuity."""

    def note_answered(self, cause: Event) -> None:
        """Asked for by announcement."""

    def note_call(self, cause: Event) -> None:
        """Asked for by session, turn."""

    def note_spoken(self, cause: Event) -> None:
        """Asked for by announcement."""

    def note_unanswered(self, cause: Event) -> None:
        """Asked for by announcement."""

    def open_brain(self, cause: Event) -> None:
        """Asked for by session."""

    def open_reply(self, cause: Event) -> None:
        """Asked for by turn."""

    def send_unacknowledged_again(self, cause: Event) -> None:
        """Asked for by continuity."""


WIRING = Wiring(
    node="server",
    machines=(Continuity, Session, Turn, Announcement),
    routes={
        ("continuity", "fresh"): (("session", events.Fresh),),                                              # system.yaml:37
        ("continuity", "given_up"): (("session", events.GivenUp),),                                         # system.yaml:38
        ("session", "session_began"): (("turn", events.SessionBegan),),                                     # system.yaml:39
        ("session", "announcement_began"): (("turn", events.AnnouncementBegan),),                           # system.yaml:40
        ("session", "heard_to_end"): (("announcement", events.HeardToEnd),),                                # system.yaml:41
        ("session", "may_be_told"): (("announcement", events.MayBeTold),),                                  # system.yaml:42
        ("session", "session_over"): (("turn", events.SessionOver), ("announcement", events.SessionOver)),  # system.yaml:43
        ("turn", "end_wanted"): (("session", events.EndWanted),),                                           # system.yaml:44
        ("turn", "heard_to_end"): (("announcement", events.HeardToEnd),),                                   # system.yaml:45
        ("turn", "interrupted"): (("announcement", events.Interrupted),),                                   # system.yaml:46
        ("announcement", "end_wanted"): (("session", events.EndWanted),),                                   # system.yaml:47
    },
    sends={
        ("continuity", "welcome"): "welcome",                     # system.yaml:58
        ("continuity", "going_away"): "going_away",               # system.yaml:59
        ("session", "session_started"): "session_started",        # system.yaml:60
        ("session", "session_refused"): "session_refused",        # system.yaml:61
        ("session", "session_end"): "session_end",                # system.yaml:62
        ("session", "ring"): "ring",                              # system.yaml:63
        ("session", "announcement_waits"): "announcement_waits",  # system.yaml:64
        ("session", "question_waits"): "question_waits",          # system.yaml:65
        ("turn", "user_turn_end"): "user_turn_end",               # system.yaml:66
        ("turn", "start_of_tts_stream"): "start_of_tts_stream",   # system.yaml:67
        ("turn", "tts_stream_end"): "tts_stream_end",             # system.yaml:68
        ("turn", "reply_cut"): "reply_cut",                       # system.yaml:69
        ("turn", "reply_resumes"): "reply_resumes",               # system.yaml:70
    },
    receives={
        "hello": ("continuity", events.Hello),                          # system.yaml:49
        "goodbye": ("continuity", events.Goodbye),                      # system.yaml:50
        "hotword_detected": ("session", events.HotwordDetected),        # system.yaml:51
        "announcement_wanted": ("session", events.AnnouncementWanted),  # system.yaml:52
        "session_end": ("session", events.SessionEnd),                  # system.yaml:53
        "playback_complete": ("turn", events.PlaybackComplete),         # system.yaml:54
        "barge_in": ("turn", events.BargeIn),                           # system.yaml:55
        "interruption": ("turn", events.Interruption),                  # system.yaml:56
    },
    external={
        "brain_ready": ExternalEvent((("session", events.BrainReady),), {"session": ("HOTWORD_DETECTED",)}, ("session",)),                                                                         # system.yaml:84
        "brain_failed": ExternalEvent((("session", events.BrainFailed),), {"session": ("HOTWORD_DETECTED", "ACTIVE_SESSION")}, ("session",)),                                                      # system.yaml:85
        "end_phrase": ExternalEvent((("session", events.EndPhrase),), {"session": ("ACTIVE_SESSION",)}, ("session",)),                                                                             # system.yaml:86
        "user_silent": ExternalEvent((("session", events.UserSilent),), {"turn": ("USER_TURN",)}, ("session", "turn")),                                                                            # system.yaml:87
        "timer_due": ExternalEvent((("session", events.TimerDue),), {"session": ("LISTENING", "HOTWORD_DETECTED", "ACTIVE_SESSION")}, ()),                                                         # system.yaml:88
        "announcement_due": ExternalEvent((("session", events.AnnouncementDue),), {"session": ("LISTENING",), "continuity": ("LINKED",)}, ()),                                                     # system.yaml:89
        "question_due": ExternalEvent((("session", events.QuestionDue),), {"session": ("LISTENING",), "continuity": ("LINKED",)}, ()),                                                             # system.yaml:90
        "heard_elsewhere": ExternalEvent((("session", events.HeardElsewhere),), {"session": ("HOTWORD_DETECTED", "ACTIVE_SESSION"), "turn": ("NO_TURN", "USER_TURN", "THINKING")}, ("session",)),  # system.yaml:91
        "speech_ended": ExternalEvent((("turn", events.SpeechEnded),), {"turn": ("USER_TURN",)}, ("session", "turn")),                                                                             # system.yaml:92
        "announcement_started": ExternalEvent((("announcement", events.AnnouncementStarted), ("turn", events.ReplyStarted)), {"turn": ("ANNOUNCEMENT",)}, ("session", "turn")),                    # system.yaml:93
        "question_started": ExternalEvent((("announcement", events.QuestionStarted), ("turn", events.ReplyStarted)), {"turn": ("ANNOUNCEMENT",)}, ("session", "turn")),                            # system.yaml:94
        "first_heard": ExternalEvent((("announcement", events.FirstHeard),), {"announcement": ("SAYS", "ASKS")}, ("session", "turn")),                                                             # system.yaml:95
        "question_answered": ExternalEvent((("announcement", events.QuestionAnswered),), {"announcement": ("AWAITS",), "turn": ("THINKING",)}, ("session", "turn")),                               # system.yaml:96
        "reply_started": ExternalEvent((("turn", events.ReplyStarted),), {"turn": ("USER_TURN", "THINKING")}, ("session", "turn")),                                                                # system.yaml:97
        "reply_ended": ExternalEvent((("turn", events.ReplyEnded),), {"turn": ("SPEAKING", "PAUSED")}, ("session", "turn")),                                                                       # system.yaml:98
        "interruption_meant": ExternalEvent((("turn", events.InterruptionMeant),), {"turn": ("PAUSED",)}, ("session", "turn")),                                                                    # system.yaml:99
        "interruption_false": ExternalEvent((("turn", events.InterruptionFalse),), {"turn": ("PAUSED",)}, ("session", "turn")),                                                                    # system.yaml:100
        "stop": ExternalEvent((("session", events.Stop), ("continuity", events.Stop)), {}, ()),                                                                                                    # system.yaml:101
        "suspend": ExternalEvent((("continuity", events.Suspend),), {}, ()),                                                                                                                       # system.yaml:102
        "fenced": ExternalEvent((("announcement", events.Fenced), ("continuity", events.Fenced)), {"continuity": ("LINKED", "INTERRUPTED")}, ()),                                                  # system.yaml:103
        "lost": ExternalEvent((("continuity", events.Lost),), {}, ()),                                                                                                                             # system.yaml:107
    },
    correlation={
        "session": Correlation("session", "session", ("HOTWORD_DETECTED", "ACTIVE_SESSION")),
        "turn": Correlation("turn", "turn", ("ANNOUNCEMENT", "USER_TURN", "THINKING", "SPEAKING", "DRAINING", "PAUSED")),
    },
)
