"""What is said of a Redis: by the settings, by the doctor, and when it cannot be used."""

from __future__ import annotations

from contextlib import closing

import pytest

from tars.errors import ConfigError
from tars.server.settings import load, read_store
from tars.server.store.redis_server import describe_redis, place
from tars.server.store.redis_store import RedisStore
from tests.redis_server import RedisServer, free_port


@pytest.mark.parametrize("text", ["sqlite", "redis://h:1/0", "redis://h", "rediss://user:secret@h:6380/3", "redis://[::1]:6379/0"])
def test_a_store_is_sqlite_or_a_redis(text: str) -> None:
    assert read_store(text) == text


@pytest.mark.parametrize("text", ["", "redis", "http://h:1/0", "redis://:6379/0", "redis://h/name"])
def test_any_other_store_is_a_mistake(text: str) -> None:
    with pytest.raises(ConfigError, match=r"must be sqlite, or the URL of a Redis: redis://HOST:PORT/0"):
        load([], {"TARS_STORE": text or " "})


def test_a_place_has_no_password() -> None:
    assert place("redis://user:secret@h:6380/3") == "h:6380/3"
    assert place("redis://[::1]") == "[::1]:6379/0"


def test_the_doctor_names_version_and_durability(redis: RedisServer) -> None:
    assert "it writes each change to its disk" in describe_redis(redis.url)
    with closing(redis.client()) as client:
        client.config_set("appendonly", "no")
        try:
            assert "a Redis that crashes loses its last changes" in describe_redis(redis.url)
            client.config_set("maxmemory-policy", "allkeys-lru")
            with pytest.raises(ConfigError, match="set it to noeviction"):
                describe_redis(redis.url)
        finally:
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("appendonly", "yes")


def test_a_redis_that_is_not_there_or_wants_a_password_is_a_mistake_that_is_explained(redis: RedisServer) -> None:
    port = free_port()
    with pytest.raises(ConfigError, match=f"cannot use Redis at 127.0.0.1:{port}/0: .*is it running, and reached from here"):
        RedisStore(f"redis://:secret@127.0.0.1:{port}/0")
    with closing(redis.client()) as client:
        client.config_set("requirepass", "another")
        try:
            with pytest.raises(ConfigError, match="refuses the password") as refused:
                RedisStore(redis.url.replace("://", "://:secret@"))
            assert "secret" not in str(refused.value)
        finally:
            client.config_set("requirepass", "")


def test_a_full_redis_is_a_mistake_that_is_explained(redis: RedisServer) -> None:
    with closing(redis.client()) as client, closing(RedisStore(redis.url)) as store:
        client.config_set("maxmemory", 1)
        try:
            with pytest.raises(ConfigError, match="is full; raise its `maxmemory`"):
                store.add_key("kitchen", "hash")
        finally:
            client.config_set("maxmemory", 0)
