"""A WAV file as microphone or speaker, in real time; and a speaker that nobody hears."""

from __future__ import annotations

import asyncio
import logging
import wave
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from errno import EFBIG
from itertools import count
from pathlib import Path
from typing import Protocol

import numpy as np
import soxr

from tars.device.audio import Captured, FromMicrophone, FromSpeaker, MicrophoneEnded, Missed, start_part
from tars.device.audio.playback import BufferedSpeaker
from tars.errors import ConfigError
from tars.runtime import clock
from tars.samples import BLOCK, RATE, WIDTH, Samples, to_pcm

log = logging.getLogger(__name__)

STEP = 640
"""Samples that a speaker without a device plays at a time: 40 ms."""

REST = 3600.0
"""Seconds that a speaker which nobody hears sleeps at a time while it has nothing to play. A sound wakes it."""

RATES = range(4_000, 384_000 + 1)
"""Samples a second that a file may have: what sound is recorded at. A header may say anything."""

LONGEST_FILE = 2**31
"""Bytes of sound in a WAV file, 18 h: programs that read sizes as signed numbers still understand it."""


class Timer(Protocol):
    """A call to come."""

    def cancel(self) -> object:
        """It does not come."""


class Clock(Protocol):
    """What paces a file: `tars.runtime.clock`, or a test's own."""

    def now(self) -> float:
        """Seconds."""

    async def sleep_until(self, moment: float) -> None:
        """Return at `moment`, at once if it has passed."""

    def call_at(self, moment: float, action: Callable[[], object]) -> Timer:
        """Call `action` at `moment`, soon if it has passed."""


def read_wav(path: Path) -> bytes:
    """The file as PCM16, 16 kHz mono; bit for bit what is in it where it is that already, else resampled, its channels mixed.

    Any format that libsndfile reads will do. What its header says of its length is not believed. Raises ConfigError.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: there is no such file; give the path of a WAV file")
    try:
        import soundfile
    except ImportError as error:
        raise ConfigError("soundfile is not installed: pip install -e '.[pi]' in the TARS folder") from error
    try:
        with soundfile.SoundFile(path) as file:
            if file.samplerate not in RATES:
                raise ConfigError(f"{path}: it has {file.samplerate} samples a second; {RATES[0]} to {RATES[-1]} are allowed")
            if (file.channels, file.subtype, file.samplerate) == (1, "PCM_16", RATE):
                return to_pcm(file.read(dtype="int16"))
            mono = file.read(dtype="float32", always_2d=True).mean(axis=1)
            rate = file.samplerate
    except (OSError, soundfile.LibsndfileError) as error:
        reason = getattr(error, "error_string", None) or getattr(error, "strerror", None) or error
        hint = f"convert it with: sox {path} -r {RATE} -c 1 -b 16 -e signed-integer converted.wav"
        raise ConfigError(f"{path}: it cannot be read as sound: {reason} {hint}") from error
    return to_pcm(np.clip(soxr.resample(mono, rate, RATE) * 32768, -32768, 32767).round().astype(np.int16))


class FileMicrophone:
    """Hears a WAV file in real time, the last block filled up with zeros; then `MicrophoneEnded`, once, and silence without end.

    While it is muted, each block is posted as Missed: a program whose recording is over still counts the time.
    """

    def __init__(self, path: Path, time: Clock = clock) -> None:
        """Read the file. Raises ConfigError."""
        pcm, size = read_wav(path), BLOCK * WIDTH
        self._blocks = [pcm[at : at + size].ljust(size, b"\0") for at in range(0, len(pcm), size)]
        self._time = time
        self._timer: Timer | None = None
        self._muted = False

    @property
    def counts(self) -> dict[str, float]:
        """Nothing: of a file nothing is lost."""
        return {}

    def start(self, post: Callable[[FromMicrophone], None]) -> None:
        """The file begins now: its first block is there 80 ms later."""
        began, silence, number = self._time.now(), bytes(BLOCK * WIDTH), 0

        def hear() -> None:
            nonlocal number
            if self._muted:
                post(Missed(BLOCK))
            else:
                post(Captured(self._blocks[number] if number < len(self._blocks) else silence))
            number += 1
            wait()

        def wait() -> None:
            if number == len(self._blocks):
                post(MicrophoneEnded())
            self._timer = self._time.call_at(began + (number + 1) * BLOCK / RATE, hear)

        wait()

    def mute(self) -> None:
        """The file goes on, unheard."""
        self._muted = True

    def unmute(self) -> None:
        """Hear the file again, from where it is now."""
        self._muted = False

    async def close(self) -> None:
        """Hear no more."""
        if self._timer is not None:
            self._timer.cancel()


class _RealTimeSpeaker(BufferedSpeaker, ABC):
    """Plays in real time, a step at a time."""

    def __init__(self, time: Clock = clock) -> None:
        """A step is heard when the next one begins."""
        super().__init__(RATE, delay=STEP)
        self._time = time
        self._task: asyncio.Task[None] | None = None

    def start(self, post: Callable[[FromSpeaker], None]) -> None:
        """Time begins."""
        self._task = start_part(self._play(post), "speaker", post)

    async def close(self) -> None:
        """Play no more."""
        await _cancel(self._task)

    async def _play(self, post: Callable[[FromSpeaker], None]) -> None:
        start = self._time.now()
        for number in count():
            await self._time.sleep_until(start + number * STEP / RATE)
            samples, heard = self.pull(STEP)
            if heard:
                post(heard)
            await self._emit(samples)

    @abstractmethod
    async def _emit(self, samples: Samples) -> None:
        """What becomes of a step."""


class NullSpeaker(_RealTimeSpeaker):
    """Plays to nobody. Between sounds it takes no steps, and no processor time."""

    def __init__(self, time: Clock = clock) -> None:
        """Nothing is played before `start`."""
        super().__init__(time)
        self._post: Callable[[FromSpeaker], None] | None = None
        self._resting = False

    def start(self, post: Callable[[FromSpeaker], None]) -> None:
        """Time begins."""
        self._post = post
        super().start(post)

    async def close(self) -> None:
        """Play no more."""
        self._post = None
        await super().close()

    def open(self, stream: int, rate: int) -> None:
        """A reply begins."""
        super().open(stream, rate)
        self._wake()

    def cue(self, samples: Samples) -> None:
        """A short sound of our own."""
        super().cue(samples)
        self._wake()

    def _wake(self) -> None:
        if self._resting and self._task and self._post:
            self._resting = False
            self._task.cancel()
            super().start(self._post)

    async def _emit(self, samples: Samples) -> None:
        self._resting = self.pass_silence(0)
        while self._resting:
            await self._time.sleep_until(self._time.now() + REST)


class FileSpeaker(_RealTimeSpeaker):
    """Writes a WAV, 16 kHz mono, of what somebody at the speaker would have heard from start to close, silence included.

    115 MB an hour, silence or not. The file is valid at every moment, so that a killed program leaves a good one. A disk that
    is full ends the file, with an error in the log, and not the conversation.
    """

    def __init__(self, path: Path, time: Clock = clock) -> None:
        """Nothing is written before `start`."""
        super().__init__(time)
        self._path = path
        self._file: _WavWriter | None = None
        # One thread, so that nothing here waits for a disk, and closing comes after the last write.
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="speaker-file")

    def start(self, post: Callable[[FromSpeaker], None]) -> None:
        """Create the file, over an older one. Raises ConfigError."""
        try:
            self._file = _WavWriter(self._path)
        except OSError as error:
            raise ConfigError(f"{self._path}: cannot be written ({error.strerror}); give the speaker another file") from error
        super().start(post)

    async def close(self) -> None:
        """The file is complete."""
        await super().close()
        await asyncio.to_thread(self._disk.shutdown)
        await asyncio.to_thread(self._finish)

    async def _emit(self, samples: Samples) -> None:
        await asyncio.get_running_loop().run_in_executor(self._disk, self._write, to_pcm(samples))

    def _write(self, pcm: bytes) -> None:
        try:
            if self._file:
                self._file.write(pcm)
        except OSError as error:
            log.error("%s: %s; nothing more is written to it", self._path, error.strerror)  # noqa: TRY400 - said in full
            self._finish()

    def _finish(self) -> None:
        file, self._file = self._file, None
        if file:
            file.close()


class _WavWriter:
    """A WAV file, 16 kHz mono, valid after every write. All of it may raise OSError."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("wb")
        self._wav = wave.Wave_write(self._stream)
        self._wav.setparams((1, WIDTH, RATE, 0, "NONE", ""))
        self._written = 0

    def write(self, pcm: bytes) -> None:
        """Append; `wave` brings the sizes in the header up to date."""
        self._written += len(pcm)
        if self._written > LONGEST_FILE:
            raise OSError(EFBIG, "a WAV file cannot be longer")
        self._wav.writeframes(pcm)
        self._stream.flush()

    def close(self) -> None:
        """Let go of the file."""
        for part in (self._wav, self._stream):
            with suppress(OSError):  # a full disk has been reported by `write`
                part.close()


async def _cancel(task: asyncio.Task[None] | None) -> None:
    """End the task, and wait until it has ended."""
    if task:
        task.cancel()
        await asyncio.wait([task])
