"""What the command `forget` finds in a Redis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from tars.runtime import clock
from tars.server.store.forgetting import Found, key_of, rows_of, rows_on
from tars.server.store.leases import RECORD, REPLY, SPEECH
from tars.server.store.redis_rows import REVISION
from tars.server.store.redis_server import LEASE
from tars.server.store.redis_store import FORGETTING, RedisStore
from tars.server.store.rows import FORGETTING_LIMIT

OF_DEVICE = (LEASE, RECORD, SPEECH, REPLY)


class ForgettingRedis(RedisStore):
    """The store in a Redis, with what only this command does. Every method may raise ConfigError."""

    def known(self, device: str) -> Iterator[Found]:
        """What there is of a device."""
        yield from key_of(self, device)
        names = [name + device for name in OF_DEVICE]
        with self._errors():
            recorded = bool(self._use.redis.exists(*names))
        if recorded:
            yield Found("its session, and which server has it", partial(self._delete, names))
        if device in self.seen.all():
            yield Found("when it was last seen, and with which server", partial(self.seen.delete, [device]))
        yield from rows_of(self, device)

    def saved_on(self, day: date) -> Iterator[Found]:
        """Announcements and counts of tokens of this day. Sessions are kept for minutes only."""
        return rows_on(self, day)

    def begin_forgetting(self, device: str) -> None:
        """Tell the running servers."""
        with self._errors(), self._use.redis.pipeline() as pipe:
            pipe.hset(FORGETTING, device, repr(clock.wall()))
            pipe.expire(FORGETTING, FORGETTING_LIMIT)
            pipe.incr(REVISION)
            pipe.execute()

    def end_forgetting(self, device: str) -> None:
        """They know it now."""
        with self._errors():
            self._use.redis.hdel(FORGETTING, device)

    def compact(self) -> None:
        """Have Redis write its file anew, if it keeps one: what was deleted stands in it until then."""
        with self._errors():
            if self._use.redis.config_get("appendonly").get("appendonly") == "yes":
                self._use.redis.bgrewriteaof()

    def _delete(self, names: list[str]) -> None:
        with self._errors():
            self._use.redis.delete(*names)
