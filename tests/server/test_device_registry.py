"""The door, the devices and what they share. Whole stories are in tests/scenarios, whole programs in tests/e2e."""

from __future__ import annotations

import asyncio
import gc
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from tars.brains import Caller
from tars.core.codec import SUBPROTOCOL, V1, Control
from tars.core.effects import Effect
from tars.generated.limits import Limits
from tars.generated.messages import PROTOCOL, Hello, HotwordDetected, Message
from tars.runtime.trace import Trace
from tars.samples import RATE
from tars.server import device_registry
from tars.server.device_registry import DeviceRegistry, ServerDeviceRunner
from tars.server.keys import digest, make_key
from tars.server.main import choose_subprotocol
from tars.server.settings import ServerConfig
from tars.server.store import open_store
from tars.testing import MemoryStore, ScriptedBrain, ScriptedConversation, Turn
from tests.in_process import RunningServer, device, server, until
from tests.sounds import noise


def new_device(tars: RunningServer, key: str | None = None) -> connect:
    """A connection that offers tars.v1."""
    headers = {"Authorization": f"Bearer {key}"} if key else None
    return connect(tars.url, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, additional_headers=headers)


async def say(connection: ClientConnection, message: Message, number: int | None = None) -> None:
    """Send a message."""
    for frame in V1("server").encode(Control(message, number, 0)):
        await connection.send(frame)


def hello(name: str) -> Hello:
    """The greeting of a device."""
    return Hello(PROTOCOL, name, "b", False, "", "", "", 0, {}, {}, {})


async def answer(connection: ClientConnection) -> dict[str, Any]:
    """The next message."""
    received: dict[str, Any] = json.loads(await connection.recv())
    return received


async def refusal(connection: ClientConnection) -> str:
    """Why the connection was closed, which must come next."""
    with pytest.raises(ConnectionClosed):
        await connection.recv()
    assert connection.close_code == 1008
    return str(connection.close_reason)


# --- the door --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "a" * 65, "../kitchen", "kit chen", "k\N{LATIN SMALL LETTER U WITH DIAERESIS}che", "kitchen\n"])
def test_a_name_that_could_be_no_part_of_a_file_name_is_refused(name: str) -> None:
    async def main() -> None:
        async with server() as tars, new_device(tars) as connection:
            await say(connection, hello(name))
            assert (await refusal(connection)).startswith("hello.device must be 1 to 64 letters, digits, - or _")

    asyncio.run(main())


def test_who_does_not_greet_in_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_registry, "GREETING_LIMIT", 0.05)

    async def main() -> None:
        async with server() as tars, new_device(tars) as connection:
            assert await refusal(connection) == "no hello within 0.05 s"

    asyncio.run(main())


def test_who_says_something_else_first_is_refused() -> None:
    async def main() -> None:
        async with server() as tars:
            for frame in (b"\xa1" + bytes(11), '{"type": "goodbye"}'):
                async with new_device(tars) as connection:
                    await connection.send(frame)
                    assert await refusal(connection) == "the first frame must be hello"

    asyncio.run(main())


def test_who_breaks_the_protocol_later_is_refused_with_a_reason_and_others_notice_nothing() -> None:
    async def main() -> None:
        async with server(resume="off") as tars, new_device(tars) as connection, device(tars.url) as kitchen:
            await kitchen.is_called()
            await say(connection, hello("strange"))
            assert (await answer(connection))["type"] == "welcome"
            await say(connection, HotwordDetected("s1", 1, 0, 0, "m", 1.0), number=5)
            assert "has number 5, but 1 comes next" in await refusal(connection)
            await tars.steps.states("strange", session="IDLE")
            assert kitchen.steps.state("session") == "ACTIVE_SESSION"

    asyncio.run(main())


# --- keys ------------------------------------------------------------------------------------------------------------------------


def add_keys(folder: Path, *names: str) -> list[str]:
    """A new key for each of these devices."""
    made = [make_key() for _ in names]
    with closing(open_store(folder)) as store:
        for name, key in zip(names, made, strict=True):
            store.add_key(name, digest(key))
    return made


@pytest.mark.parametrize(("name", "welcome"), [("kitchen", True), ("kitchen-doctor", True), ("bedroom", False), ("kitchen-2", False)])
def test_a_key_is_one_devices_and_its_doctors(tmp_path: Path, name: str, welcome: bool) -> None:
    async def main() -> None:
        kitchen, _ = add_keys(tmp_path, "kitchen", "bedroom")
        async with server(state=tmp_path) as tars, new_device(tars, kitchen) as connection:
            await say(connection, hello(name))
            if welcome:
                assert (await answer(connection))["type"] == "welcome"
            else:
                reason = await refusal(connection)
                assert reason == "this key belongs to another device: hello.device must be the name it was made for"

    asyncio.run(main())


def test_without_its_key_nobody_is_heard_and_the_device_goes_on(tmp_path: Path) -> None:
    async def main() -> None:
        (key,) = add_keys(tmp_path, "kitchen")
        async with server(state=tmp_path) as tars, device(tars.url, key=key) as kitchen:
            await kitchen.is_called()
            with pytest.raises(InvalidStatus, match="401"):
                await new_device(tars)
            kitchen.press_enter()
            await kitchen.steps.states(session="LISTENING")
            assert len(kitchen.steps.of("welcome")) == 1

    asyncio.run(main())


def test_every_refusal_is_counted_by_its_kind(tmp_path: Path) -> None:
    async def main() -> None:
        config = ServerConfig(state=tmp_path, legacy="refuse")
        async with asyncio.TaskGroup() as tasks:
            the_house = DeviceRegistry(config, ScriptedBrain(), Trace(None), tasks, MemoryStore())
            async with serve(the_house.welcome, "127.0.0.1", 0, select_subprotocol=choose_subprotocol) as listening:
                url = f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
                for frame in ("hello?", '{"type": "goodbye"}', *V1("server").encode(Control(replace(hello("kitchen"), proto=9), None, 0))):
                    async with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)]) as connection:
                        await connection.send(frame)
                        await refusal(connection)
                async with connect(url) as connection:
                    await refusal(connection)
                async with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)]) as early:
                    await (await early.ping())  # it is taken, and has not said hello
                    the_house.stopping = True
                    await say(early, hello("kitchen"))
                    assert "the server stops" in await refusal(early), "its session is being saved for the next server"
                async with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)]) as connection:
                    await refusal(connection)
            assert the_house.door.refusals == {"malformed hello": 1, "no hello": 1, "proto": 1, "old device": 1, "stopping": 2}

    asyncio.run(main())


# --- devices ---------------------------------------------------------------------------------------------------------------------


def peers() -> int:
    """How many devices this process still keeps machines for."""
    gc.collect()
    return sum(type(thing) is ServerDeviceRunner for thing in gc.get_objects())


def test_nothing_is_kept_of_a_device_that_has_gone() -> None:
    async def main() -> None:
        async with server(resume="off") as tars:
            for number in range(20):
                async with new_device(tars) as connection:
                    await say(connection, hello(f"guest-{number}"))
                    await answer(connection)
                await tars.steps.states(f"guest-{number}", session="IDLE")
            await until(lambda: peers() == 0)

    asyncio.run(main())


def test_a_device_that_comes_back_at_once_keeps_its_place() -> None:
    async def main() -> None:
        async with server() as tars:
            for _ in range(50):
                async with new_device(tars) as connection:
                    await say(connection, hello("kitchen"))
                    assert (await answer(connection))["type"] == "welcome"
            await tars.steps.event("hello", 50)

    asyncio.run(main())


def test_a_fault_in_one_devices_runner_ends_its_link_and_nobody_elses(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> list[Effect]:
        raise ZeroDivisionError("a fault")

    async def story() -> None:
        async with server() as tars, device(tars.url) as kitchen, device(tars.url, "bedroom") as bedroom:
            await kitchen.is_called()
            await bedroom.is_called()
            monkeypatch.setattr(tars.house.peers["bedroom"].core, "receive", broken)
            await bedroom.hears(noise(0.08))
            await bedroom.steps.event("welcome", 2, device="bedroom")
            await bedroom.is_called()
            await kitchen.hears(noise(1.6))
            await kitchen.plays_to_the_end()
            assert len(kitchen.steps.of("welcome")) == 1

    asyncio.run(story())
    (fault,) = [record for record in caplog.records if record.message.startswith("fault")]
    assert vars(fault)["values"]["device"] == "bedroom"
    assert isinstance(vars(fault)["values"]["error"], ZeroDivisionError)


def test_a_brain_that_fails_in_one_conversation_does_not_fail_in_another() -> None:
    class Moody(ScriptedBrain):
        """Raises what no brain should, for one device."""

        async def open(self, caller: Caller) -> ScriptedConversation:
            if caller.device == "bedroom":
                raise ZeroDivisionError
            return await super().open(caller)

    async def main() -> None:
        async with server(Moody()) as tars, device(tars.url) as kitchen, device(tars.url, "bedroom") as bedroom:
            await kitchen.is_called()
            bedroom.press_enter()
            refused = await bedroom.steps.event("session_refused", device="bedroom")
            assert refused.payload["reason"] == "ZeroDivisionError"
            await kitchen.hears(noise(1.6))
            await kitchen.plays_to_the_end()

    asyncio.run(main())


def test_a_brain_is_told_what_was_said_to_wake_the_device() -> None:
    async def main() -> None:
        brain = ScriptedBrain()
        async with server(brain) as tars, device(tars.url) as kitchen, device(tars.url, "bedroom") as bedroom:
            await kitchen.is_called()
            bedroom.press_enter()
            await bedroom.steps.event("session_started", device="bedroom")
            told = {conversation.caller.device: conversation.caller.wake_word for conversation in brain.conversations}
            assert told == {"kitchen": "fake", "bedroom": ""}

    asyncio.run(main())


def test_a_device_that_leaves_while_its_brain_opens_leaves_nothing_open() -> None:
    async def main() -> None:
        opens = asyncio.Event()
        brain = ScriptedBrain(opens=opens)
        async with server(brain) as tars:
            async with device(tars.url) as kitchen:
                kitchen.press_enter()
                await tars.steps.states(session="HOTWORD_DETECTED")
            await tars.steps.states(session="IDLE")
            opens.set()
            async with device(tars.url) as kitchen:
                await kitchen.is_called()
            assert len(brain.conversations) == 1, "the first one was never opened"

    asyncio.run(main())


def test_timers_of_a_device_that_is_away_ring_in_their_order_when_it_is_back() -> None:
    async def main() -> None:
        brain = ScriptedBrain()
        async with server(brain) as tars:
            async with device(tars.url) as kitchen:
                await kitchen.is_called()
            await tars.steps.states(session="IDLE")
            for label in ("tea", "eggs"):
                brain.conversations[0].caller.ring(label)
            async with device(tars.url, "bedroom") as bedroom, device(tars.url) as kitchen:
                await kitchen.steps.event("ring", 2)
                assert [step.payload["label"] for step in kitchen.steps.of("ring")] == ["tea", "eggs"]
                assert not bedroom.steps.of("ring", "bedroom")

    asyncio.run(main())


def test_of_too_many_timers_of_devices_that_are_away_the_oldest_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_registry, "LATE_RINGS", 2)

    async def main() -> None:
        brain = ScriptedBrain()
        async with server(brain) as tars:
            async with device(tars.url) as kitchen:
                await kitchen.is_called()
            await tars.steps.states(session="IDLE")
            for label in ("tea", "eggs", "cake"):
                brain.conversations[0].caller.ring(label)
            async with device(tars.url) as kitchen:
                await kitchen.steps.event("ring", 2)
                assert [step.payload["label"] for step in kitchen.steps.of("ring")] == ["eggs", "cake"]

    asyncio.run(main())


def test_a_timer_that_is_due_while_a_link_is_dead_rings_when_the_device_is_back_at_last() -> None:
    async def main() -> None:
        brain = ScriptedBrain()
        async with server(brain, limits=Limits(server_grace=0.3)) as tars:
            async with device(tars.url) as kitchen:
                await kitchen.is_called()
                kitchen.pi.sockets[kitchen.pi.core.link.generation].abort()  # it leaves without a goodbye
            await tars.steps.states(continuity="INTERRUPTED")
            brain.conversations[0].caller.ring("tea")
            await tars.steps.states(continuity="UNLINKED")
            async with device(tars.url) as kitchen:
                step = await kitchen.steps.event("ring")
                assert step.payload["label"] == "tea"

    asyncio.run(main())


def test_everything_is_closed_after_a_stop_in_the_middle_of_an_answer() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(sound=noise(60)))
        async with server(brain, resume="off") as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            await kitchen.hears(noise(1.6))
            await kitchen.steps.states(turn="SPEAKING")
            await tars.stop()
            assert brain.conversations[0].closed
            assert brain.closed
            await kitchen.steps.states(session="LISTENING")

    asyncio.run(main())
    assert peers() == 0


def test_the_first_sample_is_marked_with_its_place_in_the_capture() -> None:
    """The demo and the tests measure by it."""

    async def main() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            await kitchen.hears(noise(4))
            await kitchen.is_called()
            mark = await tars.steps.event("first_sample_received")
            assert mark.payload["at"] == 4 * RATE + 1280 - 2 * RATE

    asyncio.run(main())


def test_a_timer_that_is_due_when_a_fault_ends_a_runner_rings_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> list[Effect]:
        raise ZeroDivisionError("a fault")

    async def story() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            monkeypatch.setattr(tars.house.peers["kitchen"].core, "handle", broken)
            tars.house.ring("kitchen", "egg")
            tars.house.ring("kitchen", "pasta")
            await kitchen.steps.event("ring", 1)

    asyncio.run(story())
