"""The next start: with many known devices, with names that somebody made up, and with what is damaged."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

from tars.core.snapshot import HEAD, from_bytes, to_bytes
from tests.attacks import arena
from tests.attacks.attackers import SOURCE
from tests.attacks.judge import Finding
from tests.attacks.rows import add, row
from tests.attacks.stopping import free_port
from tests.attacks.wire import connect
from tests.greeting import greeting

KNOWN, TALKING = 10_000, 1_000
NAMES = 600
START = 2.0
"""Seconds from the start of a server until it listens and somebody is welcome."""
PER_NAME = 13 / 1024
"""MB that a device may cost that is gone and has nothing to resume."""
STORE = "state/server.sqlite"


def saved_session(folder: Path, port: int, *words: str) -> arena.GoodDevice:
    """Let a server save the session of a device that still runs. The caller ends it."""
    with arena.server(folder, "--port", str(port)) as server:
        kitchen = arena.GoodDevice("tests.attacks.good_device", server.url, "kitchen", *words)
        assert kitchen.wait_for("linked")
        arena.pause(1.0)
        server.program.process.terminate()
        server.program.exits()
    return kitchen


def rows_of(db: sqlite3.Connection) -> tuple[list[str], tuple[Any, ...]]:
    """The columns of the sessions, and the one that is saved."""
    columns = [str(column[1]) for column in db.execute("PRAGMA table_info(sessions)")]
    (saved,) = db.execute("SELECT * FROM sessions").fetchall()
    return columns, saved


def insert(db: sqlite3.Connection, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    """More sessions."""
    with db:
        db.executemany(f"INSERT INTO sessions VALUES ({', '.join('?' * len(columns))})", rows)


def start_with_saved(finding: Finding, folder: Path, count: int, *words: str) -> None:
    """A server finds so many sessions like that of a device that is still there. `words`: how that device is."""
    port = free_port()
    kitchen = saved_session(folder, port, *words)
    try:
        with closing(sqlite3.connect(folder / STORE)) as db:
            columns, saved = rows_of(db)
            name, size = columns.index("device"), sum(len(cell) for cell in saved if isinstance(cell, bytes))
            insert(db, columns, [(*saved[:name], f"room-{number}", *saved[name + 1 :]) for number in range(count)])
        finding.note(f"{size / 1000:.0f} kB each")
        with arena.server(folder, "--port", str(port), patience=8.0) as server:
            finding.within("serves in", server.serves(8.0), START, "s")
            again = kitchen.wait_for("linked", times=2)
            finding.hold(bool(again and again["resumed"]), f"resumed: {bool(again and again['resumed'])}", "must be true")
            finding.note(f"memory {arena.memory_of(server.pid):.0f} MB")
            arena.judge_stop(server.program.process, finding)
    finally:
        kitchen.end()


SERVES = f"the server serves within {START:g} s of its start, and the device that is there resumes"


@row(f"{KNOWN:,} devices have a saved session in which nothing was said yet", SERVES)
def many_known_devices(finding: Finding, folder: Path) -> None:
    start_with_saved(finding, folder, KNOWN, "--calls")


@row(f"{TALKING:,} devices have a saved session, each in the middle of an utterance", SERVES)
def many_saved_utterances(finding: Finding, folder: Path) -> None:
    start_with_saved(finding, folder, TALKING)


@row(
    f"{NAMES} devices with names that somebody made up come and go",
    "each costs at most 13 KiB; stops in 2 s with status 0; the next server serves as soon as the first, and 0.5 s",
)
def made_up_names(finding: Finding, folder: Path) -> None:
    with arena.server(folder) as server:
        first, memory, refused = server.serves(), arena.Memory(server.pid), 0
        for number in range(NAMES):
            try:
                link = connect(server.url, source=SOURCE)
                with closing(link.socket):
                    link.say(greeting(f"name-{number}"))
                    link.wait_for(b'"welcome"')
            except OSError:
                refused += 1
        finding.note(f"{refused} of them refused")
        finding.within("memory +", memory.grown(), round(2 + NAMES * PER_NAME, 1), "MB")
        arena.judge_stop(server.program.process, finding)
    with arena.server(folder) as server:
        finding.within(f"serves in {first:.2f} s, then in", server.serves(), first + 0.5, "s")


# --- damage ----------------------------------------------------------------------------------------------------------------------


Damage = tuple[str, bytes]
"""What it is, and the bytes that it has left."""


def changed(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """The same with one thing in it of another kind, or missing, at every place; and where."""
    others: list[Any] = [None, [], {}, "x", -1, 1e300, True, [[]], {"x": None}]
    for other in others:
        if type(other) is not type(value):
            yield f"{place} is {other!r}", other
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield f"{place}.{name} is missing", {key: one for key, one in value.items() if key != name}
        for what, one in changed(inner, f"{place}.{name}"):
            yield what, value | {name: one}
    for at, inner in enumerate(value) if isinstance(value, list) else ():
        for what, one in changed(inner, f"{place}[{at}]"):
            yield what, [*value[:at], one, *value[at + 1 :]]


def by_accident(state: bytes) -> list[Damage]:
    """What a disk or a hand may leave of a saved session."""
    shapes = [("empty", b""), ("no text", b"\xff\xfe"), ("half", state[: len(state) // 2]), ("zeros", bytes(1 << 20))]
    shapes += [("deep", b"[" * 100_000), ("null", b"null"), ("more", state + b"x")]
    step = max(1, len(state) // 100)
    return shapes + [(f"byte {at}", state[:at] + bytes([state[at] ^ 1]) + state[at + 1 :]) for at in range(0, len(state), step)]


def by_another_version(state: bytes) -> list[Damage]:
    """What a server may have saved that knows other fields or other kinds."""
    deep = b"[" * 100_000
    digested = HEAD.pack(hashlib.sha256(deep).digest(), len(deep)) + deep
    return [*((what, to_bytes(one)) for what, one in changed(from_bytes(state))), ("deep", digested)]


def start_with_damage(shapes_of: Callable[[bytes], list[Damage]], finding: Finding, folder: Path) -> None:
    """A server finds a session that is whole, and one of each of these shapes."""
    port = free_port()
    kitchen = saved_session(folder, port, "--calls")
    try:
        with closing(sqlite3.connect(folder / STORE)) as db:
            columns, saved = rows_of(db)
            name, state = columns.index("device"), columns.index("state")
            shapes = shapes_of(saved[state])
            rows = []
            for number, (_, shape) in enumerate(shapes):
                one = list(saved)
                one[name], one[state] = f"room-{number}", shape
                rows.append(tuple(one))
            insert(db, columns, rows)
        finding.note(f"{len(shapes)} shapes")
        with arena.server(folder, "--port", str(port)) as server:
            again = kitchen.wait_for("linked", times=2)
            finding.hold(bool(again and again["resumed"]), f"resumed: {bool(again and again['resumed'])}", "must be true")
            refused = [what for number, (what, _) in enumerate(shapes) if not greets(server.url, f"room-{number}")]
            finding.hold(not refused, f"{len(refused)} of them not served", f"such as {', '.join(refused[:4])}")
            arena.judge_stop(server.program.process, finding)
        server.judge_tracebacks(finding)
    finally:
        kitchen.end()


WHOLE = "the server says in the log what is damaged, without a traceback; serves those who come; resumes the session that is whole"
add("damaged-sessions", "saved sessions are damaged", WHOLE, partial(start_with_damage, by_accident))
add("sessions-of-others", "sessions were saved by a version that knows other fields", WHOLE, partial(start_with_damage, by_another_version))


def greets(url: str, name: str) -> bool:
    """Whether a device of this name is welcome, and its link stands."""
    with suppress(OSError, TimeoutError):
        link = connect(url, patience=2.0)
        with closing(link.socket):
            link.say(greeting(name))
            link.wait_for(b'"welcome"')
            return True
    return False


NOTES: dict[str, list[tuple[str, float]]] = {
    "missing": [],
    "twice": [("a", 1.0), ("b", 2.0)],
    "from the future": [("a", 1e12)],
    "infinite": [("a", float("inf"))],
    "empty": [("", 0.0)],
}
"""Epoch and time of what was saved."""


def start_with_note(what: str, finding: Finding, folder: Path) -> None:
    """A server that has saved nothing, a note of somebody else, and the next server."""
    with arena.server(folder) as server:
        server.program.process.terminate()
        server.program.exits()
    with closing(sqlite3.connect(folder / STORE)) as db, db:
        db.execute("DELETE FROM saving")
        db.executemany("INSERT INTO saving VALUES (?, ?)", NOTES[what])
        db.execute("INSERT INTO sessions VALUES ('kitchen', x'00')")
    with arena.server(folder) as server:
        serves = greets(server.url, "kitchen")
        finding.hold(serves, f"{what}: serves {serves}", "must be true")
        arena.judge_stop(server.program.process, finding)
        server.judge_tracebacks(finding)


@row(
    "the note of when sessions were saved is damaged: missing, twice, from the future, infinite, or empty",
    "the server serves, without a traceback, and stops in 2 s with status 0",
)
def damaged_note(finding: Finding, folder: Path) -> None:
    for what in NOTES:
        start_with_note(what, finding, folder / what.replace(" ", "-"))
