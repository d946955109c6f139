"""The runner of one device on the server."""

from __future__ import annotations

import asyncio

from tars.samples import RATE
from tars.testing import ScriptedBrain
from tests.in_process import device, server
from tests.sounds import noise


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


def test_the_first_sample_is_marked_with_its_place_in_the_capture() -> None:
    """The demo and the tests measure by it."""

    async def main() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            await kitchen.hears(noise(4))
            await kitchen.is_called()
            mark = await tars.steps.event("first_sample_received")
            assert mark.payload["at"] == 4 * RATE + 1280 - 2 * RATE

    asyncio.run(main())
