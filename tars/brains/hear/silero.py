"""Voice activity by the silero model in the wheel of faster-whisper. A frame of 32 ms takes about 0.1 ms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
from faster_whisper.utils import get_assets_path
from numpy.typing import NDArray

from tars.brains.model_files import checked
from tars.samples import Samples

SHA256 = "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2"

FRAME = 512
CONTEXT = 64
"""Samples of the previous frame that the model needs in front of each frame."""

BEGINS, GOES_ON = 0.5, 0.35
"""Probability above which speech begins, and above which it continues. The authors of the model recommend both."""


class SileroModel:
    """The loaded model, shared by all conversations."""

    def __init__(self) -> None:
        """Raises ConfigError if the file is missing or another version."""
        file = checked(Path(get_assets_path()) / "silero_vad_v6.onnx", SHA256)
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


class Silero:
    """The detector of one utterance. The model keeps a state between frames."""

    frame = FRAME

    def __init__(self, model: SileroModel) -> None:
        self._session = model.session
        self._hidden = self._cell = np.zeros((1, 1, 128), np.float32)
        self._context: NDArray[np.float32] = np.zeros(CONTEXT, np.float32)
        self._speaking = False

    def is_speech(self, frame: Samples) -> bool:
        """Whether the next FRAME samples hold speech."""
        sound = frame.astype(np.float32) / np.float32(32_768)
        window = np.concatenate([self._context, sound])[np.newaxis]
        probability, self._hidden, self._cell = self._session.run(None, {"input": window, "h": self._hidden, "c": self._cell})
        self._context = sound[-CONTEXT:]
        self._speaking = bool(probability[0] >= (GOES_ON if self._speaking else BEGINS))
        return self._speaking
