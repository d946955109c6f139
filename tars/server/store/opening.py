"""The store that the settings name."""

from __future__ import annotations

from collections.abc import Mapping

from tars.server.last_seen import Seen, read_last_seen
from tars.server.settings import ServerConfig
from tars.server.state_folder import SqliteStore, is_served, open_store
from tars.server.store.redis_server import describe_redis
from tars.server.store.redis_store import RedisStore


def open_store_of(config: ServerConfig) -> SqliteStore | RedisStore:
    """The store of a server and of the commands beside it. Raises ConfigError if it cannot be used."""
    return open_store(config.state) if config.store == "sqlite" else RedisStore(config.store)


def describe_store(config: ServerConfig) -> str:
    """What the doctor says of it. Raises ConfigError."""
    return f"SQLite in {config.state}" if config.store == "sqlite" else describe_redis(config.store)


def seen_in(config: ServerConfig, store: SqliteStore | RedisStore) -> Mapping[str, Seen]:
    """Device -> how it was seen last, by any server that has this store. Raises ConfigError."""
    return store.last_seen() if isinstance(store, RedisStore) else read_last_seen(config.state)


def has_servers(config: ServerConfig, store: SqliteStore | RedisStore) -> bool:
    """Whether a tars-server runs with this store. Raises ConfigError."""
    return bool(store.servers()) if isinstance(store, RedisStore) else is_served(config.state)
