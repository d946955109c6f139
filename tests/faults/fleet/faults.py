"""The faults of the table with several servers: what each does to a lab, when it comes, and what must hold."""

from __future__ import annotations

from tests.faults.fleet.lab import FleetLab
from tests.faults.fleet.network import DEVICES, REDIS
from tests.faults.fleet.story import FleetFault
from tests.faults.judge import Must
from tests.faults.story import Phase

IN_SESSION = (Phase.SPEAKING, Phase.THINKING, Phase.ANSWERING, Phase.HOTWORD)
"""As the first phase of a short run: it is the one in which most can be lost."""


BETWEEN = 1.0
"""Seconds between two parts of a fault."""
SLOW = 0.05
"""Seconds."""


def kept(_: Phase) -> Must:
    """The session goes on, and that is all."""
    return Must()


def made_by_one(phase: Phase) -> Must:
    """The session goes on. What the old server has not made of an answer, nobody makes."""
    return Must(cut=phase is Phase.ANSWERING)


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


def lose_owner(lab: FleetLab) -> None:
    """The machine of the owner is gone without a word to anybody."""
    owner = lab.owner
    lab.network.cut(owner, *lab.others(owner))
    lab.kill(owner)


def cut_from_redis(lab: FleetLab) -> None:
    """The owner does not reach Redis."""
    lab.cut = (lab.owner, (REDIS,))
    lab.network.cut(lab.owner, REDIS)


def split(lab: FleetLab) -> None:
    """The owner does not reach Redis; then its devices do not reach it, and greet the other one."""
    owner = lab.owner
    lab.cut = (owner, (REDIS, DEVICES))
    lab.network.cut(owner, REDIS)
    lab.hold(BETWEEN)
    lab.network.cut(owner, DEVICES)


def cut_from_devices(lab: FleetLab) -> None:
    """The devices do not reach the owner, which reaches Redis."""
    lab.cut = (lab.owner, (DEVICES,))
    lab.network.cut(lab.owner, DEVICES)


def join(lab: FleetLab) -> None:
    """What was cut is joined again."""
    owner, others = lab.cut
    lab.network.join(owner, *others)


def slow(lab: FleetLab) -> None:
    """Redis takes its time."""
    lab.slow_redis(SLOW)


def slow_and_kill(lab: FleetLab) -> None:
    """Redis takes its time, and the owner is gone."""
    slow(lab)
    lab.hold(BETWEEN)
    kill_owner(lab)


def faults() -> list[FleetFault]:
    """The table."""
    return [
        FleetFault("owner killed", kill_owner, made_by_one, IN_SESSION),
        FleetFault("owner killed, and its successor", kill_owners, made_by_one, IN_SESSION, servers=3),
        FleetFault("owner's machine gone", lose_owner, made_by_one, IN_SESSION),
        FleetFault("owner cut from Redis, 6 s", cut_from_redis, kept, IN_SESSION, join, 6),
        FleetFault("owner cut from devices, 6 s", cut_from_devices, made_by_one, IN_SESSION, join, 6),
        FleetFault("owner cut from Redis, then from devices", split, made_by_one, IN_SESSION, join, 6),
        FleetFault("Redis killed, back after 3 s", lambda lab: lab.redis.kill(), kept, IN_SESSION, lambda lab: lab.redis.start(), 3),
        FleetFault("Redis full, 4 s", lambda lab: lab.fill_redis(full=True), kept, IN_SESSION, lambda lab: lab.fill_redis(full=False), 4),
        FleetFault("slow Redis, 50 ms", slow, kept, (Phase.THROUGHOUT,)),
        FleetFault("slow Redis, 50 ms; owner killed", slow_and_kill, made_by_one, IN_SESSION),
    ]
