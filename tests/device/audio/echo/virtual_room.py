"""A room around the virtual sound card: its microphone hears what its speaker plays, and who speaks in the room."""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Thread

import numpy as np

from tars.runtime import clock
from tars.samples import RATE, Samples, to_pcm, to_samples
from tests.device.audio.echo.room import Room, Sound

STEP = RATE // 50
"""Samples that pass at a time: 20 ms."""
FORM = ("--raw", f"--rate={RATE}", "--channels=1", "--format=s16le")
LISTEN = ("parec", "--device=virtspk.monitor", *FORM, "--latency-msec=20")
BESIDE = ("parec", "--device=virtmic", *FORM, "--latency-msec=20")
LOUD = 1_000
"""A piece is loud if a sample of it is above this: -30 dB of full scale."""
SPEAK = ("pacat", "--playback", "--device=mic_feed", *FORM, "--latency-msec=150")


class VirtualRoom:
    """What passes through it, since it was opened."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._lock = Condition()
        self._saying: deque[Sound] = deque()
        self.played: list[Samples] = []
        """What the speaker has played, in pieces of STEP."""
        self.passed: list[float] = []
        """When each piece has passed, in seconds since the epoch."""
        self.loud: list[float] = []
        """When the microphone has captured a loud piece. The way to it takes some tenths of a second, and more on a busy machine."""

    def say(self, sound: Sound) -> None:
        """Somebody says this, after what is being said."""
        padded = np.pad(sound, (0, -len(sound) % STEP))
        with self._lock:
            self._saying.extend(padded.reshape(-1, STEP))

    def wait(self, condition: Callable[[], bool], within: float = 60.0) -> None:
        """Wait until this holds; it is looked at with each piece that passes."""
        with self._lock:
            assert self._lock.wait_for(condition, within), f"not within {within:g} s"

    def listen(self, beside: subprocess.Popen[bytes]) -> None:
        """Note when the microphone captures something loud, until this is gone."""
        assert beside.stdout is not None
        while len(pcm := beside.stdout.read(2 * STEP)) == 2 * STEP:
            if np.abs(to_samples(pcm).astype(np.int32)).max() > LOUD:
                self.loud.append(clock.wall())

    def pass_on(self, ears: subprocess.Popen[bytes], mouth: subprocess.Popen[bytes]) -> None:
        """From the speaker to the microphone, until one of both is gone."""
        assert ears.stdout is not None
        assert mouth.stdin is not None
        way, before = self._room.way(3), np.zeros(round(self._room.reverberation * RATE) - 1)
        random = np.random.default_rng(5)
        try:
            while len(pcm := ears.stdout.read(2 * STEP)) == 2 * STEP:
                with self._lock:
                    self.played.append(to_samples(pcm))
                    self.passed.append(clock.wall())
                    self._lock.notify_all()
                loud = np.concatenate([before, self._room.distorted(self.played[-1] / 32768)])
                before = loud[STEP:]
                around = np.convolve(loud, way, "valid")
                with self._lock:
                    around = around + (self._saying.popleft() if self._saying else 0.0)
                noisy = around * 32767 + random.normal(0, self._room.noise, STEP)
                mouth.stdin.write(to_pcm(noisy.clip(-32768, 32767).round().astype(np.int16)))
                mouth.stdin.flush()
        except BrokenPipeError:
            pass


@contextmanager
def virtual_room(room: Room) -> Iterator[VirtualRoom]:
    """While it lasts, the speaker is heard by the microphone."""
    opened = VirtualRoom(room)
    ears = subprocess.Popen(LISTEN, stdout=subprocess.PIPE)
    mouth = subprocess.Popen(SPEAK, stdin=subprocess.PIPE)
    beside = subprocess.Popen(BESIDE, stdout=subprocess.PIPE)
    air = [Thread(target=opened.pass_on, args=(ears, mouth), name="air"), Thread(target=opened.listen, args=(beside,), name="beside")]
    for thread in air:
        thread.start()
    try:
        yield opened
    finally:
        ears.terminate()
        beside.terminate()
        for thread in air:
            thread.join()
        mouth.terminate()
        for process in (ears, mouth, beside):
            process.communicate()
