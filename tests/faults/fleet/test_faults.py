"""The rows with several servers, where no lab is built."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from tars.device.settings import load as load_device
from tars.server.settings import load as load_server
from tests.faults.fleet import rolling
from tests.faults.fleet.faults import faults, what_gives_way
from tests.faults.fleet.lab import FleetLab
from tests.faults.fleet.network import ADDRESSES, DEVICES, REDIS
from tests.faults.judge import Ending


def test_both_programs_accept_the_settings_of_each_fault(tmp_path: Path) -> None:
    for number, fault in enumerate(faults()):
        lab = FleetLab(tmp_path / str(number), 1.0, Event(), servers=fault.servers, **fault.variables)
        _, device = load_device(["--server", lab.url], lab.variables | lab.device_variables)
        _, server = load_server([], lab.variables | lab.server_variables)
        others = device.other_servers or ()
        assert len(others) == fault.servers - 1
        assert lab.url not in others
        assert server.store == f"redis://{ADDRESSES[REDIS]}:6379/0"
        assert len(lab.network.hosts) == fault.servers + 2


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
