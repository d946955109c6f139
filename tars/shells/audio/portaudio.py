"""The sound card, through PortAudio. Its thread only moves samples; everything else happens on the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tars.errors import ConfigError
from tars.samples import BLOCK, RATE
from tars.shells.audio import Captured, Heard, MicrophoneEnded
from tars.shells.audio.playback import BufferedSpeaker

log = logging.getLogger(__name__)

Kind = Literal["input", "output"]

NOUN = {"input": "microphone", "output": "speaker"}

SPEAKER_RATE = 48_000
"""Samples a second: the one rate that every sound card plays."""

STEP = 960
"""Samples that the speaker takes at a time: 20 ms."""

PATIENCE = 125
"""Microphone blocks, 10 s, that wait for a busy event loop before they are replaced by silence."""

MOST_CHANNELS = 16
"""Channels that a device may have. One that claims more is a sound server, which makes as many as it is asked for out of what there is."""

_one_at_a_time = Lock()
"""PortAudio allows no two threads to open and close streams."""


def library() -> Any:
    """The sounddevice module, with PortAudio initialised. Raises ConfigError."""
    try:
        import sounddevice
    except ImportError as error:
        raise ConfigError("sounddevice is not installed: pip install '.[pi]' in the TARS folder") from error
    except OSError as error:
        raise ConfigError("the PortAudio library is not installed: sudo apt install libportaudio2") from error
    return sounddevice


def devices(kind: Kind) -> list[dict[str, Any]]:
    """The devices that can record, or play, as PortAudio describes them. Raises ConfigError without PortAudio."""
    return [device for device in library().query_devices() if device[f"max_{kind}_channels"] > 0]


def find(kind: Kind, name: str) -> int | None:
    """PortAudio's number of the device with this name, or with this in its name; None is its `default`. Raises ConfigError."""
    there = devices(kind)
    noun, option = NOUN[kind], f"--{NOUN[kind]}"
    if not there:
        raise ConfigError(
            f"there is no {noun} on this machine: plug one in (`arecord -l` and `aplay -l` show it), or use {option} file:PATH"
        )
    if name == "default":
        return None
    fitting = [device for device in there if name.casefold() in device["name"].casefold()]
    if not fitting:
        names = ", ".join(device["name"] for device in there)
        raise ConfigError(f"no {noun} is called {name!r}; there are: {names}. {option} default takes the system's own")
    exact = [device for device in fitting if device["name"].casefold() == name.casefold()]
    return int((exact or fitting)[0]["index"])


def describe(kind: Kind, name: str, rate: int) -> str:
    """The full name of the device that `name` stands for, which can be opened at this rate. Raises ConfigError."""
    sounddevice, device = library(), find(kind, name)
    check = sounddevice.check_input_settings if kind == "input" else sounddevice.check_output_settings
    try:
        check(device, 1, "int16", samplerate=rate)
        return str(sounddevice.query_devices(device, kind)["name"])
    except sounddevice.PortAudioError as error:
        raise _unusable(kind, name, rate, error) from error


def record(name: str, seconds: float) -> NDArray[np.int16]:
    """What a microphone hears on all of its channels, at its own rate: shape (samples, channels). Waits so long. Raises ConfigError."""
    sounddevice, device = library(), find("input", name)
    known = sounddevice.query_devices(device, "input")
    rate, channels = int(known["default_samplerate"]), int(known["max_input_channels"])
    if channels > MOST_CHANNELS:
        channels = 2
    try:
        with _one_at_a_time:
            sound = sounddevice.rec(round(seconds * rate), rate, channels, "int16", device=device, blocking=True)
    except sounddevice.PortAudioError as error:
        raise _unusable("input", name, rate, error) from error
    return np.asarray(sound, np.int16)


def _unusable(kind: Kind, name: str, rate: int, error: Exception) -> ConfigError:
    return ConfigError(
        f"{NOUN[kind]} {name!r} cannot be opened at {rate} samples a second, mono ({error}); "
        f"close what else uses it, or choose another device: `tars-pi doctor` lists them"
    )


class _Stream:
    """An open stream of 16 bit mono: PortAudio calls `callback` from its own thread until `close`."""

    def __init__(self, kind: Kind, name: str, rate: int, step: int, callback: Callable[..., None]) -> None:
        """Open the device and begin. Raises ConfigError."""
        self._who = f"{NOUN[kind]} {name!r}"
        self._closing = False
        sounddevice = library()
        make = sounddevice.RawInputStream if kind == "input" else sounddevice.RawOutputStream
        device = find(kind, name)
        try:
            with _one_at_a_time:
                self._stream = make(rate, step, device, 1, "int16", latency="high", callback=callback, finished_callback=self._finished)
                self.delay = round(self._stream.latency * rate)
                """Samples between the callback and the air."""
                self._stream.start()
        except sounddevice.PortAudioError as error:
            raise _unusable(kind, name, rate, error) from error

    def _finished(self) -> None:
        if not self._closing:
            log.error("%s has stopped: was it unplugged? Restart once it is back", self._who)

    async def close(self) -> None:
        """Stop at once, without waiting for what is still to be played, and release the device."""
        self._closing = True
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        with _one_at_a_time:
            self._stream.close()


class PortAudioMicrophone:
    """A microphone at 16 kHz, in blocks of 80 ms. A lost block is counted, logged and replaced by silence: samples stay time."""

    def __init__(self, name: str = "default") -> None:
        """`default`, or a part of a device's name."""
        self._name = name
        self.lost = 0
        """Blocks thrown away because too many waited for the event loop."""
        self.overruns = 0
        """Times that the system threw sound away before we came for it; how much, it does not say."""
        self._waiting: deque[tuple[int, int, bytes]] = deque()
        """Blocks on their way to the event loop, each with what `lost` and `overruns` were by then."""
        self._told = (0, 0)
        """`lost` and `overruns` as they were last logged."""
        self._stream: _Stream | None = None

    def start(self, post: Callable[[Captured | MicrophoneEnded], None]) -> None:
        """Open the device and begin. Raises ConfigError."""
        loop = asyncio.get_running_loop()

        def capture(data: Any, _frames: int, _time: Any, status: Any) -> None:
            self.overruns += status.input_overflow
            if len(self._waiting) == PATIENCE:
                self.lost += 1
                return
            self._waiting.append((self.lost, self.overruns, bytes(data)))
            loop.call_soon_threadsafe(self._deliver, post)

        self._stream = _Stream("input", self._name, RATE, BLOCK, capture)

    async def close(self) -> None:
        """Release the device."""
        if self._stream:
            await self._stream.close()

    def _deliver(self, post: Callable[[Captured | MicrophoneEnded], None]) -> None:
        """Hand over one block, in the event loop."""
        lost, overruns, pcm = self._waiting.popleft()
        if (lost, overruns) != self._told:
            log.warning("microphone: so far this program, busy, lost %d blocks, and the system lost sound %d times", lost, overruns)
            for _ in range(lost - self._told[0]):
                post(Captured(bytes(len(pcm))))
            self._told = (lost, overruns)
        post(Captured(pcm))


class PortAudioSpeaker(BufferedSpeaker):
    """A speaker at 48 kHz, open from start to close and silent in between, so that every sound begins at once."""

    def __init__(self, name: str = "default") -> None:
        """`default`, or a part of a device's name."""
        super().__init__(SPEAKER_RATE)
        self._name = name
        self.late = 0
        """Times that the device had to wait for us: cracks in the sound, not gaps in a reply."""
        self._stream: _Stream | None = None

    def start(self, post: Callable[[Heard], None]) -> None:
        """Open the device and begin, with silence. Raises ConfigError."""
        loop = asyncio.get_running_loop()

        def render(out: Any, frames: int, _time: Any, status: Any) -> None:
            samples, heard = self.pull(frames)
            out[:] = samples.tobytes()
            if heard:
                loop.call_soon_threadsafe(post, heard)
            if status.output_underflow:
                self.late += 1
                if self.late.bit_count() == 1:  # 1, 2, 4, 8, ...: a machine that is too slow does not fill its log
                    loop.call_soon_threadsafe(log.warning, "speaker: this program was too slow for the device %d times so far", self.late)

        self._stream = _Stream("output", self._name, SPEAKER_RATE, STEP, render)
        self.delay = self._stream.delay

    async def close(self) -> None:
        """Release the device."""
        if self._stream:
            await self._stream.close()
