"""Mute, volume and stop in the device's runner, with a real server where one is needed."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tars.core.effects import Cue
from tars.device.audio import Captured, SpeechNoticed
from tars.device.audio.files import FileMicrophone
from tars.device.audio.loudness import Loudness
from tars.device.audio.sounds import CUES
from tars.device.control.commands import Mute, SetVolume, Silence
from tars.device.quiet_hours import read_quiet_hours
from tars.device.runner import SILENCE_AFTER_FILE, DeviceRunner
from tars.device.saved_sound import SavedSound
from tars.device.settings import DeviceConfig
from tars.generated.messages import SoundLevel, Watch
from tars.generated.server import events as server_events
from tars.runtime.runner import Tell
from tars.samples import BLOCK, RATE, to_pcm
from tars.testing import FakeMicrophone, FakeSpeaker, FakeWakeWord, ScriptedBrain, Turn
from tests.device.audio.manual_clock import ManualClock
from tests.device.audio.test_files import write
from tests.in_process import RunningDevice, Steps, device, server, unreachable, until
from tests.sounds import noise

ANSWER = noise(4, seed=9)


async def mutes(kitchen: RunningDevice, muted: bool = True) -> None:
    kitchen.device_runner.post(Mute(muted))
    await until(lambda: kitchen.device_runner.core.muted is muted)


def test_while_muted_nobody_who_looks_is_told_how_loud_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.device.watched.INTERVAL", 0.0)

    async def main() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            levels: list[float] = []
            tars.registry.watchers.append(lambda _, told: levels.append(told.level) if isinstance(told, SoundLevel) else None)
            await kitchen.steps.states(continuity="LINKED")
            runner = tars.registry.runners["kitchen"]
            runner.post(Tell(runner.core.link.generation, Watch(30)))
            await until(lambda: kitchen.device_runner.watched._until)
            await kitchen.hears(noise(0.8))
            await until(lambda: levels)
            await mutes(kitchen)
            told = len(levels)
            kitchen.device_runner.post(Captured(to_pcm(noise(0.08))))  # a block that was on its way
            await mutes(kitchen, muted=False)
            await kitchen.hears(noise(0.08))
            await until(lambda: len(levels) > told)
            assert len(levels) == told + 1

    asyncio.run(main())


def test_while_muted_nothing_reaches_the_wake_word_and_a_late_detection_opens_no_session() -> None:
    async def main() -> None:
        async with device(unreachable()) as kitchen:
            await kitchen.hears(noise(0.8))
            fed = len(kitchen.wake.fed)
            kitchen.device_runner.post(Mute(muted=True))
            kitchen.wake.detect()  # its thread has found the wake word just before
            await until(lambda: kitchen.device_runner.core.muted)
            assert kitchen.microphone.muted
            kitchen.microphone.hear(noise(0.8, seed=3))
            kitchen.wake.detect()
            await mutes(kitchen, muted=False)
            assert kitchen.steps.of("hotword") == []
            assert len(kitchen.wake.fed) == fed
            kitchen.microphone.hear(noise(0.08, seed=4))
            await until(lambda: len(kitchen.wake.fed) == fed + 1)
            assert kitchen.wake.fed[-1][1] == 21 * BLOCK, "offsets measure time"
            kitchen.wake.detect()
            await kitchen.steps.states(session="HOTWORD_DETECTED")

    asyncio.run(main())


def test_the_brain_hears_nothing_of_what_was_said_before_a_mute_or_during_it() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(silence=99 * RATE))
        async with server(brain) as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            before, during, after = noise(1.6, seed=1), noise(0.8, seed=2), noise(0.8, seed=3)
            await kitchen.hears(before)
            await mutes(kitchen)
            kitchen.microphone.hear(during)
            await mutes(kitchen, muted=False)
            kitchen.microphone.hear(after)
            await until(lambda: len(kitchen.wake.fed) == 30)
            kitchen.wake.detect()
            await kitchen.steps.event("session_started")
            await until(lambda: b"".join(brain.conversations[0].heard) == to_pcm(after))

    asyncio.run(main())


def test_speech_that_was_noticed_before_a_mute_and_comes_after_it_interrupts_nothing() -> None:
    async def main() -> None:
        async with server(ScriptedBrain(Turn(sound=ANSWER))) as tars, device(tars.url, interruption="speech") as kitchen:
            await speaks(kitchen)
            kitchen.device_runner.post(Mute(muted=True))
            kitchen.device_runner.post(SpeechNoticed(kitchen.device_runner.core.ring.end))
            await until(lambda: kitchen.device_runner.core.muted)
            kitchen.speaker.pass_time(4)
            await kitchen.steps.states(session="LISTENING")
            assert kitchen.steps.of("speech_noticed") == []
            assert to_pcm(ANSWER) in to_pcm(kitchen.speaker.played), "the answer is heard to its end"

    asyncio.run(main())


def test_a_muted_device_stops_by_itself_after_the_end_of_its_file(tmp_path: Path) -> None:
    """The file microphone is real; the test moves its clock."""

    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            time = ManualClock()
            microphone = FileMicrophone(write(tmp_path / "in.wav", to_pcm(noise(1))), time)
            config = DeviceConfig(server=unreachable(), device="kitchen", discovery="off")
            runner = DeviceRunner(config, microphone, FakeSpeaker(), FakeWakeWord(), tasks)
            runner.restore(SavedSound(muted=True))
            steps = Steps()
            runner.trace = steps
            running = tasks.create_task(runner.live())
            await steps.states(session="LISTENING")
            await time.advance(1.04 + SILENCE_AFTER_FILE / RATE - 0.08)
            await until(lambda: runner.core.ring.end == 1.04 * RATE + SILENCE_AFTER_FILE - BLOCK)
            assert steps.state("session") == "LISTENING"
            await time.advance(0.08)
            await until(running.done)
            assert steps.state("session") == "IDLE"

    asyncio.run(main())


def test_the_button_of_a_muted_device_opens_no_session_and_the_user_hears_it() -> None:
    async def main() -> None:
        async with device(unreachable()) as kitchen:
            await mutes(kitchen)
            kitchen.press_enter()
            await until(lambda: kitchen.speaker._pieces)
            kitchen.speaker.pass_time(1)
            assert to_pcm(CUES["error"]) in to_pcm(kitchen.speaker.played)
            assert kitchen.steps.of("button") == []

    asyncio.run(main())


def test_the_button_stops_an_answer_that_a_muted_device_plays_and_nothing_asks_the_user_to_speak() -> None:
    async def main() -> None:
        async with server(ScriptedBrain(Turn(sound=ANSWER))) as tars, device(tars.url) as kitchen:
            await speaks(kitchen)
            await mutes(kitchen)
            assert kitchen.steps.state("session") == "ACTIVE_SESSION", "the answer goes on"
            kitchen.speaker.pass_time(1)
            kitchen.press_enter()
            await kitchen.steps.states(session="LISTENING", turn="NO_TURN")
            before = len(kitchen.speaker.played)
            kitchen.speaker.pass_time(3)
            assert not kitchen.speaker.played[before:].any()

    asyncio.run(main())


async def speaks(kitchen: RunningDevice) -> None:
    """An answer has begun, and all of it is there."""
    await kitchen.is_called()
    await kitchen.hears(noise(1.6))
    await kitchen.steps.states(turn="DRAINING")
    kitchen.speaker.pass_time(1)


def test_stop_ends_answer_and_session_without_a_sound() -> None:
    async def main() -> None:
        async with server(ScriptedBrain(Turn(sound=ANSWER))) as tars, device(tars.url) as kitchen:
            await speaks(kitchen)
            cues: list[object] = []
            kitchen.device_runner.observers.append(lambda happened: cues.append(happened) if isinstance(happened, Cue) else None)
            kitchen.device_runner.post(Silence())
            await kitchen.steps.states(session="LISTENING", turn="NO_TURN")
            before = len(kitchen.speaker.played)
            kitchen.speaker.pass_time(3)
            assert not kitchen.speaker.played[before:].any()
            assert cues == []
            await tars.steps.states(session="LISTENING")

    asyncio.run(main())


def test_stop_ends_an_alarm() -> None:
    async def main() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            tars.registry.runners["kitchen"].post(server_events.TimerDue("pasta"))
            await kitchen.steps.event("ring")
            kitchen.speaker.pass_time(0.2)
            assert kitchen.speaker.played.any()
            kitchen.device_runner.post(Silence())
            await until(lambda: not kitchen.speaker._pieces)

    asyncio.run(main())


def test_the_volume_counts_at_once_also_for_an_answer_that_plays() -> None:
    async def main() -> None:
        loud = np.full(4 * RATE, 8000, np.int16)
        async with server(ScriptedBrain(Turn(sound=loud))) as tars, device(tars.url) as kitchen:
            await speaks(kitchen)
            assert int(kitchen.speaker.played.max()) == 8000
            kitchen.device_runner.post(SetVolume(50))
            await until(lambda: kitchen.speaker.gain != 1)
            before = len(kitchen.speaker.played)
            kitchen.speaker.pass_time(0.5)
            assert set(kitchen.speaker.played[before:].tolist()) == {1000}

    asyncio.run(main())


def test_an_answer_in_quiet_hours_is_quieter() -> None:
    async def main() -> None:
        loud = np.full(4 * RATE, 8000, np.int16)
        async with server(ScriptedBrain(Turn(sound=loud))) as tars, device(tars.url) as kitchen:
            kitchen.device_runner.loudness = Loudness("normal", read_quiet_hours("22:00-07:00"), 50, lambda: datetime(2026, 11, 30, 23))
            await speaks(kitchen)
            assert int(kitchen.speaker.played.max()) == 1000

    asyncio.run(main())


@pytest.mark.parametrize("muted", [True, False])
def test_a_device_is_muted_before_its_microphone_is_started_if_it_was_before(muted: bool) -> None:
    order: list[str] = []

    class Microphone(FakeMicrophone):
        def mute(self) -> None:
            order.append("mute")
            super().mute()

        def start(self, post: object) -> None:
            order.append("start")

    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            config = DeviceConfig(server=unreachable(), device="kitchen", discovery="off")
            runner = DeviceRunner(config, Microphone(), FakeSpeaker(), FakeWakeWord(), tasks)
            steps = Steps()
            runner.trace = steps
            runner.restore(SavedSound(muted=muted, volume=40))
            assert runner.core.muted is muted, "not only once its models are loaded"
            running = tasks.create_task(runner.live())
            await steps.states(session="LISTENING")
            assert [step.event for step in steps.taken[:2]] == ["begins", "mute" if muted else "start"]
            assert runner.core.muted is muted
            runner.stop()
            await running
            assert runner.loudness.volume == 40

    asyncio.run(main())
    assert order[:2] == (["mute", "start"] if muted else ["start"])
