"""Trains the head: a small network of scikit-learn that looks at the features of the last blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag
from sklearn.neural_network import MLPClassifier

from tars.device.wake.openwakeword import FEATURES
from tars.samples import RATE
from tests.voice.hey_tars.features import Floats

LENGTH = 10
"""Blocks that the network looks at: their features cover 1.5 s of sound."""
HIDDEN = (40, 16)
"""Numbers in the two layers between."""

SURE = (-0.04, 0.28)
"""Seconds after a call's end: in blocks that end there the call has just been said."""
UNSURE = (-0.28, 0.9)
"""In blocks that end there, and not in those of SURE, nothing is asked of the network."""

BATCH = 1024
CALLS_A_BATCH, NEAR_A_BATCH = 256, 32
"""More near misses let the network miss many calls of voices that it does not know."""

DECAY = 3.0
"""How much large weights cost."""
MANY = 8192
"""Windows that are computed at once."""


@dataclass(frozen=True)
class Data:
    """Features, and the numbers of those with which a window ends: windows with a call, with a near miss, and with neither."""

    features: np.ndarray
    calls: np.ndarray
    near: np.ndarray
    others: np.ndarray

    def windows(self, ends: np.ndarray) -> Floats:
        """(count, LENGTH, FEATURES)"""
        return np.asarray(self.features[ends[:, None] + np.arange(1 - LENGTH, 1)], np.float32)


def collect(calls: dict[str, np.ndarray], near: Sequence[dict[str, np.ndarray]], others: Sequence[dict[str, np.ndarray]]) -> Data:
    """What `scenes.of_calls` and `scenes.of_others` gave."""
    parts: list[np.ndarray] = []
    said: list[np.ndarray] = []
    nearly: list[np.ndarray] = []
    not_said: list[np.ndarray] = []
    start = 0
    for number, part in enumerate((calls, *near, *others)):
        scene, count = part["scene"], len(part["scene"])
        whole = np.zeros(count, bool)
        whole[LENGTH - 1 :] = scene[LENGTH - 1 :] == scene[: count - LENGTH + 1]
        if "after" in part:
            seconds = part["after"] / RATE
            sure = (seconds >= SURE[0]) & (seconds <= SURE[1])
            unsure = (seconds >= UNSURE[0]) & (seconds <= UNSURE[1])
            said.append(start + np.flatnonzero(whole & sure))
            not_said.append(start + np.flatnonzero(whole & ~unsure))
        else:
            (nearly if number <= len(near) else not_said).append(start + np.flatnonzero(whole))
        parts.append(part["features"])
        start += count
    return Data(np.concatenate(parts), *map(np.concatenate, (said, nearly, not_said)))


@dataclass(frozen=True)
class Network:
    """From the features of LENGTH blocks, one after another, to how sure it is, before the last step that makes it 0 to 1."""

    mean: Floats
    spread: Floats
    """Of the features; they are taken off before the first layer."""
    layers: Sequence[tuple[Floats, Floats]]
    """Weights (given, made) and bias. Between layers what is below 0 becomes 0."""

    def run(self, data: Data, ends: np.ndarray) -> Floats:
        """For the windows that end there."""
        made = [np.zeros(0, np.float32)]
        for at in range(0, len(ends), MANY):
            values = self.scaled(data.windows(ends[at : at + MANY]))
            for weights, bias in self.layers[:-1]:
                values = np.maximum(values @ weights + bias, 0)
            weights, bias = self.layers[-1]
            made.append((values @ weights + bias)[:, 0])
        return np.concatenate(made)

    def scaled(self, windows: Floats) -> Floats:
        """As the first layer takes them."""
        return ((windows - self.mean) / self.spread).reshape(-1, LENGTH * FEATURES)


ROUNDS = 4
DRAWS = 30
"""In each round. After each round the windows without a call of which the network is most sure are drawn more often: hard negatives."""
BATCHES = 16
"""In each draw."""
HARD = 0.05
"""The part of all windows without a call that is hard."""


def train(data: Data, seed: int) -> Network:
    """The mean of the networks of the last round."""
    rng = np.random.default_rng(seed)
    some = data.windows(data.others[:: len(data.others) // 20_000]).reshape(-1, FEATURES)
    mean, spread = some.mean(axis=0), some.std(axis=0) + np.float32(1e-3)
    learner = MLPClassifier(HIDDEN, alpha=DECAY, batch_size=BATCH, learning_rate_init=5e-4, random_state=seed)
    hard, mean_layers = data.others, []
    said = np.repeat([1, 0], [CALLS_A_BATCH * BATCHES, (BATCH - CALLS_A_BATCH) * BATCHES])
    silent = (BATCH - CALLS_A_BATCH - NEAR_A_BATCH) // 2
    for number in range(ROUNDS):
        for _ in range(DRAWS):
            drawn = (data.calls, CALLS_A_BATCH), (data.near, NEAR_A_BATCH), (hard, silent), (data.others, silent)
            ends = np.concatenate([rng.choice(among, count * BATCHES) for among, count in drawn])
            learner.partial_fit(Network(mean, spread, []).scaled(data.windows(ends)), said, classes=[0, 1])
            if number == ROUNDS - 1:
                mean_layers.append([*learner.coefs_, *learner.intercepts_])
        now = Network(mean, spread, list(zip(learner.coefs_, learner.intercepts_, strict=True)))
        scores = now.run(data, data.others)
        hard = data.others[np.argsort(scores)[-round(HARD * len(scores)) :]]
    averaged = [np.asarray(np.mean(values, axis=0), np.float32) for values in zip(*mean_layers, strict=True)]
    count = len(averaged) // 2
    return Network(mean, spread, list(zip(averaged[:count], averaged[count:], strict=True)))


def together(networks: Sequence[Network]) -> Network:
    """One network whose result is the mean of these, which were trained with the same data from other beginnings."""
    firsts, middles, lasts = zip(*(network.layers for network in networks), strict=True)
    layers = [
        (np.concatenate([weights for weights, _ in firsts], axis=1), np.concatenate([bias for _, bias in firsts])),
        (np.asarray(block_diag(*[weights for weights, _ in middles]), np.float32), np.concatenate([bias for _, bias in middles])),
        (np.concatenate([weights for weights, _ in lasts]) / len(lasts), np.asarray(np.mean([bias for _, bias in lasts], axis=0))),
    ]
    return Network(networks[0].mean, networks[0].spread, [(np.asarray(w, np.float32), np.asarray(b, np.float32)) for w, b in layers])
