"""openWakeWord's three networks in a row, run by onnxruntime on one thread.

The same arithmetic as `openwakeword.Model` (a test compares the scores), without its package: that brings scikit-learn and SciPy,
takes 1.5 s to import and three times the memory, and fills its history with random noise that can sound like a wake word.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tars.errors import ConfigError
from tars.samples import BLOCK, Samples
from tars.shells.wake.models import WakeWordModel

Array = NDArray[np.float32]

OVERLAP = 480
"""Samples before a block that its spectrogram needs too."""

FRAMES, BANDS = 76, 32
"""Spectrogram frames, 8 a block, that become one feature; and the width of a frame."""

FEATURES = 96
"""The width of a feature."""


class Scorer:
    """How much what was heard last sounds like the wake word. 3 ms a block on a PC; not for the event loop."""

    def __init__(self, model: WakeWordModel) -> None:
        """Load the networks and hear silence. Raises ConfigError."""
        self.name = model.name
        self._melspectrogram = _Network(model.melspectrogram)
        self._embedding = _Network(model.embedding)
        self._word = _Network(model.word)
        if len(self._word.shape) != 3 or self._word.shape[2] != FEATURES:
            raise ConfigError(f"{model.word}: not an openWakeWord model: it takes {self._word.shape}, not (1, n, {FEATURES})")
        self._tail: Array = np.zeros(OVERLAP, np.float32)
        self._spectrogram: Array = np.zeros((FRAMES, BANDS), np.float32)
        self._features: Array = np.zeros((self._word.shape[1], FEATURES), np.float32)
        for _ in range(FRAMES // 8 + 1 + len(self._features)):
            self.score(np.zeros(BLOCK, np.int16))
        self._silence = self._tail, self._spectrogram, self._features

    def score(self, block: Samples) -> float:
        """0 to 1: how sure the model is that the wake word has just been said. `block`: 1,280 samples, following the last."""
        sound = np.concatenate((self._tail, block.astype(np.float32)))
        self._tail = sound[-OVERLAP:]
        frames = self._melspectrogram(sound[np.newaxis]).reshape(-1, BANDS) / np.float32(10) + np.float32(2)
        self._spectrogram = np.concatenate((self._spectrogram, frames))[-FRAMES:]
        feature = self._embedding(self._spectrogram[np.newaxis, :, :, np.newaxis]).reshape(1, FEATURES)
        self._features = np.concatenate((self._features, feature))[1:]
        return float(self._word(self._features[np.newaxis]).max())

    def forget(self) -> None:
        """Go back to having heard nothing but silence."""
        self._tail, self._spectrogram, self._features = self._silence


class _Network:
    """An onnx file as a function from one array to one array."""

    def __init__(self, path: Path) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise ConfigError("onnxruntime is not installed: pip install 'tars-assistant[pi]'") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has ten kinds, and their only common ground is this
            raise ConfigError(f"{path}: not a usable model ({error})") from error
        self._input = self._session.get_inputs()[0].name
        self.shape: tuple[Any, ...] = tuple(self._session.get_inputs()[0].shape)

    def __call__(self, values: Array) -> Array:
        result: Array = self._session.run(None, {self._input: values})[0]
        return result
