"""The server's program is stopped and started again in the middle of a conversation, and the conversation goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from unittest.mock import patch

import pytest

from tars.brains.composed import ComposedBrain
from tars.brains.parts import Exchange
from tars.brains.testing import FakeHear, FakeReply, FakeSpeak
from tars.errors import ConfigError
from tars.runtime import clock
from tars.samples import RATE, Samples, to_pcm
from tars.server.brain_posts import TraceMark
from tars.server.snapshots import BrainSnapshot
from tars.server.state_folder import SqliteStore, open_store
from tars.testing import ScriptedBrain, Turn
from tests.in_process import RunningDevice, RunningServer, device, said, server, until
from tests.sounds import noise, quiet, read_wav

ANSWER = noise(15, seed=5)
QUESTION = Turn(speech=2 * RATE, sound=ANSWER)


@asynccontextmanager
async def conversation(folder: Path, brain: ScriptedBrain) -> AsyncIterator[tuple[RunningServer, RunningDevice]]:
    """A device in a conversation with a server that keeps its state and its recordings in this folder."""
    async with server(brain, **settings(folder)) as tars, device(tars.url) as kitchen:
        await kitchen.is_called()
        yield tars, kitchen


def settings(folder: Path) -> dict[str, Path]:
    return {"state": folder / "state", "record": folder / "recordings"}


@asynccontextmanager
async def next_server(tars: RunningServer, kitchen: RunningDevice, folder: Path, brain: ScriptedBrain) -> AsyncIterator[RunningServer]:
    """The old one stops in good order; the next one listens at the same place. Until the device is linked with it."""
    await tars.stop()
    welcomes = len(kitchen.steps.of("welcome"))
    async with server(brain, port=tars.port, **settings(folder)) as successor:
        await kitchen.steps.event("welcome", welcomes + 1)
        yield successor


def recorded(folder: Path) -> Samples:
    (path,) = (folder / "recordings").glob("kitchen-*-1.wav")
    return read_wav(path)


def test_an_utterance_begun_with_one_server_is_answered_by_the_next(tmp_path: Path) -> None:
    said = noise(2.4)

    async def story() -> None:
        async with conversation(tmp_path, ScriptedBrain(QUESTION)) as (tars, kitchen):
            await kitchen.hears(said[: RATE // 25 * 20])
            brain = ScriptedBrain(QUESTION)
            async with next_server(tars, kitchen, tmp_path, brain) as successor:
                await kitchen.hears(said[RATE // 25 * 20 :])
                await kitchen.steps.states(turn="DRAINING")
                (heard,) = brain.conversations[0].heard
                assert to_pcm(said).startswith(heard[2 * 1280 :]), "all of it, from its beginning"
                await kitchen.plays_to_the_end()
                await successor.stop()
                assert kitchen.steps.of("welcome")[-1].payload["resumed"]
                assert brain.conversations[0].caller.wake_word == "fake", "the next brain knows what woke it"
                assert to_pcm(recorded(tmp_path)) == heard, "one recording, whole"

    asyncio.run(story())


def test_a_question_that_was_being_thought_about_is_answered_by_the_next_server(tmp_path: Path) -> None:
    async def story() -> None:
        never = asyncio.Event()
        async with conversation(tmp_path, ScriptedBrain(Turn(speech=RATE, thought=never))) as (tars, kitchen):
            await kitchen.hears(noise(2))
            await kitchen.steps.states(turn="THINKING")
            async with next_server(tars, kitchen, tmp_path, ScriptedBrain(QUESTION)):
                await kitchen.steps.states(turn="DRAINING")
                await kitchen.plays_to_the_end()
                assert to_pcm(ANSWER) in to_pcm(kitchen.speaker.played)

    asyncio.run(story())


def test_an_answer_begun_by_one_server_is_heard_to_its_end_and_interrupted_with_the_next(tmp_path: Path) -> None:
    async def story() -> None:
        async with conversation(tmp_path, ScriptedBrain(QUESTION)) as (tars, kitchen):
            await kitchen.hears(noise(2.4))
            await kitchen.steps.states(turn="SPEAKING")
            brain = ScriptedBrain(Turn(sound=noise(1)))
            async with next_server(tars, kitchen, tmp_path, brain) as successor:
                await kitchen.plays_to_the_end()
                assert to_pcm(ANSWER) in to_pcm(kitchen.speaker.played)
                await kitchen.steps.states(turn="USER_TURN")
                await kitchen.hears(noise(1.6, seed=3))
                await kitchen.steps.states(turn="DRAINING")
                kitchen.press_enter()
                await successor.steps.event("barge_in")
                assert kitchen.steps.state("session") == "ACTIVE_SESSION"

    asyncio.run(story())


def test_a_conversation_whose_brain_was_still_opening_begins_with_the_next_server(tmp_path: Path) -> None:
    async def story() -> None:
        never = asyncio.Event()
        async with server(ScriptedBrain(opens=never), **settings(tmp_path)) as tars, device(tars.url) as kitchen:
            kitchen.press_enter()
            await tars.steps.states(session="HOTWORD_DETECTED")
            said = noise(1.6)
            await kitchen.hears(said)
            brain = ScriptedBrain(QUESTION)
            async with next_server(tars, kitchen, tmp_path, brain):
                await kitchen.steps.states(session="ACTIVE_SESSION")
                await kitchen.hears(noise(1.6, seed=3))
                await kitchen.steps.states(turn="DRAINING")
                assert brain.conversations[0].heard[0].startswith(to_pcm(said))

    asyncio.run(story())


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"core": {}, "brain": null}'])
def test_what_was_saved_and_is_damaged_costs_the_session_and_not_the_server(tmp_path: Path, damage: bytes) -> None:
    async def story() -> None:
        async with conversation(tmp_path, ScriptedBrain(QUESTION)) as (tars, kitchen):
            await tars.stop()
            store = open_store(tmp_path / "state")
            saved = store.take()
            assert saved is not None
            store.save(saved.epoch, dict.fromkeys(saved.devices, damage))
            store.close()
            async with server(ScriptedBrain(QUESTION), port=tars.port, **settings(tmp_path)):
                await kitchen.steps.states(session="LISTENING")
                await kitchen.is_called()

    asyncio.run(story())


def test_a_server_that_is_killed_later_does_not_go_on_from_what_was_saved_before(tmp_path: Path) -> None:
    """What is saved is used once: a crash is told from a stop in good order."""

    async def story() -> None:
        async with conversation(tmp_path, ScriptedBrain(QUESTION)) as (tars, kitchen):
            await tars.stop()
            async with server(ScriptedBrain(QUESTION), port=tars.port, **settings(tmp_path)):
                store = open_store(tmp_path / "state")
                assert store.take() is None
                store.close()
                await kitchen.steps.event("welcome", 2)

    asyncio.run(story())


def test_the_next_server_knows_what_was_said_before(tmp_path: Path) -> None:
    def brain(*texts: str) -> tuple[ComposedBrain, FakeReply]:
        reply = FakeReply({"time": "It is noon.", "moon": "It is far."})
        return ComposedBrain(FakeHear(*texts), {"only": reply}, FakeSpeak()), reply

    async def says(kitchen: RunningDevice) -> None:
        await kitchen.steps.states(turn="USER_TURN")
        await kitchen.hears(noise(1))
        while kitchen.steps.state("turn") == "USER_TURN":
            await kitchen.hears(quiet(0.08))
        await kitchen.plays_to_the_end()

    async def story() -> None:
        first, _ = brain("time", "moon")
        async with server(first, **settings(tmp_path)) as tars, device(tars.url) as kitchen:
            kitchen.press_enter()
            await says(kitchen)
            await says(kitchen)
            await tars.stop()
            following, reply = brain("and then")
            async with server(following, port=tars.port, **settings(tmp_path)):
                await kitchen.steps.event("welcome", 2)
                await says(kitchen)
            assert list(reply.questions[0].exchanges) == [Exchange("time", "It is noon."), Exchange("moon", "It is far.")]
            with closing(open_store(tmp_path / "state")) as store:
                state = store.session("kitchen")
            assert state is not None
            assert b"It is noon." in state

    asyncio.run(story())


@pytest.mark.not_replayed("its grace is made to pass at once")
def test_a_device_that_is_given_up_while_the_server_stops_keeps_nothing_from_being_saved(tmp_path: Path) -> None:
    """Its grace passes while its brain session is suspended."""

    async def story() -> None:
        async with conversation(tmp_path, ScriptedBrain(QUESTION)) as (tars, _), device(tars.url, "bedroom") as bedroom:
            bedroom.press_enter()
            await bedroom.steps.event("session_started", device="bedroom")
            runner = tars.registry.runners["kitchen"]
            assert runner.brain_session is not None
            suspend = runner.brain_session.suspend

            async def slowly() -> BrainSnapshot:
                suspended = await suspend()
                runner.core.pass_limits(clock.now() + 1000)
                runner.post(TraceMark("time has passed", {}))
                await until(lambda: "kitchen" not in tars.registry.runners)
                return suspended

            with patch.object(runner.brain_session, "suspend", slowly):
                await tars.stop()
            with closing(open_store(tmp_path / "state")) as store:
                saved = store.take()
            assert saved is not None
            assert saved.devices == ["bedroom"]

    asyncio.run(story())


def test_a_brain_that_is_not_suspended_in_time_holds_up_neither_the_stop_nor_what_is_saved_of_others(tmp_path: Path) -> None:
    async def story() -> None:
        async with conversation(tmp_path, ScriptedBrain(QUESTION)) as (tars, _), device(tars.url, "bedroom") as bedroom:
            bedroom.press_enter()
            await bedroom.steps.event("session_started", device="bedroom")
            runner = tars.registry.runners["kitchen"]
            assert runner.brain_session is not None
            with patch.object(runner.brain_session, "suspend", asyncio.Event().wait):
                await tars.stop()
            with closing(open_store(tmp_path / "state")) as store:
                saved = store.take()
            assert saved is not None
            assert saved.devices == ["bedroom"]

    asyncio.run(story())


def test_sessions_that_cannot_be_saved_do_not_keep_a_server_from_stopping(tmp_path: Path) -> None:
    async def story() -> None:
        async with conversation(tmp_path, ScriptedBrain(QUESTION)) as (tars, _):
            with said("sessions are not saved, they end") as complaint, patch.object(SqliteStore, "save", side_effect=ConfigError("full")):
                await tars.stop()
            assert complaint.done()

    asyncio.run(story())
