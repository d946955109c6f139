"""The model of a fleet does what real servers do: the same steps in both, and after each what both say is compared.

Compared are: who has the lease, and by which number; what is recorded; who is told that its lease is gone; of each server, by which number
it believes to have the device and to record it, whether it reaches Redis, what it does about a greeting, its session, its connection, and
whether anything new is on the way to the device; of the device, whether it is linked, what it has sent, what is acknowledged, and how many
answers it has heard.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tars.core.resumption import why_not_resumed
from tars.server.store import leases
from tars.server.store.fleet_sessions import FleetSessions
from tars.server.store.recorded_runner import RecordedRunner
from tars.server.store.recorder import Recorder
from tests.codegen.verify.explore.fleet.lockstep import Lockstep
from tests.codegen.verify.explore.fleet.real_fleet import RealFleet, freeze
from tests.redis_server import RedisServer


def with_both(redis: RedisServer, run: Callable[[Lockstep], Awaitable[None]]) -> None:
    async def main() -> None:
        real = RealFleet(redis)
        with pytest.MonkeyPatch.context() as patch:
            freeze(patch, real)
            await real.start()
            try:
                await run(Lockstep(real))
            finally:
                await real.stop()

    client = redis.client()
    client.flushall()
    client.close()
    asyncio.run(main())


@pytest.mark.parametrize("seed", range(16))
def test_real_servers_go_where_the_model_goes(seed: int, redis: RedisServer) -> None:
    with_both(redis, lambda both: both.walk(random.Random(seed), 100))


SERVED = "greet {0}, execute {0}, hear {0}, load {0}, execute {0}, hear {0}, tell {0}"
"""A server gets the device, whose connection stays."""
RECORDED = "take {0}, execute {0}, hear {0}"


def story(*parts: str, first: int = 0) -> tuple[str, ...]:
    """The parts, with numbers in the place of `A` and `B`."""
    return tuple(part.replace("A", str(first)).replace("B", str(1 - first)) for part in parts)


A, B = SERVED.format("A"), SERVED.format("B")
STORIES = {
    "an old owner writes nothing": story(A, "say, take A, greet B, execute B, execute A, hear A"),
    "an owner that never heard its number takes the record": story(
        B, "say", RECORDED.format("B"), "tell B, greet A, execute A, do not hear A, look A", A
    ),
    "a lease that is gone when all is loaded": story(A, "say, greet B, execute B, hear B, greet A, execute A, look B, load B"),
    "a lease that is gone when the store said unchanged": story(A, "say, greet B, greet A, execute A, execute B, look A, hear A"),
    "a second greeting waits": story("greet A, execute A, hear A, greet B, greet A, execute B, hear B, load A, execute A"),
    "a greeting that waited takes nothing when its connection is over": story(
        "greet A, greet B, greet A, greet B, execute A, hear A, load A, execute B"
    ),
    "a late write changes nothing": story(
        A, "say, take A, give up A, tell A, look A, execute A, hear A, say", RECORDED.format("A"), "late"
    ),
    "a record that lacks what the device has dropped is not resumed, and all is said again": story(
        A, "fail A, say, take A, tell A", B, RECORDED.format("B")
    ),
    "nothing is told before it is recorded": story(A, "say, take A, say, take A, execute A, hear A"),
    "an answer waits for a record": story(A, "say, take A, say, take A, execute A"),
    "who goes on with a record answers when the device has come": story(
        A,
        "say",
        RECORDED.format("A"),
        "say",
        RECORDED.format("A"),
        "crash A, greet B, execute B, hear B, greet A, load B, execute B, hear B",
    ),
    "a server that has lost the device is silent": story(A, "say", RECORDED.format("A"), "greet B, execute B, look A"),
    "a server that reaches Redis again asks whether it still has the device": story(A, "fail A, look A, execute A, hear A"),
    "the number of its own that is newer does not end a session": story(
        A, "crash A, greet A, greet A, execute A, hear A, forget, load A, execute A, hear A, execute A, hear A, tell A"
    ),
    "a request that nobody has recorded is said again to the server that has lost it": story(
        A, "fail A, say, take A, say, take A, tell A, forget, greet B, execute B, crash B, look A, execute A, hear A", A
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_stories(name: str, redis: RedisServer) -> None:
    with_both(redis, lambda both: both.story(*STORIES[name]))


# --- planted faults: each is noticed ---------------------------------------------------------------------------------------------


def without(text: str, part: str) -> str:
    assert part in text
    return text.replace(part, "")


async def no_wait(self: Any) -> None:
    pass


async def any_device(self: RecordedRunner) -> None:
    await self.recorder.settled()


async def no_lock(self: FleetSessions, device: str, token: str = "", _: Any = None) -> None:
    self._check_lease(device, await self._take(device, token))


async def no_look(self: FleetSessions, device: str, token: str = "", _: Any = None, restored: Any = FleetSessions.restored) -> None:
    await restored(self, device, token)


def never_behind(*given: Any, **more: Any) -> str:
    return "" if (reason := why_not_resumed(*given, **more)) == "gap" else reason


def tell_at_once(self: Recorder, release: Callable[[], object], hold: Any = Recorder.hold) -> None:
    release()
    hold(self, lambda: None)


NO_FENCE = without(leases.WRITE, "if fence > tonumber(ARGV[1]) then return 'fenced' end\n")
NO_ORDER = without(leases.WRITE, "if fence == tonumber(ARGV[1]) and write >= tonumber(ARGV[2]) then return 'late' end\n")
NO_NAME = without(leases.TAKE, " and lease[2] == ARGV[4]")
NO_NUMBER = leases.TAKE.replace("'fence') or '0') + 1, time[1] * 1000000 + time[2])", "'fence') or '1'))")
PLANTED = {
    "Redis takes every write": ("an old owner writes nothing", leases, "WRITE", NO_FENCE),
    "Redis takes late writes": ("a late write changes nothing", leases, "WRITE", NO_ORDER),
    "unchanged for an owner without a number": ("an owner that never heard its number takes the record", leases, "TAKE", NO_NAME),
    "a new owner has the old number": ("an old owner writes nothing", leases, "TAKE", NO_NUMBER),
    "goes on without the lease": ("a lease that is gone when all is loaded", FleetSessions, "_check_lease", lambda *_: None),
    "is served without the lease": ("a lease that is gone when the store said unchanged", FleetSessions, "_check_lease", lambda *_: None),
    "greetings do not wait": ("a second greeting waits", FleetSessions, "restored", no_lock),
    "greetings do not look": ("a greeting that waited takes nothing when its connection is over", FleetSessions, "restored", no_look),
    "tells before it writes": ("nothing is told before it is recorded", Recorder, "hold", tell_at_once),
    "answers before it writes": ("an answer waits for a record", RecordedRunner, "_may_answer", no_wait),
    "answers without the device": ("who goes on with a record answers when the device has come", RecordedRunner, "_may_answer", any_device),
    "resumes what is behind": (
        "a record that lacks what the device has dropped is not resumed, and all is said again",
        "tars.core.server",
        "why_not_resumed",
        never_behind,
    ),
    "gives up the request": (
        "a record that lacks what the device has dropped is not resumed, and all is said again",
        "tars.core.server",
        "OLD_RECORD",
        frozenset(),
    ),
    "does not ask when Redis is back": (
        "a server that reaches Redis again asks whether it still has the device",
        FleetSessions,
        "_record_all",
        lambda _: None,
    ),
    "does not hear that it has lost the device": ("a server that has lost the device is silent", FleetSessions, "_lose", lambda *_: None),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_fault_in_the_program_is_noticed(name: str, redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    tells, where, what, fault = PLANTED[name]
    monkeypatch.setattr(*((f"{where}.{what}", fault) if isinstance(where, str) else (where, what, fault)))
    if where is leases:
        monkeypatch.setattr(leases, "COMMANDS", leases.COMMANDS | {fault: what})
    with pytest.raises(AssertionError):
        with_both(redis, lambda both: both.story(*STORIES[tells]))
