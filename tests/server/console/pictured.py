"""`python -m tests.server.console.pictured`: a server with some devices, for pictures of its page. It prints the link and stays."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tars.device.wake import Nearest
from tars.runtime import clock
from tars.samples import BLOCK, RATE
from tars.testing import ScriptedBrain, Turn
from tests.in_process import device, server
from tests.server.console.looking import link_of
from tests.server.console.test_app import HERE
from tests.sounds import noise

SAID = (
    Turn(speech=1600, heard="set a timer for ten minutes, called pasta", text="Pasta, ten minutes, starting now."),
    Turn(speech=1600, heard="what time is it", text="It is ten past five."),
    *(Turn(speech=1600, heard="what time is it", text="It is ten past five.") for _ in range(100)),
)


async def main() -> None:
    """Serve until this is ended."""
    async with AsyncExitStack() as opened:
        state = Path(opened.enter_context(TemporaryDirectory()))
        brain = ScriptedBrain(*SAID)
        tars = await opened.enter_async_context(server(brain, state=state, console=HERE, one_answer="off", record=state / "said"))
        kitchen = await opened.enter_async_context(device(tars.url, "kitchen"))
        bath = await opened.enter_async_context(device(tars.url, "bath"))
        for name in ("bedroom", "hall", "living-room"):
            await opened.enter_async_context(device(tars.url, name))
        kitchen.wake.nearest = bath.wake.nearest = Nearest("hey_tars", 0.62, 0.9)
        await kitchen.is_called()
        await kitchen.hears(noise(0.3))
        await kitchen.plays_to_the_end()
        await kitchen.hears(noise(0.3))
        await kitchen.steps.states(turn="DRAINING")
        await bath.is_called()
        for label, seconds in (("pasta", 600), ("tea", 180)):
            tars.registry.timers.of("kitchen").set(label, seconds, lambda _: None)
        sys.stdout.write(f"link {link_of(state)}\n")
        sys.stdout.flush()
        while True:  # turns go on, so that there are rows that fire and a level to show
            for _ in range(25):
                kitchen.microphone.hear(noise(BLOCK / RATE))
                await clock.sleep_until(clock.now() + BLOCK / RATE)
            await kitchen.plays_to_the_end()
            await kitchen.hears(noise(0.3))
            await kitchen.steps.states(turn="DRAINING")


if __name__ == "__main__":
    asyncio.run(main())
