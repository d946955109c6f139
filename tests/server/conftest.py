"""What the tests of the server share: each kind of store, empty."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tars.server.memory_store import MemoryStore
from tars.server.state_folder import Store, open_store
from tars.server.store.redis_store import RedisStore
from tests.redis_server import RedisServer


@pytest.fixture(params=["sqlite", "memory", "redis"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each store, empty."""
    if request.param == "memory":
        yield MemoryStore()
    elif request.param == "sqlite":
        with closing(open_store(tmp_path)) as opened:
            yield opened
    else:
        server: RedisServer = request.getfixturevalue("redis")
        with closing(RedisStore(server.url)) as shared:
            yield shared
