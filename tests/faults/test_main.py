"""The command, where no lab is built."""

from __future__ import annotations

import subprocess
import sys

from tars.device.settings import load as load_device
from tars.server.settings import load as load_server
from tests.faults.__main__ import arguments, chosen, folder_of
from tests.faults.faults import faults
from tests.faults.jobs import HOSTS, SERVERS
from tests.faults.story import Phase


def run(*options: str, path: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faults", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": path})


def test_a_machine_that_cannot_have_two_hosts_is_told_what_it_lacks() -> None:
    done = run("--fault", "none")
    assert done.returncode == 2
    assert "this machine lacks" in done.stdout
    assert "the command ip (Debian package iproute2)" in done.stdout


def test_a_fault_that_does_not_exist_is_no_success() -> None:
    done = run("--fault", "earthquake")
    assert done.returncode == 2
    assert "no row has 'earthquake' in its name" in done.stdout


def test_one_phase_a_fault_leaves_no_fault_out() -> None:
    every, short = chosen(arguments([])), chosen(arguments(["--one-phase-a-fault"]))
    once = [job.fault for job in short]
    assert {job.fault for job in every if not job.alone} == {job.fault for job in short if not job.alone}
    assert len(once) == len(set(once)) < len(every)
    assert {job.phase for job in every} == set(Phase), "every phase meets some fault"
    assert "connection reset, idle" in run("--list").stdout.splitlines()


def test_both_tables_are_run_and_encrypted_links_are_those_of_two_hosts() -> None:
    assert {job.table for job in chosen(arguments([]))} == {HOSTS, SERVERS}
    assert {job.table for job in chosen(arguments(["--encrypted"]))} == {HOSTS}
    assert {job.table for job in chosen(arguments(["--table", SERVERS]))} == {SERVERS}


def test_both_programs_accept_the_settings_of_each_fault() -> None:
    for fault in faults(1):
        load_device(["--server", "ws://192.0.2.1:7456"], fault.variables)
        load_server([], fault.variables)


def test_no_two_rows_have_one_folder() -> None:
    names = [job.name for job in chosen(arguments([]))]
    assert len({folder_of(name) for name in names}) == len(names)
