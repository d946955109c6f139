"""The rows of `make attack` that hold and whose limits do not depend on time, in a second each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks import arena
from tests.attacks.device_floods import flood_device
from tests.attacks.handshakes import ATTACKS
from tests.attacks.judge import LOG_LIMIT, MEMORY_COST, Finding
from tests.attacks.rows import load
from tests.attacks.starting import start_with_note

SECOND = 1.0


@pytest.mark.parametrize("name", ["single-samples", "websocket-pings-unread", "fragments", "long-reasons"])
def test_a_flood_fills_neither_memory_nor_log_and_the_server_stops(name: str, tmp_path: Path) -> None:
    finding = Finding()
    with arena.server(tmp_path) as server:
        memory, logged = arena.Memory(server.pid), server.log_size()
        with arena.attacker(name, server.url) as bedroom:
            bedroom.begins()
            arena.pause(SECOND)
            bedroom.judge(finding)
            finding.within("memory", memory.grown(), MEMORY_COST, "MB")
            finding.within("log", server.log_size() - logged, LOG_LIMIT, "kB")
            arena.judge_stop(server.program.process, finding)
    assert not finding.wrong


@pytest.mark.parametrize("name", ATTACKS)
def test_crowds_that_never_greet_an_encrypted_server_keep_no_device_out(name: str, tmp_path: Path) -> None:
    finding = Finding()
    with arena.server(tmp_path, TARS_ENCRYPTION="required") as server, arena.attacker(name, server.url) as crowd:
        crowd.begins()
        arena.pause(SECOND)
        url, ca = server.encrypted()
        logged = server.log_size()
        with arena.good_device(url, "kitchen", "--silent", "--ca", ca):  # it is let in
            arena.pause(SECOND)
        crowd.judge(finding)
        finding.within("log", server.log_size() - logged, LOG_LIMIT, "kB")
        arena.judge_stop(server.program.process, finding)
        server.judge_tracebacks(finding)
    assert not finding.wrong


@pytest.mark.parametrize(
    "name", ["server-sends-fragments", "server-sends-rings", "server-sends-single-samples", "server-sends-websocket-pings"]
)
def test_a_malicious_server_fills_no_memory_of_a_device_that_hears_its_button_and_stops(name: str, tmp_path: Path) -> None:
    finding = Finding()
    flood_device(name, finding, tmp_path, lasts=SECOND)
    assert not finding.wrong


@pytest.mark.parametrize("note", ["missing", "twice", "infinite"])
def test_a_server_starts_whatever_the_note_of_its_last_stop_says(note: str, tmp_path: Path) -> None:
    finding = Finding()
    start_with_note(note, finding, tmp_path)
    assert not finding.wrong


@pytest.mark.parametrize("name", ["foreign-origin", "the-name-of-an-old-device"])
def test_nobody_gets_in_who_should_not_or_takes_the_link_of_another(name: str, tmp_path: Path) -> None:
    finding = Finding()
    load()[name].measure(finding, tmp_path)
    assert not finding.wrong
