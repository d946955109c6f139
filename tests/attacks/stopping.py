"""Signals: under attack, with much to save, twice, and at bad moments. Logs that nobody reads, files that others may read."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGTERM
from typing import Any

from tars.generated import messages as m
from tars.runtime import clock
from tests.attacks import arena
from tests.attacks.attackers import SOURCE
from tests.attacks.judge import RTT_COST, STOP_LIMIT, Finding
from tests.attacks.rows import row
from tests.attacks.wire import connect, message, peer
from tests.e2e import test_operators as operators

LINKS = 300
REFUSALS = 1500


def free_port() -> int:
    """A port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@row(
    "SIGTERM while another device floods: acknowledgements, then frames without samples",
    f"stops in {STOP_LIMIT:g} s with status 0, and the next server resumes the session of the good device",
)
def stop_in_a_flood(finding: Finding, folder: Path) -> None:
    for kind in ("acks", "empty-frames"):
        port, place = str(free_port()), folder / kind
        with ExitStack() as both:
            with arena.server(place, "--port", port) as server:
                kitchen = both.enter_context(arena.good_device(server.url))
                with arena.attacker(kind, server.url) as bedroom:
                    bedroom.begins()
                    arena.pause(0.7)
                    arena.judge_stop(server.program.process, finding)
            with arena.server(place, "--port", port):
                again = kitchen.wait_for("linked", times=2)
                finding.hold(bool(again and again["resumed"]), f"resumed: {bool(again and again['resumed'])}", "must be true")


@row(f"SIGTERM while {LINKS} devices are in a session", f"stops in {STOP_LIMIT:g} s with status 0, and the next server resumes one of them")
def stop_with_many(finding: Finding, folder: Path) -> None:
    port = str(free_port())
    with ExitStack() as both:
        with arena.server(folder, "--port", port) as server, ExitStack() as links:
            for number in range(LINKS):
                link = links.enter_context(peer(server.url, f"room-{number}", source=f"127.0.1.{1 + number // 10}"))
                link.say(m.HotwordDetected("s1", 1, 0, 0, "button", 1.0), 1)
            kitchen = both.enter_context(arena.good_device(server.url))
            arena.judge_stop(server.program.process, finding)
        with arena.server(folder, "--port", port) as server:
            again = kitchen.wait_for("linked", times=2)
            finding.within("the next one serves in", server.serves(), STOP_LIMIT, "s")
            finding.hold(bool(again and again["resumed"]), f"resumed: {bool(again and again['resumed'])}", "must be true")


@row(
    f"nobody reads the server's standard error, and {REFUSALS:,} connections are refused",
    f"round trip of a good device +{RTT_COST * 1000:g} ms (p99), another one gets in, stops in {STOP_LIMIT:g} s with status 0",
)
def log_that_nobody_reads(finding: Finding, folder: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "tests.attacks.server", "--brain", "paced", "--port", str(port), "--state", str(folder / "state")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            url = f"ws://127.0.0.1:{port}"
            with arena.good_device(url, "hall", "--silent") as hall:
                began = clock.now()
                arena.pause(1.5)
                calm = (began, clock.now())
                end = clock.now() + 6.0
                refused = 0
                while refused < REFUSALS and clock.now() < end:
                    with suppress(OSError):
                        link = connect(url, source=SOURCE, patience=0.5)
                        with closing(link.socket):
                            link.send(message(m.Ping(1)))
                            refused += 1
                finding.note(f"attack: {refused:,} refusals")
                with arena.good_device(url, linked=False) as kitchen:
                    is_in = kitchen.wait_for("linked", 3.0) is not None
                    finding.hold(is_in, f"another one is in: {is_in}", "must be true")
                attacked = (calm[1], clock.now())
                hall.end()
                arena.judge_stop(process, finding)
                arena.judge_service(hall, calm, attacked, finding)
        finally:
            process.kill()


@row("somebody else on this machine looks at what the server writes", "state, trace, recordings and log are for their owner only")
def files_of_others(finding: Finding, folder: Path) -> None:
    trace, recordings = folder / "trace.jsonl", folder / "recordings"
    with arena.server(folder, "--trace", trace, "--record", recordings, entry=["sh", "-c", 'umask 022; exec "$@"', "sh"]) as server:
        with arena.good_device(server.url) as kitchen:
            kitchen.wait_for("reply")
        server.program.process.terminate()
        server.program.exits()
    for path in (folder / "state", *sorted((folder / "state").iterdir()), trace, recordings, *sorted(recordings.iterdir()), server.log):
        mode = stat.S_IMODE(path.stat().st_mode)
        finding.hold(not mode & 0o077, f"{path.relative_to(folder).parts[0]} {mode:04o}", f"{path.name} is for its owner only")


@row(
    "a second signal, SIGHUP, a closed terminal, a signal during the imports, files that are rotated",
    f"in {STOP_LIMIT:g} s with the usual status, without a traceback; sessions are saved",
)
def bad_moments(finding: Finding, folder: Path) -> None:
    importing = operators.test_a_signal_during_the_imports_has_its_usual_status_and_no_traceback
    rows: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
        (importing, ("server", SIGINT)),
        (importing, ("server", SIGHUP)),
        (importing, ("device", SIGTERM)),
        (operators.test_a_second_signal_in_the_last_moments_changes_nothing, (SIGTERM,)),
        (operators.test_a_terminal_that_is_closed_stops_a_program_in_good_order, (folder,)),
        (operators.test_files_that_are_rotated_are_written_anew_after_sighup, ("deleted", folder / "rotated")),
    ]
    (folder / "rotated").mkdir()
    for story, values in rows:
        what = story.__name__.removeprefix("test_").replace("_", " ")
        try:
            story(*values)
        except AssertionError as error:
            finding.hold(False, what, str(error).splitlines()[0])
    finding.note(f"{len(rows)} stories of tests/e2e/test_operators.py")
