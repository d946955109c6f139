"""The Redis that several servers share: its address, its clients, and its errors in words. The package `redis` is imported here only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tars.errors import ConfigError

if TYPE_CHECKING:
    from redis import Redis
    from redis.asyncio import Redis as AsyncRedis

PREFIX = "tars:"
"""All that TARS keeps in a Redis begins so."""
SERVER, LEASE = f"{PREFIX}server:", f"{PREFIX}lease:"
"""With the id of a server behind it: what it says of itself, as long as it is alive. With a device behind it: which server has it."""
SERVERS, ASKED = f"{PREFIX}servers", f"{PREFIX}asked:"
"""The ids of the servers that are alive, and perhaps of some that are gone. With the id of one behind it: what others ask of it."""
ANSWER_LIMIT = 1.0
"""Seconds in which Redis answers; it usually takes less than a millisecond. After that it counts as away."""
OLDEST = (7, 0)
"""The oldest version that is tried."""


def place(url: str) -> str:
    """HOST:PORT/NUMBER of a Redis, without the password."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}:{parts.port or 6379}/{parts.path.strip('/') or 0}"


def connect(url: str) -> Redis:
    """A client for threads. It connects when it is used. Raises ConfigError if its package is not installed."""
    with _installed():
        from redis import Redis
    return Redis.from_url(url, decode_responses=True, **_options())


def connect_for_loop(url: str) -> AsyncRedis:
    """A client for the event loop. Raises ConfigError if its package is not installed."""
    with _installed():
        from redis.asyncio import Redis
    return Redis.from_url(url, **_options())


def _options() -> dict[str, Any]:
    # A connection that Redis has closed is opened again by the client, without a wait; what fails then is an error.
    return {"socket_timeout": ANSWER_LIMIT, "socket_connect_timeout": ANSWER_LIMIT}


@contextmanager
def _installed() -> Iterator[None]:
    try:
        yield
    except ImportError:
        raise ConfigError("`store` names a Redis, whose package is not installed: pip install -c constraints.txt -e '.[redis]'") from None


@contextmanager
def redis_errors(url: str) -> Iterator[None]:
    """The errors of Redis become ConfigError."""
    from redis.exceptions import AuthenticationError, OutOfMemoryError, RedisError

    try:
        yield
    except OutOfMemoryError:
        raise ConfigError(f"Redis at {place(url)} is full; raise its `maxmemory`, or delete what else is in it") from None
    except AuthenticationError as error:
        raise ConfigError(f"Redis at {place(url)} refuses the password ({error}); see `store`: redis://USER:PASSWORD@HOST:PORT/0") from None
    except (RedisError, OSError) as error:
        raise ConfigError(f"cannot use Redis at {place(url)}: {error}; is it running, and reached from here?") from None


def describe_redis(url: str) -> str:
    """What the doctor says of a Redis. Raises ConfigError if a server cannot use it, or would lose what it keeps."""
    client = connect(url)
    with redis_errors(url):
        try:
            info: dict[str, Any] = client.info()
        finally:
            client.close()
    version = str(info["redis_version"])
    if tuple(map(int, version.split(".")[:2])) < OLDEST:
        raise ConfigError(f"Redis at {place(url)} has the version {version}; TARS needs {OLDEST[0]}.{OLDEST[1]} or later")
    if (policy := info["maxmemory_policy"]) != "noeviction":
        raise ConfigError(
            f"Redis at {place(url)} deletes what it likes when it is full (`maxmemory-policy {policy}`); set it to noeviction, or keys go"
        )
    return f"Redis {version} at {place(url)}, {info['used_memory_human']} in use; {_durability(info)}"


def _durability(info: dict[str, Any]) -> str:
    if info.get("aof_enabled"):
        return "it writes each change to its disk (`appendonly yes`)"
    return "a Redis that crashes loses its last changes, keys among them: `appendonly yes` keeps them"
