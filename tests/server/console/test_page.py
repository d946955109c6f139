"""The page of metrics of many devices."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

from tars.server.console.counting import Counting
from tars.server.console.page import AT_ONCE, OF_DEVICES, write_page
from tars.server.state_folder import open_store
from tests.in_process import device, server, until
from tests.server.connections import add_keys, hello, new_device, say
from tests.server.console.scraping import Page, scrape

DEVICES = 1000
LARGEST = 10_000
"""Bytes of a piece."""


def paired(folder: Path, devices: int) -> None:
    with closing(open_store(folder)) as store:
        for number in range(devices):
            store.add_key(f"device-{number}", f"hash-{number}")


def test_the_page_of_a_thousand_devices_is_written_in_pieces_between_which_others_have_their_turn(tmp_path: Path) -> None:
    async def main() -> None:
        paired(tmp_path, DEVICES)
        turns = 0

        def take_turn() -> None:
            nonlocal turns
            turns += 1
            asyncio.get_running_loop().call_soon(take_turn)

        async with server(state=tmp_path) as tars:
            await until(lambda: len(tars.registry.authenticator.names) == DEVICES)
            take_turn()
            before, pieces, waited = turns, [], []
            async for piece in write_page(tars.registry, Counting()):
                pieces.append(piece)
                waited.append(turns - before)
                before = turns
        assert max(len(piece) for piece in pieces) <= LARGEST
        assert len(pieces) == 2 + len(OF_DEVICES) * DEVICES // AT_ONCE
        assert min(waited[1:]) >= 1, "the loop goes on before each piece"
        page = Page(b"".join(pieces).decode())
        assert page.values("tars_device_linked") == {(f"device-{number}",): 0 for number in range(DEVICES)}
        headers = [line for line in page.text.splitlines() if line.startswith("#")]
        assert len(headers) == len(set(headers)), "a metric has one header"

    asyncio.run(main())


def test_links_are_told_apart(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(console="127.0.0.1:0") as tars, device(tars.url, protocol="legacy"), new_device(tars) as connection:
            await say(connection, hello("kitchen"))
            await connection.recv()
            await tars.steps.states("legacy.1", continuity="LINKED")
            page = await scrape(tars.console)
            up = {tuple(sorted(sample.labels.values())): sample.value for sample in page.samples if sample.name == "tars_links"}
            assert up == {("no", "tars.v1"): 1, ("legacy", "no"): 1, ("tars.v1", "yes"): 0, ("legacy", "yes"): 0}
            assert set(page.values("tars_device_linked")) == {("kitchen",)}, "an old device has no name"

    asyncio.run(main())


def test_a_device_that_is_shut_out_is_not_on_the_page(tmp_path: Path) -> None:
    async def main() -> None:
        key, _ = add_keys(tmp_path, "kitchen", "bedroom")
        async with server(state=tmp_path, console="127.0.0.1:0") as tars, device(tars.url, key=key) as kitchen:
            await kitchen.is_called()
            assert (await scrape(tars.console)).values("tars_device_linked") == {("kitchen",): 1, ("bedroom",): 0}
            with closing(open_store(tmp_path)) as store:
                store.remove_key("kitchen")
            await until(lambda: "kitchen" not in tars.registry.runners)
            assert set((await scrape(tars.console)).values("tars_device_linked")) == {("bedroom",)}

    asyncio.run(main())
