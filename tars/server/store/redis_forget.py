"""What the command `forget` finds in a Redis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from tars.runtime import clock
from tars.runtime.growing_file import day_of
from tars.server.forget import Found
from tars.server.store.leases import RECORD, REPLY, SPEECH
from tars.server.store.redis_rows import REVISION, TIMERS
from tars.server.store.redis_server import LEASE
from tars.server.store.redis_store import FORGETTING, RedisStore

LONGEST = 60
"""Seconds after which a command that was killed tells the servers nothing any more."""
OF_DEVICE = (LEASE, RECORD, SPEECH, REPLY)


class ForgettingRedis(RedisStore):
    """The store in a Redis, with what only this command does. Every method may raise ConfigError."""

    def known(self, device: str) -> Iterator[Found]:
        """What there is of a device."""
        if device in [name for name, _ in self.list_keys()]:
            yield Found("its key: it is shut out", partial(self.remove_key, device))
        names = [name + device for name in OF_DEVICE]
        with self._errors():
            recorded = bool(self._use.redis.exists(*names))
        if recorded:
            yield Found("its session, and which server has it", partial(self._delete, names))
        if device in self.seen.all():
            yield Found("when it was last seen, and with which server", partial(self.seen.delete, [device]))
        if numbers := [one.id for one in self.announcements.all() if one.device == device]:
            yield Found(f"{len(numbers)} announcements, and what was answered", partial(self.announcements.delete, numbers))
        if count := len(self.timers.of(device)):
            yield Found(f"{count} timers", partial(self._delete_timers, device))
        if day := self.tokens.days().get(device):
            yield Found(f"how many tokens it has used on {day}", partial(self.tokens.delete, device))
        pairing = self.pairing()
        if pairing is not None and device in (pairing.name, pairing.device):
            yield Found("its pairing", partial(self.change_pairing, lambda _: None))

    def saved_on(self, day: date) -> Iterator[Found]:
        """Announcements and counts of tokens of this day. Sessions are kept for minutes only."""
        if numbers := [one.id for one in self.announcements.all() if day_of(one.made) == day]:
            yield Found(f"{len(numbers)} announcements, and what was answered", partial(self.announcements.delete, numbers))
        for device, of in self.tokens.days().items():
            if of == day:
                yield Found(f"how many tokens {device} has used", partial(self.tokens.delete, device))

    def begin_forgetting(self, device: str) -> None:
        """Tell the running servers."""
        with self._errors(), self._use.redis.pipeline() as pipe:
            pipe.hset(FORGETTING, device, repr(clock.wall()))
            pipe.expire(FORGETTING, LONGEST)
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

    def _delete_timers(self, device: str) -> None:
        with self._errors():
            self._use.redis.hdel(TIMERS, device)
