"""`python -m tests.bench.plan`: the arithmetic of docs/scale.md. All figures come from the reports. `--write` writes the tables there."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tars.core.liveness import HEARTBEAT
from tars.generated.limits import Limits
from tests.bench.figures import number

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "scale.md"
SECONDS_A_DAY = 86_400

DEVICES = 100_000
TALKING = 0.02
"""The share of devices that are in a conversation at the busiest moment."""
SHARE = f"{TALKING * 100:g} %"
TURN = 4.0
"""Seconds of a question and its answer: so long are those that were measured."""
FRAMES = 12.5
"""A second, of 80 ms."""
SAID = 1
"""Announcements a day and device. Each changes the store twice: it is added, and it is ended."""
AWAY = 0.01
"""The share of devices that are away: an announcement waits for each."""
MACHINES, CORES, PROCESSES = 12, 32, 4
"""Machines, cores of each, and tars-servers on each."""
HALF = 0.5
"""So much of everything is used at most: the rest is for what comes unevenly, and for the machines that are lost."""
NETWORK = 125.0
"""MB a second: 1 Gbit/s."""
DISK = 200.0
"""MB a second, written one after the other."""


class Reports:
    """Reads figures of the reports, and remembers from which."""

    def __init__(self, folder: Path = DOCS / "reports") -> None:
        self._folder = folder

    def figure(self, report: str, row: str, column: str = "") -> float:
        """The figure in that row: of the column with this title, or of the last one. Raises LookupError."""
        titles: list[str] = []
        for line in (self._folder / f"{report}.md").read_text().splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not line.startswith("|"):
                titles = []
            elif not titles:
                titles = cells
            elif f"{' | '.join(cells)} | ".startswith(f"{row} | "):
                return _first_number(cells[titles.index(column) if column else -1])
        raise LookupError(f"{report}.md has no row `{row}`")


def _first_number(cell: str) -> float:
    found = re.match(r"-?[\d,]+(\.\d+)?", cell)
    if not found:
        raise LookupError(f"`{cell}` is no figure")
    return float(found[0].replace(",", ""))


class Figures:
    """What the plan is made of."""

    def __init__(self, reports: Reports) -> None:
        def of(row: str, column: str = "Redis") -> float:
            return reports.figure("durability", row, column)

        def piece(row: str) -> float:
            return reports.figure("durability", row)

        def encrypted(row: str) -> float:
            return reports.figure("encryption", row, "more")

        read = "1,000 announcements that wait, of 11,000, are read"  # milliseconds of 1,000 are microseconds of one
        self.conversation_ms = of("CPU of the server, ms a second, of a conversation")
        self.conversation_kib = of("memory of the server, KiB, of a conversation")
        self.redis_ms = of("Redis: CPU ms a second, of a conversation")
        self.records = of("Redis: scripts a second, of a conversation")
        self.redis_in = of("Redis: kB a second in, of a conversation")
        self.redis_file = of("Redis: kB a second to its file, of a conversation")
        self.redis_kb = of("Redis: kB of memory, of a conversation")
        self.ping_us = piece("Redis: CPU of the server, us, of a ping")
        self.idle_kib = piece("Redis: memory of the server, KiB, of an idle device")
        self.greeting_ms = piece("mass reconnect: CPU of the server, ms, of a greeting")
        self.redis_greeting_us = piece("mass reconnect: Redis: CPU us, of a greeting")
        self.poll_ms = piece("Redis: CPU us a second, of a server without devices") / 1e3
        self.lease_bytes = piece("Redis: bytes of memory, of an idle device")
        self.key_bytes = piece("Redis: bytes of memory, of a key of a device")
        self.waiting_redis_us = piece(f"{read}: CPU of Redis, ms")
        self.waiting_server_us = piece(f"{read}: CPU of the server, ms")
        self.record_us = piece("Redis: CPU us, of a record")
        self.tls_ms = encrypted("CPU of the server: a link that is resumed, ms")
        self.tls_frame_us = encrypted("CPU of the server: a frame of 80 ms, us")
        self.tls_kib = encrypted("memory of the server: a link, KiB")
        self.frame_bytes = reports.figure("encryption", "bytes up: a frame of 80 ms", "wss")
        self.recognition_s = reports.figure("voice", "normal | the beginning of a sentence before the pause", "CPU s")

    @property
    def encrypted_ms(self) -> float:
        """CPU of the server, ms a second, of a conversation with encryption."""
        return self.conversation_ms + FRAMES * self.tls_frame_us / 1e3


DURABILITY, ENCRYPTION, VOICE = ("[durability](reports/durability.md)", "[encryption](reports/encryption.md)", "[voice](reports/voice.md)")


@dataclass(frozen=True)
class Need:
    """Something that the fleet needs at its busiest moment."""

    what: str
    sum: str
    value: float
    unit: str
    sources: tuple[str, ...] = ()

    def cells(self) -> list[str]:
        """A row of the table."""
        return [self.what, self.sum, f"{number(self.value)} {self.unit}".strip(), ", ".join(self.sources) or "assumed"]


def n(value: float) -> str:
    """A number as the tables have it."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else number(value)


def servers() -> int:
    """tars-servers of the fleet."""
    return MACHINES * PROCESSES


def changes() -> float:
    """Changes of the store a second that announcements make."""
    return 2 * SAID * DEVICES / SECONDS_A_DAY


def reads(f: Figures) -> float:
    """CPU of Redis, seconds a second, for all servers that read what waits after each change."""
    return changes() * servers() * DEVICES * AWAY * f.waiting_redis_us / 1e6


def needs(f: Figures) -> list[Need]:
    """What the fleet needs, in the order of the page."""
    return [*of_servers(f), *of_redis(f), *of_a_loss(f)]


def of_servers(f: Figures) -> list[Need]:
    """What servers need, and what stands before them."""
    talking = DEVICES * TALKING
    spoken, idle = talking / TURN, DEVICES - talking
    sound = FRAMES * f.frame_bytes / 1e3
    each = f"({n(f.conversation_ms)} + {n(FRAMES)} x {n(f.tls_frame_us)} / 1000) ms a second"
    pings = idle / HEARTBEAT * f.ping_us / 1e6
    links, talk = DEVICES * (f.idle_kib + f.tls_kib) / 1024**2, talking * f.conversation_kib / 1024**2
    both = DURABILITY, ENCRYPTION
    return [
        Need("conversations", f"{n(DEVICES)} x {SHARE}", talking, ""),
        Need("utterances a second", f"{n(talking)} / {n(TURN)} s", spoken, ""),
        Need("speech recognition", f"{n(spoken)} x {n(f.recognition_s)} s", spoken * f.recognition_s, "cores", (VOICE,)),
        Need("conversations without their brains", f"{n(talking)} x {each}", talking * f.encrypted_ms / 1e3, "cores", both),
        Need("heartbeats", f"{n(idle)} / {n(HEARTBEAT)} s x {n(f.ping_us)} us", pings, "cores", (DURABILITY,)),
        Need("memory of links", f"{n(DEVICES)} x ({n(f.idle_kib)} + {n(f.tls_kib)}) KiB", links, "GiB", both),
        Need("memory of conversations", f"{n(talking)} x {n(f.conversation_kib)} KiB", talk, "GiB", (DURABILITY,)),
        Need(
            "network of a balancer, each way", f"{n(talking)} x {n(sound)} kB a second", talking * sound / 1e3, "MB a second", (ENCRYPTION,)
        ),
    ]


def of_redis(f: Figures) -> list[Need]:
    """What Redis needs."""
    talking, count = DEVICES * TALKING, servers()
    busy = talking * f.redis_ms + count * f.poll_ms
    memory = (DEVICES * (f.lease_bytes + f.key_bytes) + talking * f.redis_kb * 1e3) / 1e6
    kept = f"{n(DEVICES)} x ({n(f.lease_bytes)} + {n(f.key_bytes)}) bytes + {n(talking)} x {n(f.redis_kb)} kB"
    waiting = DEVICES * AWAY
    told, one, from_it = f"2 x {n(DEVICES)} x {SAID} a day / {n(SECONDS_A_DAY)} s", "cores, and can use one", (DURABILITY,)
    records = f"{n(talking)} x {n(f.records)}"
    return [
        Need("records of Redis a second", records, talking * f.records, "", from_it),
        Need("the most that one takes, with 250 ms of speech in each", f"1 s / {n(f.record_us)} us", 1e6 / f.record_us, "", from_it),
        Need("CPU of Redis", f"{n(talking)} x {n(f.redis_ms)} ms a second + {count} servers x {n(f.poll_ms)} ms", busy / 1e3, one, from_it),
        Need("network of Redis, in", f"{n(talking)} x {n(f.redis_in)} kB a second", talking * f.redis_in / 1e3, "MB a second", from_it),
        Need("file of Redis", f"{n(talking)} x {n(f.redis_file)} kB a second", talking * f.redis_file / 1e3, "MB a second", from_it),
        Need("memory of Redis", kept, memory, "MB", from_it),
        Need("announcements that wait", f"{n(DEVICES)} x {AWAY * 100:g} %", waiting, ""),
        Need("changes of them a second", told, changes(), ""),
        Need(
            "all servers read what waits then: CPU of Redis",
            f"{n(changes())} x {count} x {n(waiting)} x {n(f.waiting_redis_us)} us",
            reads(f),
            one,
            from_it,
        ),
        Need(
            "the same: CPU of each server",
            f"{n(changes())} x {n(waiting)} x {n(f.waiting_server_us)} us",
            changes() * waiting * f.waiting_server_us / 1e6,
            "cores",
            from_it,
        ),
    ]


def of_a_loss(f: Figures) -> list[Need]:
    """What it needs when devices come back."""
    lost, left = DEVICES / MACHINES, servers() - PROCESSES
    greeting, redis = f"({n(f.greeting_ms)} + {n(f.tls_ms)}) ms", f"{n(f.redis_greeting_us)} us"
    each = lost / left * (f.greeting_ms + f.tls_ms) / 1e3
    return [
        Need("a machine is lost: its devices", f"{n(DEVICES)} / {MACHINES}", lost, ""),
        Need("their greetings: CPU of each server", f"{n(lost)} / {left} x {greeting}", each, "s", (DURABILITY, ENCRYPTION)),
        Need("their greetings: CPU of Redis", f"{n(lost)} x {redis}", lost * f.redis_greeting_us / 1e6, "s", (DURABILITY,)),
        Need("all devices at once: CPU of Redis", f"{n(DEVICES)} x {redis}", DEVICES * f.redis_greeting_us / 1e6, "s", (DURABILITY,)),
    ]


# --- what breaks ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Break:
    """Something of which there is too little from so many devices on."""

    what: str
    sum: str
    devices: float
    then: str

    def cells(self) -> list[str]:
        """A row of the table."""
        return [self.what, self.sum, f"{round(self.devices, -2):,.0f}", self.then]


def breaks(f: Figures) -> list[Break]:
    """What breaks, the first first."""
    return sorted([*of_one_server(f), *of_one_redis(f)], key=lambda one: one.devices)


def of_one_server(f: Figures) -> list[Break]:
    """With one machine, one server, one balancer."""
    sound, share = FRAMES * f.frame_bytes / 1e3, SHARE
    each = TALKING * f.encrypted_ms / 1e3 + f.ping_us / 1e6 / HEARTBEAT
    return [
        Break(
            f"recognition on one machine of {CORES} cores",
            f"{n(CORES * HALF)} cores / ({share} / {n(TURN)} s x {n(f.recognition_s)} s)",
            CORES * HALF / (TALKING / TURN * f.recognition_s),
            "another machine",
        ),
        Break(
            "the event loop of one tars-server, without recognition",
            f"{HALF} cores / ({share} x {n(f.encrypted_ms)} ms + {n(f.ping_us)} us / {n(HEARTBEAT)})",
            HALF / each,
            "another server, also on the same machine",
        ),
        Break(
            "network of one balancer, 1 Gbit/s",
            f"{n(NETWORK * HALF)} MB / ({share} x {n(sound)} kB)",
            NETWORK * HALF * 1e3 / (TALKING * sound),
            "10 Gbit/s, several balancers, or none: `other_servers`",
        ),
    ]


def of_one_redis(f: Figures) -> list[Break]:
    """With one Redis."""
    share, count, several = SHARE, servers(), "a Redis for each part of the devices"
    answering = Limits().greeting_limit * HALF
    return [
        Break(
            "Redis, when all servers read what waits after each change of it",
            f"{n(DEVICES)} x cube root of ({HALF} / {n(reads(f))}): changes, servers and what waits grow together",
            DEVICES * (HALF / reads(f)) ** (1 / 3),
            "servers read what has changed, and no more all that waits",
        ),
        Break(
            f"greetings, when one of {MACHINES} machines is lost: all within {n(answering)} s",
            f"{MACHINES} x {n(answering)} s / {n(f.redis_greeting_us)} us",
            MACHINES * answering / (f.redis_greeting_us / 1e6),
            f"more machines, each with a smaller share; or {several}",
        ),
        Break(
            "CPU of one Redis",
            f"({n(HALF * 1e3)} - {count} x {n(f.poll_ms)}) ms / ({share} x {n(f.redis_ms)} ms)",
            (HALF * 1e3 - count * f.poll_ms) / (TALKING * f.redis_ms),
            several,
        ),
        Break(
            "network of one Redis, 1 Gbit/s",
            f"{n(NETWORK * HALF)} MB / ({share} x {n(f.redis_in)} kB)",
            NETWORK * HALF * 1e3 / (TALKING * f.redis_in),
            f"10 Gbit/s, or {several}",
        ),
        Break(
            f"disk of one Redis, {n(DISK)} MB a second",
            f"{n(DISK * HALF)} MB / ({share} x {n(f.redis_file)} kB)",
            DISK * HALF * 1e3 / (TALKING * f.redis_file),
            f"a faster disk, or {several}",
        ),
    ]


# --- the page ------------------------------------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def tables(f: Figures) -> dict[str, str]:
    """The tables of the page, by the names of their places."""
    return {
        "needs": table(["what", "arithmetic", "", "from"], [need.cells() for need in needs(f)]),
        "breaks": table(["what breaks", "arithmetic", "with more devices than", "what to change then"], [one.cells() for one in breaks(f)]),
    }


def with_tables(text: str, made: dict[str, str]) -> str:
    """The page with these tables in their places."""
    for name, one in made.items():
        begin, end = f"<!-- {name}: python -m tests.bench.plan --write -->\n\n", "\n\n<!-- end -->"
        before, found, rest = text.partition(begin)
        if not found:
            raise LookupError(f"there is no place for the table {name}: `{begin.strip()}`")
        text = before + begin + one + end + rest.partition(end)[2]
    return text


def main(words: Sequence[str]) -> int:
    """Print the tables, or write them."""
    made = tables(Figures(Reports()))
    if "--write" in words:
        PAGE.write_text(with_tables(PAGE.read_text(), made))
    else:
        sys.stdout.write("\n\n".join(made.values()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
