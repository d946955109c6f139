from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict, replace

from tars.server.store.redis_server import SERVER, SERVERS
from tars.server.store.redis_store import RedisStore
from tars.server.store.servers import AboutServer, read_servers, to_text
from tests.redis_server import RedisServer

ONE = AboutServer("1", "pi", "pi:7456", "wss://192.168.1.11:7456", "", "0.1.0", 5.0, devices=3, load=0.5)


def test_what_another_version_says_more_is_left_out_and_what_cannot_be_read_too() -> None:
    newer = json.dumps(asdict(ONE) | {"colour": "blue"})
    assert read_servers(["pi", "[]", "{}", None, newer, to_text(replace(ONE, id="2", name="attic:7456"))]) == [
        replace(ONE, id="2", name="attic:7456"),
        ONE,
    ]


def test_a_server_is_listed_as_long_as_it_is_alive(redis: RedisServer) -> None:
    with closing(RedisStore(redis.url)) as store, closing(redis.client()) as client:
        assert store.servers() == []
        assert store.hear() == []
        client.sadd(SERVERS, "1")
        client.set(f"{SERVER}1", to_text(ONE))
        assert store.servers() == [ONE]
        client.delete(f"{SERVER}1")
        assert store.servers() == []
        assert client.smembers(SERVERS) == set(), "those that are gone are not looked at again"


def test_what_a_server_is_asked_is_heard_once(redis: RedisServer) -> None:
    with closing(RedisStore(redis.url)) as one, closing(RedisStore(redis.url)) as other:
        one.ask(other.server, "this")
        one.ask(other.server, "that")
        assert one.hear() == []
        assert other.hear() == ["this", "that"]
        assert other.hear() == []
