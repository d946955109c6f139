from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tars.core.effects import ANSWERED, SPOKEN
from tars.errors import ConfigError
from tars.runtime import clock
from tars.server.push.announcements import KEPT, MOST, WITHDRAWN, KeyUsedError, announced_in, session_for
from tars.server.state_folder import Store


@pytest.fixture
def set_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the time of day."""
    return lambda seconds: monkeypatch.setattr(clock, "wall", lambda: seconds)


def test_what_waits_is_read_in_order_until_its_time_is_over(store: Store, set_time: Callable[[float], None]) -> None:
    rows = store.announcements
    assert rows.may_be_spoken() == []
    set_time(1000)
    first = rows.add("kitchen", "Grüße, 'now'", 60, asks=False)
    second = rows.add("bath", "Are you there?", 10, asks=True)
    assert store.announcements.may_be_spoken() == [first, second]
    assert (first.made, first.until, first.asks, second.asks) == (1000, 1060, False, True)
    set_time(1009)
    assert second.is_due(clock.wall())
    set_time(1010)
    assert not second.is_due(clock.wall())
    assert rows.may_be_spoken() == [first, second], "it may be spoken now, and its answer awaited"
    set_time(1010 + KEPT)
    assert rows.may_be_spoken() == [first]


def test_what_comes_first_counts(store: Store) -> None:
    rows = store.announcements
    made = rows.add("kitchen", "Are you there?", 60, asks=True)
    rows.end(made.id, ANSWERED, "Yes.")
    rows.end(made.id, WITHDRAWN)
    ended = rows.find(made.id)
    assert ended is not None
    assert (ended.outcome, ended.answer, ended.is_due(clock.wall())) == (ANSWERED, "Yes.", False)
    assert rows.may_be_spoken() == []
    assert rows.find("another") is None


def test_what_comes_with_the_same_key_is_the_one_from_before_also_once_it_has_ended(store: Store) -> None:
    rows = store.announcements
    made = rows.add("kitchen", "Dinner.", 60, asks=False, key="dinner of today")
    assert rows.add("kitchen", "Dinner.", 60, asks=False, key="dinner of today") == made
    rows.end(made.id, SPOKEN)
    again = rows.add("kitchen", "Dinner.", 60, asks=False, key="dinner of today")
    assert (again.id, again.outcome) == (made.id, SPOKEN)
    assert rows.may_be_spoken() == []
    with pytest.raises(KeyUsedError):
        rows.add("bath", "Dinner.", 60, asks=False, key="dinner of today")


def test_only_what_waits_for_that_device_is_noted_as_away(store: Store) -> None:
    rows = store.announcements
    ended, waits, other = (rows.add(device, "Dinner.", 60, asks=False) for device in ("kitchen", "kitchen", "bath"))
    rows.end(ended.id, SPOKEN)
    rows.note_away("kitchen")
    found = [rows.find(one.id) for one in (ended, waits, other)]
    assert [one and one.away for one in found] == [False, True, False]


def test_a_device_has_at_most_so_many_and_old_rows_go(store: Store, set_time: Callable[[float], None]) -> None:
    rows = store.announcements
    set_time(1000)
    made = [rows.add("kitchen", "Dinner.", 60, asks=False) for _ in range(MOST)]
    with pytest.raises(ConfigError, match=f"{MOST} announcements wait for kitchen already"):
        rows.add("kitchen", "Dinner.", 60, asks=False)
    rows.add("bath", "Dinner.", 60, asks=False)
    rows.end(made[0].id, SPOKEN)
    rows.add("kitchen", "Dinner.", 60, asks=False)
    set_time(1061 + KEPT)
    rows.add("kitchen", "Dinner.", 60, asks=False)
    assert rows.find(made[0].id) is None


def test_a_session_tells_its_announcement(store: Store) -> None:
    made = store.announcements.add("kitchen", "Dinner.", 60, asks=False)
    first, second = session_for(made), session_for(made)
    assert first != second
    assert announced_in(first) == announced_in(second) == made.id
    assert re.fullmatch("[0-9a-f]{12}", first), "as a device makes it: `forget` finds its recordings"
