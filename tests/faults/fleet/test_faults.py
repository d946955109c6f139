"""The rows with several servers, where no lab is built."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from tars.device.settings import load as load_device
from tars.server.settings import load as load_server
from tests.faults.fleet import rolling
from tests.faults.fleet.faults import faults, what_gives_way
from tests.faults.fleet.lab import FleetLab
from tests.faults.fleet.network import ADDRESSES, DEVICES, REDIS
from tests.faults.judge import Ending


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("servers", [2, 3])
def test_both_programs_accept_the_settings_of_a_lab(servers: int, balanced: bool, encrypted: bool, tmp_path: Path) -> None:
    lab = FleetLab(tmp_path, 1.0, Event(), servers=servers, balanced=balanced, encrypted=encrypted)
    _, device = load_device(["--server", lab.url], lab.variables | lab.device_variables)
    _, server = load_server([], lab.variables | lab.server_variables)
    others = device.other_servers or ()
    assert len(others) == (0 if balanced else servers - 1)
    assert lab.url not in others
    assert all(url.startswith("wss:" if encrypted else "ws:") for url in (lab.url, *others))
    assert server.store == f"redis://{ADDRESSES[REDIS]}:6379/0"
    assert len(lab.network.hosts) == servers + balanced + 2
    certificates = [sorted(path.read_bytes() for path in lab.state(name).glob("*")) for name in lab.names]
    assert certificates == [certificates[0]] * servers, "a device that trusts one server trusts each"
    assert bool(certificates[0]) == encrypted


def test_a_fault_that_loses_something_says_what(tmp_path: Path) -> None:
    for fault in faults():
        musts = [fault.must(phase) for phase in fault.phases]
        loses = any(must.cut or must.twice or must.ending is not Ending.KEPT or must.back is None for must in musts)
        assert bool(fault.gives_way) == loses, fault.name


def test_the_table_says_what_gives_way_of_every_fault() -> None:
    ways = what_gives_way()
    assert ways.keys() >= {fault.name for fault in faults()} | {rolling.NAME}


def test_each_host_has_an_address_of_its_own() -> None:
    assert len(set(ADDRESSES.values())) == len(ADDRESSES)
    assert DEVICES in ADDRESSES
