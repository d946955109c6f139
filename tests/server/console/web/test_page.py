"""The page in a real browser, with a real server and real devices behind it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tars.device.wake import Nearest
from tars.testing import ScriptedBrain, Turn
from tests.in_process import device
from tests.server.console.looking import looked_at
from tests.sounds import noise


def test_the_machines_of_both_sides_are_seen_live_with_what_was_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.device.watched.INTERVAL", 0.0)

    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="what time is it"))
        async with looked_at(tmp_path, brain=brain) as (tars, browser), device(tars.url) as kitchen:
            assert await browser.see(".card[data-name=kitchen][data-does=idle]")
            await browser.click(".card a")
            for side in ("server", "device"):
                await browser.see(f"[data-machine={side}-session] [data-state=LISTENING].lit")
            kitchen.wake.nearest = Nearest("hey_tars", 0.6, 0.9)
            await kitchen.is_called()
            for side in ("server", "device"):
                await browser.see(f"[data-machine={side}-session] [data-state=ACTIVE_SESSION].lit")
                await browser.see(f"[data-machine={side}-session] [data-row].taken")
            await kitchen.hears(noise(0.2))
            for side in ("server", "device"):
                await browser.see(f"[data-machine={side}-turn] [data-state=DRAINING].lit")
            assert await browser.see(".turns .heard") == "what time is it"
            assert "hey_tars 0.60 of 0.90: near miss" in await browser.see(".misses li")
            await kitchen.plays_to_the_end()
            await browser.see("[data-machine=device-turn] [data-state=USER_TURN].lit")

    asyncio.run(main())
