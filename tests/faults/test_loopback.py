"""Server and device in one process, a proxy that misbehaves between them: nothing is lost, nothing comes twice. Seconds each, no root."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tars.brains import BrainSettings
from tars.brains.echo import EchoBrain
from tars.runtime import clock
from tars.samples import BLOCK, Samples
from tests.faults.proof import account, difference, utterance
from tests.faults.proxy import Proxy, proxy
from tests.faults.speech import speech
from tests.in_process import RunningDevice, RunningServer, device, server
from tests.sounds import read_wav

SAID = speech(1.2)[2 * 16_000 : 2 * 16_000 + 38 * BLOCK]
"""A second of quiet, 1.2 s of speech, and the pause after it."""
HALF = 19 * BLOCK


@dataclass
class Room:
    """A device, its server, and the proxy between them."""

    kitchen: RunningDevice
    server: RunningServer
    proxy: Proxy
    folder: Path

    async def is_asked(self, *parts: Samples) -> None:
        """The button, and a user who says this."""
        self.kitchen.press_enter()
        await self.kitchen.steps.states(turn="USER_TURN")
        await self.says(*parts)

    async def says(self, *parts: Samples) -> None:
        for part in parts:
            await self.kitchen.hears(part)

    async def answers(self) -> None:
        """The answer is heard to its end, and the user has the floor again."""
        await self.kitchen.plays_to_the_end()
        await self.server.steps.states(session="ACTIVE_SESSION", turn="USER_TURN")

    def check(self) -> None:
        """The brain was given what was captured, and the answer was played: each sample once. It was one session from start to end."""
        (recording,) = self.folder.glob("kitchen-*-1.wav")
        recorded = read_wav(recording)
        assert difference(SAID, 0, recorded) is None
        answer = utterance(recorded)
        assert answer is not None
        heard = account(self.kitchen.speaker.played, [answer])
        assert heard.wrong == []
        assert heard.replies == [len(answer)]
        for steps in (self.kitchen.steps, self.server.steps):
            assert len(steps.of("hotword_detected" if steps is self.server.steps else "session_started")) == 1


@asynccontextmanager
async def room(folder: Path, **settings: Any) -> AsyncIterator[Room]:
    """`settings` are those of the server. With `encryption` the device encrypts."""
    scheme = "wss" if "encryption" in settings else "ws"
    trusted: dict[str, Any] = {"ca": folder / "ca.pem"} if scheme == "wss" else {}
    async with (
        server(EchoBrain(BrainSettings()), record=folder, **settings) as running,
        proxy(running.port) as between,
        device(f"{scheme}://127.0.0.1:{between.port}", **trusted) as kitchen,
    ):
        await kitchen.steps.states(continuity="LINKED")
        made = Room(kitchen, running, between, folder)
        yield made
    await asyncio.get_running_loop().shutdown_default_executor()  # a thread writes the recording: the end of a program waits for it too
    made.check()


# --- the link holds --------------------------------------------------------------------------------------------------------------


def test_nothing_is_lost_over_a_link_that_is_well(tmp_path: Path) -> None:
    async def story() -> None:
        async with room(tmp_path) as hall:
            await hall.is_asked(SAID)
            await hall.answers()

    asyncio.run(story())


@pytest.mark.parametrize("settings", [{"delay": 0.1}, {"rate": 100_000.0}, {"slice": 7}, {"slice": 1001, "delay": 0.02}], ids=str)
def test_nothing_is_lost_over_a_link_that_is_late_slow_or_in_slices(tmp_path: Path, settings: dict[str, float]) -> None:
    async def story() -> None:
        async with room(tmp_path) as hall:
            hall.proxy.set(**settings)
            await hall.is_asked(SAID)
            await hall.answers()

    asyncio.run(story())


def test_a_stall_of_a_second_is_sat_out(tmp_path: Path) -> None:
    async def story() -> None:
        async with room(tmp_path) as hall:
            await hall.is_asked(SAID[:HALF])
            hall.proxy.set(stalled=True)
            await hall.says(SAID[HALF:])
            await clock.sleep_until(clock.now() + 1)  # the fault lasts so long
            hall.proxy.set(stalled=False)
            await hall.answers()
            assert hall.proxy.accepted == 1

    asyncio.run(story())


# --- the link is lost before the conversation has begun --------------------------------------------------------------------------


def test_a_button_into_a_dead_link_is_noticed_in_a_second_and_nothing_of_the_sentence_is_lost(tmp_path: Path) -> None:
    async def story() -> None:
        async with room(tmp_path) as hall:
            hall.proxy.sever()
            began = clock.now()
            hall.kitchen.press_enter()
            await hall.kitchen.steps.states(session="HOTWORD_DETECTED")
            await hall.says(SAID)
            await hall.kitchen.steps.event("lost")
            assert 1 <= clock.now() - began < 1.5
            await hall.answers()

    asyncio.run(story())


def test_a_button_without_a_server_waits_until_it_is_back(tmp_path: Path) -> None:
    async def story() -> None:
        async with room(tmp_path) as hall:
            hall.proxy.refuse()
            hall.proxy.reset()
            await hall.kitchen.steps.event("lost")
            hall.kitchen.press_enter()
            await hall.kitchen.steps.states(session="HOTWORD_DETECTED")
            await hall.says(SAID)
            await hall.proxy.accept()
            await hall.answers()

    asyncio.run(story())


# --- the link is lost in the middle of it ----------------------------------------------------------------------------------------


def test_a_reset_while_the_user_speaks(tmp_path: Path) -> None:
    async def story() -> None:
        async with room(tmp_path) as hall:
            await hall.is_asked(SAID[:HALF])
            await hall.server.steps.event("first_sample_received")
            hall.proxy.reset()
            await hall.says(SAID[HALF:])
            await hall.answers()

    asyncio.run(story())


@pytest.mark.parametrize("ways", [("up",), ("down",), ("up", "down")], ids=" ".join)
def test_a_blackhole_while_the_user_speaks(tmp_path: Path, ways: tuple[str, ...]) -> None:
    async def story() -> None:
        async with room(tmp_path) as hall:
            await hall.is_asked(SAID[:HALF])
            await hall.server.steps.event("first_sample_received")
            hall.proxy.set(*ways, blackhole=True)
            began = clock.now()
            await hall.says(SAID[HALF:])
            await hall.kitchen.steps.event("lost")
            assert clock.now() - began < 4
            hall.proxy.set(blackhole=False)
            await hall.answers()

    asyncio.run(story())


def test_a_reset_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    async def story() -> None:
        async with room(tmp_path) as hall:
            hall.proxy.set("down", rate=64_000)
            await hall.is_asked(SAID)
            await hall.kitchen.steps.event("first_reply_sample")
            hall.proxy.reset()
            await hall.answers()

    asyncio.run(story())


def test_a_link_that_is_severed_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    async def story() -> None:
        async with room(tmp_path) as hall:
            hall.proxy.set("down", rate=64_000)
            await hall.is_asked(SAID)
            await hall.kitchen.steps.event("first_reply_sample")
            hall.proxy.sever()
            hall.proxy.set("down", rate=0)
            await hall.answers()

    asyncio.run(story())


@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("seed", range(3))
def test_cuts_in_the_middle_of_frames(tmp_path: Path, way: str, seed: int) -> None:
    """Each connection breaks after some thousand bytes, wherever that is."""
    chance = np.random.default_rng(seed)

    async def cutting(between: Proxy) -> None:
        for _ in range(6):
            between.set(way, cut_after=int(chance.integers(2_000, 20_000)))
            accepted = between.accepted
            while between.accepted == accepted:
                await clock.sleep_until(0)

    async def story() -> None:
        async with room(tmp_path) as hall:
            cuts = asyncio.create_task(cutting(hall.proxy))
            await hall.is_asked(SAID)
            await hall.answers()
            cuts.cancel()

    asyncio.run(story())
