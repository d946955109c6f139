"""The devices of one server: one fails or leaves, the others go on. Whole stories are in tests/scenarios."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from tars.brains import Caller
from tars.core.effects import Effect
from tars.generated.limits import Limits
from tars.generated.messages import HotwordDetected
from tars.server.runner import ServerDeviceRunner
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.in_process import device, server, until
from tests.server.connections import answer, hello, new_device, refusal, say
from tests.sounds import noise


def test_a_device_that_breaks_the_protocol_is_refused_with_a_reason_and_others_go_on() -> None:
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


def runners() -> int:
    """The number of runners in this process."""
    gc.collect()
    return sum(type(thing) is ServerDeviceRunner for thing in gc.get_objects())


def test_the_runner_of_a_device_that_has_left_is_freed() -> None:
    async def main() -> None:
        async with server(resume="off") as tars:
            for number in range(20):
                async with new_device(tars) as connection:
                    await say(connection, hello(f"guest-{number}"))
                    await answer(connection)
                await tars.steps.states(f"guest-{number}", session="IDLE")
            await until(lambda: runners() == 0)

    asyncio.run(main())


def test_a_device_may_connect_again_at_once() -> None:
    async def main() -> None:
        async with server() as tars:
            for _ in range(50):
                async with new_device(tars) as connection:
                    await say(connection, hello("kitchen"))
                    assert (await answer(connection))["type"] == "welcome"
            await tars.steps.event("hello", 50)

    asyncio.run(main())


def test_a_fault_in_one_runner_ends_the_link_of_this_device_only(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> list[Effect]:
        raise ZeroDivisionError("a fault")

    async def story() -> None:
        async with server() as tars, device(tars.url) as kitchen, device(tars.url, "bedroom") as bedroom:
            await kitchen.is_called()
            await bedroom.is_called()
            monkeypatch.setattr(tars.registry.runners["bedroom"].core, "receive", broken)
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
        """Raises an unexpected error for one device."""

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


def test_a_timer_that_is_due_while_a_link_is_dead_rings_when_the_device_is_back() -> None:
    async def main() -> None:
        brain = ScriptedBrain()
        async with server(brain, limits=Limits(server_grace=0.3)) as tars:
            async with device(tars.url) as kitchen:
                await kitchen.is_called()
                kitchen.device_runner.sockets[kitchen.device_runner.core.link.generation].abort()  # it closes without a goodbye
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
    assert runners() == 0


def test_a_timer_that_is_due_when_a_fault_ends_a_runner_still_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> list[Effect]:
        raise ZeroDivisionError("a fault")

    async def story() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            monkeypatch.setattr(tars.registry.runners["kitchen"].core, "handle", broken)
            tars.registry.ring("kitchen", "egg")
            tars.registry.ring("kitchen", "pasta")
            await kitchen.steps.event("ring", 1)

    asyncio.run(story())
