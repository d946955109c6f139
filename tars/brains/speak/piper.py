"""The part `piper`: speaks with a Piper voice, on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import soxr
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, NoSuchFile
from piper import PiperVoice

from tars.brains import BrainSettings
from tars.brains.model_files import checked
from tars.brains.speak.sentences import sentences
from tars.errors import BrainError, ConfigError
from tars.samples import RATE, Samples

NOT_A_VOICE = (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, NoSuchFile, ValueError, KeyError, TypeError, AttributeError)
"""The errors of piper and onnxruntime for a file that is no voice."""


class Piper:
    """Speaks each sentence in a thread."""

    languages = ()
    """Those of its voices."""

    def __init__(self, settings: BrainSettings, voice: PiperVoice | None = None) -> None:
        """`voice`: its own voice, loaded; None: `warm` loads it."""
        self._file, self._voice = settings.piper_voice, voice
        self._voices: dict[str, PiperVoice] = {}
        """The voices of personas."""

    async def warm(self) -> None:
        """Load the voice, in a thread. Takes 1 s. Raises ConfigError."""
        if self._voice is None:
            self._voice = await asyncio.to_thread(_load, self._file)

    async def load(self, voice: str) -> None:
        """Load the voice of a persona, in a thread: the ONNX file of a Piper voice. Raises ConfigError."""
        if voice and voice not in self._voices:
            self._voices[voice] = await asyncio.to_thread(_load, Path(voice))

    def sentences(self, text: str) -> list[str]:
        """The sentences of the text."""
        return sentences(text)

    async def say(self, sentence: str, voice: str = "") -> AsyncIterator[Samples]:
        """All samples of the sentence at once."""
        spoken = self._voices[voice] if voice else self._voice
        if spoken is None:
            raise BrainError("the voice of piper is not loaded")
        yield await asyncio.to_thread(_spoken, spoken, sentence)

    async def close(self) -> None:
        """It has nothing to end."""


def _load(file: Path | None) -> PiperVoice:
    if file is None:
        raise ConfigError("piper_voice is missing: name the .onnx file of a Piper voice; its .onnx.json file must be beside it")
    file = file.expanduser()
    description = checked(checked(file, None).with_name(f"{file.name}.json"), None)
    try:
        voice = PiperVoice.load(file, description)
        _spoken(voice, "Ready.")  # loads the dictionaries
    except NOT_A_VOICE as error:
        raise ConfigError(f"{file} and {description.name} are not a voice that piper can speak with: {error}") from error
    return voice


def _spoken(voice: PiperVoice, sentence: str) -> Samples:
    """The samples. Takes tenths of a second: never call it on the event loop."""
    pieces = [chunk.audio_float_array for chunk in voice.synthesize(sentence)]
    sound = np.concatenate([np.zeros(0, np.float32), *pieces])
    spoken = soxr.resample(sound, voice.config.sample_rate, RATE)
    samples: Samples = np.rint(np.clip(spoken, -1.0, 1.0) * 32_767).astype(np.int16)
    return samples
