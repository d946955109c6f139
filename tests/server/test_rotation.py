"""Who is given authorities, and what is noted of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from tars.errors import ConfigError
from tars.generated.messages import Authorities
from tars.runtime.runner import Tell
from tars.runtime.tls import authorities_in
from tars.runtime.websocket import Socket
from tars.server.authentication import Authenticator
from tars.server.keys import digest, make_key
from tars.server.rotation import Rotation
from tars.testing import MemoryStore
from tests.certificates import Authority
from tests.in_process import until

OTHER = "0" * 64


class Link:
    """A socket, as far as it matters here."""

    def __init__(self, authorities: str) -> None:
        self.authorities = authorities


class Device:
    """A runner with one link."""

    def __init__(self, name: str, authorities: str) -> None:
        self.name, self.posted = name, list[object]()
        self.sockets = {1: cast("Socket", Link(authorities))}

    def post(self, item: object) -> None:
        self.posted.append(item)


class CountingStore(MemoryStore):
    """Knows how often it was written."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.written: list[Mapping[str, str]] = []
        for name in names:
            self.add_key(name, digest(make_key()))

    def note_authorities(self, trusted: Mapping[str, str]) -> None:
        self.written.append(trusted)
        super().note_authorities(trusted)


class Served:
    """A rotation, with the authority that devices must have."""

    def __init__(self, rotation: Rotation, store: CountingStore, ca: str) -> None:
        self.rotation, self.store, self.ca, self.wanted = rotation, store, ca, authorities_in(ca)


@asynccontextmanager
async def served(folder: Path, store: CountingStore) -> AsyncIterator[Served]:
    authenticator = Authenticator(store, legacy="allow")
    ca = Authority(folder).file.read_text()
    async with asyncio.TaskGroup() as tasks:
        rotation = Rotation(store, authenticator, tasks)
        rotation.require(ca)
        yield Served(rotation, store, ca)
    authenticator.close()


@pytest.mark.parametrize("has", ["", "wanted", "other"])
def test_a_device_gets_authorities_only_if_it_has_others_and_can_take_them(tmp_path: Path, has: str) -> None:
    async def main() -> None:
        async with served(tmp_path, CountingStore("kitchen")) as made:
            said = {"": "", "wanted": made.wanted, "other": OTHER}[has]
            device = Device("kitchen", said)
            made.rotation.offer(device, 1)
            assert device.posted == ([Tell(1, Authorities(made.ca))] if has == "other" else [])
        assert made.store.trusted_authorities() == {"kitchen": said}

    asyncio.run(main())


def test_a_server_that_has_no_authority_of_its_own_says_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        async with served(tmp_path, CountingStore("kitchen")) as made:
            made.rotation.require("")
            device = Device("kitchen", OTHER)
            made.rotation.offer(device, 1)
            assert device.posted == []
        assert made.store.written == []

    asyncio.run(main())


@pytest.mark.parametrize(("had", "says"), [("", "wanted"), (OTHER, "1" * 64), (OTHER, ""), (OTHER, OTHER)])
def test_what_a_device_says_counts_only_if_it_could_take_them_and_has_what_it_must(tmp_path: Path, had: str, says: str) -> None:
    async def main() -> None:
        async with served(tmp_path, CountingStore("kitchen")) as made:
            device = Device("kitchen", had)
            made.rotation.kept(device, 1, made.wanted if says == "wanted" else says)
            made.rotation.kept(device, 2, made.wanted)
        assert made.store.written == []

    asyncio.run(main())


def test_a_thousand_devices_at_once_are_noted_in_a_few_writes(tmp_path: Path) -> None:
    names = [f"d{number}" for number in range(1000)]

    async def main() -> None:
        async with served(tmp_path, CountingStore(*names)) as made:
            devices = [Device(name, OTHER) for name in names]
            for device in devices:
                made.rotation.offer(device, 1)
            await until(lambda: set(made.store.trusted_authorities().values()) == {OTHER})
            for device in devices:
                made.rotation.kept(device, 1, made.wanted)
                made.rotation.kept(device, 1, made.wanted)
            await until(lambda: set(made.store.trusted_authorities().values()) == {made.wanted})
            for device in devices:  # they come back
                made.rotation.offer(device, 1)
        assert len(made.store.written) <= 4

    asyncio.run(main())


def test_devices_without_a_key_are_not_remembered(tmp_path: Path) -> None:
    async def main() -> None:
        async with served(tmp_path, CountingStore("kitchen")) as made:
            for number in range(100):
                made.rotation.offer(Device(f"stranger{number}", OTHER), 1)
        assert made.rotation._noted == {"kitchen": ""}

    asyncio.run(main())


def test_a_store_that_fails_is_tried_again_with_the_next_link(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Full(CountingStore):
        fails = True

        def note_authorities(self, trusted: Mapping[str, str]) -> None:
            if self.fails:
                raise ConfigError("the disk is full")
            super().note_authorities(trusted)

    async def main() -> None:
        store = Full("kitchen")
        async with served(tmp_path, store) as made:
            made.rotation.offer(Device("kitchen", OTHER), 1)
            await until(lambda: "it is not noted which authorities the devices have" in caplog.messages)
            store.fails = False
            made.rotation.offer(Device("kitchen", OTHER), 1)
        assert store.trusted_authorities() == {"kitchen": OTHER}

    asyncio.run(main())
