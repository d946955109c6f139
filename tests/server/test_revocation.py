"""Keys that are removed, and devices that get other names, while their links are up."""

from __future__ import annotations

import asyncio
from contextlib import closing, suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tars.errors import ConfigError
from tars.generated.messages import Ring
from tars.runtime import clock
from tars.server import admission, authentication
from tars.server.devices import run_devices_command
from tars.server.push.announcements import Announcements
from tars.server.push.timers import TimerRows
from tars.server.state_folder import SqliteStore, open_store
from tests.in_process import device, server, until
from tests.server.connections import add_keys, answer, hello, new_device, refusal, say

GONE = "the key of this device was removed, or the device has another name"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)


async def end_of(connection: ClientConnection) -> str:
    """The reason with which the server closes the connection, after whatever else it says."""
    with suppress(ConnectionClosed):
        while True:
            await connection.recv()
    return str(connection.close_reason)


def test_it_is_looked_often_enough() -> None:
    assert authentication.WATCH_INTERVAL <= 0.5, "a link ends within a second"


def test_a_device_whose_key_is_removed_loses_its_link_and_its_session_and_no_other_does(tmp_path: Path) -> None:
    async def main() -> None:
        kitchen_key, bedroom_key = add_keys(tmp_path, "kitchen", "bedroom")
        async with (
            server(state=tmp_path, one_answer="off") as tars,
            device(tars.url, key=kitchen_key) as kitchen,
            device(tars.url, "bedroom", key=bedroom_key) as bedroom,
        ):
            await kitchen.is_called()
            await bedroom.is_called()
            with closing(open_store(tmp_path)) as store:
                store.remove_key("kitchen")
            began = clock.now()
            await kitchen.steps.states("kitchen", continuity="INTERRUPTED")
            assert clock.now() - began < 5.0, "0.5 s on a machine that has time"
            await tars.steps.states("kitchen", session="IDLE")
            assert "kitchen" not in tars.registry.runners
            assert bedroom.steps.state("continuity", "bedroom") == "LINKED"
            assert bedroom.steps.state("session", "bedroom") == "ACTIVE_SESSION"
            with pytest.raises(InvalidStatus, match="401"):
                await new_device(tars, kitchen_key)

    asyncio.run(main())


def test_the_last_key_that_is_removed_lets_nobody_in(tmp_path: Path) -> None:
    async def main() -> None:
        (key,) = add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path) as tars, new_device(tars, key) as connection:
            await say(connection, hello("kitchen"))
            await answer(connection)
            with closing(open_store(tmp_path)) as store:
                store.remove_key("kitchen")
            assert await end_of(connection) == GONE
            for sent in (key, None):
                with pytest.raises(InvalidStatus, match="401"):
                    await new_device(tars, sent)

    asyncio.run(main())


def test_a_connection_that_has_shown_the_key_and_not_greeted_is_closed_too(tmp_path: Path) -> None:
    async def main() -> None:
        (key,) = add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path) as tars, new_device(tars, key) as connection:
            with closing(open_store(tmp_path)) as store:
                store.remove_key("kitchen")
            assert await refusal(connection) == GONE

    asyncio.run(main())


def test_a_key_that_is_replaced_at_once_is_another_key(tmp_path: Path) -> None:
    async def main() -> None:
        (old,) = add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path) as tars, new_device(tars, old) as connection:
            with closing(open_store(tmp_path)) as store:
                store.remove_key("kitchen")
            (new,) = add_keys(tmp_path, "kitchen")
            assert await refusal(connection) == GONE
            async with new_device(tars, new) as again:
                await say(again, hello("kitchen"))
                assert (await answer(again))["type"] == "welcome"

    asyncio.run(main())


def test_a_device_that_is_renamed_comes_back_under_its_new_name_and_calls_itself_as_before(tmp_path: Path) -> None:
    async def main() -> None:
        (key,) = add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path) as tars, new_device(tars, key) as before:
            await say(before, hello("kitchen"))
            await answer(before)
            with closing(open_store(tmp_path)) as store:
                store.rename_key("kitchen", "hall")
            assert await end_of(before) == GONE
            assert before.response is not None
            assert before.response.headers["Tars-Device"] == "kitchen"
            for name, welcome in {"kitchen": True, "hall": True, "bedroom": False}.items():
                async with new_device(tars, key) as connection:
                    await say(connection, hello(name))
                    assert connection.response is not None
                    assert connection.response.headers["Tars-Device"] == "hall"
                    if welcome:
                        assert (await answer(connection))["type"] == "welcome"
                        assert list(tars.registry.runners) == ["hall"]
                    else:
                        assert (await refusal(connection)).startswith("this key belongs to another device")

    asyncio.run(main())


def test_keys_that_cannot_be_read_end_no_link_and_not_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = asyncio.Event()

    def fail(_: object) -> None:
        loop.call_soon_threadsafe(looked.set)
        raise ConfigError("the disk is gone")

    loop: asyncio.AbstractEventLoop

    async def main() -> None:
        nonlocal loop
        loop = asyncio.get_running_loop()
        (key,) = add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path) as tars, device(tars.url, key=key) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            with monkeypatch.context() as patched:
                patched.setattr(SqliteStore, "owners", fail)
                (tmp_path / "server.sqlite").touch()
                await looked.wait()
            await kitchen.is_called()
            assert len(kitchen.steps.of("welcome")) == 1

    asyncio.run(main())


@pytest.mark.not_replayed("each side calls the device differently in its trace")
def test_what_waits_for_a_device_follows_it_to_its_new_name_while_the_server_runs(tmp_path: Path) -> None:
    async def main() -> None:
        (key,) = add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path) as tars, device(tars.url, key=key) as kitchen:
            await kitchen.is_called()
            tars.registry.timers.of("kitchen").set("eggs", 600, print)
            await until(tars.registry.timers.running)
            with closing(open_store(tmp_path)) as store:
                Announcements(store).add("kitchen", "Dinner.", 60, asks=False)
                await until(lambda: tars.registry.announcements.next_for("kitchen"))
                tars.registry.runners["kitchen"].core.unrung.append(Ring("tea"))
                run_devices_command(["rename", "kitchen", "hall"], store, lambda _: None, {})
                await until(lambda: "kitchen" not in tars.registry.runners)
                await until(lambda: [timer.device for timer in TimerRows(store).all()] == ["hall"] * 2)
                await until(lambda: tars.registry.announcements.next_for("hall"))
                assert tars.registry.announcements.next_for("kitchen") is None
            await kitchen.steps.event("announcement_waits")
            assert (await kitchen.steps.event("ring")).payload == {"label": "tea"}
            assert [(timer.device, timer.label) for timer in tars.registry.timers.running()] == [("hall", "eggs")]

    asyncio.run(main())
