"""Of several devices that hear one wake word one goes on. The first is answered at once; another one may take over a little later.

Pure: time is an argument. Nobody waits for a decision: each wake word that comes in is compared with the one that goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

BETTER = 3.0
"""Decibels by which the wake word must stand out more on another device, so that it takes over."""


@dataclass(frozen=True, slots=True)
class Call:
    """A wake word that a device has heard, and the session that it has opened or gone on with."""

    device: str
    session: str
    word: str
    """The model of the wake word."""
    snr: float | None = None
    """Decibels by which it stands out of the noise; None: the device does not say."""
    keeps: bool = False
    """It has interrupted an answer of that session, which is not given to another device."""


class Standing(Enum):
    """What has become of the session of a call."""

    OPEN = auto()
    """No reply has begun."""
    AWAY = auto()
    """The same, but the link of its device is lost."""
    ANSWERED = auto()
    """Its reply has begun: it is not given to another device."""
    GONE = auto()
    """It is over."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two devices have heard one wake word: `winner` goes on, and `loser` does not."""

    winner: Call
    loser: Call


@dataclass(frozen=True, slots=True)
class _Heard:
    """The call that goes on of those with one wake word, and when the first of them came."""

    call: Call
    since: float


class Arbiter:
    """Decides between devices of the same group that hear the same word within the window."""

    def __init__(self, window: float, group_of: Callable[[str], str | None]) -> None:
        """`window`: seconds after the first call in which others are compared. `group_of` a device; None: it is compared with no other."""
        self._window = window
        self._group_of = group_of
        self._heard: dict[tuple[str | None, str], _Heard] = {}
        """(group, word) -> who goes on. An entry is dropped after the window. No entry has None as its group."""

    def rival(self, call: Call, now: float) -> Call | None:
        """The call of another device with which this one would be compared now; None: there is none."""
        self._heard = {key: heard for key, heard in self._heard.items() if now - heard.since <= self._window}
        heard = self._heard.get((self._group_of(call.device), call.word))
        return None if heard is None or heard.call.device == call.device else heard.call

    def called(self, call: Call, now: float, standing: Callable[[Call], Standing]) -> Verdict | None:
        """A device has heard its wake word. Whom another device goes on for; None: nobody. The loser has to end its session now.

        `standing` only looks. What has happened to the rival has to be taken before: it may bring a newer call.
        """
        key = (self._group_of(call.device), call.word)
        if key[0] is None:
            return None
        rival = self.rival(call, now)
        if rival is None or (found := standing(rival)) is Standing.GONE:
            self._heard[key] = _Heard(call, now)
            return None
        rival = replace(rival, keeps=rival.keeps or found is Standing.ANSWERED)
        if call.keeps and rival.keeps:
            return None  # two conversations that went on before
        verdict = Verdict(call, rival) if takes_over(call, rival, away=found is Standing.AWAY) else Verdict(rival, call)
        self._heard[key] = replace(self._heard[key], call=verdict.winner)
        return verdict


def takes_over(call: Call, rival: Call, *, away: bool) -> bool:
    """Whether a call takes over from the one that came before it. `away`: the link of the earlier one is lost."""
    if call.keeps or rival.keeps:
        return call.keeps
    return away or (call.snr is not None and rival.snr is not None and call.snr >= rival.snr + BETTER)
