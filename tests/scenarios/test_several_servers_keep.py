"""What two servers that share a Redis keep there of what was said: no more, and no longer, than another server needs."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from tars.samples import RATE, to_pcm
from tars.server.store.leases import RECORD, REPLY, SPEECH
from tars.server.store.recorded_runner import RecordedRunner
from tars.testing import ScriptedBrain, Turn
from tests.in_process import RunningServer, device, server, until
from tests.redis_server import RedisServer
from tests.scenarios.test_interrupted_programs import ANSWER, OVER, answered_with, speaks_over
from tests.scenarios.test_several_servers import QUESTION, fleet, moves
from tests.sounds import noise

pytestmark = pytest.mark.not_replayed("each server has a trace of its own, and a device is in two of them")


def pieces(tars: RunningServer) -> list[bytes]:
    """What this server keeps of an utterance that is not answered."""
    runner = tars.registry.runners["kitchen"]
    assert isinstance(runner, RecordedRunner)
    return runner.recorder.unanswered.pieces


def test_the_sound_of_an_utterance_is_kept_until_its_answer_begins(redis: RedisServer) -> None:
    async def story() -> None:
        thought = asyncio.Event()
        brain = ScriptedBrain(Turn(speech=RATE, thought=thought, sound=ANSWER))
        with closing(redis.client()) as client:
            async with fleet(redis, brain, ScriptedBrain()) as (first, _, kitchen):
                await kitchen.hears(noise(2))
                await kitchen.steps.states(turn="THINKING")
                assert pieces(first)
                assert client.exists(f"{SPEECH}kitchen")
                thought.set()
                await kitchen.steps.states(turn="DRAINING")
                assert not pieces(first)
                assert not client.exists(f"{SPEECH}kitchen")
                assert client.exists(f"{RECORD}kitchen")

    asyncio.run(story())


@pytest.mark.parametrize("words", ["Mm-hmm.", "Stop."])
def test_what_was_no_question_over_an_answer_is_no_part_of_the_next_one(words: str, redis: RedisServer) -> None:
    async def story() -> None:
        other = ScriptedBrain(Turn(speech=99 * RATE))
        async with (
            server(answered_with(words), store=redis.url) as first,
            server(other, store=redis.url) as second,
            device(first.url, other_servers=(second.url,), interruption="speech") as kitchen,
        ):
            await speaks_over(kitchen)
            await kitchen.hears(OVER)
            if words == "Mm-hmm.":
                await kitchen.steps.event("reply_resumes")
                assert not pieces(first)
                await kitchen.plays_to_the_end()
            await kitchen.steps.states(turn="USER_TURN")
            await first.steps.states(turn="USER_TURN")
            said = noise(0.8, seed=6)
            await kitchen.hears(said)
            await moves(kitchen)
            await until(lambda: other.conversations and other.conversations[0].heard and to_pcm(said) in other.conversations[0].heard[-1])
            assert to_pcm(OVER)[:6400] not in other.conversations[0].heard[-1]

    asyncio.run(story())


def test_of_an_answer_that_was_received_nothing_stays(redis: RedisServer) -> None:
    async def story() -> None:
        with closing(redis.client()) as client:
            async with fleet(redis, ScriptedBrain(QUESTION), ScriptedBrain()) as (_, _, kitchen):
                await kitchen.hears(noise(2.4))
                await kitchen.plays_to_the_end()
                await until(lambda: client.exists(f"{RECORD}kitchen") and not client.exists(f"{REPLY}kitchen"))

    asyncio.run(story())
