"""`python -m tests.bench.durability`: what it costs that a conversation outlives its server.

The same conversations with three servers in turns: one that keeps none, one with SQLite, and one with a Redis.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from math import nan
from pathlib import Path
from tempfile import TemporaryDirectory

from tars.runtime import clock
from tars.runtime.command import say
from tests.bench import rows_redis
from tests.bench.bench import GENERATOR_CORE, TARS, Bench, Server, pin
from tests.bench.brain import TALKS
from tests.bench.durability_report import NOTHING, REDIS, SQLITE, Run, page
from tests.bench.load import connect_all, hang_up_all, percentile
from tests.bench.processes import HEARTBEATS, settle
from tests.bench.redis_figures import Done, MeasuredRedis, measured_redis
from tests.bench.rows_servers import warm_up
from tests.bench.talker import CYCLE, Seen, Talker, talk
from tests.isolation import isolate

MS = 1e3


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    conversations: int = 500
    passes: int = 3
    seconds: float = 16.0
    warm_up: float = 2.0
    """Seconds after the last conversation has begun, which are not measured."""
    pieces: rows_redis.Sizes = field(default_factory=rows_redis.Sizes)


FULL = Sizes()
SHORT = Sizes(conversations=20, passes=1, seconds=4.0, warm_up=0.5, pieces=rows_redis.SHORT)

Values = dict[str, dict[str, list[float]]]
"""Quantity -> store -> one value of each pass."""


def at(values: list[float], share: int) -> float:
    """Milliseconds below which so many of a hundred are; not a number if there are none: no link was left."""
    return percentile(values, share) * MS if values else nan


@asynccontextmanager
async def server_with(bench: Bench, store: str) -> AsyncIterator[tuple[Server, MeasuredRedis | None]]:
    """A server that keeps its conversations there."""
    if store == REDIS:
        with measured_redis(GENERATOR_CORE) as redis:
            async with bench.server(TARS, variables={"TARS_STORE": redis.url}) as server:
                yield server, redis
    else:
        async with bench.server(TARS, variables={"TARS_RESUME": "off" if store == NOTHING else "on"}) as server:
            yield server, None


async def hold_conversations(bench: Bench, store: str, sizes: Sizes) -> dict[str, float]:
    """So many conversations for so long; quantity -> value."""
    async with server_with(bench, store) as (server, redis):
        await warm_up(server)
        empty, seen = server.process.resident(), Seen()
        devices = [Talker(f"{TALKS}{number}", seen) for number in range(sizes.conversations)]
        await connect_all(devices, server.port)
        await settle(server.process, HEARTBEATS)
        keys = redis.memory() if redis else 0
        await talk(devices, CYCLE + sizes.warm_up)
        seen.clear()
        used, done, began = server.process.cpu(), redis.done() if redis else None, clock.now()
        talked = await talk(devices, sizes.seconds)
        took = clock.now() - began
        used = server.process.cpu() - used
        found = {
            "ms from a frame to its acknowledgement, median": at(seen.acknowledged, 50),
            "the same, 95 %": at(seen.acknowledged, 95),
            "the same, 99 %": at(seen.acknowledged, 99),
            "ms from the last frame before an acknowledgement to it, median": at(seen.at_once, 50),
            "the last frame, 95 %": at(seen.at_once, 95),
            "the last frame, 99 %": at(seen.at_once, 99),
            "ms from the end of an utterance to the first sample of the answer, median": at(seen.answered, 50),
            "the first sample, 95 %": at(seen.answered, 95),
            "the first sample, 99 %": at(seen.answered, 99),
            "CPU of the server, ms a second, of a conversation": used / took / len(devices) * MS,
            "memory of the server, KiB, of a conversation": (server.process.resident() - empty) / len(devices),
            "utterances answered": len(seen.answered),
            "samples lost": seen.lost,
            "links lost": talked.links_lost,
            "sessions ended by the server": talked.ended,
            "answers that have not begun after 1 s": talked.unanswered,
            "the generator was late, ms, 99 %": talked.late * MS,
        }
        if redis and done:
            found |= of_redis(redis.done() - done, took, len(devices), redis.memory() - keys)
        await hang_up_all(devices)
        return found


def of_redis(done: Done, took: float, devices: int, memory: int) -> dict[str, float]:
    """What a Redis has done in that time."""
    return {
        "Redis: scripts a second, of a conversation": done.scripts / took / devices,
        "Redis: commands a second, those in scripts too, of a conversation": done.commands / took / devices,
        "Redis: kB a second in, of a conversation": done.received / took / devices / 1e3,
        "Redis: kB a second out, of a conversation": done.sent / took / devices / 1e3,
        "Redis: kB a second to its file, of a conversation": done.filed / took / devices / 1e3,
        "Redis: CPU ms a second, of a conversation": done.cpu / took / devices * MS,
        "Redis: kB of memory, of a conversation": memory / devices / 1e3,
        "Redis: its file was written anew, times a minute": done.rewrites / took * 60,
    }


async def measure(bench: Bench, sizes: Sizes, say: Callable[[str], object]) -> tuple[Values, rows_redis.Pieces]:
    """All of it."""
    values: Values = {}
    for number in range(sizes.passes):
        for store in (NOTHING, SQLITE, REDIS) if number % 2 == 0 else (REDIS, SQLITE, NOTHING):
            began = clock.now()
            for quantity, value in (await hold_conversations(bench, store, sizes)).items():
                values.setdefault(quantity, {}).setdefault(store, []).append(value)
            gc.collect()
            say(f"{number + 1} of {sizes.passes}, {store}: {clock.now() - began:.0f} s")
    return values, await rows_redis.measure(bench, sizes.pieces, say)


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What is wanted."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.durability", description="Measures what durability costs.")
    parser.add_argument("--short", action="store_true", help="20 conversations for some seconds, to see whether it works")
    parser.add_argument("--conversations", type=int, metavar="N", help=f"how many (default: {FULL.conversations})")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report there")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Measure; the status."""
    wanted = arguments(words)
    sizes = SHORT if wanted.short else FULL
    sizes = replace(sizes, conversations=wanted.conversations or sizes.conversations)
    began, before = clock.now(), os.getloadavg()[0]
    pin()
    gc.disable()  # a pause of the generator would be a delay of the server
    with TemporaryDirectory(prefix="tars-bench-") as folder:
        values, pieces = asyncio.run(measure(Bench(Path(folder)), sizes, say))
    with measured_redis(GENERATOR_CORE) as redis:
        version = str(redis.info()["redis_version"])
    load, minutes = (before, os.getloadavg()[0]), (clock.now() - began) / 60
    run = Run(f"{clock.local_time():%Y-%m-%d}", minutes, load, sizes.conversations, sizes.passes, sizes.seconds, version)
    text = page(values, pieces, run)
    if wanted.report:
        wanted.report.write_text(text)
    say(text)
    return 0


if __name__ == "__main__":
    isolate()
    sys.exit(main(sys.argv[1:]))
