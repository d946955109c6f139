"""What the tests of wake words listen to: a voice, a room, people, and an engine fed block by block."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from tars.demo.voice import Phrase, say, speak
from tars.device.audio.files import read_wav
from tars.device.wake.engines import Scorer
from tars.samples import BLOCK, RATE, Samples, to_pcm, to_samples

SPOKEN = {
    "hey_jarvis": "Hey Jarvis.",
    "okay_nabu": "Okay Nah boo.",
    "alexa": "Alexa.",
    "hey_mycroft": "Hey Mycroft.",
    "hey_rhasspy": "Hey Rhasspy.",
    "hey_tars": "Hey Tars.",
}
"""Each wake word, spelt so that the voice says it as people do."""


@cache
def other_speech() -> tuple[Samples, ...]:
    """People who say something else, at most 15 s of each recording."""
    recordings = sorted(Path("/usr/share/pocketsphinx/test/data").glob("*/*.wav"))
    assert recordings, "no recordings of other speech: sudo apt install pocketsphinx-testdata"
    return tuple(to_samples(read_wav(path))[: 15 * RATE] for path in recordings)


def said(*texts: str) -> Samples:
    """Texts with a second of quiet before each and after the last, in the noise of a room."""
    samples, _ = speak([Phrase(text, 1.0) for text in texts])
    return np.concatenate((samples, silence(RATE)))


def at_once(text: str) -> Samples:
    """A text from its first audible sample on, and a second of silence."""
    return np.concatenate((say(text), silence(RATE)))


def silence(samples: int) -> Samples:
    return np.zeros(samples, np.int16)


def noise(samples: int, level: float = 1000.0) -> Samples:
    """White noise, the same at every call; `level` is its root mean square in steps of 16 bit."""
    return np.random.default_rng(3).normal(0, level, samples).astype(np.int16)


def blocks(samples: Samples) -> list[Samples]:
    """All whole blocks."""
    return [samples[start : start + BLOCK] for start in range(0, len(samples) - BLOCK + 1, BLOCK)]


def scores(scorer: Scorer, samples: Samples) -> list[dict[str, float]]:
    """What the scorer says of each block."""
    return [dict(scorer.score(to_pcm(block))) for block in blocks(samples)]


def heard(scorer: Scorer, samples: Samples) -> set[str]:
    """The words that reach their thresholds."""
    return {name for row in scores(scorer, samples) for name, score in row.items() if score >= scorer.thresholds[name]}
