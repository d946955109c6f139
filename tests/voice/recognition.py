"""Our sentences, spoken by several voices, near and far, in noise, and what becomes of them."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soxr
from hibari import Hibari

from tars.brains.hear.on_this_machine import LoadedModel
from tars.brains.reply.intents.understanding.words import digits, plain
from tars.device.audio.files import read_wav
from tars.samples import RATE, Samples, to_samples
from tests.sentences.rates import OURS, Sentence, kinds
from tests.voice.calls import Sound, far, noisy, pink, recordings

SENTENCES = 30
"""So many were looked at when the repair rules were made, and as many others were not."""

CONDITIONS: dict[str, Callable[[Sound, np.random.Generator], Sound]] = {
    "clean": lambda sound, _: np.pad(sound, RATE // 2),
    "pink 20 dB": lambda sound, rng: noisy(sound, pink, 20, rng),
    "pink 10 dB": lambda sound, rng: noisy(sound, pink, 10, rng),
    "pink 5 dB": lambda sound, rng: noisy(sound, pink, 5, rng),
    "far, pink 10 dB": lambda sound, rng: noisy(far(sound, rng), pink, 10, rng),
}


def sentences() -> tuple[list[Sentence], list[Sentence]]:
    """The seen and the unseen ones, always the same: commands that are right on their own, one reading each."""
    fitting = [
        said
        for kind, group in kinds(OURS)
        if kind != "misheard"
        for said in group
        if said.after is None and not said.running and said.wake_word == "hey jarvis" and not {"declined", "nothing said"} & set(said.right)
    ]
    chosen = random.Random(38).sample(fitting, 4 * SENTENCES)
    return chosen[:SENTENCES], chosen[-SENTENCES:]


def _by_hibari(speed: float, pitch: float, text: str) -> Sound:
    voice = _hibari()
    return np.asarray(soxr.resample(np.asarray(voice(text, speed=speed, seed=1), np.float64), voice.sample_rate * pitch, RATE), np.float64)


@cache
def _hibari() -> Hibari:
    return Hibari()


def _by_flite(name: str, text: str) -> Sound:
    with TemporaryDirectory() as folder:
        path = Path(folder, "said.wav")
        subprocess.run(["flite", "-voice", name, "-t", text, "-o", str(path)], check=True, capture_output=True)
        return np.asarray(to_samples(read_wav(path)) / 32768, np.float64)


def voices() -> tuple[dict[str, Callable[[str], Sound]], dict[str, Callable[[str], Sound]]]:
    """The voices that spoke when the repair rules were made, and others."""
    seen: dict[str, Callable[[str], Sound]] = {"hibari": partial(_by_hibari, 1.0, 1.0), "hibari, lower": partial(_by_hibari, 1.1, 0.87)}
    unseen: dict[str, Callable[[str], Sound]] = {"hibari, higher and faster": partial(_by_hibari, 1.2, 1.15)}
    if shutil.which("flite"):
        seen["flite slt"], unseen["flite rms"] = partial(_by_flite, "slt"), partial(_by_flite, "rms")
        unseen["flite awb"] = partial(_by_flite, "awb")
    return seen, unseen


def heard(
    said: Sequence[Sentence], speaking: dict[str, Callable[[str], Sound]], condition: str, recogniser: LoadedModel
) -> Iterator[Sentence]:
    """Each sentence as it is recognised, from every voice, in this condition."""
    for number, sentence in enumerate(said):
        for voice in speaking.values():
            text = recogniser.recognise(as_heard(voice(sentence.text), number, condition)).replace("mom", "mum")
            yield Sentence(text, sentence.right, sentence.running, sentence.after, sentence.wake_word)


def as_heard(sound: Sound, number: int, condition: str) -> Samples:
    """Sentence `number` as a microphone has it in this condition, in the faint noise of a room; the same at every call."""
    rng = np.random.default_rng([number, list(CONDITIONS).index(condition)])
    around = CONDITIONS[condition](0.5 * sound / np.abs(sound).max(), rng)
    scaled = around * min(1.0, 0.9 / np.abs(around).max()) * 32767 + rng.normal(0, 8, len(around))
    return np.asarray(scaled.round(), np.int16)


# --- people --------------------------------------------------------------------------------------------------------------------------


def read() -> dict[str, list[tuple[Samples, str]]]:
    """Recordings of Debian's package pocketsphinx-testdata, and what was read: playing cards, and a novel."""
    found: dict[str, list[tuple[Samples, str]]] = {"cards": [], "novel": []}
    for path in recordings("pocketsphinx-testdata"):
        kind, transcription = ("cards", "cards.transcription") if path.parent.name == "cards" else ("novel", "transcription")
        for line in (path.parent / transcription).read_text(encoding="utf-8").splitlines():
            if text := re.fullmatch(rf"(?:<s> )?(.*?)(?: </s>)? \({re.escape(path.stem)}\)", line.strip()):
                found[kind].append((to_samples(read_wav(path)), text[1]))
    return found


def word_errors(text: str, spoken: str) -> int:
    """How many words are wrong, missing or too many. Numbers may be in digits."""
    heard, meant = (digits(plain(words)).split() for words in (text, spoken))
    row = list(range(len(meant) + 1))
    for at, word in enumerate(heard, 1):
        before, row[0] = row[0], at
        for place, other in enumerate(meant, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]
