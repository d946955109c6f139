"""The network between two hosts, as a process: carries IP packets between two TUN devices, and delays, loses or drops them when told.

`python -m tests.faults.relay DEVICE_TUN SERVER_TUN` opens both and says `ready`. Then each line on standard input is a command, a JSON
object, and gets one line of JSON back:

| key | value |
| --- | --- |
| `up`, `down` | settings of that direction, fields of `Way` by name; `up` is from the device to the server |
| `sever` | true: every TCP connection seen so far is dead from now on, without a word; new ones pass |
| `watch` | true: forget when sound last began to pass |

The answer: `packets`, `dropped` and `sound` for `up` and `down`. `sound` is the time on the wall's clock at which the first packet full of
sound passed since `watch` on the newest connection, or null: a system goes on sending for a connection that its program has given up.
When standard input ends, the process ends, and both TUN devices are gone with it.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import random
import struct
import sys
from dataclasses import asdict, dataclass, field
from typing import Any

from tars.runtime import clock

_SET_INTERFACE = 0x400454CA
_TUN_WITHOUT_HEADER = 0x1001
_TCP = 6
LARGEST = 65536
BARE = 100
"""Bytes of a packet that has no more than its headers, at most."""
FULL = 1000
"""Bytes of a packet that surely carries sound: a message is shorter."""


@dataclass
class Way:
    """One direction. Time is an argument: `arrival` says when a packet is there, or None if it never is. Order is kept."""

    delay: float = 0.0
    """Seconds."""
    jitter: float = 0.0
    """Seconds more or less, at random."""
    loss: float = 0.0
    """The part of all packets that is lost, 0 to 1."""
    rate: float = 0.0
    """Bits a second; 0: no limit."""
    queue: int = 65536
    """Bytes that may wait for the rate; what comes beyond is dropped."""
    blackhole: bool = False
    """Nothing arrives, what is under way included."""
    _random: random.Random = field(default_factory=random.Random, repr=False)
    _free: float = 0.0
    _last: float = 0.0

    def arrival(self, size: int, now: float) -> float | None:
        """When a packet of so many bytes that is sent now arrives."""
        if self.blackhole or self._random.random() < self.loss:
            return None
        begins = max(now, self._free)
        if self.rate:
            if (begins - now) * self.rate / 8 > self.queue:
                return None
            self._free = begins = begins + size * 8 / self.rate
        self._last = max(begins + self.delay + self._random.uniform(-self.jitter, self.jitter), self._last)
        return self._last


SETTINGS = tuple(name for name in asdict(Way()) if not name.startswith("_"))


class Connections:
    """The TCP connections that pass, by the device's address and port, and which of them are severed."""

    def __init__(self) -> None:
        self.newest = b""
        """The one that was last in carrying its first data: of several that are dialled at once, one is used."""
        self._seen: set[bytes] = set()
        self._used: set[bytes] = set()
        self._severed: set[bytes] = set()

    def of(self, packet: bytes, *, up: bool) -> bytes:
        """The connection that an IPv4 packet belongs to; nothing if it is not TCP."""
        if packet[9] != _TCP:
            return b""
        header = (packet[0] & 15) * 4
        key = packet[12:16] + packet[header : header + 2] if up else packet[16:20] + packet[header + 2 : header + 4]
        self._seen.add(key)
        if len(packet) > BARE and key not in self._used:
            self._used.add(key)
            self.newest = key
        return key

    def passes(self, key: bytes) -> bool:
        """Whether a packet of that connection may pass."""
        return key not in self._severed

    def sever(self) -> None:
        """All that were seen so far are dead."""
        self._severed |= self._seen


class Lane:
    """Carries packets in one direction, from one TUN device into the other."""

    def __init__(self, source: int, target: int, connections: Connections, *, up: bool) -> None:
        self.way = Way()
        self.packets = self.dropped = 0
        self._sound: tuple[bytes, float] | None = None
        """When sound first passed, and on which connection."""
        self._source, self._target, self._connections, self._up = source, target, connections, up

    def carry(self) -> None:
        """Take what has come."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                packet = os.read(self._source, LARGEST)
            except BlockingIOError:
                return
            if packet[0] >> 4 != 4:
                continue  # the hosts have no IPv6 addresses, but look for routers
            self.packets += 1
            now, connection = clock.now(), self._connections.of(packet, up=self._up)
            arrives = self.way.arrival(len(packet), now)
            if arrives is None:
                self.dropped += 1
            elif arrives <= now:
                self._deliver(packet, connection)
            else:
                loop.call_at(arrives, self._deliver, packet, connection)

    def _deliver(self, packet: bytes, connection: bytes) -> None:
        if self.way.blackhole or not self._connections.passes(connection):
            self.dropped += 1
            return
        newest = self._connections.newest
        if len(packet) >= FULL and connection == newest and (self._sound is None or self._sound[0] != newest):
            self._sound = newest, clock.wall()
        os.write(self._target, packet)

    @property
    def sound(self) -> float | None:
        """When sound first passed on the newest connection, on the wall's clock."""
        return self._sound[1] if self._sound and self._sound[0] == self._connections.newest else None

    def forget_sound(self) -> None:
        """Watch for sound from now on."""
        self._sound = None


class Relay:
    """Both lanes, and what can be asked of them."""

    def __init__(self, device: int, server: int) -> None:
        self._connections = Connections()
        self.lanes = {
            "up": Lane(device, server, self._connections, up=True),
            "down": Lane(server, device, self._connections, up=False),
        }

    def obey(self, command: dict[str, Any]) -> dict[str, Any]:
        """Carry out a command; the answer. Raises ValueError for what it does not know."""
        if unknown := command.keys() - {"up", "down", "sever", "watch"}:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}; known are up, down, sever, watch")
        if command.get("sever"):
            self._connections.sever()
        for name, lane in self.lanes.items():
            if command.get("watch"):
                lane.forget_sound()
            for setting, value in command.get(name, {}).items():
                if setting not in SETTINGS:
                    raise ValueError(f"{name}.{setting} is unknown; known are {', '.join(SETTINGS)}")
                setattr(lane.way, setting, value)
        return {name: {"packets": lane.packets, "dropped": lane.dropped, "sound": lane.sound} for name, lane in self.lanes.items()}


def open_tun(name: str) -> int:
    """A new TUN device of that name, which lives as long as this file descriptor. Raises OSError."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _SET_INTERFACE, struct.pack("16sH22x", name.encode(), _TUN_WITHOUT_HEADER))
    return device


async def run(device: str, server: str) -> None:
    """Carry and obey until standard input ends."""
    tuns = open_tun(device), open_tun(server)
    relay = Relay(*tuns)
    loop = asyncio.get_running_loop()
    for tun, lane in zip(tuns, relay.lanes.values(), strict=True):
        loop.add_reader(tun, lane.carry)
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    say("ready")
    while line := await commands.readline():
        say(json.dumps(relay.obey(json.loads(line))))


def say(line: str) -> None:
    """One line to whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
