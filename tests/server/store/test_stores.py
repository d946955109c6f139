"""What every store does, whatever it keeps things in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tars.core.effects import SPOKEN
from tars.errors import ConfigError
from tars.runtime import clock
from tars.server.pairings import new_pairing
from tars.server.push.timers import KeptTimer
from tars.server.state_folder import KeyStore, Store


@pytest.fixture
def set_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the time of day."""
    return lambda seconds: monkeypatch.setattr(clock, "wall", lambda: seconds)


def named(store: KeyStore) -> dict[str, str]:
    """The hash of each key, and its device."""
    return {digest: key.name for digest, key in (store.owners() or {}).items()}


def test_a_key_is_found_by_its_hash_until_it_is_removed(store: KeyStore, set_time: Callable[[float], None]) -> None:
    assert not store.needs_keys
    for when, name in enumerate(["kitchen", "bedroom"]):
        set_time(when)
        store.add_key(name, f"hash of {name}")
    assert store.needs_keys
    assert store.list_keys() == [("bedroom", 1), ("kitchen", 0)]
    assert named(store) == {"hash of kitchen": "kitchen", "hash of bedroom": "bedroom"}
    assert store.remove_key("kitchen")
    assert not store.remove_key("kitchen")
    assert named(store) == {"hash of bedroom": "bedroom"}


def test_after_the_last_key_is_gone_a_device_still_needs_one(store: KeyStore) -> None:
    assert store.owners() is None
    store.add_key("kitchen", "hash")
    store.remove_key("kitchen")
    assert store.owners() == {}
    assert store.needs_keys
    store.add_key("kitchen", "another hash")
    assert named(store) == {"another hash": "kitchen"}


def test_a_device_with_another_name_keeps_its_key_and_calls_itself_as_before(store: KeyStore) -> None:
    store.add_key("kitchen", "hash")
    store.add_key("bedroom", "another")
    store.rename_key("kitchen", "hall")
    owners = store.owners()
    assert owners is not None
    assert (owners["hash"].name, owners["hash"].says) == ("hall", "kitchen")
    with pytest.raises(ConfigError, match="there is no device kitchen"):
        store.rename_key("kitchen", "attic")
    with pytest.raises(ConfigError, match="bedroom"):
        store.rename_key("hall", "bedroom")
    store.add_key("kitchen", "third")
    assert named(store) == {"hash": "hall", "another": "bedroom", "third": "kitchen"}


def test_all_that_is_kept_of_a_device_follows_it_to_its_new_name(store: Store) -> None:
    store.add_key("kitchen", "hash")
    today = date(2026, 12, 1)
    for name in ("kitchen", "bedroom"):
        store.announcements.add(name, "Dinner.", 60, asks=False)
        store.timers.replace(name, [KeptTimer(name, "eggs", "timer", 300, 1.0)])
        store.tokens.write(name, today, len(name))
    spoken = store.announcements.add("kitchen", "It gets cold.", 60, asks=False)
    store.announcements.end(spoken.id, SPOKEN)
    store.rename_key("kitchen", "hall")
    assert sorted(one.device for one in store.announcements.may_be_spoken()) == ["bedroom", "hall"]
    assert (ended := store.announcements.find(spoken.id)) is not None
    assert (ended.device, ended.outcome) == ("hall", SPOKEN)
    assert sorted(timer.device for timer in store.timers.all()) == ["bedroom", "hall"]
    assert store.tokens.of_day(today) == {"bedroom": 7, "hall": 7}


def test_timers_and_tokens_of_one_device_are_found_among_those_of_others(store: Store) -> None:
    today = date(2026, 12, 1)
    eggs, tea = (KeptTimer("kitchen", label, "timer", 300, due) for label, due in (("eggs", 1.0), ("tea", 2.0)))
    store.timers.replace("kitchen", [eggs, tea])
    store.timers.replace("bedroom", [KeptTimer("bedroom", "nap", "timer", 600, 3.0)])
    assert (store.timers.of("kitchen"), store.timers.of("hall")) == ([eggs, tea], [])
    store.timers.delete("bedroom")
    assert store.timers.all() == [eggs, tea]
    for name in ("kitchen", "bedroom"):
        store.tokens.write(name, today, len(name))
    assert (store.tokens.of_device("bedroom", today), store.tokens.of_device("hall", today)) == (7, 0)
    assert store.tokens.of_device("bedroom", date(2026, 12, 2)) == 0, "those of another day do not count"


def test_what_a_device_trusts_belongs_to_its_key(store: KeyStore) -> None:
    for name in ("kitchen", "bedroom"):
        store.add_key(name, f"hash of {name}")
    store.note_authorities({"kitchen": "aa,bb", "stranger": "aa"})
    assert store.trusted_authorities() == {"kitchen": "aa,bb", "bedroom": ""}
    store.rename_key("kitchen", "hall")
    assert store.trusted_authorities() == {"hall": "aa,bb", "bedroom": ""}
    store.remove_key("hall")
    store.add_key("hall", "another hash")
    assert store.trusted_authorities() == {"hall": "", "bedroom": ""}


def test_the_pairing_is_replaced_by_what_the_change_makes_of_it(store: Store) -> None:
    assert store.pairing() is None
    opened = new_pairing("kitchen", 1000)
    assert store.change_pairing(lambda before: opened if before is None else before) == opened
    assert store.change_pairing(lambda before: before and before.tried()) == opened.tried()
    assert store.pairing() == opened.tried()
    assert store.change_pairing(lambda _: None) is None
    assert store.pairing() is None


def test_a_second_key_of_a_device_is_refused(store: KeyStore) -> None:
    store.add_key("kitchen", "one")
    with pytest.raises(ConfigError, match="kitchen has a key already; `tars-server key remove kitchen` first"):
        store.add_key("kitchen", "another")
    assert named(store) == {"one": "kitchen"}


def test_every_change_of_the_keys_changes_their_version_or_leaves_it_open(store: KeyStore) -> None:
    versions = []
    for name in ("kitchen", "bedroom"):
        store.add_key(name, f"hash of {name}")
        versions.append(store.version)
    store.remove_key("kitchen")
    versions.append(store.version)
    known = [version for version in versions if version is not None]
    assert len(set(known)) == len(known)
