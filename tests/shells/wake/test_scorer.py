"""The real models on real sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tars.demo_voice import Phrase, speak
from tars.errors import ConfigError
from tars.samples import BLOCK, RATE, Samples, to_samples
from tars.shells.audio.files import read_wav
from tars.shells.wake.detector import THRESHOLD
from tars.shells.wake.models import WakeWordModel, find
from tars.shells.wake.scorer import Scorer

OTHER_SPEECH = sorted(Path("/usr/share/pocketsphinx/test/data").glob("*/*.wav"))


@pytest.fixture(scope="module")
def model() -> WakeWordModel:
    return find("hey_jarvis")


@pytest.fixture(scope="module")
def loaded(model: WakeWordModel) -> Scorer:
    return Scorer(model)


@pytest.fixture
def scorer(loaded: Scorer) -> Scorer:
    loaded.forget()
    return loaded


def scores(scorer: Scorer, samples: Samples) -> list[float]:
    return [scorer.score(samples[start : start + BLOCK]) for start in range(0, len(samples) - BLOCK + 1, BLOCK)]


def said(*texts: str) -> Samples:
    samples, _ = speak([Phrase(text, 1.0) for text in texts])
    return np.concatenate((samples, np.zeros(RATE, np.int16)))


@pytest.mark.parametrize("offset", range(0, BLOCK, 256))
def test_the_wake_word_is_certain_wherever_it_falls_into_the_blocks(scorer: Scorer, offset: int) -> None:
    assert max(scores(scorer, np.concatenate((np.zeros(offset, np.int16), said("Hey Jarvis."))))) > 0.95


def test_other_speech_is_no_wake_word(scorer: Scorer) -> None:
    assert OTHER_SPEECH, "no recordings of other speech: sudo apt install pocketsphinx-testdata"
    for path in OTHER_SPEECH:
        assert max(scores(scorer, to_samples(read_wav(path))[: 15 * RATE])) < THRESHOLD, path
    assert max(scores(scorer, said("What time is it?", "Turn on the lights.", "Hello, my name is Travis."))) < THRESHOLD


@pytest.mark.parametrize("word", ["hey_jarvis", "alexa", "hey_mycroft", "hey_rhasspy"])
def test_after_forgetting_noise_and_silence_are_no_wake_word(word: str) -> None:
    scorer = Scorer(find(word))
    noise = np.random.default_rng(3).normal(0, 1000, 20 * BLOCK).astype(np.int16)
    silence = np.zeros(20 * BLOCK, np.int16)
    for _ in range(3):
        for samples in (noise, silence):
            assert max(scores(scorer, samples)) < THRESHOLD
            scorer.forget()


def test_forgetting_leaves_nothing_of_the_wake_word(scorer: Scorer) -> None:
    fresh = scores(scorer, np.zeros(10 * BLOCK, np.int16))
    samples = said("Hey Jarvis.")
    certain = int(np.argmax(scores(scorer, samples))) + 1
    scorer.forget()
    scores(scorer, samples[: certain * BLOCK])
    scorer.forget()
    assert scores(scorer, np.zeros(10 * BLOCK, np.int16)) == pytest.approx(fresh, abs=1e-3)


def test_a_file_that_is_no_model_is_named(model: WakeWordModel, tmp_path: Path) -> None:
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"not a network")
    with pytest.raises(ConfigError, match=r"bad\.onnx: not a usable model"):
        Scorer(WakeWordModel("bad", model.melspectrogram, model.embedding, bad))


def test_a_network_that_is_no_wake_word_is_named(model: WakeWordModel) -> None:
    with pytest.raises(ConfigError, match=r"embedding_model\.onnx: not an openWakeWord model"):
        Scorer(WakeWordModel("bad", model.melspectrogram, model.embedding, model.embedding))
