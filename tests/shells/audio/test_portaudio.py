"""What is PortAudio's alone; what it shares with others is in test_microphones.py and test_speakers.py."""

from __future__ import annotations

import asyncio
import ctypes.util
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tars.errors import ConfigError
from tars.samples import BLOCK
from tars.shells.audio import Captured, FromMicrophone, SoundFailed, portaudio
from tars.shells.audio.portaudio import PortAudioMicrophone, PortAudioSpeaker, devices, find
from tests.in_process import until


@pytest.fixture
def no_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portaudio.library(), "query_devices", list)


@pytest.fixture
def three_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    def device(index: int, name: str, inputs: int, outputs: int) -> dict[str, Any]:
        return {"index": index, "name": name, "max_input_channels": inputs, "max_output_channels": outputs}

    there = [device(0, "HDMI: hw:0", 0, 8), device(1, "USB Mic: Audio (hw:1)", 1, 0), device(2, "Jabra", 1, 2), device(3, "Jabra 2", 1, 2)]
    monkeypatch.setattr(portaudio.library(), "query_devices", lambda: there)


@pytest.mark.usefixtures("three_devices")
def test_a_device_is_found_by_a_part_of_its_name_and_by_its_whole_name_first() -> None:
    assert find("input", "default") is None
    assert find("input", "usb mic") == 1
    assert find("output", "jabra") == 2
    assert find("output", "jabra 2") == 3


@pytest.mark.usefixtures("three_devices")
def test_an_unknown_name_lists_the_devices_that_there_are() -> None:
    with pytest.raises(
        ConfigError, match=r"no microphone is called 'HDMI'; there are: USB Mic: Audio \(hw:1\), Jabra, Jabra 2\. --microphone"
    ):
        find("input", "HDMI")


@pytest.mark.usefixtures("no_devices")
@pytest.mark.parametrize(("kind", "noun"), [("input", "microphone"), ("output", "speaker")])
def test_without_a_device_it_is_said_what_to_do(kind: portaudio.Kind, noun: str) -> None:
    with pytest.raises(ConfigError, match=rf"there is no {noun} on this machine: plug one in .* --{noun} file:PATH"):
        find(kind, "default")


def test_without_the_package_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(ConfigError, match=r"sounddevice is not installed: pip install"):
        devices("input")


def test_without_the_library_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
    with pytest.raises(ConfigError, match=r"PortAudio library is not installed: sudo apt install libportaudio2"):
        devices("output")


@pytest.mark.usefixtures("virtual_sound_card")
def test_a_device_that_cannot_be_opened_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portaudio, "SPEAKER_RATE", 1)

    async def run() -> None:
        with pytest.raises(ConfigError, match=r"speaker 'pulse' cannot be opened at 1 samples a second, mono \(.*\); close what else"):
            PortAudioSpeaker("pulse").start(lambda _: None)

    asyncio.run(run())


def test_blocks_lost_to_a_busy_loop_become_silence_and_a_warning(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(portaudio, "_Stream", lambda *arguments: opened.append(arguments))
    monkeypatch.setattr(portaudio, "PATIENCE", 2)
    posted: list[FromMicrophone] = []
    blocks = [bytes([number]) * 2 * BLOCK for number in range(6)]

    async def run() -> None:
        microphone = PortAudioMicrophone()
        microphone.start(posted.append)
        capture = opened[0][-1]
        for number in range(5):  # the loop does not get to run
            capture(blocks[number], BLOCK, None, SimpleNamespace(input_overflow=number == 4))
        await asyncio.to_thread(lambda: None)
        capture(blocks[5], BLOCK, None, SimpleNamespace(input_overflow=False))
        await asyncio.to_thread(lambda: None)
        assert (microphone.lost, microphone.overruns) == (3, 1)

    asyncio.run(run())
    silence = Captured(bytes(2 * BLOCK))
    assert posted == [Captured(blocks[0]), Captured(blocks[1]), *3 * [silence], Captured(blocks[5])]
    assert caplog.messages == ["microphone: so far this program, busy, lost 3 blocks, and the system lost sound 1 times"]


def test_a_program_too_slow_for_its_speaker_is_counted_and_said_now_and_then(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened: list[Any] = []

    def stream(*arguments: Any) -> SimpleNamespace:
        opened.append(arguments)
        return SimpleNamespace(delay=0)

    monkeypatch.setattr(portaudio, "_Stream", stream)

    async def run() -> None:
        speaker = PortAudioSpeaker()
        speaker.start(lambda _: None)
        render = opened[0][-1]
        for _ in range(5):
            render(bytearray(20), 10, None, SimpleNamespace(output_underflow=True))
        await asyncio.to_thread(lambda: None)
        assert speaker.late == 5

    asyncio.run(run())
    assert [message.split("device ")[1] for message in caplog.messages] == ["1 times so far", "2 times so far", "4 times so far"]


def test_a_device_that_goes_away_is_said_and_one_that_is_closed_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        latency = 0.1

        def __init__(self, *_: object, finished_callback: Callable[[], None], **__: object) -> None:
            self.close = finished_callback

        def start(self) -> None:
            """Runs."""

    real = portaudio.library()
    monkeypatch.setattr(portaudio, "library", lambda: SimpleNamespace(RawInputStream=Stream, PortAudioError=real.PortAudioError))
    monkeypatch.setattr(portaudio, "find", lambda kind, name: None)

    told: list[FromMicrophone] = []

    async def run() -> None:
        microphone = PortAudioMicrophone()
        microphone.start(told.append)
        await microphone.close()
        assert told == []
        microphone.start(told.append)
        assert microphone._stream is not None
        microphone._stream._stream.close()
        await until(lambda: told)

    asyncio.run(run())
    assert told == [SoundFailed("the microphone 'default' has stopped: was it unplugged? Start again once it is back")]
