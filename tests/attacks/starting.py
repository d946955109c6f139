"""The next start: with many known devices, with names that somebody made up, and with what is damaged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from tests.attacks import arena
from tests.attacks.attackers import SOURCE
from tests.attacks.judge import Finding
from tests.attacks.rows import row
from tests.attacks.stopping import free_port
from tests.attacks.wire import connect, hello

KNOWN = 10_000
NAMES = 600
START = 2.0
"""Seconds from the start of a server until it listens and somebody is welcome."""
PER_NAME = 13 / 1024
"""MB that a device may cost that is gone and has nothing to resume."""
STORE = "state/server.sqlite"


def saved_session(folder: Path, port: int) -> arena.GoodDevice:
    """Let a server save the session of a device that still runs. The caller ends it."""
    with arena.server(folder, "--port", str(port)) as server:
        kitchen = arena.GoodDevice("tests.attacks.good_device", server.url, "kitchen")
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


@row(f"{KNOWN:,} devices have a saved session", f"the server serves within {START:g} s of its start, and the device that is there resumes")
def many_known_devices(finding: Finding, folder: Path) -> None:
    port = free_port()
    kitchen = saved_session(folder, port)
    try:
        with closing(sqlite3.connect(folder / STORE)) as db:
            columns, saved = rows_of(db)
            name = columns.index("device")
            insert(db, columns, [(*saved[:name], f"room-{number}", *saved[name + 1 :]) for number in range(KNOWN)])
        with arena.server(folder, "--port", str(port), patience=8.0) as server:
            finding.within("serves in", server.serves(8.0), START, "s")
            again = kitchen.wait_for("linked", times=2)
            finding.hold(bool(again and again["resumed"]), f"resumed: {bool(again and again['resumed'])}", "must be true")
            finding.note(f"memory {arena.memory_of(server.pid):.0f} MB")
            arena.judge_stop(server.program.process, finding)
    finally:
        kitchen.end()


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
                    link.say(hello(f"name-{number}"))
                    link.wait_for(b'"welcome"')
            except OSError:
                refused += 1
        finding.note(f"{refused} of them refused")
        finding.within("memory +", memory.grown(), 2 + NAMES * PER_NAME, "MB")
        arena.judge_stop(server.program.process, finding)
    with arena.server(folder) as server:
        finding.within(f"serves in {first:.2f} s, then in", server.serves(), first + 0.5, "s")


# --- damage ----------------------------------------------------------------------------------------------------------------------


def damaged(value: Any) -> Iterator[Any]:
    """The same with one thing in it changed to another kind, at every place."""
    others: list[Any] = [None, [], {}, "x", -1, 1e300, True, [[]], {"x": None}]
    for other in others:
        if type(other) is not type(value):
            yield other
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {key: one for key, one in value.items() if key != name}
            for changed in damaged(inner):
                yield value | {name: changed}
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            for changed in damaged(inner):
                yield [*value[:at], changed, *value[at + 1 :]]


def broken_states(state: bytes) -> list[bytes]:
    """Shapes of a saved session that no server has written."""
    shapes = [b"", b"\xff\xfe", state[: len(state) // 2], b"[" * 100_000, b"null", b"0", bytes(1 << 20)]
    with suppress(ValueError):
        shapes += [json.dumps(one).encode() for one in damaged(json.loads(state))]
    return shapes


@row(
    "the rows of saved sessions are damaged, each at another place",
    "the server listens, says in the log what is damaged without a traceback, serves those who come, and resumes the session that is whole",
)
def damaged_sessions(finding: Finding, folder: Path) -> None:
    port = free_port()
    kitchen = saved_session(folder, port)
    try:
        with closing(sqlite3.connect(folder / STORE)) as db:
            columns, saved = rows_of(db)
            name, state = columns.index("device"), columns.index("state")
            shapes = broken_states(saved[state])
            rows = []
            for number, shape in enumerate(shapes):
                one = list(saved)
                one[name], one[state] = f"room-{number}", shape
                rows.append(tuple(one))
            insert(db, columns, rows)
        finding.note(f"{len(shapes)} shapes")
        with arena.server(folder, "--port", str(port)) as server:
            again = kitchen.wait_for("linked", times=2)
            finding.hold(bool(again and again["resumed"]), f"resumed: {bool(again and again['resumed'])}", "must be true")
            served = sum(greets(server.url, f"room-{number}") for number in range(len(shapes)))
            finding.hold(served == len(shapes), f"{served} of them served", "all must be")
            arena.judge_stop(server.program.process, finding)
        server.judge_tracebacks(finding)
    finally:
        kitchen.end()


def greets(url: str, name: str) -> bool:
    """Whether a device of this name is welcome, and its link stands."""
    with suppress(OSError, TimeoutError):
        link = connect(url, patience=2.0)
        with closing(link.socket):
            link.say(hello(name))
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
        finding.hold(greets(server.url, "kitchen"), f"{what}: serves", "it does not")
        arena.judge_stop(server.program.process, finding)
        server.judge_tracebacks(finding)


@row(
    "the note of when sessions were saved is damaged: missing, twice, from the future, infinite, or empty",
    "the server serves, without a traceback, and stops in 2 s with status 0",
)
def damaged_note(finding: Finding, folder: Path) -> None:
    for what in NOTES:
        start_with_note(what, finding, folder / what.replace(" ", "-"))
