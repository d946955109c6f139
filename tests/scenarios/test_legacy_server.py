"""The new device with an old server: JSON with a type, bare samples, no greeting."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tars.device.runner import UNREACHABLE
from tars.generated.limits import Limits
from tars.samples import RATE, to_pcm
from tests.in_process import device, said, until
from tests.scenarios.telling import kind
from tests.sounds import noise

ANSWER = noise(0.5, seed=9)


class OldServer:
    """Answers after three seconds of sound, and notes what it is sent."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.utterances: list[bytes] = []
        self.connections: list[ServerConnection] = []
        self.url = ""
        self._speaking = False

    async def serve(self, connection: ServerConnection) -> None:
        """One connection."""
        self.connections.append(connection)
        with suppress(ConnectionClosed):
            await self._converse(connection)

    async def _converse(self, connection: ServerConnection) -> None:
        async for frame in connection:
            if isinstance(frame, str):
                self.words.append(kind(frame))
                self._speaking = False
                self.utterances += [b""] if kind(frame) in ("hotword_detected", "playback_complete") else []
            elif not self._speaking:
                self.utterances[-1] += frame
                if len(self.utterances[-1]) >= 2 * 3 * RATE:
                    await self.answer(connection)

    async def answer(self, connection: ServerConnection) -> None:
        """Say something."""
        self._speaking = True
        await connection.send(json.dumps({"type": "start_of_tts_stream"}))
        await connection.send(to_pcm(ANSWER))
        await connection.send(json.dumps({"type": "tts_stream_end"}))

    async def ends(self) -> None:
        """End the conversation."""
        await self.connections[-1].send(json.dumps({"type": "session_end"}))


@asynccontextmanager
async def old_server() -> AsyncIterator[OldServer]:
    """An old server, listening."""
    old = OldServer()
    async with serve(old.serve, "127.0.0.1", 0, compression=None) as listening:
        old.url = f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield old


@pytest.mark.parametrize("protocol", ["auto", "legacy"])
@pytest.mark.parametrize("connection", ["persistent", "per_session"])
def test_the_device_converses_with_an_old_server(protocol: str, connection: str) -> None:
    async def story() -> None:
        async with old_server() as old, device(old.url, protocol=protocol, connection=connection) as kitchen:
            before = noise(2.4, seed=3)
            await kitchen.hears(before)
            await kitchen.is_called()
            question, follow_up = noise(1.2, seed=4), noise(3.2, seed=5)
            await kitchen.hears(question)
            await kitchen.plays_to_the_end()
            assert to_pcm(ANSWER) in to_pcm(kitchen.speaker.played)
            await kitchen.hears(follow_up)
            await kitchen.plays_to_the_end()
            kitchen.press_enter()
            await until(lambda: len(old.words) == 4)
            assert old.words == ["hotword_detected", "playback_complete", "playback_complete", "session_end"]
            before_call = (to_pcm(before) + to_pcm(noise(0.08)))[-2 * 2 * RATE :]
            assert old.utterances[0].startswith(before_call)
            assert (before_call + to_pcm(question)).startswith(old.utterances[0])
            assert to_pcm(follow_up).startswith(old.utterances[1])
            await kitchen.steps.states(session="LISTENING", connection="CONNECTED" if connection == "persistent" else "DISCONNECTED")

    asyncio.run(story())


def test_an_old_server_may_end_the_conversation_and_the_next_one_works() -> None:
    async def story() -> None:
        async with old_server() as old, device(old.url) as kitchen:
            for _ in range(3):
                await kitchen.is_called()
                await kitchen.hears(noise(3.2))
                await kitchen.plays_to_the_end()
                await old.ends()
                await kitchen.steps.states(session="LISTENING")
            assert len(old.connections) == 1
            assert "session_end" not in old.words, "there is nothing to echo"

    asyncio.run(story())


def test_an_old_server_that_goes_away_in_a_conversation_ends_it_audibly() -> None:
    async def story() -> None:
        async with old_server() as old, device(old.url) as kitchen:
            await kitchen.is_called()
            old.connections[0].transport.abort()
            step = await kitchen.steps.event("given_up")
            assert step.effects[0] == "play_error"
            await kitchen.is_called()
            assert len(old.connections) == 2

    asyncio.run(story())


@pytest.mark.parametrize("turn", ["USER_TURN", "SPEAKING", "DRAINING"])
def test_whenever_an_old_server_is_lost_the_wake_word_works_again_at_once(turn: str) -> None:
    """Nothing can be resumed with it, whatever the device offers to others."""

    async def story() -> None:
        async with old_server() as old, device(old.url) as kitchen:
            await kitchen.is_called()
            if turn == "SPEAKING":
                await old.connections[0].send(json.dumps({"type": "start_of_tts_stream"}))
            elif turn == "DRAINING":
                await kitchen.hears(noise(3.2))
            await kitchen.steps.states(turn=turn)
            rearmed = kitchen.wake.rearmed
            old.connections[0].transport.abort()
            await kitchen.steps.states(session="LISTENING", connection="CONNECTED")
            assert kitchen.wake.rearmed == rearmed + (turn == "USER_TURN")
            await kitchen.is_called()
            await kitchen.hears(noise(3.2))
            await kitchen.plays_to_the_end()
            assert to_pcm(ANSWER) in to_pcm(kitchen.speaker.played)
            assert (len(old.connections), kitchen.device_runner.core.resumes) == (2, 0)

    asyncio.run(story())


def test_a_device_that_insists_on_the_new_protocol_says_so_and_keeps_trying() -> None:
    async def story() -> None:
        async with old_server() as old:
            with said(UNREACHABLE) as line:
                async with device(old.url, protocol="v1") as kitchen:
                    await kitchen.steps.event("failed", 3)
                    assert "set protocol: auto" in line.result()["reason"]
                    assert old.words == []

    asyncio.run(story())


def test_an_old_server_that_never_answers_does_not_keep_a_conversation_for_ever() -> None:
    async def story() -> None:
        limits = Limits(backoff=(0.01,) * 5, device_user_turn_limit=0.05)
        async with old_server() as old, device(old.url, limits=limits) as kitchen:
            await kitchen.is_called()
            stuck = await kitchen.steps.event("turn_stuck")
            assert "play_error" in stuck.effects
            await kitchen.steps.states(session="LISTENING")
            await until(lambda: "session_end" in old.words)

    asyncio.run(story())
