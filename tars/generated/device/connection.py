# Written by `python -m codegen` from machines/connection.yaml; do not edit.
"""connection (device): The device's one socket to the server. It knows no sessions, only whether a link is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from statemachine import State

from tars.engine import Machine, Timeout
from tars.generated.device import emits, events


class ConnectionState(StrEnum):
    """Where the connection machine of the device can be."""

    DISCONNECTED = "DISCONNECTED"
    """no link is wanted"""
    CONNECTING = "CONNECTING"
    """a socket is being opened and greeted"""
    CONNECTED = "CONNECTED"
    """greeted; messages flow"""
    BACKOFF = "BACKOFF"
    """waiting for the next attempt"""


@dataclass
class ConnectionContext:
    """The variables of the connection machine."""

    attempt: int = 0
    """the step of the backoff ladder (0 to 4)"""
    ceiling: int = 4
    """the highest step of the backoff ladder: 4, or 0 while a conversation waits (0 to 4)"""
    redialled: bool = False
    """a link that was lost in a conversation was dialled again without a wait. Only once, until a link has lasted stable_after or the user speaks again"""
    failures: int = 0
    """failed attempts since the last welcome"""
    persistent: bool = True
    """configuration: connected from start to stop, or for each session"""
    max_attempts: int = 0
    """configuration: failures in a row before giving up; 0 = never"""


class Connection(Machine):
    """The device's one socket to the server. It knows no sessions, only whether a link is wanted."""

    machine = "connection"
    role = "device"
    initial = "DISCONNECTED"
    context: ConnectionContext

    DISCONNECTED = State(initial=True)  # connection.yaml:42
    CONNECTING = State()                # connection.yaml:53
    CONNECTED = State()                 # connection.yaml:71
    BACKOFF = State()                   # connection.yaml:86

    started = (
        DISCONNECTED.to(CONNECTING, cond="if_persistent", on="disconnected_started_persistent")                           # connection.yaml:46
        | DISCONNECTED.to(DISCONNECTED, internal=True, unless="if_persistent", on="disconnected_started_not_persistent")  # connection.yaml:47
    )
    stopped = (
        CONNECTING.to(DISCONNECTED, on="connecting_stopped")  # connection.yaml:65
        | CONNECTED.to(DISCONNECTED, on="connected_stopped")  # connection.yaml:80
        | BACKOFF.to(DISCONNECTED, on="backoff_stopped")      # connection.yaml:94
    )
    wanted = (
        DISCONNECTED.to(CONNECTING, on="disconnected_wanted")               # connection.yaml:48
        | CONNECTING.to(CONNECTING, internal=True, on="connecting_wanted")  # connection.yaml:68
        | CONNECTED.to(CONNECTED, internal=True, on="connected_wanted")     # connection.yaml:83
        | BACKOFF.to(CONNECTING, on="backoff_wanted")                       # connection.yaml:93
    )
    unwanted = (
        CONNECTING.to(DISCONNECTED, unless="if_persistent", on="connecting_unwanted_not_persistent")           # connection.yaml:66
        | CONNECTING.to(CONNECTING, internal=True, cond="if_persistent", on="connecting_unwanted_persistent")  # connection.yaml:67
        | CONNECTED.to(DISCONNECTED, unless="if_persistent", on="connected_unwanted_not_persistent")           # connection.yaml:81
        | CONNECTED.to(CONNECTED, internal=True, cond="if_persistent", on="connected_unwanted_persistent")     # connection.yaml:82
        | BACKOFF.to(DISCONNECTED, unless="if_persistent", on="backoff_unwanted_not_persistent")               # connection.yaml:95
        | BACKOFF.to(BACKOFF, internal=True, cond="if_persistent", on="backoff_unwanted_persistent")           # connection.yaml:96
    )
    redial = (
        BACKOFF.to(CONNECTING, on="backoff_redial")  # connection.yaml:92
    )
    renew = (
        CONNECTING.to(CONNECTING, on="connecting_renew")  # connection.yaml:64
    )
    socket_opened = (
        CONNECTING.to(CONNECTING, internal=True, on="connecting_socket_opened")  # connection.yaml:58
    )
    failed = (
        CONNECTING.to(BACKOFF, on="connecting_failed")  # connection.yaml:61
    )
    lost = (
        CONNECTING.to(BACKOFF, on="connecting_lost")                                   # connection.yaml:62
        | CONNECTED.to(CONNECTING, cond="if_hurries", on="connected_lost_hurries")     # connection.yaml:77
        | CONNECTED.to(BACKOFF, unless="if_hurries", on="connected_lost_not_hurries")  # connection.yaml:78
    )
    welcome = (
        CONNECTING.to(CONNECTED, cond="if_resumed", on="connecting_welcome_resumed")          # connection.yaml:59
        | CONNECTING.to(CONNECTED, unless="if_resumed", on="connecting_welcome_not_resumed")  # connection.yaml:60
    )
    going_away = (
        CONNECTED.to(BACKOFF, on="connected_going_away")  # connection.yaml:79
    )
    greeting_late = (
        CONNECTING.to(BACKOFF, on="connecting_greeting_late")  # connection.yaml:63
    )
    retry = (
        BACKOFF.to(CONNECTING, cond="if_attempts_left", on="backoff_retry_attempts_left")            # connection.yaml:90
        | BACKOFF.to(DISCONNECTED, unless="if_attempts_left", on="backoff_retry_not_attempts_left")  # connection.yaml:91
    )
    stable = (
        CONNECTED.to(CONNECTED, internal=True, on="connected_stable")  # connection.yaml:76
    )

    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("DISCONNECTED", "unwanted"): "connection.yaml:50",  # there is no link
        ("DISCONNECTED", "stopped"): "connection.yaml:51",  # there is no link
        ("DISCONNECTED", "redial"): "connection.yaml:52",  # only a conversation or the start wants a link
        ("CONNECTING", "redial"): "connection.yaml:70",  # already trying
        ("CONNECTED", "redial"): "connection.yaml:85",  # the link is up; a message left without an answer is noticed as lost
        ("BACKOFF", "renew"): "connection.yaml:98",  # the next greeting will not offer to resume
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "CONNECTING": Timeout(events.GreetingLate, "greeting_limit"),  # connection.yaml:56
        "CONNECTED": Timeout(events.Stable, "stable_after"),  # connection.yaml:74
        "BACKOFF": Timeout(events.Retry, "backoff", step="attempt"),  # connection.yaml:88
    }
    row_names: ClassVar[dict[str, tuple[str, ...]]] = {
        "DISCONNECTED": ("started", "wanted", "unwanted", "stopped", "redial",),
        "CONNECTING": ("socket_opened", "welcome", "failed", "lost", "greeting_late", "renew", "stopped", "unwanted", "wanted", "redial",),
        "CONNECTED": ("stable", "lost", "going_away", "stopped", "unwanted", "wanted", "redial",),
        "BACKOFF": ("retry", "redial", "wanted", "stopped", "unwanted", "renew",),
    }

    def __init__(self, context: ConnectionContext | None = None, state: str | None = None) -> None:
        super().__init__(context or ConnectionContext(), state)

    @property
    def state(self) -> ConnectionState:
        """The state this machine is in."""
        return ConnectionState(self.model.state)

    def if_persistent(self, payload: events.Started | events.Unwanted) -> bool:  # connection.yaml:37
        """the link is kept between sessions"""
        return self.context.persistent

    def if_resumed(self, payload: events.Welcome) -> bool:  # connection.yaml:38
        """the server still has the session"""
        return payload.resumed

    def if_hurries(self, payload: events.Lost) -> bool:  # connection.yaml:39
        """there is a conversation, and the link before did not break in the same way"""
        return self.context.ceiling == 0 and (not self.context.redialled)

    def if_attempts_left(self, payload: events.Retry) -> bool:  # connection.yaml:40
        """the next attempt is allowed"""
        return self.context.max_attempts == 0 or self.context.failures < self.context.max_attempts

    def disconnected_started_persistent(self, payload: events.Started) -> None:  # connection.yaml:46
        """started [persistent]: DISCONNECTED -> CONNECTING"""
        self.take("connection.yaml:46", enters=True)
        self.act("open_socket")

    def disconnected_started_not_persistent(self, payload: events.Started) -> None:  # connection.yaml:47
        """started [not persistent]: stays DISCONNECTED; the first session will dial"""
        self.take("connection.yaml:47", enters=False)

    def disconnected_wanted(self, payload: events.Wanted) -> None:  # connection.yaml:48
        """wanted: DISCONNECTED -> CONNECTING"""
        self.take("connection.yaml:48", enters=True)
        self.context.failures = 0
        self.context.attempt = 0
        self.context.ceiling = 0
        self.context.redialled = False
        self.act("open_socket")

    def connecting_socket_opened(self, payload: events.SocketOpened) -> None:  # connection.yaml:58
        """socket_opened: stays CONNECTING"""
        self.take("connection.yaml:58", enters=False)
        self.emit(emits.Hello())

    def connecting_welcome_resumed(self, payload: events.Welcome) -> None:  # connection.yaml:59
        """welcome [resumed]: CONNECTING -> CONNECTED"""
        self.take("connection.yaml:59", enters=True)
        self.context.failures = 0
        self.emit(emits.LinkResumed())

    def connecting_welcome_not_resumed(self, payload: events.Welcome) -> None:  # connection.yaml:60
        """welcome [not resumed]: CONNECTING -> CONNECTED"""
        self.take("connection.yaml:60", enters=True)
        self.context.failures = 0
        self.emit(emits.LinkFresh(reason=payload.reason, utterance=payload.utterance))

    def connecting_failed(self, payload: events.Failed) -> None:  # connection.yaml:61
        """failed: CONNECTING -> BACKOFF"""
        self.take("connection.yaml:61", enters=True)
        self.context.failures = self.context.failures + 1
        self.act("abort_socket")

    def connecting_lost(self, payload: events.Lost) -> None:  # connection.yaml:62
        """lost: CONNECTING -> BACKOFF; opened and broken before its welcome"""
        self.take("connection.yaml:62", enters=True)
        self.context.failures = self.context.failures + 1
        self.act("abort_socket")

    def connecting_greeting_late(self, payload: events.GreetingLate) -> None:  # connection.yaml:63
        """greeting_late: CONNECTING -> BACKOFF"""
        self.take("connection.yaml:63", enters=True)
        self.context.failures = self.context.failures + 1
        self.act("abort_socket")

    def connecting_renew(self, payload: events.Renew) -> None:  # connection.yaml:64
        """renew: CONNECTING -> CONNECTING"""
        self.take("connection.yaml:64", enters=True)
        self.act("abort_socket", "open_socket")

    def connecting_stopped(self, payload: events.Stopped) -> None:  # connection.yaml:65
        """stopped: CONNECTING -> DISCONNECTED"""
        self.take("connection.yaml:65", enters=True)
        self.act("abort_socket")
        self.emit(emits.LinkClosed())

    def connecting_unwanted_not_persistent(self, payload: events.Unwanted) -> None:  # connection.yaml:66
        """unwanted [not persistent]: CONNECTING -> DISCONNECTED"""
        self.take("connection.yaml:66", enters=True)
        self.context.ceiling = 4
        self.act("abort_socket")
        self.emit(emits.LinkClosed())

    def connecting_unwanted_persistent(self, payload: events.Unwanted) -> None:  # connection.yaml:67
        """unwanted [persistent]: stays CONNECTING; the link is kept between sessions"""
        self.take("connection.yaml:67", enters=False)
        self.context.ceiling = 4

    def connecting_wanted(self, payload: events.Wanted) -> None:  # connection.yaml:68
        """wanted: stays CONNECTING; already trying; should it fail, a conversation waits"""
        self.take("connection.yaml:68", enters=False)
        self.context.attempt = 0
        self.context.ceiling = 0
        self.context.redialled = False

    def connected_stable(self, payload: events.Stable) -> None:  # connection.yaml:76
        """stable: stays CONNECTED"""
        self.take("connection.yaml:76", enters=False)
        self.context.attempt = 0
        self.context.redialled = False

    def connected_lost_hurries(self, payload: events.Lost) -> None:  # connection.yaml:77
        """lost [hurries]: CONNECTED -> CONNECTING"""
        self.take("connection.yaml:77", enters=True)
        self.context.redialled = True
        self.act("abort_socket", "open_socket")
        self.emit(emits.LinkLost())

    def connected_lost_not_hurries(self, payload: events.Lost) -> None:  # connection.yaml:78
        """lost [not hurries]: CONNECTED -> BACKOFF"""
        self.take("connection.yaml:78", enters=True)
        self.act("abort_socket")
        self.emit(emits.LinkLost())

    def connected_going_away(self, payload: events.GoingAway) -> None:  # connection.yaml:79
        """going_away: CONNECTED -> BACKOFF; the server stops, and may start again at once"""
        self.take("connection.yaml:79", enters=True)
        self.context.attempt = 0
        self.act("abort_socket")
        self.emit(emits.LinkLost())

    def connected_stopped(self, payload: events.Stopped) -> None:  # connection.yaml:80
        """stopped: CONNECTED -> DISCONNECTED"""
        self.take("connection.yaml:80", enters=True)
        self.act("flush_and_close")
        self.emit(emits.Goodbye(), emits.LinkClosed())

    def connected_unwanted_not_persistent(self, payload: events.Unwanted) -> None:  # connection.yaml:81
        """unwanted [not persistent]: CONNECTED -> DISCONNECTED"""
        self.take("connection.yaml:81", enters=True)
        self.context.ceiling = 4
        self.act("flush_and_close")
        self.emit(emits.Goodbye(), emits.LinkClosed())

    def connected_unwanted_persistent(self, payload: events.Unwanted) -> None:  # connection.yaml:82
        """unwanted [persistent]: stays CONNECTED; the link is kept between sessions"""
        self.take("connection.yaml:82", enters=False)
        self.context.ceiling = 4

    def connected_wanted(self, payload: events.Wanted) -> None:  # connection.yaml:83
        """wanted: stays CONNECTED; the link is up; should it break, a conversation waits"""
        self.take("connection.yaml:83", enters=False)
        self.context.attempt = 0
        self.context.ceiling = 0
        self.context.redialled = False

    def backoff_retry_attempts_left(self, payload: events.Retry) -> None:  # connection.yaml:90
        """retry [attempts_left]: BACKOFF -> CONNECTING"""
        self.take("connection.yaml:90", enters=True)
        self.context.attempt = min(self.context.attempt + 1, self.context.ceiling)
        self.act("open_socket")

    def backoff_retry_not_attempts_left(self, payload: events.Retry) -> None:  # connection.yaml:91
        """retry [not attempts_left]: BACKOFF -> DISCONNECTED"""
        self.take("connection.yaml:91", enters=True)
        self.act("give_up")
        self.emit(emits.LinkClosed())

    def backoff_redial(self, payload: events.Redial) -> None:  # connection.yaml:92
        """redial: BACKOFF -> CONNECTING"""
        self.take("connection.yaml:92", enters=True)
        self.context.attempt = min(self.context.attempt + 1, self.context.ceiling)
        self.act("open_socket")

    def backoff_wanted(self, payload: events.Wanted) -> None:  # connection.yaml:93
        """wanted: BACKOFF -> CONNECTING; a conversation does not wait for the backoff"""
        self.take("connection.yaml:93", enters=True)
        self.context.attempt = 0
        self.context.ceiling = 0
        self.context.redialled = False
        self.act("open_socket")

    def backoff_stopped(self, payload: events.Stopped) -> None:  # connection.yaml:94
        """stopped: BACKOFF -> DISCONNECTED"""
        self.take("connection.yaml:94", enters=True)
        self.emit(emits.LinkClosed())

    def backoff_unwanted_not_persistent(self, payload: events.Unwanted) -> None:  # connection.yaml:95
        """unwanted [not persistent]: BACKOFF -> DISCONNECTED"""
        self.take("connection.yaml:95", enters=True)
        self.context.ceiling = 4
        self.emit(emits.LinkClosed())

    def backoff_unwanted_persistent(self, payload: events.Unwanted) -> None:  # connection.yaml:96
        """unwanted [persistent]: stays BACKOFF; the link is kept between sessions"""
        self.take("connection.yaml:96", enters=False)
        self.context.ceiling = 4
