"""Who gets in while others hold connections, guess keys, take names, or come from a web page."""

from __future__ import annotations

import re
import threading
from collections import Counter
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path

from tars.generated import messages as m
from tars.runtime import clock
from tars.samples import RATE
from tests.attacks import arena
from tests.attacks.attackers import OLD_QUESTION, PAUSE_OF_SPEECH, SOURCE, question, sound
from tests.attacks.brain import RINGS_AFTER
from tests.attacks.judge import LOG_LIMIT, MEMORY_COST, RTT_COST, Finding
from tests.attacks.rows import add, row
from tests.attacks.wire import Peer, RefusedError, connect, message, peer
from tests.greeting import greeting
from tests.programs import program

DESCRIPTORS = 256
"""Files that the server may have open: so few that an attacker reaches the limit soon."""
FULL = 6.0
"""Seconds in which the attacker takes all that it can get, at most."""
ADMITTED = 5.0
"""Seconds in which a good device that dials has a link."""
GUESSES = 50
"""Keys that may be tried in a second, by all attackers together."""
GUESSING = 4.0
KINDS = {
    "silent-connections": "connections that say nothing, as many as there can be, from one address",
    "silent-connections-of-many": "connections that say nothing, as many as there can be, from many addresses",
    "ungreeted-links": "WebSockets without a greeting, as many as there can be, from one address",
    "old-devices": "old devices, as many as there can be, from one address",
    "device-names": "devices with a new name each, as many as there can be, from one address",
}


def crowd(name: str, finding: Finding, folder: Path) -> None:
    """One device is linked before, another one dials when the attacker has all it can get."""
    entry = ["prlimit", f"--nofile={DESCRIPTORS}"]
    with arena.server(folder, entry=entry) as server, arena.good_device(server.url, "hall", "--silent") as hall:
        began = clock.now()
        arena.pause(1.5)
        calm, logged, memory = (began, clock.now()), server.log_size(), arena.Memory(server.pid)
        with arena.attacker(name, server.url) as crowd:
            crowd.begins()
            began = clock.now()
            crowd.has_all(FULL)
            finding.note(f"{crowd.held} held")
            dialled = clock.now()
            with arena.good_device(server.url, linked=False) as kitchen:
                came = kitchen.wait_for("linked", ADMITTED + 1.0)
                finding.within("a good device is in after", (came["now"] if came else clock.now()) - dialled, ADMITTED, "s")
                arena.pause(1.0)
            attacked = (began, clock.now())
            hall.end()
            crowd.judge(finding)
            finding.within("log +", server.log_size() - logged, LOG_LIMIT, "kB")
            finding.within("memory +", memory.grown(), MEMORY_COST, "MB")
            arena.judge_stop(server.program.process, finding)
        arena.judge_service(hall, calm, attacked, finding)


for _name, _attack in KINDS.items():
    add(
        _name,
        f"{_attack}; the server may have {DESCRIPTORS} open files",
        f"a good device that dials gets in within {ADMITTED:g} s; one that is in: +{RTT_COST * 1000:g} ms (p99), keeps its link; "
        f"+{MEMORY_COST:g} MB, +{LOG_LIMIT:g} kB of log; stops in 2 s with status 0",
        partial(crowd, _name),
    )


# --- keys and names --------------------------------------------------------------------------------------------------------------


def add_key(server_folder: Path, name: str) -> str:
    """A new key of that device."""
    with program("tars.server", "key", "add", name, "--state", server_folder / "state") as command:
        assert command.exits() == 0, command.output
        found = re.search(r"tars_[\w-]+", command.output)
        assert found, command.output
        return found[0]


@row(
    "keys are guessed on many connections at once",
    f"at most {GUESSES} guesses are answered in a second; round trip of a good device +{RTT_COST * 1000:g} ms (p99)",
)
def key_guesses(finding: Finding, folder: Path) -> None:
    (folder / "state").mkdir()
    key = add_key(folder, "kitchen")
    answers: Counter[str] = Counter()
    over = threading.Event()

    def guess(number: int) -> None:
        while not over.is_set():
            try:
                connect(server.url, key=f"tars_{number:043}", source=SOURCE, patience=3.0).socket.close()
                answers["let in"] += 1
            except RefusedError as refused:
                answers[str(refused)] += 1
            except OSError as error:
                answers[type(error).__name__] += 1
                over.wait(0.02)

    with arena.server(folder) as server, arena.good_device(server.url, "kitchen", "--silent", "--key", key) as kitchen:
        began = clock.now()
        arena.pause(1.5)
        calm = (began, clock.now())
        threads = [threading.Thread(target=guess, args=(number,), daemon=True) for number in range(64)]
        for thread in threads:
            thread.start()
        arena.pause(GUESSING)
        attacked, answered = (calm[1], clock.now()), answers.copy()
        kitchen.end()
        over.set()
        for thread in threads:
            thread.join(4.0)
        rate = sum(count for answer, count in answered.items() if answer.startswith("HTTP")) / GUESSING
        finding.within("answered guesses", rate, GUESSES, "/s")
        finding.hold(not answered["let in"], f"{answered['let in']} let in")
        arena.judge_service(kitchen, calm, attacked, finding)


def is_answered(link: Peer, asked: bytes, answer: bytes, finding: Finding, who: str) -> None:
    """Whether this link still works."""
    try:
        link.send(asked)
        link.wait_for(answer)
    except (OSError, TimeoutError):
        finding.hold(False, f"{who} has lost its link")
    else:
        finding.note(f"{who} keeps its link")


@row("a device calls itself `legacy-1` while an old device without a name is linked", "the old device keeps its link")
def the_name_of_an_old_device(finding: Finding, folder: Path) -> None:
    with arena.server(folder, TARS_LEGACY="without_key") as server, peer(server.url, old=True) as old, ExitStack() as stack:
        arena.pause(0.2)
        with suppress(OSError):
            stack.enter_context(peer(server.url, "legacy-1", source=SOURCE))
        is_answered(old, OLD_QUESTION, b"start_of_tts_stream", finding, "the old device")


@row("a device with the key of `kitchen` greets as `kitchen-doctor`, while the device of that name is linked", "that device keeps its link")
def the_name_of_a_doctor(finding: Finding, folder: Path) -> None:
    (folder / "state").mkdir()
    try:
        kitchen, doctor = add_key(folder, "kitchen"), add_key(folder, "kitchen-doctor")
    except AssertionError:
        finding.note("a key for `kitchen-doctor` is refused")
        return
    with arena.server(folder) as server, peer(server.url, "kitchen-doctor", key=doctor) as link, ExitStack() as stack:
        with suppress(OSError):
            stack.enter_context(peer(server.url, "kitchen-doctor", key=kitchen, source=SOURCE))
        is_answered(link, message(m.Ping(7)), b'"pong"', finding, "kitchen-doctor")


@row("a web page opens a WebSocket: `Origin: https://evil.example`", "refused before the upgrade, as a new device and as an old one")
def foreign_origin(finding: Finding, folder: Path) -> None:
    with arena.server(folder) as server:
        for old in (False, True):
            for origin in ("https://evil.example", "null"):
                try:
                    with closing(connect(server.url, old=old, origin=origin).socket):
                        finding.hold(False, f"{'old' if old else 'new'} device of {origin}: let in")
                except RefusedError as refused:
                    finding.note(f"{origin}: {refused}")


# --- timers ----------------------------------------------------------------------------------------------------------------------


def set_timers(url: str, name: str, source: str) -> None:
    """Ask the brain for as many timers as it gives a device of this name, and say goodbye."""
    with peer(url, name, source=source) as link:
        link.send(question(link, 1, 0, 0.5)[0], sound(1, RATE // 2, PAUSE_OF_SPEECH))
        link.wait_for(b"start_of_tts_stream")
        link.say(m.SessionEnd("s1", "button"), 2)
        link.say(m.Goodbye())
        link.ends()


@row("101 timers of one device are due while it is away", "a timer of another device that is away rings when that is back")
def many_timers(finding: Finding, folder: Path) -> None:
    with arena.server(folder) as server:
        set_timers(server.url, "patient", "127.0.0.1")
        set_timers(server.url, "timers", SOURCE)
        arena.pause(RINGS_AFTER + 0.5)
        link = connect(server.url, patience=3.0)
        with closing(link.socket):
            link.say(greeting("patient"))
            try:
                link.wait_for(b'"ring"')
            except (OSError, TimeoutError):
                finding.hold(False, "the other device's timer does not ring")
            else:
                finding.note("the other device's timer rings")
