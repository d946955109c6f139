"""What a shared store costs: `python -m tests.bench.store`. A record is packed, written alone, and written for 100 devices at a time.

CPU times are those of this process, which is the server; Redis takes its own. They do not depend on what else the machine does.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time

from tars.core.server import ServerEndpoint
from tars.generated.limits import Limits
from tars.runtime import clock
from tars.server.snapshots import BrainSnapshot, pack
from tars.server.store.leases import Leases, Record, Samples
from tests.redis_server import redis_server

TIMES = 2000
DEVICES = 100
SPEECH = bytes(8000)
"""What a device says in 250 ms."""
DURABILITY = {"no file": ("--appendonly", "no"), "everysec": ("--appendfsync", "everysec"), "always": ("--appendfsync", "always")}
"""Options of redis-server."""


@contextmanager
def measured(what: str, times: int) -> Iterator[None]:
    """Print what one of them takes of the CPU."""
    began = process_time()
    yield
    print(f"{what}: {(process_time() - began) / times * 1e6:.0f} us")  # noqa: T201 - that is what it is for


def record(known: int = 0) -> Record:
    core = ServerEndpoint("kitchen", Limits(), random.Random(1), epoch="0123456789abcdef")
    return Record(pack(core, BrainSnapshot(1, 0, b"", False, memory="x" * 500), samples=False), Samples(known, 0, (SPEECH,)))


async def measure(url: str) -> None:
    async with asyncio.TaskGroup() as tasks:
        leases, took = Leases(url, "one", tasks, grace=120), list[float]()
        fences = {f"d{number}": (await leases.take(f"d{number}")).fence for number in range(DEVICES)}
        one = record()
        with measured("  a write alone, CPU", TIMES):
            for _ in range(TIMES):
                began = clock.now()
                await leases.write("d0", fences["d0"], one)
                took.append(clock.now() - began)
        took.sort()
        print(f"  a write alone: median {took[TIMES // 2] * 1e3:.2f} ms, 99 % {took[TIMES * 99 // 100] * 1e3:.1f} ms")  # noqa: T201
        rounds = TIMES // DEVICES
        with measured(f"  a write of {DEVICES} at a time, CPU", TIMES):
            for _ in range(rounds):
                await asyncio.gather(*(leases.write(device, fence, one) for device, fence in fences.items()))
        await leases.close()


def main() -> None:
    """Measure all of it."""
    with measured("pack a record, CPU", TIMES):
        for _ in range(TIMES):
            made = record()
    print(f"a record: {len(made.state)} bytes and {len(SPEECH)} bytes of speech")  # noqa: T201
    for name, options in DURABILITY.items():
        print(f"Redis, {name}:")  # noqa: T201
        with redis_server(*options) as redis:
            asyncio.run(measure(redis.url))


if __name__ == "__main__":
    main()
