"""How announcements are kept in a Redis, of which every server reads what waits after each change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from math import ceil

import pytest

from tars.core.effects import SPOKEN
from tars.server.push.announcements import KEPT
from tars.server.store.redis_rows import ANNOUNCED, ANNOUNCEMENTS
from tars.server.store.redis_store import RedisStore
from tests.redis_server import RedisServer


@pytest.fixture
def shared(redis: RedisServer) -> Iterator[RedisStore]:
    with closing(RedisStore(redis.url)) as store:
        yield store


def versions(store: RedisStore) -> tuple[object, object]:
    """Of keys and pairing, and of announcements, as a server sees them that looks now."""
    with closing(RedisStore(store.url)) as now:
        return now.version, now.announcements.version


def test_what_has_ended_is_not_among_what_servers_read_and_goes_a_day_after_its_time(shared: RedisStore) -> None:
    ended, waits = (shared.announcements.add("kitchen", "Dinner.", 60, asks=False) for _ in range(2))
    shared.announcements.end(ended.id, SPOKEN)
    client = shared._use.redis
    assert client.hkeys(ANNOUNCEMENTS) == [waits.id]
    assert client.expiretime(ANNOUNCED + ended.id) == ceil(ended.until + KEPT)
    assert {one.id for one in shared.announcements.all()} == {ended.id, waits.id}


def test_an_announcement_does_not_have_all_keys_read_again_nor_a_key_what_waits(shared: RedisStore) -> None:
    keys, waiting = versions(shared)
    made = shared.announcements.add("kitchen", "Dinner.", 60, asks=False)
    after_add = versions(shared)
    shared.announcements.end(made.id, SPOKEN)
    after_end = versions(shared)
    assert (after_add[0], after_end[0]) == (keys, keys)
    assert len({waiting, after_add[1], after_end[1]}) == 3
    shared.add_key("kitchen", "hash")
    after_key = versions(shared)
    assert after_key[0] != keys
    assert after_key[1] == after_end[1]
