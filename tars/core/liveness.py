"""Whether the other side of a connection still answers: heartbeat, deadlines, and when the link is dead."""

from __future__ import annotations

HEARTBEAT = 30.0
"""Seconds without an inbound frame before a ping is sent."""
PONG_LIMIT = 10.0
"""Seconds after a ping in which any frame must come in."""
SILENCE_LIMIT = 3.0
"""Seconds without an inbound frame, in a session or while something is unacknowledged, until the link is dead: a ping was not answered."""
SESSION_HEARTBEAT = SILENCE_LIMIT / 2
"""Seconds without an inbound frame before a ping is sent, in a session or while something is unacknowledged."""
HOTWORD_LIMIT = 1.0
"""Seconds in which a hotword must be acknowledged: it probes the link."""


class Liveness:
    """The liveness of one connection. Only an unanswered ping or an unacknowledged hotword makes a link dead."""

    __slots__ = ("_hotword", "_pinged_at", "_timed", "_urgent_since", "last_in", "round_trip", "shown_at")

    def __init__(self, now: float, round_trip: float | None = None) -> None:
        """`round_trip`: the last one that was measured, on an earlier connection."""
        self.last_in = now
        """When the last frame came in, or the connection was opened."""
        self.shown_at = now
        """The other side has this connection at this time or later: it was opened then, or a ping was sent then and is answered."""
        self.round_trip = round_trip
        """Seconds from the last message that was timed to its acknowledgement; None: none was measured."""
        self._urgent_since: float | None = None
        self._pinged_at: float | None = None
        self._hotword: tuple[int, float] | None = None
        self._timed: tuple[int, float] | None = None

    # --- what happens on the connection --------------------------------------------------------------------------------------

    def frame_received(self, now: float) -> None:
        """A frame has come in: it answers any ping."""
        self.last_in, self._pinged_at = now, None

    def message_sent(self, number: int, now: float, *, is_hotword: bool) -> None:
        """A numbered message goes out. The oldest unacknowledged one is timed; a hotword has a limit."""
        self._timed = self._timed or (number, now)
        if is_hotword:
            self._hotword = (number, now + HOTWORD_LIMIT)

    def ping_sent(self, now: float) -> None:
        """A ping goes out."""
        self._pinged_at = now

    def acknowledged(self, number: int, now: float) -> None:
        """The other side has applied messages up to this number."""
        if self._hotword is not None and self._hotword[0] <= number:
            self._hotword = None
        if self._timed is not None and self._timed[0] <= number:
            self.round_trip, self._timed = now - self._timed[1], None

    def pong_received(self, sent_at: float, now: float) -> None:
        """The answer to the ping that was sent at `sent_at`."""
        self.round_trip = max(0.0, now - sent_at)
        self.shown_at = sent_at

    def watch(self, now: float, *, urgent: bool) -> None:
        """`urgent`: in a session, or while something is unacknowledged, frames are expected within `SILENCE_LIMIT`."""
        if not urgent:
            self._urgent_since = None
        elif self._urgent_since is None:
            self._urgent_since = now

    # --- deadlines -----------------------------------------------------------------------------------------------------------

    @property
    def ping_due(self) -> float | None:
        """When to send a ping; None: one waits for its answer."""
        return self._next_ping() if self._pinged_at is None else None

    def _next_ping(self) -> float:
        if self._urgent_since is None:
            return self.last_in + HEARTBEAT
        return max(self.last_in, self._urgent_since) + SESSION_HEARTBEAT

    def _dead_at(self, pinged_at: float) -> float:
        """Only an unanswered ping counts: after a long sleep of this program the answer may be waiting."""
        if self._urgent_since is None:
            return pinged_at + PONG_LIMIT
        return max(pinged_at, self._urgent_since) + SILENCE_LIMIT - SESSION_HEARTBEAT

    @property
    def deadline(self) -> float:
        """When a ping is due or the link is dead."""
        due = self._next_ping() if self._pinged_at is None else self._dead_at(self._pinged_at)
        return due if self._hotword is None else min(due, self._hotword[1])

    def why_dead(self, now: float) -> str | None:
        """Why the link is dead; None: it is not."""
        if self._hotword is not None and self._hotword[1] <= now:
            return f"the hotword was not acknowledged within {HOTWORD_LIMIT:g} s"
        if self._pinged_at is None or self._dead_at(self._pinged_at) > now:
            return None
        if self._urgent_since is None:
            return f"no answer to the heartbeat within {PONG_LIMIT:g} s"
        return f"nothing came in for {SILENCE_LIMIT:g} s in a session, or while something was unacknowledged"
