"""Several devices of one server hear one wake word: one of them is answered, and no word is lost on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tars.core.arbitration import Call
from tars.generated.limits import Limits
from tars.generated.messages import HotwordDetected
from tars.samples import RATE, Samples, to_pcm
from tars.testing import ScriptedBrain, Turn
from tests.in_process import RunningDevice, RunningServer, device, server, until
from tests.server.connections import answer, hello, new_device, say
from tests.sounds import noise, quiet, read_wav

ONE_WORD = Limits(handover_limit=7.0)
"""However long a busy machine takes between two devices, they have heard one wake word."""
House = tuple[RunningServer, list[RunningDevice]]
NEAR, FAR = 1, 80
"""By how much a voice is softer at a device: near it, and in the next room."""


def voice(seconds: float, distance: int = NEAR) -> Samples:
    """A voice at this distance, in a quiet room."""
    return noise(seconds) // distance + quiet(seconds)


@asynccontextmanager
async def house(*names: str, brain: ScriptedBrain | None = None, **settings: Any) -> AsyncIterator[House]:
    """A server and these devices. Its brain, if not given, hears for long before it answers."""
    async with AsyncExitStack() as stack:
        tars = await stack.enter_async_context(server(brain or ScriptedBrain(Turn(speech=60 * RATE)), **({"limits": ONE_WORD} | settings)))
        yield tars, [await stack.enter_async_context(device(tars.url, name)) for name in names]


def name_of(pi: RunningDevice) -> str:
    return pi.device_runner.config.device


def calls(tars: RunningServer, pi: RunningDevice) -> int:
    """How many wake words of this device the server has got."""
    return sum(step.device == name_of(pi) and "note_call" in step.effects for step in tars.steps.taken)


async def call(tars: RunningServer, pi: RunningDevice, distance: int) -> None:
    """The wake word at this distance; returns when the server has got it."""
    before = calls(tars, pi)
    await pi.hears(np.concatenate((quiet(2.0), voice(0.6, distance))))
    pi.wake.detect()
    await tars.steps.until(lambda: calls(tars, pi) > before)


async def gives_up(tars: RunningServer, pi: RunningDevice) -> None:
    """Wait until another device goes on, and this one is ready for the next wake word, without an error cue."""
    name = name_of(pi)
    await tars.steps.event("heard_elsewhere", device=name)
    ended = await pi.steps.event("session_end", device=name)
    assert ended.payload["reason"] == "elsewhere"
    await pi.steps.states(name, session="LISTENING", turn="NO_TURN")
    assert not any("play_error" in step.effects for step in pi.steps.taken)
    await until(lambda: pi.wake.rearmed)


@pytest.mark.parametrize("opens", [True, False], ids=["the brain is open", "the brain is being opened"])
@pytest.mark.parametrize(("first", "second"), [(NEAR, FAR), (FAR, NEAR)], ids=["nearer first", "nearer last"])
def test_of_two_devices_the_nearer_one_goes_on_and_its_utterance_is_whole(first: int, second: int, tmp_path: Path, *, opens: bool) -> None:
    """What the other one has sent is neither recorded nor answered."""

    async def main() -> None:
        opening = asyncio.Event()
        brain = ScriptedBrain(Turn(speech=4 * RATE), opens=opening)
        if opens:
            opening.set()
        async with house("kitchen", "hall", brain=brain, record=tmp_path) as (tars, (kitchen, hall)):
            await call(tars, kitchen, first)
            await tars.steps.states("kitchen", session="ACTIVE_SESSION" if opens else "HOTWORD_DETECTED")
            await call(tars, hall, second)
            better, other = (kitchen, hall) if first < second else (hall, kitchen)
            await gives_up(tars, other)
            opening.set()
            for pi in (kitchen, hall):
                await pi.hears(voice(2.0, NEAR))
            await tars.steps.event("reply_started", device=name_of(better))
            assert tars.steps.state("session", name_of(other)) == "LISTENING"
            mark = await tars.steps.event("goes_on", device=name_of(better))
            assert mark.payload["snr"] > 45 > 20 > mark.payload["other_snr"]
            assert name_of(other) not in str(mark.payload), "the other device may be forgotten"
            ring = better.device_runner.core.ring
            heard = tars.steps.of("first_sample_received", name_of(better))[0].payload["at"]
            (answered,) = [one for one in brain.conversations if one.heard and len(one.heard[0]) >= 4 * RATE * 2]
            assert answered.heard[0] == ring.read(heard, heard + len(answered.heard[0]) // 2), "every sample, from before the wake word"
        answers[name_of(better)] = answered.heard[0]

    answers: dict[str, bytes] = {}
    asyncio.run(main())
    assert {path.name.split("-")[0]: to_pcm(read_wav(path)) for path in tmp_path.iterdir()} == answers


async def goes_on(tars: RunningServer, pi: RunningDevice) -> None:
    await pi.hears(voice(0.3))
    await tars.steps.states(name_of(pi), session="ACTIVE_SESSION")
    await pi.steps.states(name_of(pi), session="ACTIVE_SESSION")


def test_of_two_devices_that_hear_alike_the_first_goes_on() -> None:
    async def main() -> None:
        async with house("kitchen", "hall") as (tars, (kitchen, hall)):
            await call(tars, kitchen, NEAR)
            await call(tars, hall, NEAR)
            await gives_up(tars, hall)
            await goes_on(tars, kitchen)

    asyncio.run(main())


def test_of_three_devices_the_nearest_goes_on() -> None:
    async def main() -> None:
        async with house("kitchen", "hall", "attic") as (tars, (kitchen, hall, attic)):
            for pi, distance in ((kitchen, FAR), (hall, 8), (attic, NEAR)):
                await call(tars, pi, distance)
            await gives_up(tars, kitchen)
            await gives_up(tars, hall)
            await goes_on(tars, attic)

    asyncio.run(main())


@pytest.mark.parametrize("groups", ["off", "hall attic", "kitchen attic, hall cellar"])
def test_devices_that_are_not_compared_both_go_on(groups: str) -> None:
    async def main() -> None:
        async with house("kitchen", "hall", one_answer=groups) as (tars, (kitchen, hall)):
            await call(tars, kitchen, FAR)
            await call(tars, hall, NEAR)
            for pi in (kitchen, hall):
                await goes_on(tars, pi)

    asyncio.run(main())


def test_a_wake_word_after_the_window_is_another_one() -> None:
    async def main() -> None:
        async with house("kitchen", "hall", limits=Limits(handover_limit=0)) as (tars, (kitchen, hall)):
            await call(tars, kitchen, FAR)
            await tars.steps.states("kitchen", session="ACTIVE_SESSION")
            await call(tars, hall, NEAR)
            for pi in (kitchen, hall):
                await goes_on(tars, pi)

    asyncio.run(main())


def test_the_button_is_compared_with_nothing() -> None:
    async def main() -> None:
        async with house("kitchen", "hall", "attic") as (tars, (kitchen, hall, attic)):
            kitchen.press_enter()
            await tars.steps.states("kitchen", session="ACTIVE_SESSION")
            await call(tars, hall, NEAR)
            attic.press_enter()
            for pi in (kitchen, hall, attic):
                await goes_on(tars, pi)

    asyncio.run(main())


@pytest.mark.parametrize("last", [True, False], ids=["it calls last", "it calls first"])
def test_a_device_whose_answer_is_interrupted_goes_on_however_badly_it_hears(*, last: bool) -> None:
    async def main() -> None:
        async with house("kitchen", "hall", brain=ScriptedBrain(Turn(speech=RATE))) as (tars, (kitchen, hall)):
            kitchen.press_enter()
            await kitchen.hears(voice(1.5))
            await kitchen.steps.states("kitchen", turn="DRAINING")
            for pi, distance in ((hall, NEAR), (kitchen, FAR)) if last else ((kitchen, FAR), (hall, NEAR)):
                await call(tars, pi, distance)
            await gives_up(tars, hall)
            assert tars.steps.state("session") == "ACTIVE_SESSION"
            assert not tars.steps.of("heard_elsewhere")

    asyncio.run(main())


def test_a_session_that_is_answered_is_not_taken_away() -> None:
    async def main() -> None:
        async with house("kitchen", "hall", brain=ScriptedBrain(Turn(speech=RATE))) as (tars, (kitchen, hall)):
            await call(tars, kitchen, FAR)
            await kitchen.steps.states(turn="DRAINING")
            await call(tars, hall, NEAR)
            await gives_up(tars, hall)
            assert tars.steps.state("turn") == "DRAINING"

    asyncio.run(main())


@pytest.mark.parametrize("again", [False, True], ids=["it rests", "its button was pressed again"])
def test_a_device_that_has_ended_its_session_is_compared_with_nothing(*, again: bool) -> None:
    async def main() -> None:
        async with house("kitchen", "hall") as (tars, (kitchen, hall)):
            await call(tars, kitchen, NEAR)
            await kitchen.steps.states(session="ACTIVE_SESSION")
            kitchen.press_enter()
            await tars.steps.states("kitchen", session="LISTENING")
            if again:
                kitchen.press_enter()
                await tars.steps.states("kitchen", session="ACTIVE_SESSION")
            await call(tars, hall, FAR)
            for pi in (kitchen, hall) if again else (hall,):
                await goes_on(tars, pi)

    asyncio.run(main())


def test_a_fault_that_is_met_at_the_comparison_ends_nothing_of_the_other_device() -> None:
    async def main() -> None:
        async with house("kitchen", "hall") as (tars, (kitchen, hall)):
            await call(tars, kitchen, NEAR)
            await tars.steps.states("kitchen", session="ACTIVE_SESSION")
            tars.registry.runners["kitchen"].post(object())  # nothing that a runner knows; it is not taken yet
            tars.registry.called(Call("hall", "s1", "fake"))
            assert "kitchen" not in tars.registry.runners, "the fault was met"
            await call(tars, hall, FAR)
            await goes_on(tars, hall)

    asyncio.run(main())


def test_a_device_of_an_earlier_version_is_served_as_before_and_the_first_goes_on() -> None:
    """It does not say how well it hears. It is told in words that it knows: session_started and session_end."""

    async def main() -> None:
        async with house("kitchen") as (tars, (kitchen,)), new_device(tars) as old:
            await say(old, hello("old"))
            assert (await answer(old))["type"] == "welcome"
            await call(tars, kitchen, FAR)
            message = HotwordDetected("s1", 1, 0, 0, "fake", 1.0)
            await say(old, message, number=1)
            told = [one for _ in range(3) if (one := await answer(old))["type"] != "ack"]
            assert [(one["type"], one.get("reason")) for one in told] == [("session_started", None), ("session_end", "elsewhere")]
            await goes_on(tars, kitchen)

    asyncio.run(main())
