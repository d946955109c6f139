"""What the command `forget` asks of a store, and what it finds in either one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Protocol

from tars.runtime.growing_file import day_of

if TYPE_CHECKING:
    from tars.server.state_folder import SqliteStore
    from tars.server.store.redis_store import RedisStore


@dataclass(frozen=True)
class Found:
    """Something that is known, and how it is deleted."""

    what: str
    delete: Callable[[], object]


class Forgetting(Protocol):
    """A store that can forget. Every method may raise ConfigError."""

    def known(self, device: str) -> Iterable[Found]:
        """What there is of a device."""

    def saved_on(self, day: date) -> Iterable[Found]:
        """What there is of a day."""

    def begin_forgetting(self, device: str) -> None:
        """Tell running servers to drop what they know of it in memory: a device without a key has nothing else that they see go."""

    def end_forgetting(self, device: str) -> None:
        """They have been told. Keep nothing of it."""

    def compact(self) -> None:
        """Leave nothing of what was deleted."""

    def close(self) -> None:
        """Close it."""


def counted(number: int, what: str) -> str:
    """`1 timer`, `2 timers`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def key_of(store: SqliteStore | RedisStore, device: str) -> Iterator[Found]:
    """The key of a device. It goes before all else: the server closes the link."""
    if device in [name for name, _ in store.list_keys()]:
        yield Found("its key: it is shut out", partial(store.remove_key, device))


def rows_of(store: SqliteStore | RedisStore, device: str) -> Iterator[Found]:
    """Announcements, timers, the count of tokens and the pairing of a device."""
    if numbers := [one.id for one in store.announcements.all() if one.device == device]:
        yield _announcements(store, numbers)
    if count := len(store.timers.of(device)):
        yield Found(counted(count, "timer"), partial(store.timers.delete, device))
    if day := store.tokens.days().get(device):
        yield Found(f"how many tokens it has used on {day}", partial(store.tokens.delete, device))
    pairing = store.pairing()
    if pairing is not None and device in (pairing.name, pairing.device):
        yield Found("its pairing", partial(store.change_pairing, lambda _: None))


def rows_on(store: SqliteStore | RedisStore, day: date) -> Iterator[Found]:
    """Announcements and counts of tokens of a day."""
    if numbers := [one.id for one in store.announcements.all() if day_of(one.made) == day]:
        yield _announcements(store, numbers)
    for device, of in store.tokens.days().items():
        if of == day:
            yield Found(f"how many tokens {device} has used", partial(store.tokens.delete, device))


def _announcements(store: SqliteStore | RedisStore, numbers: list[str]) -> Found:
    return Found(f"{counted(len(numbers), 'announcement')}, and what was answered", partial(store.announcements.delete, numbers))
