"""When devices had their last link."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from tars.core.effects import Traced
from tars.core.server import ServerEndpoint
from tars.device.control.commands import Mute
from tars.device.status_reports import StatusReports
from tars.errors import ConfigError
from tars.generated.limits import Limits
from tars.runtime import clock
from tars.server import last_seen
from tars.server.forget import Wanted, forget
from tars.server.last_seen import FILE, LastSeen, Seen, read_last_seen
from tars.server.main import command
from tars.server.settings import ServerConfig
from tests.in_process import device, server, until
from tests.server.connections import add_keys


def test_a_device_was_seen_when_its_link_ended_and_while_it_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_seen, "SAVE_INTERVAL", 0.01)

    async def main() -> None:
        kitchen_key, bedroom_key, _ = add_keys(tmp_path, "kitchen", "bedroom", "hall")
        async with server(state=tmp_path) as tars, device(tars.url, key=kitchen_key) as kitchen:
            await until(lambda: "kitchen" in read_last_seen(tmp_path))
            first = read_last_seen(tmp_path)["kitchen"].at
            assert abs(first - clock.wall()) < 60
            async with device(tars.url, "bedroom", key=bedroom_key) as bedroom:
                await bedroom.steps.states("bedroom", continuity="LINKED")
            await until(lambda: "bedroom" not in tars.registry.runners)
            ended = clock.wall()
            await until(lambda: read_last_seen(tmp_path)["kitchen"].at > ended + 0.02)
            seen = read_last_seen(tmp_path)
            assert seen.keys() == {"kitchen", "bedroom"}
            assert first < seen["bedroom"].at <= ended, "when its link ended"
            await kitchen.is_called()
        assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600

    asyncio.run(main())


def test_whether_a_device_is_muted_is_kept_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_seen, "SAVE_INTERVAL", 0.01)

    async def main() -> None:
        key, _ = add_keys(tmp_path, "kitchen", "bedroom")
        async with server(state=tmp_path) as tars, device(tars.url, key=key) as kitchen:
            reports = StatusReports(kitchen.device_runner)
            keeping = asyncio.create_task(reports.keep())
            await kitchen.steps.states(continuity="LINKED")
            kitchen.device_runner.post(Mute(muted=True))
            await until(lambda: "kitchen" in (seen := read_last_seen(tmp_path)) and seen["kitchen"].muted)
            keeping.cancel()
        assert read_last_seen(tmp_path)["kitchen"].muted, "also when its link has ended"
        assert command("devices rename kitchen hall", ServerConfig(state=tmp_path)) == 0
        assert read_last_seen(tmp_path)["hall"].muted

    asyncio.run(main())


def test_it_is_saved_at_the_end_and_kept_by_the_next_server(tmp_path: Path) -> None:
    async def main() -> None:
        kitchen_key, bedroom_key = add_keys(tmp_path, "kitchen", "bedroom")
        async with server(state=tmp_path) as tars, device(tars.url, key=kitchen_key) as kitchen:
            await kitchen.is_called()
            assert read_last_seen(tmp_path) == {}, "not at each connection"
        first = read_last_seen(tmp_path)["kitchen"].at
        async with server(state=tmp_path) as tars, device(tars.url, "bedroom", key=bedroom_key) as bedroom:
            await bedroom.is_called()
        assert read_last_seen(tmp_path)["kitchen"].at == first
        assert read_last_seen(tmp_path)["bedroom"].at > first

    asyncio.run(main())


def test_a_device_that_is_away_and_gets_another_name_was_seen_when_it_was(tmp_path: Path) -> None:
    async def main() -> None:
        kitchen_key, bedroom_key = add_keys(tmp_path, "kitchen", "bedroom")
        async with server(state=tmp_path) as tars, device(tars.url, key=kitchen_key) as kitchen:
            await kitchen.is_called()
        seen = read_last_seen(tmp_path)["kitchen"].at
        async with server(state=tmp_path) as tars, device(tars.url, "bedroom", key=bedroom_key) as bedroom:
            await bedroom.is_called()
            assert command("devices rename kitchen hall", ServerConfig(state=tmp_path)) == 0
            assert read_last_seen(tmp_path) == {"hall": Seen(seen)}
            await until(lambda: tars.registry.authenticator.names == {"hall", "bedroom"})
        assert read_last_seen(tmp_path)["hall"].at == seen, "the running server keeps it"

    asyncio.run(main())


def test_nothing_is_written_while_no_device_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_seen, "SAVE_INTERVAL", 0.0)
    writes = 0

    def count(*_: object) -> None:
        nonlocal writes
        writes += 1

    monkeypatch.setattr(last_seen, "write_private", count)

    async def main() -> None:
        (key,) = add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path) as tars:
            async with device(tars.url, key=key) as kitchen:
                await kitchen.is_called()
            await until(lambda: not tars.registry.runners)
            await until(lambda: writes)
            keeper = LastSeen(tmp_path, tars.registry)
            await keeper.save()
            before = writes
            for _ in range(10):
                await keeper.save()
            assert writes == before

    asyncio.run(main())


def test_a_device_that_is_shut_out_is_forgotten_and_one_without_a_key_is_not_kept(tmp_path: Path) -> None:
    async def main() -> None:
        (tmp_path / FILE).write_text('{"hall": 5.0, "kitchen": 6.0}')
        (key,) = add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path) as tars, device(tars.url, key=key) as kitchen:
            await kitchen.is_called()
        assert set(read_last_seen(tmp_path)) == {"kitchen"}

    asyncio.run(main())


def test_names_are_not_kept_where_anybody_may_make_them_up(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path) as tars:
            keeper = LastSeen(tmp_path, tars.registry)
            for number in range(3):
                step = Traced("server", f"made-up-{number}", "continuity", "goodbye", {}, source="LINKED", target="UNLINKED")
                keeper.observe(step, ServerEndpoint("x", Limits(), random.Random(1), epoch="e1"))
                await keeper.save()
            assert vars(keeper)["_seen"] == {}
        assert not (tmp_path / FILE).exists()

    asyncio.run(main())


async def command_forget(folder: Path, name: str) -> str:
    """Run `tars-server forget device NAME --yes` beside the server of this test; what it says last."""
    said: list[str] = []
    await forget(Wanted(device=name), ServerConfig(state=folder), said.append, yes=True)
    return said[-1]


@pytest.mark.parametrize("keys", [("hall",), ()], ids=["others have keys", "nobody has a key"])
def test_a_browser_that_is_forgotten_does_not_come_back_from_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]
) -> None:
    monkeypatch.setattr("tars.server.forget.PAUSE", 0.7)

    async def main() -> None:
        now = clock.wall()
        (tmp_path / FILE).write_text(json.dumps({"browser-1": now, "browser-2": now}))
        add_keys(tmp_path, *keys)
        async with server(state=tmp_path) as tars:
            await until(lambda: tars.registry.authenticator.names == set(keys))
            keeper = LastSeen(tmp_path, tars.registry)
            step = Traced("server", "browser-1", "continuity", "goodbye", {}, source="LINKED", target="UNLINKED")
            keeper.observe(step, ServerEndpoint("x", Limits(), random.Random(1), epoch="e1"))
            await keeper.save()
            assert (await command_forget(tmp_path, "browser-1")).startswith("browser-1 is forgotten here")
            keeper.observe(replace(step, device="browser-2"), ServerEndpoint("x", Limits(), random.Random(1), epoch="e1"))
            await keeper.save()
            assert set(read_last_seen(tmp_path)) == {"browser-2"}
        assert set(read_last_seen(tmp_path)) == {"browser-2"}

    asyncio.run(main())


def test_a_device_that_is_forgotten_and_paired_again_was_not_seen_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.server.forget.PAUSE", 0.7)

    async def main() -> None:
        (tmp_path / FILE).write_text(json.dumps({"kitchen": 5.0, "hall": 6.0}))
        add_keys(tmp_path, "kitchen", "hall")
        async with server(state=tmp_path) as tars:
            await until(lambda: tars.registry.authenticator.names == {"kitchen", "hall"})
            await command_forget(tmp_path, "kitchen")
            add_keys(tmp_path, "kitchen")
            await until(lambda: tars.registry.authenticator.names == {"kitchen", "hall"})
        assert read_last_seen(tmp_path) == {"hall": Seen(6.0)}

    asyncio.run(main())


@pytest.mark.parametrize("text", ["", "[]", "{", "\0", '{"kitchen": "now"}', "null"])
def test_a_damaged_file_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert read_last_seen(tmp_path) == {}


def test_a_full_disk_is_logged_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> None:
        raise ConfigError("no space left on device")

    monkeypatch.setattr(last_seen, "SAVE_INTERVAL", 0.01)

    async def main() -> None:
        (key,) = add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path) as tars, device(tars.url, key=key) as kitchen:
            with monkeypatch.context() as full:
                full.setattr(last_seen, "write_private", fail)
                await until(lambda: "when devices were seen is not saved" in caplog.messages)
            await until(lambda: "kitchen" in read_last_seen(tmp_path))
            await kitchen.is_called()

    asyncio.run(main())
