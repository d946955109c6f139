"""The page in a real browser, with a real server and a real device behind it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tars.testing import ScriptedBrain, Turn
from tests.in_process import device
from tests.server.console.looking import looked_at
from tests.sounds import noise


def test_the_link_leads_to_the_devices_and_their_machines_live(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="what time is it"))
        async with looked_at(tmp_path, brain=brain) as (tars, browser), device(tars.url) as kitchen:
            assert await browser.see(".card[data-name=kitchen][data-does=idle]")
            await browser.click(".card a")
            await browser.see("[data-machine=server-session] [data-state=LISTENING].lit")
            await kitchen.is_called()
            await browser.see("[data-machine=server-session] [data-state=ACTIVE_SESSION].lit")
            await browser.see("[data-machine=server-session] [data-row].taken")
            await kitchen.hears(noise(0.2))
            await browser.see("[data-machine=server-turn] [data-state=DRAINING].lit")
            assert await browser.see(".turns .heard") == "what time is it"

    asyncio.run(main())
