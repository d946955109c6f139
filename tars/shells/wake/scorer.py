"""openWakeWord, tamed: explicit onnx models, one thread, and a history that begins with silence instead of random noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from tars.errors import ConfigError
from tars.samples import BLOCK, Samples
from tars.shells.wake.models import WakeWordModel

SETTLING = 20
"""Blocks of silence that push the random noise, with which openWakeWord's history begins, out of it: noise can sound like a word."""


class Scorer:
    """How much what was heard last sounds like the wake word. 4 ms a block on a PC; not for the event loop."""

    def __init__(self, model: WakeWordModel) -> None:
        """Load the networks and hear silence. Raises ConfigError."""
        self.name = model.name
        self._model = _load(model)
        try:
            self.forget()
        except Exception as error:  # what a network of another kind makes of our sound is anybody's guess
            raise ConfigError(f"{model.word}: not an openWakeWord model ({error})") from error

    def score(self, block: Samples) -> float:
        """0 to 1: how sure the model is that the wake word has just been said. `block`: 1,280 samples, following the last."""
        return float(max(self._model.predict(block).values()))

    def forget(self) -> None:
        """Go back to having heard nothing but silence. 0.1 s on a PC."""
        self._model.reset()
        for _ in range(SETTLING):
            self.score(np.zeros(BLOCK, np.int16))


def _load(model: WakeWordModel) -> Any:
    try:
        import openwakeword
    except ImportError as error:
        raise ConfigError("openwakeword is not installed: pip install '.[pi]' in the TARS folder") from error
    try:
        return openwakeword.Model(
            wakeword_models=[str(model.word)],
            inference_framework="onnx",  # the default, tflite, crashes with numpy 2
            melspec_model_path=str(model.melspectrogram),
            embedding_model_path=str(model.embedding),
            ncpu=1,
        )
    except Exception as error:  # onnxruntime has ten kinds, and their only common ground is this
        raise ConfigError(f"{model.word}: not a usable model ({error})") from error
