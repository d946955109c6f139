from __future__ import annotations

import numpy as np

from tars.device.wake.openwakeword import OpenWakeWord
from tars.device.wake.words import read_words
from tars.samples import to_pcm
from tests.device.wake.hearing import blocks, other_speech, said
from tests.voice.hey_tars.features import BEFORE, features


def test_features_of_long_sound_are_those_of_its_blocks() -> None:
    """What the head is trained with is what it gets on a device."""
    samples = np.concatenate((said("Hey Tars."), other_speech()[1]))
    engine = OpenWakeWord(read_words("openwakeword/alexa"))
    expected = []
    for block in blocks(samples):
        engine._hear(to_pcm(block))
        expected.append(engine._history[-1])
    made = features(samples)
    assert made.shape == (len(expected) - BEFORE, 96)
    assert np.abs(made[1:] - expected[BEFORE + 1 :]).max() < 1e-3  # the first set holds what the engine had heard before
