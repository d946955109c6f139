"""What many devices cost a Redis and the servers that share it: links, heartbeats, greetings, a mass reconnect, records, keys."""

from __future__ import annotations

import asyncio
import json
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from time import process_time

from tars.core.effects import SPOKEN
from tars.runtime import clock
from tars.server.push.announcements import new_announcement
from tars.server.store.leases import RECORD, REPLY, SPEECH, WRITE, Samples
from tars.server.store.redis_rows import ANNOUNCEMENTS
from tars.server.store.redis_server import LEASE
from tars.server.store.redis_store import CLOSED, KEYS, RedisStore
from tests.bench.bench import GENERATOR_CORE, MEASURED_CORE, TARS, Bench, Server
from tests.bench.brain import TALKS
from tests.bench.generator import LIMIT
from tests.bench.load import AT_ONCE, connect_all, hang_up_all, percentile
from tests.bench.processes import HEARTBEATS, settle
from tests.bench.redis_figures import MeasuredRedis, measured_redis
from tests.bench.rows_servers import warm_up
from tests.bench.store import record
from tests.bench.talker import CYCLE, Seen, Talker, talk

MS, US, KIB = 1e3, 1e6, 1024
TIMES = 3
"""How often what is quick is measured."""

Pieces = dict[str, list[float]]
"""Quantity -> its values."""


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    idle: int = 2000
    pings: int = 3
    """Of each device."""
    watching: float = 5.0
    """Seconds for which a server without devices is looked at."""
    returning: int = 1000
    writes: int = 6000
    keys: int = 100_000
    waiting: int = 1000
    ended: int = 10_000
    """Announcements that have ended."""


SHORT = Sizes(idle=40, pings=1, watching=1.0, returning=40, writes=200, keys=500, waiting=10, ended=10)


class Noted:
    """Collects what is measured, and says it."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self.pieces: Pieces = {}
        self._say = say

    def __call__(self, quantity: str, value: float) -> None:
        self.pieces.setdefault(quantity, []).append(value)
        self._say(f"{quantity}: {value:,.3g}")


async def measure(bench: Bench, sizes: Sizes, say: Callable[[str], object]) -> Pieces:
    """All of it."""
    note = Noted(say)
    for store in ("SQLite", "Redis"):
        await links(bench, sizes, store, note)
    await mass_reconnect(bench, sizes, note)
    with measured_redis(MEASURED_CORE) as redis:
        for _ in range(TIMES):
            await writes(redis, sizes.writes, note)
    with measured_redis(GENERATOR_CORE) as redis:
        await rows_of_all(redis, sizes, note)
    return note.pieces


# --- links ---------------------------------------------------------------------------------------------------------------------


async def links(bench: Bench, sizes: Sizes, store: str, note: Noted) -> None:
    """A server without devices, greetings, devices that do nothing, and heartbeats."""
    with measured_redis(GENERATOR_CORE) as redis:
        async with bench.server(TARS, variables={"TARS_STORE": redis.url} if store == "Redis" else {}) as server:
            await warm_up(server)
            await watch(server, redis, sizes, store, note)
            empty, before, done, began = server.process.resident(), server.process.cpu(), redis.done(), clock.now()
            keys = redis.memory()
            devices = server.devices(sizes.idle)
            await connect_all(devices, server.port)
            took = clock.now() - began
            await settle(server.process)
            done = redis.done() - done
            note(f"{store}: greetings a second, {AT_ONCE} at a time", sizes.idle / took)
            note(f"{store}: CPU of the server, ms, of a greeting", (server.process.cpu() - before) / sizes.idle * MS)
            note(f"{store}: memory of the server, KiB, of an idle device", (server.process.resident() - empty) / sizes.idle)
            if store == "Redis":
                note("Redis: scripts, of a greeting", done.scripts / sizes.idle)
                note("Redis: commands, of a greeting", done.commands / sizes.idle)
                note("Redis: CPU us, of a greeting", done.cpu / sizes.idle * US)
                note("Redis: bytes of memory, of an idle device", (redis.memory() - keys) / sizes.idle)
            for _ in range(sizes.pings):
                before = server.process.cpu()
                await asyncio.gather(*(device.echo() for device in devices))
                await settle(server.process)
                note(f"{store}: CPU of the server, us, of a ping", (server.process.cpu() - before) / sizes.idle * US)
            await hang_up_all(devices)


async def watch(server: Server, redis: MeasuredRedis, sizes: Sizes, store: str, note: Noted) -> None:
    """What a server does that has no device."""
    await settle(server.process)
    before, done, began = server.process.cpu(), redis.done(), clock.now()
    await clock.sleep_until(began + sizes.watching)
    took, done = clock.now() - began, redis.done() - done
    note(f"{store}: CPU of the server, ms a second, without devices", (server.process.cpu() - before) / took * MS)
    if store == "Redis":
        note("Redis: commands a second, of a server without devices", done.commands / took)
        note("Redis: CPU us a second, of a server without devices", done.cpu / took * US)


# --- a mass reconnect ----------------------------------------------------------------------------------------------------------


async def mass_reconnect(bench: Bench, sizes: Sizes, note: Noted) -> None:
    """A server is killed. Its devices, a tenth of them in a conversation, greet another one at once, so many at a time."""
    with measured_redis(GENERATOR_CORE) as redis:
        async with bench.server(TARS, variables={"TARS_STORE": redis.url}) as second:
            await warm_up(second)
            async with bench.server(TARS, variables={"TARS_STORE": redis.url}) as first:
                talkers = [Talker(f"{TALKS}{number}", Seen()) for number in range(sizes.returning // 10)]
                idle = first.devices(sizes.returning - len(talkers))
                await connect_all([*talkers, *idle], first.port)
                await talk(talkers, CYCLE + 1)
                first.process.send_signal(signal.SIGKILL)
                await asyncio.gather(*(one.lost for one in [*talkers, *idle] if one.lost is not None))
            devices = [*talkers, *idle]
            random.Random(1).shuffle(devices)
            before, done, began = second.process.cpu(), redis.done(), clock.now()
            seconds = await connect_all(devices, second.port)
            took, done = clock.now() - began, redis.done() - done
            await settle(second.process, HEARTBEATS)
            note("mass reconnect: greetings a second", len(devices) / took)
            note("mass reconnect: ms of a greeting, 99 %", percentile(seconds, 99) * MS)
            note("mass reconnect: CPU of the server, ms, of a greeting", (second.process.cpu() - before) / len(devices) * MS)
            note("mass reconnect: Redis: scripts, of a greeting", done.scripts / len(devices))
            note("mass reconnect: Redis: CPU us, of a greeting", done.cpu / len(devices) * US)
            note("mass reconnect: conversations that are not resumed", sum(bool(one.not_resumed) for one in talkers))
            await hang_up_all(devices)


# --- records -------------------------------------------------------------------------------------------------------------------

CLIENTS, AT_A_TIME, UTTERANCE = 4, 50, 8
"""Connections, records that are sent together, and records of an utterance: with each, 250 ms are added."""


async def writes(redis: MeasuredRedis, count: int, note: Noted) -> None:
    """As many records as it takes, from several connections at once. What is sent is made before."""
    script = redis.load(WRITE)
    fence = clock.wall() * US  # more than any before
    batches: list[list[bytes]] = []
    for client in range(CLIENTS):
        calls = [_command("EVALSHA", script, 4, *_keys(client, number), *_values(fence, number)) for number in range(count // CLIENTS)]
        batches.append([b"".join(calls[at : at + AT_A_TIME]) for at in range(0, len(calls), AT_A_TIME)])
    done, began = redis.done(), clock.now()
    answers = await asyncio.gather(*(_send(redis.port, made) for made in batches))
    took, done = clock.now() - began, redis.done() - done
    written = sum(answer.count(b"written") for answer in answers)
    assert written == count // CLIENTS * CLIENTS, f"Redis refused: {answers[0][:200]!r}"
    note("Redis: records a second that it takes", written / took)
    note("Redis: CPU us, of a record", done.cpu / written * US)
    note("Redis: MB a second in, then", done.received / took / US)


def _keys(client: int, number: int) -> list[str]:
    """A device after the other."""
    device = f"b{client}-{number // UTTERANCE}"
    return [f"{name}{device}" for name in (LEASE, RECORD, SPEECH, REPLY)]


def _values(fence: float, number: int) -> list[str | bytes]:
    made = record(number % UTTERANCE)
    lists = [*_list(made.speech), *_list(Samples())]
    return [f"{fence:.0f}", str(number + 1), "one", made.state, "120000", *lists]


def _list(samples: Samples) -> list[str | bytes]:
    return [str(samples.known), str(samples.dropped), str(len(samples.added)), *samples.added]


def _command(*words: str | bytes | int) -> bytes:
    """A command as it travels."""
    encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"".join((b"*%d\r\n" % len(encoded), *(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)))


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """A text, or an error."""
    first = await reader.readline()
    return first + (await reader.readline() if first.startswith(b"$") else b"")


async def _send(port: int, batches: list[bytes]) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = b""
    for batch in batches:
        writer.write(batch)
        expected = batch.count(b"EVALSHA")
        for _ in range(expected):
            answers += await asyncio.wait_for(_answer(reader), LIMIT)
    writer.close()
    return answers


# --- what every server reads of all devices ------------------------------------------------------------------------------------


async def rows_of_all(redis: MeasuredRedis, sizes: Sizes, note: Noted) -> None:
    """Keys, and the announcements that wait: every server reads all of them after each change."""
    before = redis.memory()
    redis.fill(KEYS, {f"device-{number}": _key(number) for number in range(sizes.keys)})
    redis.client.set(CLOSED, "1.0")
    note("Redis: bytes of memory, of a key of a device", (redis.memory() - before) / sizes.keys)
    with closing(RedisStore(redis.url)) as store:
        for number in range(sizes.ended):
            store.announcements.end(store.announcements.add(f"device-{number}", "Dinner is ready.", 600, asks=False).id, SPOKEN)
        waiting = [new_announcement(f"device-{number}", "Dinner is ready.", 600, asks=False, key="") for number in range(sizes.waiting)]
        redis.fill(ANNOUNCEMENTS, {one.id: json.dumps([number, asdict(one)]) for number, one in enumerate(waiting)})
        for _ in range(TIMES):
            with reading(redis, f"the keys of {sizes.keys:,} devices", note):
                assert len(store.owners() or ()) == sizes.keys
            with reading(redis, f"{sizes.waiting:,} announcements that wait, of {sizes.waiting + sizes.ended:,},", note):
                assert len(store.announcements.may_be_spoken()) == sizes.waiting


@contextmanager
def reading(redis: MeasuredRedis, what: str, note: Noted) -> Iterator[None]:
    """What reading takes: of the server, in whose place this process is, and of Redis."""
    done, used, began = redis.done(), process_time(), clock.now()
    yield
    note(f"{what} are read: ms", (clock.now() - began) * MS)
    note(f"{what} are read: CPU of the server, ms", (process_time() - used) * MS)
    note(f"{what} are read: CPU of Redis, ms", (redis.done() - done).cpu * MS)


def _key(number: int) -> str:
    name = f"device-{number}"
    return json.dumps({"digest": sha256(name.encode()).hexdigest(), "says": name, "added": clock.wall(), "authorities": "ab" * 32})
