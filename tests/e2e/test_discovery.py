"""A device finds its server without an address: two hosts on one cable, without a name service, and the commands as people type them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tars.device.pairing import SEVERAL
from tars.runtime.dialling import ENCRYPTION_WANTED
from tars.server.authentication import NOT_ENCRYPTED
from tests.faults.namespaces import SERVER_ADDRESS, Host
from tests.programs import Program, program
from tests.sounds import quiet, write_wav
from tests.two_hosts import GUEST_SERVER_ADDRESS, can_be_made, guest_of, two_hosts

pytestmark = pytest.mark.skipif(not can_be_made(), reason="no network namespace can be made here: that needs root and iproute2")

OTHER_ADDRESSES = ("198.18.0.11", "198.18.0.12")
"""To which the server moves."""
ON = {"TARS_DISCOVERY": "on"}
PLAIN_REQUEST = """
import socket, sys
with socket.create_connection((sys.argv[1], 7456), 10) as connection:
    connection.sendall(
        b"GET / HTTP/1.1\\r\\nHost: tars\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n"
        b"Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\\r\\nSec-WebSocket-Protocol: tars.v1\\r\\n\\r\\n"
    )
    print(b"".join(iter(lambda: connection.recv(1000), b"")).decode())
"""

FIND = "import asyncio; from tars.device.discovery import find_all; print(*asyncio.run(find_all()))"


class House:
    """The hosts, and the programs that run on them; each has one state folder."""

    def __init__(self, folder: Path, device: Host, server: Host, ends: ExitStack) -> None:
        self.folder, self.device, self.server = folder, device, server
        self._ends = ends

    def start_server(self, name: str = "server", port: int = 7456) -> Program:
        """tars-server, which is announced."""
        options: list[str | Path] = ["--brain", "echo", "--host", "network", "--port", str(port), "--state", self.folder / name]
        running = self._ends.enter_context(program("tars.server", *options, entry=self.server.entry, **ON))
        running.says("announced")
        return running

    def shows_digits(self) -> tuple[Program, str]:
        """`tars-server pair`, which waits, and its digits."""
        pairing = self._ends.enter_context(program("tars.server", "pair", "kitchen", "--state", self.folder / "server"))
        pairing.says("Waiting for the device")
        digits = re.search(r"tars-pi pair (\d{6})$", pairing.output, re.MULTILINE)
        assert digits, "it asks for no address"
        return pairing, digits[1]

    def start_device(self, *options: str) -> Program:
        """tars-pi with no setting but for its sound."""
        said = self.folder / "said.wav"
        write_wav(said, quiet(60))
        sound = ["--microphone", f"file:{said}", "--speaker", "none", "--wake-word", "none", "--state", str(self.folder / "device")]
        settings = ON | {"PYTHONPROFILEIMPORTTIME": "1"}
        return self._ends.enter_context(
            program("tars.device", *sound, *options, entry=self.device.entry, stdin=subprocess.PIPE, **settings)
        )

    def on_device(self, *words: str) -> tuple[int, str]:
        """A command on the device, to its end: its status and what it says."""
        with program("tars.device", *words, "--state", self.folder / "device", entry=self.device.entry, **ON) as running:
            return running.exits(), running.output

    @property
    def saved(self) -> str:
        """The address of the server for the next start of the device."""
        return str(json.loads((self.folder / "device/device.json").read_text())["server"])


def linked_to(address: str) -> str:
    """What a device says that has reached its server there."""
    return f"link  server=wss://{address}:7456"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with two_hosts() as (device, server), ExitStack() as ends:
        yield House(tmp_path, device, server, ends)


def test_a_device_is_paired_without_an_address_and_follows_its_server_to_another_one(house: House) -> None:
    server = house.start_server()
    pairing, digits = house.shows_digits()
    status, said = house.on_device("pair", digits)
    assert status == 0, said
    assert f"at wss://{SERVER_ADDRESS}:7456" in said
    assert pairing.exits() == 0
    device = house.start_device()
    device.says(linked_to(SERVER_ADDRESS))
    started = len(device.lines)

    server.stop()
    house.server.move(OTHER_ADDRESSES[0], SERVER_ADDRESS)
    server = house.start_server()
    device.says(linked_to(OTHER_ADDRESSES[0]))
    device.says("the server has another address")

    house.server.move(OTHER_ADDRESSES[1], OTHER_ADDRESSES[0])
    assert OTHER_ADDRESSES[1] in server.says("announced", times=2), "it need not start anew to be found at its new address"
    device.press_enter()
    device.says(linked_to(OTHER_ADDRESSES[1]))
    imported = [line for line in device.lines[started:] if line.startswith("import time:") and "zeroconf" in line]
    assert imported == [], "nothing is imported while the microphone is open"
    device.stop()
    assert house.saved == f"wss://{OTHER_ADDRESSES[1]}:7456"
    _, said = house.on_device("doctor")
    assert re.search(rf"ok +discovery: .* at wss://{OTHER_ADDRESSES[1]}:7456, the server of this device", said)
    assert f"server: wss://{OTHER_ADDRESSES[1]}:7456 answers" in said
    assert server.stop() < 2


def test_where_no_server_or_several_are_found_the_device_says_what_to_type(house: House) -> None:
    status, said = house.on_device("pair", "492817")
    assert (status, "none was found in this network" in said, "tars-pi pair 492817 --server wss://HOST:PORT" in said) == (1, True, True)
    assert "discovery: no tars-server is announced in this network" in house.on_device("doctor")[1]
    ids = [re.search(r'name="\S+ (\w{8})"', house.start_server(name, port).output) for name, port in (("server", 7456), ("other", 7457))]
    status, said = house.on_device("pair", "492817")
    assert (status, SEVERAL in said) == (1, True)
    for port, found in zip((7456, 7457), ids, strict=True):
        assert found
        assert re.search(rf"tars-pi pair 492817 --server wss://{SERVER_ADDRESS}:{port} +# \S+ {found[1]}", said), said


def test_each_network_is_told_the_address_that_the_server_has_there(house: House) -> None:
    with guest_of(house.server) as guest:
        house.start_server().says("announced", times=2)
        for host, address in ((house.device, SERVER_ADDRESS), (guest, GUEST_SERVER_ADDRESS)):
            assert re.findall(r"wss://(\S+):7456", host.run(sys.executable, "-c", FIND)) == [address]


def test_a_device_of_another_host_that_does_not_encrypt_is_told_what_to_do(house: House) -> None:
    house.start_server()
    raw = house.device.run(sys.executable, "-c", PLAIN_REQUEST, SERVER_ADDRESS)
    assert raw.startswith("HTTP/1.1 426 ")
    assert raw.rstrip().endswith(NOT_ENCRYPTED)
    device = house.start_device("--server", f"ws://{SERVER_ADDRESS}:7456")
    device.says(ENCRYPTION_WANTED)
    device.stop()
