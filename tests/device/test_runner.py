"""The device's runner: items to the core, effects to the parts. Whole stories are in tests/scenarios."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.connection import Connection

from tars.device.audio import Captured, Heard, MicrophoneEnded, SoundFailed
from tars.device.audio.sounds import CUES
from tars.device.runner import FINISH_SECONDS, SILENCE_AFTER_FILE, UNREACHABLE, DeviceRunner
from tars.device.settings import DeviceConfig
from tars.device.wake import Detected, WakeWordFailed
from tars.device.wake.detector import QUEUE_LIMIT, ThreadedWakeWord
from tars.errors import ConfigError
from tars.runtime.dialling import KEY_REFUSED
from tars.samples import BLOCK, RATE, to_pcm
from tars.server import admission
from tars.server.keys import digest, make_key
from tars.server.state_folder import SqliteStore, open_store
from tars.testing import FakeMicrophone, FakeSpeaker, FakeWakeWord, ScriptedBrain, Turn
from tests.device.wake.bench import Loudness
from tests.in_process import QUICK, device, server, unreachable, until
from tests.sounds import noise, quiet


def test_the_wake_word_gets_the_sound_outside_sessions_and_no_other() -> None:
    async def main() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            before, during, after = noise(0.8, seed=2), noise(0.4, seed=3), noise(0.8, seed=4)
            await kitchen.hears(before)
            assert kitchen.wake.fed == [(to_pcm(before[at : at + BLOCK]), at + BLOCK) for at in range(0, len(before), BLOCK)]
            await kitchen.is_called()
            fed = len(kitchen.wake.fed)
            await kitchen.hears(during)
            assert len(kitchen.wake.fed) == fed
            kitchen.press_enter()
            await kitchen.steps.states(session="LISTENING")
            await kitchen.hears(after)
            assert b"".join(pcm for pcm, _ in kitchen.wake.fed[fed:]) == to_pcm(after)
            assert kitchen.wake.fed[-1][1] == kitchen.device_runner.core.ring.end

    asyncio.run(main())


def test_cues_are_played() -> None:
    async def main() -> None:
        async with device(unreachable()) as kitchen:
            kitchen.press_enter()
            await kitchen.steps.states(session="HOTWORD_DETECTED")
            kitchen.speaker.pass_time(2)
            assert to_pcm(CUES["chime"]) in to_pcm(kitchen.speaker.played)

    asyncio.run(main())


def test_of_an_answer_whose_session_has_ended_a_part_is_still_played() -> None:
    answer = noise(15, seed=9)

    async def main() -> None:
        brain = ScriptedBrain(Turn(sound=answer))
        async with server(brain, resume="off") as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            kitchen.speaker.pass_time(2)  # the chime
            await kitchen.hears(noise(1.6))
            await kitchen.steps.states(turn="DRAINING")
            await tars.stop()
            await kitchen.steps.states(session="LISTENING")
            kitchen.speaker.pass_time(15)
            heard = to_pcm(kitchen.speaker.played)
            assert to_pcm(answer[: round(FINISH_SECONDS * RATE)]) in heard
            assert to_pcm(answer[: round(FINISH_SECONDS * RATE) + 100]) not in heard

    asyncio.run(main())


def test_a_wake_word_model_that_hangs_holds_up_no_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    scorer = Loudness()
    scorer.gate.clear()
    monkeypatch.setattr("tests.in_process.FakeWakeWord", lambda: ThreadedWakeWord(lambda: scorer))
    brain = ScriptedBrain(Turn(silence=99 * RATE))
    before, question = noise(2 + 2 * QUEUE_LIMIT * BLOCK / RATE), noise(3.2, seed=7)

    async def main() -> None:
        async with server(brain) as tars, device(tars.url) as kitchen:
            await kitchen.hears(before)
            await until(scorer.asked.is_set)
            kitchen.press_enter()
            await kitchen.steps.states(session="ACTIVE_SESSION")
            await kitchen.hears(question)
            await until(lambda: b"".join(brain.conversations[0].heard).endswith(to_pcm(question)))
            scorer.gate.set()

    asyncio.run(main())


# --- a file as microphone --------------------------------------------------------------------------------------------------------


def test_a_device_stops_by_itself_some_silence_after_the_end_of_its_file() -> None:
    async def main() -> None:
        async with device(unreachable()) as kitchen:
            await kitchen.hears(noise(1))
            kitchen.microphone.end()
            await kitchen.hears(quiet(SILENCE_AFTER_FILE / RATE - 0.16))
            assert kitchen.steps.state("session") == "LISTENING"
            kitchen.microphone.hear(quiet(0.16))
            await kitchen.steps.states(session="IDLE")

    asyncio.run(main())


def test_a_conversation_continues_after_the_end_of_the_file() -> None:
    async def main() -> None:
        async with server(ScriptedBrain(Turn(silence=99 * RATE))) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            kitchen.microphone.end()
            await kitchen.hears(quiet(20))
            assert kitchen.steps.state("session") == "ACTIVE_SESSION"
            await kitchen.hears(quiet(11))
            await kitchen.steps.states(session="LISTENING")
            kitchen.microphone.hear(quiet(2.2))
            await kitchen.steps.states(session="IDLE", connection="DISCONNECTED")

    asyncio.run(main())


# --- the link --------------------------------------------------------------------------------------------------------------------


def test_a_server_that_does_not_answer_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with device(unreachable()) as kitchen:
            await kitchen.steps.event("failed", 10)

    with caplog.at_level(logging.WARNING, "tars"):
        asyncio.run(main())
    assert caplog.messages == [UNREACHABLE]


def test_of_several_servers_the_one_that_does_not_answer_is_named(caplog: pytest.LogCaptureFixture) -> None:
    gone = unreachable()

    async def main() -> None:
        async with server() as tars, device(tars.url, other_servers=(gone,)) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            kitchen.device_runner.sockets[kitchen.device_runner.core.link.generation].abort()
            await kitchen.steps.event("failed")

    asyncio.run(main())
    (said,) = [record for record in caplog.records if record.message == UNREACHABLE]
    assert vars(said)["values"]["server"] == gone


def test_a_refused_key_is_logged_once_and_again_after_it_was_accepted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)

    key = make_key()

    def know(store: SqliteStore, digest: str) -> None:
        store.remove_key("kitchen")
        store.add_key("kitchen", digest)

    async def main() -> None:
        with closing(open_store(tmp_path)) as store:
            know(store, "hash of another key")
            async with server(state=tmp_path) as tars, device(tars.url, key=key) as kitchen:
                await kitchen.steps.event("failed", 5)
                know(store, digest(key))
                await kitchen.steps.event("welcome")
                know(store, "hash of another key")
                failures = len(kitchen.steps.of("failed"))
                kitchen.device_runner.sockets[kitchen.device_runner.core.link.generation].abort()
                await kitchen.steps.event("failed", failures + 3)

    with caplog.at_level(logging.WARNING, "tars"):
        asyncio.run(main())
    assert [message for message in caplog.messages if message != "refused"] == [KEY_REFUSED, KEY_REFUSED]


def test_giving_up_is_a_failure_of_the_program() -> None:
    async def main() -> None:
        url = unreachable()
        async with device(url, max_attempts=3) as kitchen:
            await until(lambda: kitchen.device_runner.failure)
            assert (
                kitchen.device_runner.failure
                == f"no link to {url}: 3 attempts in a row have failed (max_attempts). Is tars-server running there?"
            )
            await kitchen.steps.states(session="IDLE")

    asyncio.run(main())


def test_a_device_that_gives_up_names_each_server_that_it_has_tried() -> None:
    first, second = unreachable(), unreachable()

    async def main() -> None:
        async with device(first, other_servers=(second,), max_attempts=3) as kitchen:
            await until(lambda: kitchen.device_runner.failure is not None)
            assert str(kitchen.device_runner.failure).startswith(f"no link to {first}, {second}: 3 attempts in a row")

    asyncio.run(main())


def test_a_greeting_without_an_answer_is_repeated_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as mute:
            limits = type(QUICK)(greeting_limit=0.02, backoff=(0.01,) * 5)
            async with device(f"ws://127.0.0.1:{mute.getsockname()[1]}", limits=limits) as kitchen:
                await kitchen.steps.event("greeting_late", 3)
                assert len(kitchen.device_runner._dialling) <= 1, "the older attempts are given up"

    asyncio.run(main())
    (said,) = [record for record in caplog.records if record.message == UNREACHABLE]
    assert vars(said)["values"]["reason"] == "no answer within 0.02 s (limits.greeting_limit)"


def test_events_of_an_older_connection_change_nothing() -> None:
    async def main() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            old = kitchen.device_runner.sockets[kitchen.device_runner.core.link.generation]
            old.abort()
            await kitchen.steps.event("welcome", 2)
            await until(lambda: list(kitchen.device_runner.sockets) == [kitchen.device_runner.core.link.generation])
            assert kitchen.steps.state("session") == "ACTIVE_SESSION"

    asyncio.run(main())


# --- what cannot be opened -------------------------------------------------------------------------------------------------------


@dataclass
class Part:
    """A microphone, speaker or wake word that notes whether it is open, and may fail to open."""

    refuses: bool = False
    is_open: bool = False

    def start(self, post: Callable[[Any], None]) -> None:
        if self.refuses:
            raise ConfigError("plug it in")
        self.is_open = True

    async def close(self) -> None:
        self.is_open = False


class Parts:
    """All three parts; one fails to open."""

    def __init__(self, refuses: str) -> None:
        class Microphone(Part, FakeMicrophone):
            pass

        class Speaker(Part, FakeSpeaker):
            pass

        class WakeWord(Part, FakeWakeWord):
            async def start(self, post: Callable[[Detected], None]) -> None:  # type: ignore[override]
                Part.start(self, post)

        self.microphone, self.speaker, self.wake = Microphone(), Speaker(), WakeWord()
        getattr(self, refuses).refuses = True


@pytest.mark.parametrize("refuses", ["microphone", "speaker", "wake"])
def test_a_part_that_cannot_be_opened_is_reported_and_the_others_are_closed(refuses: str) -> None:
    parts = Parts(refuses)

    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            await DeviceRunner(DeviceConfig(), parts.microphone, parts.speaker, parts.wake, tasks).live()

    with pytest.RaisesGroup(pytest.RaisesExc(ConfigError, match="plug it in")):
        asyncio.run(main())
    assert not [part for part in (parts.microphone, parts.speaker, parts.wake) if part.is_open]


@pytest.mark.parametrize(("part", "failed"), [("microphone", SoundFailed), ("speaker", SoundFailed), ("wake", WakeWordFailed)])
def test_a_part_that_fails_stops_the_program_in_good_order_with_its_reason(part: str, failed: type[SoundFailed | WakeWordFailed]) -> None:
    async def main() -> str | None:
        async with server() as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            post = getattr(kitchen, part)._post
            post(failed(f"the {part} has failed"))
            post(failed("and so has all else"))
            await until(lambda: kitchen.device_runner.finished)
            await tars.steps.event("session_end")
            return kitchen.device_runner.failure

    assert asyncio.run(main()) == f"the {part} has failed"


def test_any_error_in_the_handshake_is_a_failed_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> Connection:
        raise ZeroDivisionError("a fault")

    async def main() -> None:
        with monkeypatch.context() as patched:
            patched.setattr("tars.device.runner.dial", broken)
            async with server() as tars, device(tars.url) as kitchen:
                await kitchen.steps.event("failed", 2)
                patched.undo()
                await kitchen.is_called()

    asyncio.run(main())


def test_an_unknown_item_raises() -> None:
    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            device_runner = DeviceRunner(DeviceConfig(), FakeMicrophone(), FakeSpeaker(), FakeWakeWord(), tasks)
            with pytest.raises(TypeError, match="unknown event: 'what'"):
                device_runner.take("what", 0.0)
            for known in (Captured(bytes(2 * BLOCK)), Heard(1, 2), MicrophoneEnded()):
                assert device_runner.take(known, 0.0) == []

    asyncio.run(main())


def test_blocks_that_come_faster_than_real_time_are_all_kept() -> None:
    async def main() -> None:
        async with device(unreachable()) as kitchen:
            minute = noise(60)
            await kitchen.hears(minute)
            ring = kitchen.device_runner.core.ring
            assert np.array_equal(np.frombuffer(ring.read(ring.start, ring.end), np.int16), minute[-(ring.end - ring.start) :])

    asyncio.run(main())
