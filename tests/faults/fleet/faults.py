"""The faults of the table with several servers: what each does to a lab, when it comes, and what must hold."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.faults.fleet.judge import FleetMust
from tests.faults.fleet.lab import FleetLab
from tests.faults.fleet.network import ADDRESSES, DEVICES, REDIS
from tests.faults.fleet.rolling import NAME
from tests.faults.fleet.story import FleetFault
from tests.faults.judge import Ending
from tests.faults.story import Phase

IN_SESSION = (Phase.SPEAKING, Phase.THINKING, Phase.ANSWERING, Phase.HOTWORD)
"""As the first phase of a short run: it is the one in which most can be lost."""

SILENT_FIRST = (Phase.THINKING, Phase.SPEAKING, Phase.ANSWERING, Phase.HOTWORD)
"""While a server thinks, nothing happens that it would record: what is wrong with the record stays so."""

BETWEEN = 1.0
"""Seconds between two parts of a fault."""
SPLITS = (1.0, 2.5)
"""Seconds in which the owner has its devices and no Redis, before it has neither: as long as it waits for Redis, and longer."""
MISSED = 2.5
"""Seconds in which haproxy closes the connections of a server that is gone; its devices would notice within 4."""
UNRECORDED_FOR = 0.6
"""Seconds, fewer than a server waits for Redis. Nothing may leave it in that time."""
SLOW = 0.05
"""Seconds."""


def kept(phase: Phase) -> FleetMust:
    """The session goes on, and that is all."""
    return FleetMust(resumed=is_recorded(phase))


def made_by_one(phase: Phase) -> FleetMust:
    """The session goes on. What the old server has not made of an answer, nobody makes."""
    return FleetMust(resumed=is_recorded(phase), cut=phase is Phase.ANSWERING)


def begun_meanwhile(phase: Phase) -> FleetMust:
    """As `made_by_one`, of a fault in which the old server begins to answer before it has lost the device."""
    return FleetMust(resumed=is_recorded(phase), cut=phase in (Phase.THINKING, Phase.ANSWERING))


def balanced(phase: Phase) -> FleetMust:
    """As `made_by_one`. haproxy misses the server sooner than the device does."""
    return replace(made_by_one(phase), device_notices=MISSED)


def is_recorded(phase: Phase) -> bool:
    """Whether there was a conversation before the fault."""
    return phase in (Phase.SPEAKING, Phase.THINKING, Phase.ANSWERING)


def unrecorded(phase: Phase, *, twice: bool = False) -> FleetMust:
    """What the next server is told is old. What is being said is told again; where an answer may have begun, the session may end audibly.

    No server takes a device without Redis.
    """
    speaks = phase in (Phase.SPEAKING, Phase.HOTWORD)
    return FleetMust(Ending.KEPT if speaks else Ending.EITHER, cut=not speaks, twice=twice, back=None)


def torn(phase: Phase) -> FleetMust:
    """As `unrecorded`, and the old server does not know that another one has the device."""
    return unrecorded(phase, twice=True)


def kill_owner(lab: FleetLab) -> None:
    """The server that has the device is gone, and does not come back."""
    lab.kill(lab.owner)


def kill_owners(lab: FleetLab) -> None:
    """The owner is gone, and so is whoever has taken the device after it."""
    first = lab.owner
    lab.kill(first)
    lab.until("another server has the device", lambda: lab.owner != first)
    lab.hold(BETWEEN)
    lab.kill(lab.owner)


def leave_and_kill(lab: FleetLab) -> None:
    """The device leaves the owner, which goes on until it hears so from Redis. Then whoever has taken the device is gone."""
    first = lab.owner
    lab.cut = (first, (DEVICES,))
    lab.network.cut(first, DEVICES)
    lab.network.hosts[DEVICES].reset_connections()
    lab.until("another server has the device", lambda: lab.owner != first)
    lab.hold(BETWEEN)
    lab.kill(lab.owner)


def lose_owner(lab: FleetLab) -> None:
    """The machine of the owner is gone without a word to anybody."""
    owner = lab.owner
    lab.network.cut(owner, *lab.others(owner))
    lab.kill(owner)


def cut_from_redis(lab: FleetLab) -> None:
    """The owner does not reach Redis."""
    lab.cut = (lab.owner, (REDIS,))
    lab.network.cut(lab.owner, REDIS)


def cut_from_redis_and_kill(lab: FleetLab) -> None:
    """The owner does not reach Redis, and is gone before it takes that for an answer: what it did meanwhile is in no record."""
    owner = lab.owner
    lab.network.cut(owner, REDIS)
    lab.hold(UNRECORDED_FOR)
    lab.kill(owner)


def split(after: float, lab: FleetLab) -> None:
    """The owner does not reach Redis; then its devices do not reach it, and greet the other one."""
    owner = lab.owner
    lab.cut = (owner, (REDIS, DEVICES))
    lab.network.cut(owner, REDIS)
    lab.hold(after)
    lab.network.cut(owner, DEVICES)


def cut_from_devices(lab: FleetLab) -> None:
    """The devices do not reach the owner, which reaches Redis."""
    lab.cut = (lab.owner, (DEVICES,))
    lab.network.cut(lab.owner, DEVICES)


def join(lab: FleetLab) -> None:
    """What was cut is joined again."""
    owner, others = lab.cut
    lab.network.join(owner, *others)


def restart_redis_and_kill(lab: FleetLab) -> None:
    """Redis is killed and comes back, and then the owner is gone."""
    lab.redis.kill()
    lab.hold(BETWEEN)
    lab.redis.start()
    lab.hold(2 * BETWEEN)
    kill_owner(lab)


def kill_all(lab: FleetLab) -> None:
    """Redis is gone, and the owner soon after."""
    lab.redis.kill()
    lab.hold(BETWEEN)
    kill_owner(lab)


def fill_and_kill(lab: FleetLab) -> None:
    """Redis takes nothing more, and the owner is gone soon after."""
    lab.fill_redis(full=True)
    lab.hold(BETWEEN)
    kill_owner(lab)


def empty_redis(lab: FleetLab) -> None:
    """Redis loses everything, and then the owner is gone."""
    lab.network.hosts[REDIS].run("redis-cli", "-h", ADDRESSES[REDIS], "FLUSHALL")
    lab.hold(2 * BETWEEN)
    kill_owner(lab)


def slow(lab: FleetLab) -> None:
    """Redis takes its time."""
    lab.slow_redis(SLOW)


def slow_and_kill(lab: FleetLab) -> None:
    """Redis takes its time, and the owner is gone."""
    slow(lab)
    lab.hold(BETWEEN)
    kill_owner(lab)


def restart_balancer(lab: FleetLab) -> None:
    """haproxy is killed with all connections, and started again at once."""
    lab.balancer.kill()
    lab.balancer.start()


CUT = "an answer that is being made ends where its server was when it lost the device; no other one can go on with it. See `cut`"
UNRECORDED = (
    "the owner goes on without Redis, and what it tells the device then is in no record. Another server cannot go on from there. While the "
    "user speaks nothing is lost: the utterance is told again, whole. If an answer had begun, the conversation ends, and the user hears so"
)
NOBODY = "; no server takes a device while it cannot ask who has it, so `back` waits for Redis, and then for the device's next try"
TWICE = "; and where it thinks, both may answer the same utterance. One answer is heard: the other one goes into a link that is dead"


def faults() -> list[FleetFault]:
    """The table, without the rolling restarts."""
    return [
        FleetFault("owner killed", kill_owner, made_by_one, IN_SESSION, gives_way=CUT),
        FleetFault("owner killed, and its successor", kill_owners, made_by_one, IN_SESSION, servers=3, gives_way=CUT),
        FleetFault("owner left, and its successor killed", leave_and_kill, made_by_one, SILENT_FIRST, join, servers=3, gives_way=CUT),
        FleetFault("owner's machine gone", lose_owner, made_by_one, IN_SESSION, gives_way=CUT),
        FleetFault(
            f"owner cut from Redis, killed {UNRECORDED_FOR:g} s later", cut_from_redis_and_kill, made_by_one, IN_SESSION, gives_way=CUT
        ),
        FleetFault("owner cut from Redis, 6 s", cut_from_redis, kept, IN_SESSION, join, 6),
        FleetFault("owner cut from devices, 6 s", cut_from_devices, begun_meanwhile, IN_SESSION, join, 6, gives_way=CUT),
        *(
            FleetFault(
                f"owner cut from Redis, {after:g} s later from devices",
                partial(split, after),
                torn,
                IN_SESSION,
                join,
                6,
                gives_way=UNRECORDED + TWICE,
            )
            for after in SPLITS
        ),
        FleetFault("Redis killed, back after 3 s", lambda lab: lab.redis.kill(), kept, IN_SESSION, lambda lab: lab.redis.start(), 3),
        FleetFault("Redis killed and back, then owner killed", restart_redis_and_kill, begun_meanwhile, IN_SESSION, gives_way=CUT),
        FleetFault("Redis emptied, then owner killed", empty_redis, begun_meanwhile, IN_SESSION, gives_way=CUT),
        FleetFault(
            "Redis killed, then owner, Redis back after 2 s",
            kill_all,
            unrecorded,
            IN_SESSION,
            lambda lab: lab.redis.start(),
            2,
            gives_way=UNRECORDED + NOBODY,
        ),
        FleetFault("Redis full, 4 s", lambda lab: lab.fill_redis(full=True), kept, IN_SESSION, lambda lab: lab.fill_redis(full=False), 4),
        FleetFault(
            "Redis full, then owner killed",
            fill_and_kill,
            unrecorded,
            IN_SESSION,
            lambda lab: lab.fill_redis(full=False),
            2,
            gives_way=UNRECORDED + NOBODY,
        ),
        FleetFault("slow Redis, 50 ms", slow, kept, (Phase.THROUGHOUT,)),
        FleetFault("slow Redis, 50 ms; owner killed", slow_and_kill, made_by_one, IN_SESSION, gives_way=CUT),
        FleetFault("owner killed, behind haproxy", kill_owner, made_by_one, IN_SESSION, balanced=True, gives_way=CUT),
        FleetFault("owner's machine gone, behind haproxy", lose_owner, balanced, IN_SESSION, balanced=True, gives_way=CUT),
        FleetFault("haproxy killed and started", restart_balancer, made_by_one, IN_SESSION, balanced=True, gives_way=CUT),
        FleetFault("owner killed, encrypted", kill_owner, made_by_one, IN_SESSION, encrypted=True, gives_way=CUT),
        FleetFault("owner cut from Redis, 6 s, encrypted", cut_from_redis, kept, IN_SESSION, join, 6, encrypted=True),
    ]


def what_gives_way() -> dict[str, str]:
    """Of each fault, which guarantee gives way, and how far; empty: none."""
    return {fault.name: fault.gives_way for fault in faults()} | {NAME: CUT}
