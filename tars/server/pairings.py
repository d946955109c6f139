"""The pairing that `tars-server pair` has opened: its digits, and how often they were tried. Data, which the store keeps as text.

The command and the running server are two processes. Both change it in the store, in one transaction each time, so that a try is counted
before it is answered, however many come at once.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from tars.runtime import clock

if TYPE_CHECKING:
    from tars.server.state_folder import PairingStore

LIFETIME = 300.0
"""Seconds for which digits are valid."""
TRIES = 3
"""Tries, right or wrong, until digits are void."""
LONGEST_NAME = 64


@dataclass(frozen=True)
class Pairing:
    """One pairing: for one device, LIFETIME and TRIES."""

    id: str
    digits: str
    name: str
    """The name that the device gets; empty: the one that it would like to have."""
    opened: float
    """Seconds since 1970."""
    tries: int = 0
    """Tries that have begun."""
    failed: int = 0
    """Tries that have ended without a device."""
    device: str = ""
    """The device that has paired."""

    def is_valid(self, now: float) -> bool:
        """Whether a device may still pair: nobody has, and the time is not over. A clock that was set back ends it too."""
        return not self.device and not self.is_burned and self.opened <= now < self.opened + LIFETIME

    def may_try(self, now: float) -> bool:
        """Whether one more try may begin."""
        return self.is_valid(now) and self.tries < TRIES

    @property
    def is_burned(self) -> bool:
        """Whether every try has failed."""
        return self.failed >= TRIES

    def tried(self) -> Pairing:
        """One more try has begun."""
        return replace(self, tries=self.tries + 1)

    def failed_once_more(self) -> Pairing:
        """A try has ended without a device."""
        return replace(self, failed=self.failed + 1)

    def paired(self, device: str) -> Pairing:
        """A device has proved that it knows the digits."""
        return replace(self, device=device)


def new_pairing(name: str, now: float) -> Pairing:
    """A pairing with new digits."""
    return Pairing(secrets.token_hex(8), f"{secrets.randbelow(10**6):06}", name, now)


def to_text(pairing: Pairing) -> str:
    """As the store keeps it."""
    return json.dumps(asdict(pairing))


def from_text(text: str) -> Pairing:
    """Raises TypeError and ValueError for anything else."""
    return Pairing(**json.loads(text))


def free_name(wanted: str, taken: Collection[str]) -> str:
    """The name, or the first of NAME-2, NAME-3 and so on that no device has."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted[: LONGEST_NAME - len(str(number)) - 1]}-{number}"
    return name


# --- the pairing in the store ----------------------------------------------------------------------------------------------------


def open_pairing(store: PairingStore, name: str) -> Pairing:
    """Begin a pairing with new digits. One that was open before ends: two at a time would double the luck of whoever guesses."""
    pairing = new_pairing(name, clock.wall())
    store.change_pairing(lambda _: pairing)
    return pairing


def close_pairing(store: PairingStore, pairing: Pairing) -> None:
    """Its digits are void from now on."""
    store.change_pairing(lambda now: None if now is not None and now.id == pairing.id else now)


def take_try(store: PairingStore) -> Pairing | None:
    """Count a try and begin it; None: no digits are valid, or all tries are taken."""
    taken: list[Pairing] = []

    def count(now: Pairing | None) -> Pairing | None:
        if now is not None and now.may_try(clock.wall()):
            taken.append(now.tried())
            return taken[0]
        return now

    store.change_pairing(count)
    return taken[0] if taken else None


def end_try(store: PairingStore, pairing: Pairing) -> None:
    """A try has ended without a device."""
    store.change_pairing(lambda now: now.failed_once_more() if now is not None and now.id == pairing.id else now)


def release(store: PairingStore, pairing: Pairing) -> None:
    """The device that had claimed it has gone before it got its key: another may have the digits that are left to try."""
    store.change_pairing(lambda now: replace(now, device="") if now is not None and now.id == pairing.id else now)


def claim(store: PairingStore, pairing: Pairing, device: str) -> bool:
    """The device has proved that it knows the digits. False: another was faster, the time is over, or the operator has ended it."""
    claimed: list[Pairing] = []

    def pair(now: Pairing | None) -> Pairing | None:
        if now is not None and now.id == pairing.id and now.is_valid(clock.wall()):
            claimed.append(now.paired(device))
            return claimed[0]
        return now

    store.change_pairing(pair)
    return bool(claimed)
