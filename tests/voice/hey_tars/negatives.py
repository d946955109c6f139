"""Sound in which nobody calls TARS: people, music, noise, and synthetic voices that read.

What trains, what chooses the threshold and what tests share no recording, no voice and no text.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import soxr
import yaml

from tars.device.audio.files import read_wav
from tars.errors import ConfigError
from tars.samples import RATE, Samples, to_samples
from tests.voice.calls import pink, recordings
from tests.voice.hey_tars import kokoro
from tests.voice.hey_tars.cache import sounds
from tests.voice.hey_tars.voices import by_espeak, by_flite, by_hibari, by_joe, letters, phonemes, speakers, trimmed

SENTENCES = Path(__file__).resolve().parents[2] / "sentences"

PEOPLE_TO_TRAIN = tuple(f"asterisk-core-sounds-{language}-wav" for language in ("fr", "it"))
PEOPLE_TO_CHOOSE = ("fillets-ng-data-nl", "klettres-data")
PEOPLE_TO_TEST = (
    "asterisk-core-sounds-en-wav",
    "asterisk-core-sounds-es-wav",
    "asterisk-core-sounds-ru-wav",
    "pocketsphinx-testdata",
    "fillets-ng-data-cs",
    "ktuberling-data",
)
MUSIC = "asterisk-moh-opsound-wav"
NAMED = re.compile(r"\bt\.?a\.?r\.?s\b", re.IGNORECASE)
"""Sentences with the name are not read: a few of them call TARS."""


# --- recordings --------------------------------------------------------------------------------------------------------------------


def people(package: str) -> list[Samples]:
    """The recordings of a Debian package, at 16 kHz."""
    return sounds(f"people-{package}", lambda: _recorded(package))


def _recorded(package: str) -> Iterator[Samples]:
    for path in (*recordings(package), *_compressed(package)):
        try:
            if path.suffix == ".wav":
                yield to_samples(read_wav(path))
                continue
            samples, rate = soundfile.read(path, always_2d=True)
            sound = soxr.resample(samples.mean(axis=1), rate, RATE)
            yield np.asarray((sound * 32767).clip(-32768, 32767), np.int16)
        except (ConfigError, soundfile.LibsndfileError):
            continue


def _compressed(package: str) -> list[Path]:
    listed = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted(path for path in map(Path, listed) if path.suffix == ".ogg" and path.is_file())


# --- texts -------------------------------------------------------------------------------------------------------------------------


def bible(part: str) -> list[str]:
    """The verses of a part, such as `gen1:1-exo40:38`, of the King James Version in Debian's package bible-kjv."""
    said = subprocess.run(["bible", "-f", part], capture_output=True, text=True, check=True).stdout.splitlines()
    return [letters(line.partition(" ")[2]) for line in said if line.strip()]


def commands(name: str) -> list[str]:
    """What people say to TARS, of `ours` or `others` in tests/sentences, without the name."""
    found: list[str] = []

    def collect(node: object) -> None:
        if isinstance(node, str):
            found.append(node)
        elif isinstance(node, dict):
            for value in node.values():
                collect(value)
        elif isinstance(node, list):
            for value in node:
                collect(value)

    for group in yaml.safe_load((SENTENCES / f"{name}.yaml").read_text(encoding="utf-8")):
        collect(group["sentences"])
    return [letters(text) for text in found if not NAMED.search(text)]


@cache
def names() -> list[str]:
    """Names of people and places, from the lexicon of hibari."""
    import gzip
    import json

    import hibari

    with gzip.open(Path(hibari.__file__).parent / "assets/lexicon_us_gold.json.gz") as file:
        words = sorted(json.load(file))
    return [word for word in words if re.fullmatch(r"[A-Z][a-z]{2,9}", word) and not NAMED.search(word)]


# --- to train with -----------------------------------------------------------------------------------------------------------------


def read_to_train() -> list[Samples]:
    """Texts that hibari and seen voices of Kokoro read."""
    return sounds("read-train", lambda: map(trimmed, _read_to_train()))


def _read_to_train() -> Iterator[np.ndarray]:
    rng = np.random.default_rng(11)
    sentences = [*commands("ours"), *rng.permutation(bible("gen1:1-exo40:38"))[:1000]]
    for number, text in enumerate(sentences):
        if any(letter.isalnum() for letter in text):
            yield by_hibari(str(text), rng.uniform(0.8, 1.3), rng.uniform(0.8, 1.2), seed=number)
    aloud = [*rng.permutation(commands("ours"))[:100], *rng.permutation(bible("lev1:1-num36:13"))[:40]]
    for text, voice in zip(aloud, speakers(len(aloud), rng), strict=True):
        if any(letter.isalnum() for letter in text):
            yield kokoro.say(phonemes(str(text))[:400], voice, rng.uniform(0.85, 1.25))


def greeted_to_train() -> list[Samples]:
    """ "Hey" with a name that hibari knows, and names alone."""
    return sounds("greeted-train", lambda: map(trimmed, _greeted()))


def _greeted() -> Iterator[np.ndarray]:
    rng = np.random.default_rng(12)
    for number, name in enumerate(rng.permutation(names())[:1600]):
        text = f"Hey {name}." if number % 4 else f"{name}."
        yield by_hibari(text, rng.uniform(0.8, 1.3), rng.uniform(0.8, 1.25), seed=number)


def music(*, to_train: bool) -> list[Samples]:
    """Two pieces of five to train with, three to test."""
    pieces = people(MUSIC)
    return pieces[:2] if to_train else pieces[2:]


def noises_to_train() -> list[Samples]:
    """Half an hour of noise of several kinds, some of it coming and going."""
    rng = np.random.default_rng(13)

    def one(number: int) -> Samples:
        sound = pink(20 * RATE, rng) if number % 2 else rng.normal(size=20 * RATE)
        sound = sound / sound.std() * 10 ** rng.uniform(1.2, 3.6)
        if number % 3 == 0:
            sound *= np.interp(np.arange(len(sound)), np.sort(rng.integers(0, len(sound), 40)), rng.random(40) ** 3)
        return np.asarray(sound.clip(-32768, 32767), np.int16)

    return [one(number) for number in range(90)]


def to_train() -> dict[str, list[Samples]]:
    """Source -> its sounds, each of them distinct."""
    return {
        **{package: people(package) for package in PEOPLE_TO_TRAIN},
        f"{MUSIC}, two pieces": music(to_train=True),
        "noise": noises_to_train(),
        "read by hibari and Kokoro": read_to_train(),
        "greetings by hibari": greeted_to_train(),
    }


# --- to choose the threshold with, and to test with ------------------------------------------------------------------------------------


def to_choose() -> dict[str, list[Samples]]:
    """Source -> its sounds, from which the threshold is chosen."""
    return {
        **{package: people(package) for package in PEOPLE_TO_CHOOSE},
        "read by espeak-ng": sounds("read-espeak", lambda: map(trimmed, _read_by_espeak(bible("psa1:1-psa18:50")))),
    }


def to_test() -> dict[str, list[Samples]]:
    """Source -> its sounds: other people, other engines, other texts."""
    return {
        **{package: people(package) for package in PEOPLE_TO_TEST},
        f"{MUSIC}, three pieces": music(to_train=False),
        "read by joe": sounds("read-joe", lambda: map(trimmed, map(by_joe, _texts(14, 60)))),
        "read by flite": sounds("read-flite", lambda: map(trimmed, _read_by_flite(_texts(15, 600)))),
    }


def _texts(seed: int, count: int) -> list[str]:
    """Commands that TARS does not know, and verses of the New Testament."""
    return [*commands("others"), *map(str, np.random.default_rng(seed).permutation(bible("mat1:1-rev22:21"))[:count])]


def _read_by_flite(texts: Sequence[str]) -> Iterator[np.ndarray]:
    for number, text in enumerate(texts):
        yield by_flite(text, ("slt", "rms", "awb", "kal16")[number % 4])


def _read_by_espeak(texts: Sequence[str]) -> Iterator[np.ndarray]:
    kinds = ("en-us", "en-gb", "en-gb-scotland", "en-us+f3", "en-gb+f2", "en-us+m3", "en-us+m7", "en-gb+croak")
    for number, text in enumerate(texts):
        yield by_espeak(text, kinds[number % len(kinds)])


def hours(parts: Sequence[Samples]) -> float:
    """How long they are together."""
    return sum(map(len, parts)) / RATE / 3600
