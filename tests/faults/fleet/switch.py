"""The network between any number of hosts, as a process: carries IP packets between TUN devices, as `tests.faults.relay` does between two.

`python -m tests.faults.fleet.switch TUN=ADDRESS ...` opens them all and says `ready`. Then each line on standard input is a command, a JSON
object, and gets one line of JSON back:

| key | value |
| --- | --- |
| `from`, `to` | addresses; together they name one direction of one link |
| `settings` | fields of `Way` by name, for that direction |

The answer holds `packets` and `dropped` of that direction. When standard input ends, the process ends, and all TUN devices with it.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections import defaultdict
from typing import Any

from tars.runtime import clock
from tests.faults.relay import LARGEST, SETTINGS, Way, open_tun, say


class Direction:
    """From one host to another."""

    def __init__(self) -> None:
        self.way = Way()
        self.packets = self.dropped = 0


class Switch:
    """Who is where, and how each direction of each link is."""

    def __init__(self, tuns: dict[bytes, int]) -> None:
        """`tuns`: of each address, packed, the file descriptor of its TUN device."""
        self._tuns = tuns
        self._directions: defaultdict[tuple[bytes, bytes], Direction] = defaultdict(Direction)

    def carry(self, tun: int) -> None:
        """Take what has come from that TUN device."""
        while True:
            try:
                packet = os.read(tun, LARGEST)
            except BlockingIOError:
                return
            if packet[0] >> 4 != 4 or (target := self._tuns.get(packet[16:20])) is None:
                continue  # the hosts have no IPv6 addresses, but look for routers
            direction = self._directions[packet[12:16], packet[16:20]]
            direction.packets += 1
            now = clock.now()
            arrives = direction.way.arrival(len(packet), now)
            if arrives is None:
                direction.dropped += 1
            elif arrives <= now:
                os.write(target, packet)
            else:
                asyncio.get_running_loop().call_at(arrives, self._deliver, packet, direction, target)

    @staticmethod
    def _deliver(packet: bytes, direction: Direction, target: int) -> None:
        if direction.way.blackhole:
            direction.dropped += 1
        else:
            os.write(target, packet)

    def obey(self, command: dict[str, Any]) -> dict[str, int]:
        """Carry out a command; the answer. Raises ValueError for what it does not know."""
        if command.keys() != {"from", "to", "settings"}:
            raise ValueError(f"a command has `from`, `to` and `settings`, not {', '.join(sorted(command))}")
        ends = socket.inet_aton(command["from"]), socket.inet_aton(command["to"])
        if strangers := [socket.inet_ntoa(end) for end in ends if end not in self._tuns]:
            raise ValueError(f"no host has the address {' or '.join(strangers)}")
        direction = self._directions[ends]
        for setting, value in command["settings"].items():
            if setting not in SETTINGS:
                raise ValueError(f"the setting {setting} is unknown; known are {', '.join(SETTINGS)}")
            setattr(direction.way, setting, value)
        return {"packets": direction.packets, "dropped": direction.dropped}


async def run(*hosts: str) -> None:
    """Carry and obey until standard input ends."""
    tuns = {socket.inet_aton(address): open_tun(name) for name, _, address in (host.partition("=") for host in hosts)}
    switch = Switch(tuns)
    loop = asyncio.get_running_loop()
    for tun in tuns.values():
        loop.add_reader(tun, switch.carry, tun)
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    say("ready")
    while line := await commands.readline():
        say(json.dumps(switch.obey(json.loads(line))))


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
