from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pymicro_wakeword
import pytest
from pymicro_wakeword import MicroWakeWord as Package
from pymicro_wakeword import MicroWakeWordFeatures, Model

from tars.device.wake.engines import load
from tars.device.wake.tflite import library
from tars.device.wake.words import BUILT_IN, read_words
from tars.errors import ConfigError
from tars.samples import to_pcm
from tests.device.wake.hearing import SPOKEN, blocks, other_speech, said, scores

PACKAGED = Path(pymicro_wakeword.__file__).parent / "models"


@pytest.mark.parametrize("name", BUILT_IN)
def test_scores_are_those_of_the_package(name: str) -> None:
    """Its command line runs the same network for each 30 ms and takes the mean of five; a block's score is the highest of its means."""
    samples = np.concatenate((said(SPOKEN[name]), other_speech()[0], said(SPOKEN[name])))
    features, package = MicroWakeWordFeatures(), Package.from_builtin(Model(name))
    expected = []
    for block in blocks(samples):
        means = [package.process_streaming_prob(row) for row in features.process_streaming(to_pcm(block))]
        expected.append(max(mean or 0.0 for mean in means))
    ours = [row[name] for row in scores(load(read_words(name)), samples)]
    assert max(expected) > 0.5
    # The package says 0 for rows that complete no 30 ms; whole blocks of those there are not.
    assert ours == pytest.approx(expected, abs=1e-6)


def test_a_block_takes_few_calls() -> None:
    """The networks take 0.2 ms of a block. With an array of numpy for each row of features, all that is around them took as much again."""
    scorer, sound = load(read_words("hey_jarvis")), [to_pcm(block) for block in blocks(said("Alexa."))]
    calls: Counter[str] = Counter()

    def count(_frame: object, event: str, _argument: object) -> None:
        calls[event] += 1

    for pcm in sound:
        scorer.score(pcm)
    before = sys.getprofile()
    sys.setprofile(count)
    for pcm in sound:
        scorer.score(pcm)
    sys.setprofile(before)
    assert 20 < (calls["call"] + calls["c_call"]) / len(sound) < 120


def test_the_words_that_come_with_the_package_are_all_known() -> None:
    assert {path.stem for path in PACKAGED.glob("*.json")} == set(BUILT_IN)


def own(folder: Path, **changes: Any) -> str:
    """A model of one's own: the packaged one of alexa, with these changes to what its .json file says."""
    content = json.loads((PACKAGED / "alexa.json").read_text())
    content["micro"] |= changes.pop("micro", {})
    (folder / "own.json").write_text(json.dumps(content | changes))
    shutil.copy(PACKAGED / "alexa.tflite", folder)
    return str(folder / "own.json")


def test_thresholds_are_the_settings_else_ours_else_those_of_the_file(tmp_path: Path) -> None:
    path = own(tmp_path, micro={"probability_cutoff": 0.7})
    thresholds = load(read_words(f"hey_jarvis, okay_nabu=0.3, {path}")).thresholds
    assert thresholds == {"hey_jarvis": BUILT_IN["hey_jarvis"], "okay_nabu": 0.3, "own": 0.7}
    assert load(read_words(f"{path}=0.2")).thresholds == {"own": 0.2}


def test_a_threshold_that_no_score_can_reach_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"threshold of alexa=0\.999 can never be reached: this model's highest score is 0\.996"):
        load(read_words("alexa=0.999"))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"model": "nowhere.tflite"}, r"nowhere\.tflite: there is no such wake word model; .*own\.json names it"),
        ({"model": "own.json"}, r"own\.json: not a TensorFlow Lite model"),
        ({"micro": {"probability_cutoff": "high"}}, r"own\.json: not the \.json file of a microWakeWord model \(ValueError"),
        ({"micro": {"sliding_window_size": 0}}, r"own\.json: probability_cutoff must be more than 0 and at most 1, sliding_window_size at"),
    ],
)
def test_a_model_of_ones_own_that_cannot_be_used_is_named(tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        load(read_words(own(tmp_path, **changes)))


@pytest.mark.parametrize("content", ["{}", "[]", "{", '{"model": "alexa.tflite"}', '{"model": "alexa.tflite", "micro": 3}'])
def test_a_file_that_describes_no_model_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "own.json").write_text(content)
    with pytest.raises(ConfigError, match=r"own\.json: not the \.json file of a microWakeWord model"):
        load(read_words(str(tmp_path / "own.json")))


def test_a_network_of_the_other_engine_is_refused(tmp_path: Path) -> None:
    from tars.device.wake.models import FOR_TESTS, fetched

    path = own(tmp_path, model="other.tflite")
    shutil.copy(fetched(next(iter(FOR_TESTS))), tmp_path / "other.tflite")
    with pytest.raises(ConfigError, match=r"other\.tflite: not a microWakeWord model: it takes values of shape \(1, 16, 96\)"):
        load(read_words(path))


def test_without_the_package_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    library.cache_clear()
    monkeypatch.setitem(sys.modules, "pymicro_wakeword", None)
    with pytest.raises(ConfigError, match=r"pymicro-wakeword is not installed: pip install -e '\.\[pi\]'"):
        load(read_words("hey_jarvis"))
