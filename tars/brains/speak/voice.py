"""Text to speech: a hibari voice, sentence by sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soxr
from hibari import SAMPLE_RATE, Hibari
from hibari.voices import DEFAULT, VOICES, cache_dir, voice_path
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf

from tars.brains.model_files import checked
from tars.errors import ConfigError
from tars.samples import RATE, Samples

SHA256 = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"
"""The hash of hibari.onnx, the voice in the wheel of hibari-tts 0.2.1."""

PRONOUNCED = {"TARS": "[TARS](/tˈɑɹz/)"}  # noqa: RUF001 - phonemes
"""Words that the voice mispronounces, in its notation. It spells "TARS" letter by letter."""

INAUDIBLE = 33
"""Samples up to this, -60 dB of full scale, are silence."""

LEAD, TAIL = RATE // 100, RATE // 5
"""Samples of silence that are kept before and after a sentence. The voice generates 0.3 s and 0.45 s."""

NOT_A_VOICE = (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, ValueError)
"""The errors of onnxruntime and hibari for a file that is no voice."""


def find_voice(name: str) -> Path:
    """The ONNX file of one of hibari's voices, such as "emma". Only "heart" is installed with it. Raises ConfigError with the remedy."""
    if name not in VOICES:
        raise ConfigError(f"voice {name!r} is unknown; hibari has: {', '.join(VOICES)}; or name an ONNX file")
    file = Path(cache_dir(), VOICES[name]["file"])
    if name != DEFAULT and not file.is_file():
        raise ConfigError(
            f"voice {name!r} is not on this machine: as the user of tars-server, fetch it (8 MB) with "
            f"`hibari --voice {name} -o /dev/null Hello`"
        )
    return checked(Path(voice_path(name, download_missing=False)), VOICES[name]["sha256"])


class Voice:
    """The loaded voice, for all conversations. Several threads may use it."""

    def __init__(self, model: Path | None, like: Voice | None = None) -> None:
        """`model` is the ONNX file of a hibari voice; None means the installed one. Takes 2 s. Raises ConfigError.

        `like`: a loaded voice. Voices of one English, American or British, share dictionaries, which take 0.5 s and 120 MB.
        """
        file = checked(model or Path(voice_path(DEFAULT)), None if model else SHA256)
        name = next((name for name, voice in VOICES.items() if voice["file"] == file.name), DEFAULT)
        self._british = bool(VOICES[name]["british"])
        shared = like._voice.g2p if like is not None and like._british == self._british else None
        try:
            self._voice: Hibari = Hibari(voice=name, model=str(file), g2p=shared)
            self.say("Ready.")  # loads the dictionaries
        except NOT_A_VOICE as error:
            raise ConfigError(f"{file} is not a voice that hibari can speak with: {error}") from error

    def sentences(self, text: str) -> list[str]:
        """The sentences of the text. Each is spoken on its own."""
        sentences: list[str] = self._voice.split_sentences(text)
        return sentences

    def say(self, sentence: str, pitch: float = 1.0) -> Samples:
        """The samples of one sentence, always the same for the same words. Takes tens of milliseconds: never call it on the event loop.

        `pitch`: 0.8 is lower and sounds like a larger person, 1.2 is higher; the pace stays about the same.
        """
        for word, pronounced in PRONOUNCED.items():
            sentence = sentence.replace(word, pronounced)
        spoken = soxr.resample(self._voice(sentence, seed=0, speed=1 / pitch), SAMPLE_RATE * pitch, RATE)
        samples: Samples = np.rint(np.clip(spoken, -1.0, 1.0) * 32_767).astype(np.int16)
        audible = np.flatnonzero(np.abs(samples) > INAUDIBLE)
        return samples[max(0, audible[0] - LEAD) : audible[-1] + TAIL] if len(audible) else samples[:0]
