"""microWakeWord: small networks that remember, on features of 10 ms of sound. The models of four words come with its package."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from tars.device.wake.tflite import Network, library, package
from tars.device.wake.words import BUILT_IN, Word
from tars.errors import ConfigError
from tars.samples import WIDTH

STEP = 160 * WIDTH
"""Bytes of sound for one row of features: 10 ms."""

FEATURES = 40
"""Numbers in a row of features."""


class MicroWakeWord:
    """Any number of words. The features are computed once for all of them."""

    def __init__(self, words: Sequence[Word]) -> None:
        """Load the models of these words. Raises ConfigError."""
        library()  # says what to do if the package is not there
        from pymicro_features import MicroFrontend  # type: ignore[import-untyped]

        self._frontend = MicroFrontend()
        self._models = {word.name: _Model(word) for word in words}
        self.thresholds = {name: model.threshold for name, model in self._models.items()}
        """Each word, and the score from which on it counts as said."""

    def score(self, pcm: bytes) -> dict[str, float]:
        """Of each word, how sure its model was during this block, 0 to 1. `pcm`: 1,280 samples, following the last."""
        rows = [self._frontend.process_samples(pcm[at : at + STEP]).features for at in range(0, len(pcm), STEP)]
        features = [row for row in rows if row]
        return {name: model.score(features) for name, model in self._models.items()}

    def forget(self) -> None:
        """Go back to having heard nothing."""
        self._frontend.reset()
        for model in self._models.values():
            model.forget()


class _Model:
    """One word: a network that is given some rows of features at a time, and the mean of what it said last."""

    def __init__(self, word: Word) -> None:
        manifest = _manifest(word)
        self._network = Network(manifest.network)
        if len(self._network.shape) != 3 or self._network.shape[2] != FEATURES or self._network.outputs != (1, 1):
            raise ConfigError(f"{manifest.network}: not a microWakeWord model: it takes values of shape {self._network.shape}")
        self.threshold = word.threshold or BUILT_IN.get(word.name if word.path is None else "", manifest.threshold)
        if self.threshold > self._network.highest:
            raise ConfigError(f"the threshold of {word} can never be reached: this model's highest score is {self._network.highest:.3f}")
        self._encoded = _Encoded(self._network)
        self._waiting: list[bytes] = []
        self._said: deque[float] = deque(maxlen=manifest.window)

    def score(self, features: Sequence[Sequence[float]]) -> float:
        """The highest mean while these rows came; 0 until there are enough for a mean."""
        highest = 0.0
        for row in features:
            self._waiting.append(b"".join(map(self._encoded.__getitem__, row)))
            if len(self._waiting) == self._network.shape[1]:
                self._said += self._network.run(b"".join(self._waiting))
                self._waiting.clear()
                if len(self._said) == self._said.maxlen:
                    highest = max(highest, sum(self._said) / len(self._said))
        return highest

    def forget(self) -> None:
        self._network.forget()
        self._waiting.clear()
        self._said.clear()


class _Encoded(dict[float, bytes]):
    """A feature -> as the network takes it, computed at its first use. Features are whole multiples of 1/25.6
    up to the logarithm of the loudest sound: fewer than 1,500.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network

    def __missing__(self, feature: float) -> bytes:
        encoded = self[feature] = self._network.encode([feature])
        return encoded


class _Manifest:
    """What the .json file of a model says."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigError."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            self.network = path.parent / str(content["model"])
            self.threshold = float(content["micro"]["probability_cutoff"])
            self.window = int(content["micro"]["sliding_window_size"])
        except FileNotFoundError as error:
            raise ConfigError(f"{path}: there is no such wake word model") from error
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise ConfigError(f"{path}: not the .json file of a microWakeWord model ({error!r})") from error
        if not (0 < self.threshold <= 1 and self.window > 0):
            raise ConfigError(f"{path}: probability_cutoff must be more than 0 and at most 1, sliding_window_size at least 1")
        if not self.network.is_file():
            raise ConfigError(f"{self.network}: there is no such wake word model; {path} names it")


def _manifest(word: Word) -> _Manifest:
    return _Manifest(word.path or package() / f"models/{word.name}.json")
