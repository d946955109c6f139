"""Old devices with the new server: JSON with a type, bare samples, no greeting."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.server import ServerProtocol

from tars.runtime import websocket
from tars.samples import RATE, Samples, to_pcm
from tars.server import admission
from tars.server.keys import digest, make_key
from tars.server.state_folder import open_store
from tars.testing import ScriptedBrain, Turn
from tests.in_process import LIMIT, RunningServer, device, said, server, until
from tests.scenarios.telling import kind
from tests.sounds import noise

ANSWER = noise(0.5, seed=9)
OLD = "legacy.1"
"""How the server calls the first old device."""


class OldDevice:
    """Does what it is told to, and notes what it is sent."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.sound = b""

    async def says(self, kind: str) -> None:
        """A word of the old protocol."""
        await self.connection.send(json.dumps({"type": kind}))

    async def hears(self, samples: Samples) -> None:
        """The microphone hears this; blocks of an odd size, as old devices have them."""
        pcm = to_pcm(samples)
        for at in range(0, len(pcm), 2000):
            await self.connection.send(pcm[at : at + 2000])

    async def is_told(self, wanted: str) -> None:
        """Take what comes until this word, which must be the next one."""
        async with asyncio.timeout(10):
            while isinstance(frame := await self.connection.recv(), bytes):
                self.sound += frame
        assert kind(frame) == wanted

    async def asks(self, question: Samples) -> bytes:
        """One question and its answer, up to where it has been played."""
        await self.hears(question)
        self.sound = b""
        await self.is_told("start_of_tts_stream")
        await self.is_told("tts_stream_end")
        await self.says("playback_complete")
        return self.sound


@asynccontextmanager
async def old_device(tars: RunningServer) -> AsyncIterator[OldDevice]:
    """An old device, connected."""
    async with connect(tars.url, compression=None) as connection:
        assert connection.subprotocol is None
        yield OldDevice(connection)


def test_an_old_device_holds_many_conversations_over_one_connection() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER))
        async with server(brain) as tars, old_device(tars) as old:
            for number in range(1, 4):
                await old.says("hotword_detected")
                assert await old.asks(noise(1.2)) == to_pcm(ANSWER)
                assert await old.asks(noise(1.2)) == to_pcm(ANSWER), "a follow-up question"
                await old.says("session_end")
                await tars.steps.event("session_end", number, OLD)
                await until(lambda number=number: brain.conversations[number - 1].closed)  # type: ignore[misc]
            assert len(brain.conversations) == 3
            assert len(tars.steps.of("hello", OLD)) == 1

    asyncio.run(story())


def test_an_old_device_may_connect_for_each_conversation() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER))
        async with server(brain) as tars:
            for number in range(1, 4):
                async with old_device(tars) as old:
                    await old.says("hotword_detected")
                    assert await old.asks(noise(1.2)) == to_pcm(ANSWER)
                await until(lambda number=number: len(brain.conversations) == number and brain.conversations[-1].closed)  # type: ignore[misc]
                await tars.steps.states(f"legacy.{number}", session="IDLE", continuity="UNLINKED")

    asyncio.run(story())


def test_the_brain_hears_an_old_device_from_the_first_sample_also_what_it_sent_ahead_of_its_hotword() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(speech=99 * RATE))
        async with server(brain) as tars, old_device(tars) as old:
            ahead, after = noise(3, seed=2), noise(1, seed=3)
            await old.hears(ahead)
            await old.says("hotword_detected")
            await old.hears(after)
            await until(lambda: brain.conversations and brain.conversations[0].heard == [to_pcm(ahead[-2 * RATE :]) + to_pcm(after)])
            assert brain.conversations[0].wakes == [2 * RATE]

    asyncio.run(story())


@pytest.mark.parametrize("echo", ["at once", "after the next hotword", "never"])
def test_an_echo_of_the_end_does_not_end_the_next_conversation(echo: str) -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER, ends=True), Turn(speech=99 * RATE))
        async with server(brain) as tars, old_device(tars) as old:
            await old.says("hotword_detected")
            await old.asks(noise(1.2))
            await old.is_told("session_end")
            if echo == "at once":
                await old.says("session_end")
            await old.says("hotword_detected")
            await old.hears(noise(0.5))
            if echo == "after the next hotword":
                await old.says("session_end")
            await old.hears(noise(0.5))
            await until(lambda: len(brain.conversations) == 2 and sum(map(len, brain.conversations[1].heard)) >= 2 * RATE)
            assert tars.steps.state("session", OLD) == "ACTIVE_SESSION"
            await old.hears(noise(3))
            await old.says("session_end")  # meant
            await tars.steps.states(OLD, session="LISTENING")

    asyncio.run(story())


def test_a_brain_that_fails_to_open_sends_an_old_device_back_to_its_wake_word() -> None:
    async def story() -> None:
        async with server(ScriptedBrain(refusal="its model is missing")) as tars, old_device(tars) as old:
            for _ in range(2):
                await old.says("hotword_detected")
                await old.hears(noise(0.2))
                await old.is_told("session_end")

    asyncio.run(story())


def test_words_that_nobody_knows_and_half_samples_are_passed_over() -> None:
    async def story() -> None:
        async with server(ScriptedBrain(Turn(sound=ANSWER))) as tars, old_device(tars) as old:
            await old.says("battery_low")
            await old.connection.send(json.dumps({"volume": 11}))
            await old.says("playback_complete")
            await old.says("hotword_detected")
            await old.says("hotword_detected")
            await old.connection.send(b"\x01")
            await old.says("playback_complete")
            assert await old.asks(noise(1.2)) == to_pcm(ANSWER)

    asyncio.run(story())


def test_a_playback_that_ends_after_its_conversation_disturbs_nobody() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER), Turn(sound=ANSWER))
        async with server(brain) as tars, old_device(tars) as old:
            await old.says("hotword_detected")
            await old.hears(noise(1.2))
            await old.is_told("start_of_tts_stream")
            await old.is_told("tts_stream_end")
            await old.says("session_end")  # the user pressed the button while it plays
            await old.says("hotword_detected")
            await old.says("playback_complete")  # of the answer before
            assert await old.asks(noise(1.2)) == to_pcm(ANSWER)

    asyncio.run(story())


@pytest.mark.parametrize("nonsense", ["{", "[]", "hello", "12"])
def test_what_is_no_json_object_closes_the_link_with_a_reason(nonsense: str) -> None:
    async def story() -> None:
        async with server() as tars, old_device(tars) as old:
            await old.connection.send(nonsense)
            with pytest.raises(ConnectionClosed):
                await old.connection.recv()
            assert old.connection.close_code == 1008
            assert "a text frame is" in str(old.connection.close_reason)

    asyncio.run(story())


def test_old_devices_can_be_refused_with_a_reason_while_new_ones_are_served() -> None:
    async def story() -> None:
        async with server(legacy="refuse") as tars, device(tars.url) as kitchen:
            async with old_device(tars) as old:
                with pytest.raises(ConnectionClosed):
                    await old.connection.recv()
                assert old.connection.close_code == 1008
                assert "legacy: refuse" in str(old.connection.close_reason)
            await kitchen.is_called()

    asyncio.run(story())


@pytest.mark.parametrize("speaking", [False, True])
def test_a_server_that_stops_ends_the_conversation_of_an_old_device(speaking: bool) -> None:
    async def story() -> None:
        async with server(ScriptedBrain(Turn(sound=ANSWER))) as tars, old_device(tars) as old:
            await old.says("hotword_detected")
            if speaking:
                await old.hears(noise(1.2))
                await old.is_told("start_of_tts_stream")
                await old.is_told("tts_stream_end")
            else:
                await tars.steps.states(OLD, session="ACTIVE_SESSION")
            stopping = asyncio.create_task(tars.stop())
            await old.is_told("session_end")
            await old.connection.wait_closed()
            assert old.connection.close_code == 1001
            await stopping

    asyncio.run(story())


def test_an_old_device_that_does_not_answer_pings_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """xiaozhi-esp32-server#3348: the default keepalive killed devices that do not answer pings."""
    monkeypatch.setattr(websocket, "LEGACY_PING", 0.001)
    pinged = 0
    ping = ServerProtocol.send_ping

    def count(protocol: ServerProtocol, data: Any) -> None:
        nonlocal pinged
        pinged += 1
        ping(protocol, data)

    monkeypatch.setattr(ServerProtocol, "send_ping", count)

    async def story() -> None:
        async with server(ScriptedBrain(Turn(sound=ANSWER))) as tars, old_device(tars) as old:
            old.connection.transport.pause_reading()
            await until(lambda: pinged > 50)
            old.connection.transport.resume_reading()
            await old.says("hotword_detected")
            assert await old.asks(noise(1.2)) == to_pcm(ANSWER)

    asyncio.run(story())


@pytest.mark.parametrize("turn", ["USER_TURN", "DRAINING"])
def test_the_conversation_of_an_old_device_ends_with_its_link_although_others_are_resumed(turn: str) -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER))
        async with server(brain, resume="on") as tars:
            async with old_device(tars) as old:
                await old.says("hotword_detected")
                await old.hears(noise(0.2 if turn == "USER_TURN" else 1.2))
                await tars.steps.states(OLD, turn=turn)
                old.connection.transport.abort()
                await tars.steps.states(OLD, session="IDLE", continuity="UNLINKED")
                await until(lambda: brain.conversations[0].closed and not tars.registry.runners)
            async with old_device(tars) as old:
                await old.says("hotword_detected")
                assert await old.asks(noise(1.2)) == to_pcm(ANSWER)

    asyncio.run(story())


def test_old_devices_talk_at_once_with_each_other_and_with_a_new_one() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER))
        async with server(brain) as tars, old_device(tars) as one, old_device(tars) as two, device(tars.url) as kitchen:
            await kitchen.is_called()
            for old in (one, two):
                await old.says("hotword_detected")
            await asyncio.gather(*(old.asks(noise(1.2, seed=seed)) for seed, old in enumerate((one, two))))
            assert one.sound == two.sound == to_pcm(ANSWER)
            one.connection.transport.abort()
            await tars.steps.states("legacy.1", session="IDLE")
            assert await two.asks(noise(1.2)) == to_pcm(ANSWER), "a follow-up question"
            await kitchen.hears(noise(1.2))
            await kitchen.plays_to_the_end()
            assert len(brain.conversations) == 3

    asyncio.run(story())


@pytest.mark.parametrize(("legacy", "served"), [("allow", False), ("refuse", False), ("without_key", True)])
def test_once_there_are_keys_old_devices_are_served_only_where_it_says_so(
    legacy: str, served: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)
    key = make_key()
    with closing(open_store(tmp_path)) as store:
        store.add_key("kitchen", digest(key))

    async def story() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER))
        async with server(brain, state=tmp_path, legacy=legacy) as tars, device(tars.url, key=key) as kitchen:
            await kitchen.is_called()
            if served:
                async with old_device(tars) as old:
                    await old.says("hotword_detected")
                    assert await old.asks(noise(1.2)) == to_pcm(ANSWER)
            else:
                with said("refused") as line, pytest.raises(InvalidStatus, match="401"):
                    await connect(tars.url)
                assert "legacy: without_key" in (await asyncio.wait_for(line, LIMIT))["reason"]
                assert tars.registry.authenticator.refusals == {"old device without a key": 1}
            assert kitchen.steps.state("session") == "ACTIVE_SESSION"

    asyncio.run(story())


def test_a_new_device_may_speak_the_old_protocol_with_a_new_server() -> None:
    async def story() -> None:
        async with server(ScriptedBrain(Turn(sound=ANSWER))) as tars, device(tars.url, protocol="legacy") as kitchen:
            await kitchen.is_called()
            await kitchen.hears(noise(1.2))
            await kitchen.plays_to_the_end()
            assert to_pcm(ANSWER) in to_pcm(kitchen.speaker.played)
            kitchen.press_enter()
            await tars.steps.states(OLD, session="LISTENING")

    asyncio.run(story())
