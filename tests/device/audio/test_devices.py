from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tars.device.audio.devices import is_cancelled, open_both, open_microphone, open_speaker
from tars.device.audio.echo import speex
from tars.device.audio.echo.microphone import EchoCancelledMicrophone
from tars.device.audio.files import FileMicrophone, FileSpeaker, NullSpeaker
from tars.device.audio.microphone import PortAudioMicrophone
from tars.device.audio.speaker import PortAudioSpeaker
from tars.device.settings import EchoCancellation
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


@pytest.mark.parametrize(
    ("microphone", "speaker", "wanted", "cancelled"),
    [
        ("default", "jabra", "auto", True),
        ("default", "jabra", "speex", True),
        ("default", "jabra", "off", False),
        ("file:in.wav", "default", "speex", False),
        ("default", "file:out.wav", "speex", False),
        ("default", "none", "auto", False),
    ],
)
def test_the_echo_between_two_devices_is_cancelled_if_that_is_wanted(
    microphone: str, speaker: str, wanted: EchoCancellation, *, cancelled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "in.wav", to_pcm(noise(10)))
    heard, plays = open_both(microphone, 1, speaker, wanted)
    assert isinstance(heard, EchoCancelledMicrophone) is cancelled
    assert isinstance(plays, PortAudioSpeaker) is (speaker in ("default", "jabra"))


def test_without_the_library_auto_goes_without_and_speex_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> None:
        raise ConfigError("libspeexdsp is not installed")

    monkeypatch.setattr(speex, "library", missing)
    caplog.set_level("INFO")
    assert not is_cancelled("default", "default", "auto")
    assert "libspeexdsp is not installed" in caplog.text
    with pytest.raises(ConfigError, match="libspeexdsp"):
        is_cancelled("default", "default", "speex")


def test_to_be_interrupted_by_speech_needs_echo_cancellation() -> None:
    assert isinstance(open_both("default", 1, "default", "auto", "speech")[0], EchoCancelledMicrophone)
    with pytest.raises(ConfigError, match="interruption: speech needs echo cancellation"):
        open_both("default", 1, "default", "off", "speech")


def test_importing_the_contract_brings_no_device_library() -> None:
    program = "import sys, tars.device.audio, tars.device.wake; print(*{'sounddevice', 'onnxruntime', 'soxr'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == ""
