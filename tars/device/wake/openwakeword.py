"""openWakeWord: one network makes a spectrogram, one makes features of speech, and a small one for each word makes a score.

The package `openwakeword` is not used. The same three networks run here through onnxruntime; a test compares the scores with the package's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tars.device.wake.models import EMBEDDING, MELSPECTROGRAM, fetched, word_file
from tars.device.wake.tflite import Network
from tars.device.wake.words import Word
from tars.errors import ConfigError
from tars.samples import BLOCK, WIDTH, to_samples

THRESHOLD = 0.5
"""Of all models that do not name another one in their metadata: those that are fetched were made for it."""

CONTEXT = 480
"""Samples before a block that its part of the spectrogram depends on: 30 ms."""

ROWS, BANDS = 76, 32
"""Of the piece of spectrogram that becomes one set of features."""

FEATURES = 96
"""Numbers in a set of features. There is one for each block."""

SETTLING = 20
"""Blocks of silence that are heard at first, so that a spectrogram of silence, and not its arbitrary beginning, is in the history."""

Floats = NDArray[np.float32]


class OpenWakeWord:
    """Any number of words. Spectrogram and features are computed once for all of them. 2.5 ms a block on a PC."""

    def __init__(self, words: Sequence[Word]) -> None:
        """Load the networks and hear silence. Raises ConfigError."""
        _onnxruntime()  # says what to do if it is not there, before what to fetch
        self._spectrogram, self._features = _Onnx(fetched(MELSPECTROGRAM)), _Onnx(fetched(EMBEDDING))
        self._heads = {word.name: _Head(word) for word in words}
        self.thresholds = {word.name: word.threshold or self._heads[word.name].threshold for word in words}
        """Each word, and the score from which on it counts as said."""
        self._sound = np.zeros(CONTEXT, np.int16)
        self._rows: Floats = np.ones((ROWS, BANDS), np.float32)
        self._history: Floats = np.zeros((max(head.length for head in self._heads.values()), FEATURES), np.float32)
        for _ in range(max(SETTLING, len(self._history) + ROWS // 8 + 1)):
            self._hear(bytes(BLOCK * WIDTH))
        self._silence = self._sound, self._rows, self._history

    def score(self, pcm: bytes) -> dict[str, float]:
        """Of each word, how sure its model is that the word has just been said, 0 to 1. `pcm`: 1,280 samples, following the last."""
        self._hear(pcm)
        return {name: head.score(self._history) for name, head in self._heads.items()}

    def forget(self) -> None:
        """Go back to having heard nothing but silence."""
        self._sound, self._rows, self._history = self._silence

    def _hear(self, pcm: bytes) -> None:
        """Replaces what is kept, and never changes it: what is kept of silence is used again."""
        sound = np.concatenate((self._sound, to_samples(pcm)))
        rows: Floats = self._spectrogram.run(sound.astype(np.float32)[None]).reshape(-1, BANDS) / np.float32(10) + np.float32(2)
        self._sound = sound[-CONTEXT:]
        self._rows = np.concatenate((self._rows, rows))[-ROWS:]
        features = self._features.run(self._rows[None, :, :, None]).reshape(1, FEATURES)
        self._history = np.concatenate((self._history[1:], features))


class _Head:
    """The network of one word: from the features of the last blocks to a score."""

    def __init__(self, word: Word) -> None:
        path = word.path or word_file(word.name)
        if not path.is_file():
            raise ConfigError(f"{path}: there is no such wake word model")
        network = _Tflite(path) if path.suffix.lower() == ".tflite" else _Onnx(path)
        self.threshold = _threshold(path, network.metadata.get("threshold", str(THRESHOLD)))
        """What the model's file says, else THRESHOLD."""
        self._run, shape = network.run, network.shape
        if len(shape) != 3 or shape[2] != FEATURES or not isinstance(shape[1], int):
            raise ConfigError(f"{path}: not an openWakeWord model: it takes values of shape {shape}, and not of (1, blocks, {FEATURES})")
        if (count := self._run(np.zeros((1, *shape[1:]), np.float32)).size) != 1:
            raise ConfigError(f"{path}: a model that tells {count} things apart; a model of one word is needed")
        self.length = shape[1]
        """Blocks that it looks at."""

    def score(self, history: Floats) -> float:
        """How sure it is, 0 to 1."""
        return self._run(history[None, -self.length :]).item()


def _threshold(path: Path, text: str) -> float:
    try:
        threshold = float(text)
    except ValueError:
        threshold = 0.0
    if not 0 < threshold <= 1:
        raise ConfigError(f"{path}: `threshold` in its metadata must be more than 0 and at most 1, not {text!r}")
    return threshold


class _Tflite:
    """A network in the form of TensorFlow Lite, which takes and gives arrays as `_Onnx` does."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigError."""
        self._network = Network(path)
        self.shape = self._network.shape
        self.metadata: dict[str, str] = {}

    def run(self, values: Floats) -> Floats:
        return np.array(self._network.run(self._network.encode(values.ravel().tolist())), np.float32)


def _onnxruntime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise ConfigError("openWakeWord needs onnxruntime: pip install -e '.[openwakeword]' in the TARS folder") from error
    return onnxruntime


class _Onnx:
    """A network with one input, whose first output counts, on one thread."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigError."""
        onnxruntime = _onnxruntime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has ten kinds, and their only common ground is this
            raise ConfigError(f"{path}: not a usable model ({error})") from error
        self.metadata: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        """What the file says of itself."""
        (given,) = self._session.get_inputs()
        self._name = given.name
        self.shape = tuple(given.shape)
        """Of the input; a size that is free has a name."""

    def run(self, values: Floats) -> Floats:
        return np.asarray(self._session.run(None, {self._name: values})[0], np.float32)
