"""The errors of TARS, split by whose fault they are. A text says what, where, and what is allowed."""

from __future__ import annotations


class TarsError(Exception):
    """Any error that TARS itself reports."""


class ConfigError(TarsError):
    """The user's: an option, a configuration file, a missing model or device. The text says what to do."""


class RemoteError(TarsError):
    """The other side's: something on the wire that the protocol does not allow. The link is closed with this text."""


class BrainError(TarsError):
    """The brain's: it could not open, or failed in a conversation."""


class ReplyError(BrainError):
    """A reply part failed with one answer. The conversation goes on. The text is the reason, for the log."""

    def __init__(self, reason: str, spoken: str) -> None:
        """`spoken`: the sentence that the user hears instead."""
        super().__init__(reason)
        self.spoken = spoken


class ForbiddenEvent(TarsError):  # noqa: N818 - a forbidden event is what the definitions call it
    """Ours: a machine got an event that its definition forbids in that state. Nothing has changed."""

    def __init__(self, machine: str, state: str, event: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{machine}: event {event} is forbidden in {state}; allowed there: {', '.join(allowed) or 'nothing'}")
        self.machine, self.state, self.event, self.allowed = machine, state, event, allowed
