"""Two servers share a Redis: a conversation that was begun with one goes on with the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any, NamedTuple

import pytest

from tars.core.snapshot import from_bytes
from tars.generated.messages import Ring
from tars.runtime.runner import Tell
from tars.samples import RATE, to_pcm
from tars.server.store.leases import RECORD
from tars.testing import ScriptedBrain, Turn
from tests.faults.proxy import Proxy, proxy
from tests.in_process import RunningDevice, RunningServer, device, server, until
from tests.in_thread import in_thread
from tests.redis_server import RedisServer, redis_server
from tests.sounds import noise

pytestmark = pytest.mark.not_replayed("each server has a trace of its own, and a device is in two of them")

ANSWER = noise(15, seed=5)
QUESTION = Turn(speech=2 * RATE, sound=ANSWER)


class Fleet(NamedTuple):
    """Two servers, and a device that is in a conversation with the first."""

    first: RunningServer
    second: RunningServer
    kitchen: RunningDevice


@asynccontextmanager
async def fleet(redis: RedisServer, *brains: ScriptedBrain, **settings: object) -> AsyncIterator[Fleet]:
    """While the context lasts."""
    async with (
        server(brains[0], store=redis.url, **settings) as first,
        server(brains[1], store=redis.url, **settings) as second,
        device(first.url, other_servers=(second.url,)) as kitchen,
    ):
        await kitchen.is_called()
        yield Fleet(first, second, kitchen)


def recorded_turn(redis: RedisServer) -> str:
    """The state of turn that another server would find."""
    with closing(redis.client()) as client:
        record: Any = client.get(f"{RECORD}kitchen")
    return str(from_bytes(record)["core"]["machines"]["turn"]["state"])


async def moves(kitchen: RunningDevice) -> None:
    """The link is gone for the device, which greets the next server."""
    welcomes = len(kitchen.steps.of("welcome"))
    (socket,) = kitchen.device_runner.sockets.values()
    socket.abort()
    await kitchen.steps.event("welcome", welcomes + 1)


def test_an_utterance_begun_with_one_server_is_answered_by_the_other(redis: RedisServer) -> None:
    said = noise(2.4)

    async def story() -> None:
        one, other = ScriptedBrain(QUESTION), ScriptedBrain(QUESTION)
        async with fleet(redis, one, other) as (_, _, kitchen):
            await kitchen.hears(said[: RATE // 25 * 20])
            await until(lambda: one.conversations[0].heard)
            await moves(kitchen)
            assert kitchen.steps.of("welcome")[-1].payload["resumed"]
            await kitchen.hears(said[RATE // 25 * 20 :])
            await kitchen.steps.states(turn="DRAINING")
            (heard,) = other.conversations[0].heard
            assert to_pcm(said).startswith(heard[2 * 1280 :]), "all of it, from its beginning"
            await kitchen.plays_to_the_end()
            assert to_pcm(ANSWER) in to_pcm(kitchen.speaker.played)

    asyncio.run(story())


def test_a_question_that_one_server_thinks_about_is_answered_by_the_other_alone(redis: RedisServer) -> None:
    async def story() -> None:
        thought = asyncio.Event()
        one, other = ScriptedBrain(Turn(speech=RATE, thought=thought, sound=noise(3, seed=9))), ScriptedBrain(QUESTION)
        async with fleet(redis, one, other) as (first, _, kitchen):
            await kitchen.hears(noise(2))
            await kitchen.steps.states(turn="THINKING")
            await moves(kitchen)
            thought.set()
            await kitchen.steps.states(turn="DRAINING")
            await kitchen.plays_to_the_end()
            assert to_pcm(ANSWER) in to_pcm(kitchen.speaker.played)
            await first.steps.event("fenced")
            assert first.steps.state("session") == "IDLE"
            assert "kitchen" not in first.registry.runners

    asyncio.run(story())


def test_an_answer_that_one_server_has_begun_is_heard_to_its_end_and_interrupted_with_the_other(redis: RedisServer) -> None:
    async def story() -> None:
        one, other = ScriptedBrain(QUESTION), ScriptedBrain(Turn(sound=noise(1)))
        async with fleet(redis, one, other) as (_, second, kitchen):
            await kitchen.hears(noise(2.4))
            await until(lambda: recorded_turn(redis) == "DRAINING")
            await moves(kitchen)
            await kitchen.plays_to_the_end()
            assert to_pcm(ANSWER) in to_pcm(kitchen.speaker.played), "each sample once"
            await kitchen.steps.states(turn="USER_TURN")
            await kitchen.hears(noise(1.6, seed=3))
            await kitchen.steps.states(turn="DRAINING")
            kitchen.press_enter()
            await second.steps.event("barge_in")
            assert kitchen.steps.state("session") == "ACTIVE_SESSION"

    asyncio.run(story())


def test_what_was_said_before_the_brain_was_open_is_heard_by_the_other_server(redis: RedisServer) -> None:
    async def story() -> None:
        never = asyncio.Event()
        one, other = ScriptedBrain(opens=never), ScriptedBrain(QUESTION)
        async with (
            server(one, store=redis.url) as first,
            server(other, store=redis.url) as second,
            device(first.url, other_servers=(second.url,)) as kitchen,
        ):
            kitchen.press_enter()
            await first.steps.states(session="HOTWORD_DETECTED")
            said = noise(1.6)
            await kitchen.hears(said)
            await moves(kitchen)
            await kitchen.steps.states(session="ACTIVE_SESSION")
            await kitchen.hears(noise(1.6, seed=3))
            await kitchen.steps.states(turn="DRAINING")
            assert other.conversations[0].heard[0].startswith(to_pcm(said))

    asyncio.run(story())


def test_a_device_that_goes_there_and_back_is_in_one_conversation(redis: RedisServer) -> None:
    said = noise(2.4)

    async def story() -> None:
        one, other = ScriptedBrain(QUESTION, QUESTION), ScriptedBrain(QUESTION)
        async with fleet(redis, one, other) as (_, _, kitchen):
            for part in range(3):
                await kitchen.hears(said[part * 12800 : (part + 1) * 12800])
                if part < 2:
                    await moves(kitchen)
                    assert kitchen.steps.of("welcome")[-1].payload["resumed"]
            await kitchen.steps.states(turn="DRAINING")
            (heard,) = one.conversations[-1].heard
            assert to_pcm(said).startswith(heard[2 * 1280 :]), "all of it, from its beginning"
            assert len(one.conversations) == 2

    asyncio.run(story())


def test_a_device_that_greets_again_while_its_session_is_taken_is_in_that_session(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        taken, may_end = list[str](), asyncio.Event()
        async with server(store=redis.url) as first, server(store=redis.url) as second:
            take_over = second.registry.take_over

            async def slowly(name: str) -> None:
                taken.append(name)
                if name == "kitchen":
                    await may_end.wait()
                await take_over(name)

            monkeypatch.setattr(second.registry, "take_over", slowly)
            others = (second.url, second.url.replace("127.0.0.1", "localhost"))
            async with device(first.url, other_servers=others) as kitchen:
                await kitchen.is_called()
                for times in (2, 3):
                    (socket,) = kitchen.device_runner.sockets.values()
                    socket.abort()
                    await kitchen.steps.event("socket_opened", times)
                    await until(lambda: "kitchen" in taken)
                async with device(second.url, "hall") as hall:  # what it says comes after the second greeting of the other one
                    await hall.steps.event("welcome", device="hall")
                may_end.set()
                await kitchen.steps.event("welcome", 2)
                assert kitchen.steps.of("welcome")[-1].payload["resumed"]
                assert kitchen.steps.state("session") == "ACTIVE_SESSION"

    asyncio.run(story())


def test_a_server_that_stops_hands_its_conversations_over(redis: RedisServer) -> None:
    async def story() -> None:
        one, other = ScriptedBrain(QUESTION), ScriptedBrain(QUESTION)
        async with fleet(redis, one, other) as (first, _, kitchen):
            await kitchen.hears(noise(0.8))
            await first.stop()
            await kitchen.steps.event("welcome", 2)
            assert not [step for step in kitchen.steps.taken if step.target == "BACKOFF"], "it does not wait for a server that stops"
            assert kitchen.steps.of("welcome")[-1].payload["resumed"]
            await kitchen.hears(noise(1.6, seed=3))
            await kitchen.steps.states(turn="DRAINING")
            assert other.conversations[0].heard[0][2 * 1280 :].startswith(to_pcm(noise(0.8)))

    asyncio.run(story())


def test_nothing_of_a_conversation_that_is_over_stays_in_redis(redis: RedisServer) -> None:
    async def story() -> None:
        async with fleet(redis, ScriptedBrain(QUESTION), ScriptedBrain()) as (first, _, kitchen):
            with closing(redis.client()) as client:
                assert client.exists(f"{RECORD}kitchen")
                kitchen.stop()
                await first.steps.event("goodbye")
                await until(lambda: not client.exists(f"{RECORD}kitchen"))

    asyncio.run(story())


def test_a_conversation_goes_on_while_redis_is_away_and_in_the_other_server_when_it_is_back() -> None:
    said = noise(2.4)

    async def story(redis: RedisServer) -> None:
        one, other = ScriptedBrain(QUESTION), ScriptedBrain(Turn(sound=noise(1)))
        async with fleet(redis, one, other) as (first, second, kitchen):
            await kitchen.hears(said[: RATE // 25 * 20])
            redis.kill()
            await kitchen.hears(said[RATE // 25 * 20 :])
            await kitchen.steps.states(turn="DRAINING")
            await moves(kitchen)
            assert kitchen.steps.of("welcome")[-1].payload["resumed"]
            assert first.steps.state("continuity") == "LINKED", "the other server does not know who has the device"
            assert second.registry.authenticator.refusals["store away"] == 1
            redis.start()
            with closing(redis.client()) as client:
                await until(lambda: client.exists(f"{RECORD}kitchen"))
            await moves(kitchen)
            assert kitchen.steps.of("welcome")[-1].payload["resumed"]
            assert second.steps.state("continuity") == "LINKED"
            await kitchen.plays_to_the_end()
            assert to_pcm(ANSWER) in to_pcm(kitchen.speaker.played)

    with redis_server("--appendonly", "no") as redis:
        asyncio.run(story(redis))


def test_a_device_that_says_nothing_is_recorded_again_when_redis_has_lost_everything() -> None:
    async def story(redis: RedisServer) -> None:
        async with server(store=redis.url) as tars, device(tars.url):
            with closing(redis.client()) as client:
                await until(lambda: client.exists(f"{RECORD}kitchen"))
                redis.kill()
                tars.registry.runners["kitchen"].post(Tell(1, Ring("eggs")))  # of which Redis does not know
                await until(lambda: tars.registry.runners["kitchen"].core.link.outbox.sent == 1)
                redis.start()
                await until(lambda: client.exists(f"{RECORD}kitchen"))

    with redis_server("--appendonly", "no") as redis:
        asyncio.run(story(redis))


class Between:
    """A proxy in front of Redis, in a thread: a server that starts waits for its store."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.proxy: Proxy

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Until the context ends."""
        async with proxy(self._port) as self.proxy:
            self._loop = asyncio.get_running_loop()
            yield

    def cut(self) -> None:
        """Redis is not reached any more."""
        self._loop.call_soon_threadsafe(self.proxy.refuse)
        self._loop.call_soon_threadsafe(self.proxy.reset)


@asynccontextmanager
async def split_fleet(redis: RedisServer, between: Between, *brains: ScriptedBrain) -> AsyncIterator[Fleet]:
    """As `fleet`; what is between the first server and Redis can be cut."""
    async with (
        server(brains[0], store=f"redis://127.0.0.1:{between.proxy.port}/0") as first,
        server(brains[1], store=redis.url) as second,
        device(first.url, other_servers=(second.url,)) as kitchen,
    ):
        await kitchen.is_called()
        yield Fleet(first, second, kitchen)


def test_what_a_server_without_redis_was_told_is_told_again_to_the_other_one(redis: RedisServer) -> None:
    said = noise(2.4)

    async def story(between: Between) -> None:
        one, other = ScriptedBrain(QUESTION), ScriptedBrain(QUESTION)
        async with split_fleet(redis, between, one, other) as (_, second, kitchen):
            await kitchen.hears(said[:12800])
            between.cut()
            await kitchen.hears(said[12800:25600])
            core = kitchen.device_runner.core
            await until(lambda: core.uplink.acknowledged == core.ring.end)
            await moves(kitchen)
            assert kitchen.steps.of("welcome")[-1].payload["reason"] == "epoch_changed"
            await kitchen.hears(said[25600:])
            await kitchen.steps.states(turn="DRAINING")
            await kitchen.plays_to_the_end()
            assert to_pcm(ANSWER) in to_pcm(kitchen.speaker.played)
            (heard,) = other.conversations[-1].heard
            assert to_pcm(said).startswith(heard[2 * 1280 :]), "all of it, from its beginning"
            assert len(other.conversations[-1].heard) == 1
            assert second.registry.runners["kitchen"].core.refused == core.refused == 0

    between = Between(redis.port)
    with in_thread(between):
        asyncio.run(story(between))


def test_a_server_without_redis_does_not_serve_a_device_that_another_one_has_had(redis: RedisServer) -> None:
    async def story(between: Between) -> None:
        async with split_fleet(redis, between, ScriptedBrain(QUESTION), ScriptedBrain(QUESTION)) as (first, second, kitchen):
            between.cut()
            await moves(kitchen)
            assert second.steps.state("continuity") == "LINKED"
            await moves(kitchen)
            assert first.registry.authenticator.refusals["store away"] == 1
            assert kitchen.steps.of("welcome")[-1].payload["resumed"]
            assert kitchen.steps.state("session") == "ACTIVE_SESSION"

    between = Between(redis.port)
    with in_thread(between):
        asyncio.run(story(between))


def test_a_server_without_redis_begins_no_answer_for_a_device_that_may_be_elsewhere(redis: RedisServer) -> None:
    said = noise(2.4)

    async def story(between: Between) -> None:
        one, other = ScriptedBrain(QUESTION), ScriptedBrain(QUESTION)
        async with (
            server(one, store=f"redis://127.0.0.1:{between.proxy.port}/0") as first,
            server(other, store=redis.url) as second,
            proxy(first.port) as link,
            device(f"ws://127.0.0.1:{link.port}", other_servers=(second.url,)) as kitchen,
        ):
            await kitchen.is_called()
            await kitchen.hears(said[: RATE // 25 * 20])
            await until(lambda: recorded_turn(redis) == "USER_TURN")
            link.set("down", blackhole=True)
            between.cut()
            await kitchen.hears(said[RATE // 25 * 20 :])
            await first.steps.states(turn="THINKING")
            link.sever()
            await moves(kitchen)
            await kitchen.plays_to_the_end()
            assert to_pcm(ANSWER) in to_pcm(kitchen.speaker.played)
            assert second.steps.of("reply_started")
            assert not first.steps.of("reply_started"), "what an answer does would be done twice"

    between = Between(redis.port)
    with in_thread(between):
        asyncio.run(story(between))
