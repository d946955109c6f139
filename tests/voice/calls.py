"""Calls by synthetic voices, in quiet and in noise, near and far; and hours of other sound in which nobody calls."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soxr
from hibari import Hibari

from tars.device.audio.files import read_wav
from tars.errors import ConfigError
from tars.samples import RATE, Samples, to_samples
from tests.device.wake.hearing import SPOKEN

SPEEDS = (0.8, 0.9, 1.0, 1.1, 1.25)
PITCHES = (0.87, 1.0, 1.15)
"""How much higher a voice becomes; its speed changes with it."""
FLITE = ("slt", "rms", "awb")
"""Voices of Debian's flite: two Americans and a Scot."""
PACKAGES = (
    "pocketsphinx-testdata",
    "asterisk-moh-opsound-wav",
    *(f"asterisk-core-sounds-{language}-wav" for language in ("en", "es", "fr", "it", "ru")),
)
"""Debian packages with recordings of people and of music. Those that are not installed are named in the report."""

Sound = np.ndarray[tuple[int], np.dtype[np.float64]]


def calls(word: str) -> list[Sound]:
    """One word by every voice, in full scale from -1 to 1, with a peak of 0.5."""
    return [0.5 * sound / np.abs(sound).max() for sound in (*_by_hibari(SPOKEN[word]), *flite(SPOKEN[word]))]


def _by_hibari(text: str) -> Iterator[Sound]:
    voice = _hibari()
    for speed in SPEEDS:
        sound = np.asarray(voice(text, speed=speed, seed=1), np.float64)
        yield from (soxr.resample(sound, voice.sample_rate * pitch, RATE) for pitch in PITCHES)


@cache
def _hibari() -> Hibari:
    return Hibari()


def flite(text: str, stretches: Sequence[float] = (0.9, 1.0, 1.2)) -> list[Sound]:
    """The text by each voice of flite, so many times as long; nothing if flite is not installed."""
    if shutil.which("flite") is None:
        return []
    said: list[Sound] = []
    with TemporaryDirectory() as folder:
        for voice in FLITE:
            for stretch in stretches:
                path = Path(folder, "said.wav")
                options = ["-voice", voice, "--setf", f"duration_stretch={stretch}", "-t", text, "-o", str(path)]
                subprocess.run(["flite", *options], check=True, capture_output=True)
                said.append(to_samples(read_wav(path)) / 32768)
    return said


def voices() -> str:
    """Who says the words, for the report."""
    ours = f"hibari at {len(SPEEDS)} speeds and {len(PITCHES)} pitches"
    return f"{ours}, flite ({', '.join(FLITE)}) at 3 speeds" if shutil.which("flite") else f"{ours}; flite is not installed"


# --- around a call -----------------------------------------------------------------------------------------------------------------


def pink(samples: int, rng: np.random.Generator) -> Sound:
    """Noise whose power falls with the frequency."""
    spectrum = np.fft.rfft(rng.normal(size=samples))
    return np.asarray(np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 1), samples), np.float64)


def babble(samples: int, rng: np.random.Generator) -> Sound:
    """Six people who talk at once."""
    loud = [np.resize(person, samples + RATE) for person in _people()]
    return np.asarray(sum(person[(at := rng.integers(RATE)) : at + samples] for person in loud), np.float64)


@cache
def _people() -> list[Sound]:
    """Six recordings, equally loud."""
    people = [to_samples(read_wav(path)) for path in recordings("pocketsphinx-testdata")[:6]]
    return [np.asarray(person / person.std(), np.float64) for person in people]


def far(sound: Sound, rng: np.random.Generator) -> Sound:
    """From the other end of a room: an echo that needs 0.5 s to fall by 60 dB, as strong as the direct sound."""
    time = np.arange(RATE // 2) / RATE
    echo = rng.normal(size=len(time)) * 10 ** (-3 * time / 0.5)
    echo[: RATE // 200] = 0
    echo /= np.sqrt((echo**2).sum())
    echo[0] = 1
    size = len(sound) + len(echo) - 1
    return np.asarray(np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(echo, size), size), np.float64)


def noisy(sound: Sound, noise: Callable[[int, np.random.Generator], Sound], decibels: float, rng: np.random.Generator) -> Sound:
    """The sound, so many decibels above the noise, which begins a second before it and ends a second after it."""
    loud = sound[np.abs(sound) > 0.05 * np.abs(sound).max()].std()
    padded = np.pad(sound, RATE)
    around = noise(len(padded), rng)
    return np.asarray(padded + around * loud / around.std() * 10 ** (-decibels / 20), np.float64)


CONDITIONS: dict[str, Callable[[Sound, np.random.Generator], Sound]] = {
    "clean": lambda sound, _: np.pad(sound, RATE),
    "pink 10 dB": lambda sound, rng: noisy(sound, pink, 10, rng),
    "pink 5 dB": lambda sound, rng: noisy(sound, pink, 5, rng),
    "babble 10 dB": lambda sound, rng: noisy(sound, babble, 10, rng),
    "babble 5 dB": lambda sound, rng: noisy(sound, babble, 5, rng),
    "far": lambda sound, rng: np.pad(far(sound, rng), RATE),
    "far, pink 10 dB": lambda sound, rng: noisy(far(sound, rng), pink, 10, rng),
}


def as_heard(sound: Sound, number: int, condition: str) -> Samples:
    """Call `number` as a microphone has it in this condition, in the faint noise of a room; the same at every call."""
    rng = np.random.default_rng([number, list(CONDITIONS).index(condition)])
    around = CONDITIONS[condition](sound, rng)
    scaled = around * min(1.0, 0.9 / np.abs(around).max()) * 32767 + rng.normal(0, 8, len(around))
    return np.asarray(scaled.round(), np.int16)


# --- other sound -------------------------------------------------------------------------------------------------------------------


def recordings(package: str) -> list[Path]:
    """The WAV files of a Debian package, or none if it is not installed."""
    listed = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=False).stdout.splitlines()
    return sorted(path for path in map(Path, listed) if path.suffix == ".wav" and path.is_file())


def other_sound() -> Iterator[tuple[str, Samples]]:
    """The package and the sound of every recording that can be read."""
    for package in PACKAGES:
        for path in recordings(package):
            try:
                yield package, to_samples(read_wav(path))
            except ConfigError:
                continue
