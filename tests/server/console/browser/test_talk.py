"""A real browser is a device of the real server: its microphone is a file, its network breaks, it is loaded again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tars.samples import RATE, Samples
from tars.testing import ScriptedBrain, Turn
from tests.in_process import RunningServer
from tests.server.console.looking import Browser, looked_at
from tests.sounds import noise, read_wav

SAID = Path("/work/shared/data/voice/office_lights_01.wav")


def microphone(file: Path) -> tuple[str, ...]:
    """What makes that file the microphone."""
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={file}",
        "--autoplay-policy=user-gesture-required",
    )


def test_it_talks(tmp_path: Path) -> None:
    asyncio.run(talks(tmp_path))


async def talks(tmp_path: Path) -> None:
    brain = ScriptedBrain(Turn(speech=2 * RATE, sound=noise(1.5)))
    async with looked_at(tmp_path / "state", *microphone(SAID), brain=brain, record=tmp_path) as (tars, browser):
        await browser.do(lambda page: page.goto(f"{tars.console}/talk"))
        name = await browser.do(lambda page: page.evaluate("talk.name"))
        print(name)
        await browser.click("#press")
        await tars.steps.states(device=name, session="ACTIVE_SESSION", turn="DRAINING")
        await tars.steps.event("playback_complete", device=name)
        print(await browser.do(lambda page: page.evaluate("[talk.core.ring.end, talk.core.downlink, talk.underruns]")))
