"""What every store keeps besides keys, a pairing and sessions: announcements, timers, and tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tars.server.push.announcements import Announcement
    from tars.server.push.timers import KeptTimer


class AnnouncementRows(Protocol):
    """The announcements in a store. Every method may raise ConfigError. `Announcements` says more of each."""

    @property
    def version(self) -> object:
        """Another value after every change of what waits; None: it may have changed. Never waits and never fails."""

    def add(self, device: str, text: str, seconds: float, *, asks: bool, key: str = "") -> Announcement:
        """A new one, which waits for so many seconds; with a key that was given before, the one from then."""

    def may_be_spoken(self) -> list[Announcement]:
        """Those that wait, or have expired within a day, the oldest first."""

    def find(self, number: str) -> Announcement | None:
        """The one with this id."""

    def end(self, number: str, outcome: str, answer: str = "") -> None:
        """It has come to this. What comes second changes nothing."""

    def note_away(self, device: str) -> bool:
        """The device is not linked here. Whether it is noted: not if another server has the device."""


class TimerStore(Protocol):
    """The timers in a store. Every method may raise ConfigError."""

    def replace(self, device: str, timers: Iterable[KeptTimer]) -> None:
        """These are all timers of the device."""

    def all(self) -> list[KeptTimer]:
        """The timers of all devices, those of each in the order of ringing."""

    def of(self, device: str) -> list[KeptTimer]:
        """The timers of a device, in the order of ringing. Those of others are not read."""

    def delete(self, device: str) -> None:
        """Forget the timers of that device."""


class TokenStore(Protocol):
    """The tokens that devices have used. Every method may raise ConfigError."""

    def write(self, device: str, day: date, used: int) -> None:
        """So many were used by the device on that day."""

    def of_day(self, day: date) -> dict[str, int]:
        """Device -> the tokens that it has used on that day."""

    def of_device(self, device: str, day: date) -> int:
        """The tokens that the device has used on that day. Those of others are not read."""

    def days(self) -> dict[str, date]:
        """Device -> the day of its count, also one that is over."""

    def delete(self, device: str) -> None:
        """Forget what that device has used."""


FORGETTING_LIMIT = 60
"""Seconds after which a command `forget` that was killed tells servers nothing any more."""


class BeingForgotten(Protocol):
    """What the command `forget` tells running servers."""

    def being_forgotten(self) -> set[tuple[str, float]]:
        """The devices that the command `forget` deletes now, and since when: a running server drops what it knows of them."""


class Rows(Protocol):
    """A store has these."""

    @property
    def announcements(self) -> AnnouncementRows:
        """What is to be said to devices."""

    @property
    def timers(self) -> TimerStore:
        """The timers of all devices."""

    @property
    def tokens(self) -> TokenStore:
        """The tokens that were used."""
