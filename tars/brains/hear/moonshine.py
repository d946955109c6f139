"""The part `moonshine`: hears with Moonshine tiny and silero, on this machine. The model comes in the package moonshine-voice."""

from __future__ import annotations

from threading import Lock

import numpy as np
from moonshine_voice.errors import MoonshineError
from moonshine_voice.moonshine_api import ModelArch
from moonshine_voice.transcriber import Transcriber
from moonshine_voice.utils import get_model_path

from tars.brains import BrainSettings
from tars.brains.hear.on_this_machine import Models, OnThisMachine
from tars.brains.hear.transcript import words
from tars.brains.model_files import checked
from tars.errors import BrainError, ConfigError
from tars.samples import Samples

MODEL = "tiny-en"
SHA256 = {
    "encoder_model.ort": "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221",
    "decoder_model_merged.ort": "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0",
    "tokenizer.bin": "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d",
}
"""The files of the model in moonshine-voice 0.1.0, and their hashes. Later versions of the package have no model."""

OPTIONS = {"vad_threshold": 0, "identify_speakers": "false", "return_audio_data": "false"}
"""One text for the whole sound. With its own voice activity it divides long sound and says words at the seams twice."""

OF_NOISE = {"you"}
"""What it hears in noise without words. Nobody says that alone."""


class MoonshineModel:
    """The loaded model, for all conversations."""

    def __init__(self) -> None:
        """Takes 0.5 s. Raises ConfigError."""
        folder = get_model_path(MODEL)
        for name, sha256 in SHA256.items():
            checked(folder / name, sha256, "server,moonshine")
        try:
            self._transcriber = Transcriber(folder, ModelArch.TINY, options=OPTIONS)
        except MoonshineError as error:
            raise ConfigError(f"{folder} is not a model that moonshine-voice can load: {error}") from error
        self._lock = Lock()

    def recognise(self, speech: Samples) -> str:
        """The words, without punctuation around them; empty for noise.

        Takes about 0.15 s for a command: never call it on the event loop. One recognition at a time: the library gives back its own memory,
        which the next recognition overwrites. Raises BrainError.
        """
        sound = (speech.astype(np.float32) / 32_768).tolist()
        try:
            with self._lock:
                lines = self._transcriber.transcribe_without_streaming(sound).lines
        except MoonshineError as error:
            raise BrainError(f"recognition failed: {error}") from error
        text = words(" ".join(line.text for line in lines))
        return "" if text.lower() in OF_NOISE else text


class Moonshine(OnThisMachine):
    """Moonshine tiny, English."""

    def __init__(self, _settings: BrainSettings, models: Models | None = None) -> None:
        """`models`: loaded models; None: `warm` loads them."""
        super().__init__(MoonshineModel, models)
