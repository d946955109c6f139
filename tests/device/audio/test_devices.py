from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tars.device.audio.devices import open_microphone, open_speaker
from tars.device.audio.files import FileMicrophone, FileSpeaker, NullSpeaker
from tars.device.audio.microphone import PortAudioMicrophone
from tars.device.audio.speaker import PortAudioSpeaker
from tars.errors import ConfigError
from tars.samples import to_pcm
from tests.device.audio.test_files import noise, write


def test_what_the_user_writes_is_what_is_opened(tmp_path: Path) -> None:
    path = write(tmp_path / "in.wav", to_pcm(noise(10)))
    assert isinstance(open_microphone(f"file:{path}"), FileMicrophone)
    assert isinstance(open_microphone("default"), PortAudioMicrophone)
    assert isinstance(open_microphone("jabra"), PortAudioMicrophone)
    assert isinstance(open_speaker(f"file:{tmp_path}/out.wav"), FileSpeaker)
    assert isinstance(open_speaker("none"), NullSpeaker)
    assert isinstance(open_speaker("default"), PortAudioSpeaker)
    with pytest.raises(ConfigError):
        open_microphone("file:nowhere.wav")


def test_importing_the_contract_brings_no_device_library() -> None:
    program = "import sys, tars.device.audio, tars.device.wake; print(*{'sounddevice', 'onnxruntime', 'soxr'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == ""
