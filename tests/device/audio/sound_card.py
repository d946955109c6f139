"""A sound card that exists only for the tests: a private PulseAudio with a microphone to speak into and a speaker to listen to."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from tars.device.audio.card import library
from tars.samples import Samples, to_pcm

PACKAGES = "sudo apt install pulseaudio pulseaudio-utils libasound2-plugins libportaudio2"

SIX = "front-left,front-right,rear-left,rear-right,front-center,lfe"
"""How ALSA orders six channels. In any other order PulseAudio would mix them."""

MICROPHONE = "module-remap-source"
"""What makes a microphone of a sink into which others speak."""

MODULES = (
    "module-native-protocol-unix",
    # Without norewinds a capture sometimes runs at half speed.
    "module-null-sink sink_name=mic_feed rate=16000 channels=1 format=s16le norewinds=1",
    f"{MICROPHONE} master=mic_feed.monitor source_name=virtmic",
    "module-null-sink sink_name=virtspk rate=48000 channels=2 format=s16le norewinds=1",
    # A second microphone, of six channels, that is not the default.
    f"module-null-sink sink_name=array_feed rate=44100 channels=6 channel_map={SIX} format=s16le norewinds=1",
    f"{MICROPHONE} master=array_feed.monitor source_name=array channels=6 channel_map={SIX} master_channel_map={SIX}",
)

ALSA = "".join(f"{kind}.{name} {{ type pulse }}\n" for kind in ("pcm", "ctl") for name in ("pulse", "default"))
"""All of ALSA's configuration, instead of what this machine and its user have set up."""


class SoundCard:
    """The daemon behind it, which can be ended and started anew."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self, *, microphones: bool = True) -> None:
        """It is there; without microphones, only the speaker is."""
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=60", "--realtime=no", "--high-priority=no"]
        modules = [f"--load={module}" for module in MODULES if microphones or not module.startswith(MICROPHONE)]
        with self._log.open("w") as output:
            self._daemon = subprocess.Popen([*command, *modules], stderr=output, start_new_session=True)
        _wait_for(self._daemon, self._log)
        subprocess.run(["pactl", "set-default-sink", "virtspk"], check=True)
        if microphones:
            subprocess.run(["pactl", "set-default-source", "virtmic"], check=True)

    def kill(self) -> None:
        """It is gone at once."""
        assert self._daemon is not None
        self._daemon.kill()
        self._daemon.wait(10)

    def stop(self) -> None:
        """The tests are over."""
        assert self._daemon is not None
        self._daemon.terminate()
        self._daemon.wait(10)


@contextmanager
def sound_card() -> Iterator[SoundCard]:
    """While it lasts, `default` is a microphone and a speaker of 48 kHz that nobody else has, in this process and its children."""
    if missing := [tool for tool in ("pulseaudio", "pactl", "pacat", "parec") if shutil.which(tool) is None]:
        pytest.fail(f"{', '.join(missing)}: not installed, and without it no sound can be tested: {PACKAGES}")
    # Not pytest's folder: the path of a socket has at most 108 characters.
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", folder)
        environment.setenv("PULSE_RUNTIME_PATH", f"{folder}/pulse")
        environment.setenv("PULSE_SERVER", f"unix:{folder}/pulse/native")
        Path(folder, "alsa.conf").write_text(ALSA)
        environment.setenv("ALSA_CONFIG_PATH", f"{folder}/alsa.conf")
        card = SoundCard(Path(folder, "log"))
        try:
            card.start()
            look_again()
            yield card
        finally:
            environment.undo()
            look_again()  # while the daemon is there: ALSA's way to it takes its end badly
            card.stop()


def _wait_for(daemon: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        if subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode == 0:
            return
        if daemon.poll() is not None:
            break
        Event().wait(0.05)
    pytest.fail(f"PulseAudio does not start: {log.read_text()}")


def look_again() -> None:
    """PortAudio reads the environment and looks for devices only when it is initialised, which importing sounddevice does."""
    sounddevice = library()
    sounddevice._terminate()
    sounddevice._initialize()


async def say(samples: Samples, *, feed: str = "mic_feed", rate: int = 16_000, channels: int = 1) -> None:
    """Speak into a microphone; returns when all has been said."""
    command = ["pacat", "--playback", f"--device={feed}", "--raw", f"--rate={rate}", f"--channels={channels}", "--format=s16le"]
    command += [f"--channel-map={SIX}"] if channels == 6 else []
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE)
    await process.communicate(to_pcm(samples))
    assert process.returncode == 0


@contextmanager
def saying(samples: Samples) -> Iterator[None]:
    """While it lasts, this is spoken into the microphone, which hears it soon."""
    command = ["pacat", "--playback", "--device=mic_feed", "--raw", "--rate=16000", "--channels=1", "--format=s16le"]
    with tempfile.TemporaryFile() as file:
        file.write(to_pcm(samples))
        file.seek(0)
        process = subprocess.Popen(command, stdin=file)
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)


async def listen() -> Process:
    """A process whose standard output is what the speaker plays from now on: PCM16, 48 kHz mono."""
    command = ["parec", "--device=virtspk.monitor", "--raw", "--rate=48000", "--channels=1", "--format=s16le", "--latency-msec=20"]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    assert process.stdout is not None
    await process.stdout.readexactly(2)
    return process
