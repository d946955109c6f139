# Written by `python -m codegen` from machines/connection.yaml; do not edit.
"""connection (device): The device's one socket to the server. It knows no sessions, only whether a link is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from tars.engine import Event, Machine, Row, Timeout
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


@dataclass(slots=True)
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
    other_servers: bool = False
    """configuration: other servers can go on with what one has begun, and each attempt goes to the next one"""
    max_attempts: int = 0
    """configuration: failures in a row before giving up; 0 = never"""


class Connection(Machine):
    """The device's one socket to the server. It knows no sessions, only whether a link is wanted."""

    __slots__ = ()
    machine = "connection"
    role = "device"
    initial = ConnectionState.DISCONNECTED
    context: ConnectionContext
    state: ConnectionState

    def __init__(self, context: ConnectionContext | None = None, state: str | None = None) -> None:
        super().__init__(context or ConnectionContext(), state)

    def if_persistent(self, payload: events.Started | events.Unwanted) -> bool:  # connection.yaml:38
        """the link is kept between sessions"""
        return self.context.persistent

    def if_resumed(self, payload: events.Welcome) -> bool:  # connection.yaml:39
        """the server still has the session"""
        return payload.resumed

    def if_hurries(self, payload: events.Lost) -> bool:  # connection.yaml:40
        """there is a conversation, and the link before did not break in the same way"""
        return self.context.ceiling == 0 and (not self.context.redialled)

    def if_other_servers(self, payload: events.GoingAway) -> bool:  # connection.yaml:41
        """another server is there already"""
        return self.context.other_servers

    def if_attempts_left(self, payload: events.Retry) -> bool:  # connection.yaml:42
        """the next attempt is allowed"""
        return self.context.max_attempts == 0 or self.context.failures < self.context.max_attempts

    def disconnected_wanted(self, payload: events.Wanted) -> tuple[Event, ...]:  # connection.yaml:50
        """wanted: DISCONNECTED -> CONNECTING"""
        self.context.failures = 0
        self.context.attempt = 0
        self.context.ceiling = 0
        self.context.redialled = False
        return ()

    def connecting_socket_opened(self, payload: events.SocketOpened) -> tuple[Event, ...]:  # connection.yaml:60
        """socket_opened: stays CONNECTING"""
        return (emits.Hello(),)

    def connecting_welcome_resumed(self, payload: events.Welcome) -> tuple[Event, ...]:  # connection.yaml:61
        """welcome [resumed]: CONNECTING -> CONNECTED"""
        self.context.failures = 0
        return (emits.LinkResumed(),)

    def connecting_welcome_not_resumed(self, payload: events.Welcome) -> tuple[Event, ...]:  # connection.yaml:62
        """welcome [not resumed]: CONNECTING -> CONNECTED"""
        self.context.failures = 0
        return (emits.LinkFresh(reason=payload.reason, utterance=payload.utterance),)

    def connecting_failed(self, payload: events.Failed) -> tuple[Event, ...]:  # connection.yaml:63
        """failed: CONNECTING -> BACKOFF"""
        self.context.failures = self.context.failures + 1
        return ()

    def connecting_lost(self, payload: events.Lost) -> tuple[Event, ...]:  # connection.yaml:64
        """lost: CONNECTING -> BACKOFF; opened and broken before its welcome"""
        self.context.failures = self.context.failures + 1
        return ()

    def connecting_greeting_late(self, payload: events.GreetingLate) -> tuple[Event, ...]:  # connection.yaml:65
        """greeting_late: CONNECTING -> BACKOFF"""
        self.context.failures = self.context.failures + 1
        return ()

    def connecting_stopped(self, payload: events.Stopped) -> tuple[Event, ...]:  # connection.yaml:67
        """stopped: CONNECTING -> DISCONNECTED"""
        return (emits.LinkClosed(),)

    def connecting_unwanted_not_persistent(self, payload: events.Unwanted) -> tuple[Event, ...]:  # connection.yaml:68
        """unwanted [not persistent]: CONNECTING -> DISCONNECTED"""
        self.context.ceiling = 4
        return (emits.LinkClosed(),)

    def connecting_unwanted_persistent(self, payload: events.Unwanted) -> tuple[Event, ...]:  # connection.yaml:69
        """unwanted [persistent]: stays CONNECTING; the link is kept between sessions"""
        self.context.ceiling = 4
        return ()

    def connecting_wanted(self, payload: events.Wanted) -> tuple[Event, ...]:  # connection.yaml:70
        """wanted: stays CONNECTING; already trying; should it fail, a conversation waits"""
        self.context.attempt = 0
        self.context.ceiling = 0
        self.context.redialled = False
        return ()

    def connected_stable(self, payload: events.Stable) -> tuple[Event, ...]:  # connection.yaml:78
        """stable: stays CONNECTED"""
        self.context.attempt = 0
        self.context.redialled = False
        return ()

    def connected_lost_hurries(self, payload: events.Lost) -> tuple[Event, ...]:  # connection.yaml:79
        """lost [hurries]: CONNECTED -> CONNECTING"""
        self.context.redialled = True
        return (emits.LinkLost(),)

    def connected_lost_not_hurries(self, payload: events.Lost) -> tuple[Event, ...]:  # connection.yaml:80
        """lost [not hurries]: CONNECTED -> BACKOFF"""
        return (emits.LinkLost(),)

    def connected_going_away_other_servers(self, payload: events.GoingAway) -> tuple[Event, ...]:  # connection.yaml:81
        """going_away [other_servers]: CONNECTED -> CONNECTING; the server stops; the next one is dialled"""
        self.context.attempt = 0
        return (emits.LinkLost(),)

    def connected_going_away_not_other_servers(self, payload: events.GoingAway) -> tuple[Event, ...]:  # connection.yaml:82
        """going_away [not other_servers]: CONNECTED -> BACKOFF; the server stops, and may start again at once"""
        self.context.attempt = 0
        return (emits.LinkLost(),)

    def connected_stopped(self, payload: events.Stopped) -> tuple[Event, ...]:  # connection.yaml:83
        """stopped: CONNECTED -> DISCONNECTED"""
        return (emits.Goodbye(), emits.LinkClosed())

    def connected_unwanted_not_persistent(self, payload: events.Unwanted) -> tuple[Event, ...]:  # connection.yaml:84
        """unwanted [not persistent]: CONNECTED -> DISCONNECTED"""
        self.context.ceiling = 4
        return (emits.Goodbye(), emits.LinkClosed())

    def connected_unwanted_persistent(self, payload: events.Unwanted) -> tuple[Event, ...]:  # connection.yaml:85
        """unwanted [persistent]: stays CONNECTED; the link is kept between sessions"""
        self.context.ceiling = 4
        return ()

    def connected_wanted(self, payload: events.Wanted) -> tuple[Event, ...]:  # connection.yaml:86
        """wanted: stays CONNECTED; the link is up; should it break, a conversation waits"""
        self.context.attempt = 0
        self.context.ceiling = 0
        self.context.redialled = False
        return ()

    def backoff_retry_attempts_left(self, payload: events.Retry) -> tuple[Event, ...]:  # connection.yaml:93
        """retry [attempts_left]: BACKOFF -> CONNECTING"""
        self.context.attempt = min(self.context.attempt + 1, self.context.ceiling)
        return ()

    def backoff_retry_not_attempts_left(self, payload: events.Retry) -> tuple[Event, ...]:  # connection.yaml:94
        """retry [not attempts_left]: BACKOFF -> DISCONNECTED"""
        return (emits.LinkClosed(),)

    def backoff_redial(self, payload: events.Redial) -> tuple[Event, ...]:  # connection.yaml:95
        """redial: BACKOFF -> CONNECTING"""
        self.context.attempt = min(self.context.attempt + 1, self.context.ceiling)
        return ()

    def backoff_wanted(self, payload: events.Wanted) -> tuple[Event, ...]:  # connection.yaml:96
        """wanted: BACKOFF -> CONNECTING; a conversation does not wait for the backoff"""
        self.context.attempt = 0
        self.context.ceiling = 0
        self.context.redialled = False
        return ()

    def backoff_stopped(self, payload: events.Stopped) -> tuple[Event, ...]:  # connection.yaml:97
        """stopped: BACKOFF -> DISCONNECTED"""
        return (emits.LinkClosed(),)

    def backoff_unwanted_not_persistent(self, payload: events.Unwanted) -> tuple[Event, ...]:  # connection.yaml:98
        """unwanted [not persistent]: BACKOFF -> DISCONNECTED"""
        self.context.ceiling = 4
        return (emits.LinkClosed(),)

    def backoff_unwanted_persistent(self, payload: events.Unwanted) -> tuple[Event, ...]:  # connection.yaml:99
        """unwanted [persistent]: stays BACKOFF; the link is kept between sessions"""
        self.context.ceiling = 4
        return ()

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        # DISCONNECTED, connection.yaml:44
        ("DISCONNECTED", "started"): (
            Row("connection.yaml:48", ConnectionState.CONNECTING, ("open_socket",), guard=if_persistent),
            Row("connection.yaml:49", None, guard=if_persistent, holds=False),
        ),
        ("DISCONNECTED", "wanted"): (Row("connection.yaml:50", ConnectionState.CONNECTING, ("open_socket",), disconnected_wanted),),
        # CONNECTING, connection.yaml:55
        ("CONNECTING", "socket_opened"): (Row("connection.yaml:60", None, effect=connecting_socket_opened),),
        ("CONNECTING", "welcome"): (
            Row("connection.yaml:61", ConnectionState.CONNECTED, effect=connecting_welcome_resumed, guard=if_resumed),
            Row("connection.yaml:62", ConnectionState.CONNECTED, effect=connecting_welcome_not_resumed, guard=if_resumed, holds=False),
        ),
        ("CONNECTING", "failed"): (Row("connection.yaml:63", ConnectionState.BACKOFF, ("abort_socket",), connecting_failed),),
        ("CONNECTING", "lost"): (Row("connection.yaml:64", ConnectionState.BACKOFF, ("abort_socket",), connecting_lost),),
        ("CONNECTING", "greeting_late"): (Row("connection.yaml:65", ConnectionState.BACKOFF, ("abort_socket",), connecting_greeting_late),),
        ("CONNECTING", "renew"): (Row("connection.yaml:66", ConnectionState.CONNECTING, ("abort_socket", "open_socket")),),
        ("CONNECTING", "stopped"): (Row("connection.yaml:67", ConnectionState.DISCONNECTED, ("abort_socket",), connecting_stopped),),
        ("CONNECTING", "unwanted"): (
            Row("connection.yaml:68", ConnectionState.DISCONNECTED, ("abort_socket",), connecting_unwanted_not_persistent, guard=if_persistent, holds=False),
            Row("connection.yaml:69", None, effect=connecting_unwanted_persistent, guard=if_persistent),
        ),
        ("CONNECTING", "wanted"): (Row("connection.yaml:70", None, effect=connecting_wanted),),
        # CONNECTED, connection.yaml:73
        ("CONNECTED", "stable"): (Row("connection.yaml:78", None, effect=connected_stable),),
        ("CONNECTED", "lost"): (
            Row("connection.yaml:79", ConnectionState.CONNECTING, ("abort_socket", "open_socket"), connected_lost_hurries, guard=if_hurries),
            Row("connection.yaml:80", ConnectionState.BACKOFF, ("abort_socket",), connected_lost_not_hurries, guard=if_hurries, holds=False),
        ),
        ("CONNECTED", "going_away"): (
            Row("connection.yaml:81", ConnectionState.CONNECTING, ("abort_socket", "open_socket"), connected_going_away_other_servers, guard=if_other_servers),
            Row("connection.yaml:82", ConnectionState.BACKOFF, ("abort_socket",), connected_going_away_not_other_servers, guard=if_other_servers, holds=False),
        ),
        ("CONNECTED", "stopped"): (Row("connection.yaml:83", ConnectionState.DISCONNECTED, ("flush_and_close",), connected_stopped),),
        ("CONNECTED", "unwanted"): (
            Row("connection.yaml:84", ConnectionState.DISCONNECTED, ("flush_and_close",), connected_unwanted_not_persistent, guard=if_persistent, holds=False),
            Row("connection.yaml:85", None, effect=connected_unwanted_persistent, guard=if_persistent),
        ),
        ("CONNECTED", "wanted"): (Row("connection.yaml:86", None, effect=connected_wanted),),
        # BACKOFF, connection.yaml:89
        ("BACKOFF", "retry"): (
            Row("connection.yaml:93", ConnectionState.CONNECTING, ("open_socket",), backoff_retry_attempts_left, guard=if_attempts_left),
            Row("connection.yaml:94", ConnectionState.DISCONNECTED, ("give_up",), backoff_retry_not_attempts_left, guard=if_attempts_left, holds=False),
        ),
        ("BACKOFF", "redial"): (Row("connection.yaml:95", ConnectionState.CONNECTING, ("open_socket",), backoff_redial),),
        ("BACKOFF", "wanted"): (Row("connection.yaml:96", ConnectionState.CONNECTING, ("open_socket",), backoff_wanted),),
        ("BACKOFF", "stopped"): (Row("connection.yaml:97", ConnectionState.DISCONNECTED, effect=backoff_stopped),),
        ("BACKOFF", "unwanted"): (
            Row("connection.yaml:98", ConnectionState.DISCONNECTED, effect=backoff_unwanted_not_persistent, guard=if_persistent, holds=False),
            Row("connection.yaml:99", None, effect=backoff_unwanted_persistent, guard=if_persistent),
        ),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {
        ("DISCONNECTED", "unwanted"): "connection.yaml:52",  # there is no link
        ("DISCONNECTED", "stopped"): "connection.yaml:53",  # there is no link
        ("DISCONNECTED", "redial"): "connection.yaml:54",  # only a conversation or the start wants a link
        ("CONNECTING", "redial"): "connection.yaml:72",  # already trying
        ("CONNECTED", "redial"): "connection.yaml:88",  # the link is up; a message left without an answer is noticed as lost
        ("BACKOFF", "renew"): "connection.yaml:101",  # the next greeting will not offer to resume
    }
    timeouts: ClassVar[dict[str, Timeout]] = {
        "CONNECTING": Timeout(events.GreetingLate, "greeting_limit"),  # connection.yaml:58
        "CONNECTED": Timeout(events.Stable, "stable_after"),  # connection.yaml:76
        "BACKOFF": Timeout(events.Retry, "backoff", step="attempt"),  # connection.yaml:91
    }
