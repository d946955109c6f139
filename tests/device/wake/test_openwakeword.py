from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from tars.device.wake import models
from tars.device.wake.engines import load
from tars.device.wake.models import EMBEDDING, FOR_TESTS, MELSPECTROGRAM, fetched, word_file
from tars.device.wake.words import FETCHED, OF_FETCHED, read_words
from tars.errors import ConfigError
from tars.samples import BLOCK
from tests.device.wake.hearing import SPOKEN, blocks, other_speech, said, scores, silence


@pytest.mark.parametrize("name", FETCHED)
def test_scores_are_those_of_the_package(name: str) -> None:
    """The package `openwakeword`, which the product does not need, says the same of each block once it has heard silence."""
    from openwakeword import Model

    package = Model(
        wakeword_models=[str(word_file(name))],
        inference_framework="onnx",
        melspec_model_path=str(fetched(MELSPECTROGRAM)),
        embedding_model_path=str(fetched(EMBEDDING)),
        ncpu=1,
    )
    for block in blocks(silence(40 * BLOCK)):  # its history begins with random noise
        package.predict(block)
    samples = np.concatenate((said(SPOKEN[name]), other_speech()[1], said(SPOKEN[name])))
    expected = [float(max(package.predict(block).values())) for block in blocks(samples)]
    ours = [row[name] for row in scores(load(read_words(f"{OF_FETCHED}{name}")), samples)]
    assert max(expected) > 0.9
    assert ours == pytest.approx(expected, abs=1e-5)


def test_both_forms_of_a_model_give_the_same_scores(tmp_path: Path) -> None:
    tflite = shutil.copy(fetched(next(iter(FOR_TESTS))), tmp_path / "computer.tflite")
    rows = scores(load(read_words(f"{OF_FETCHED}hey_jarvis, {tflite}")), said("Hey Jarvis.", "Thank you."))
    assert max(row["hey_jarvis"] for row in rows) > 0.9
    assert [row["computer"] for row in rows] == pytest.approx([row["hey_jarvis"] for row in rows], abs=1e-5)


def test_thresholds_are_the_settings_else_those_of_the_engine() -> None:
    thresholds = load(read_words(f"{OF_FETCHED}hey_jarvis, {OF_FETCHED}alexa=0.7")).thresholds
    assert thresholds == {"hey_jarvis": 0.5, "alexa": 0.7}


def test_the_threshold_in_the_metadata_of_a_model_counts(tmp_path: Path) -> None:
    assert load(read_words(with_threshold(tmp_path / "own.onnx", "0.25"))).thresholds == {"own": 0.25}
    assert load(read_words(f"{tmp_path}/own.onnx=0.75")).thresholds == {"own": 0.75}


@pytest.mark.parametrize("text", ["high", "0", "1.5", "nan", ""])
def test_a_threshold_in_metadata_that_cannot_be_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=rf"own\.onnx: `threshold` in its metadata must be more than 0 and at most 1, not '{text}'"):
        load(read_words(with_threshold(tmp_path / "own.onnx", text)))


def with_threshold(path: Path, text: str) -> str:
    """A model that says this of itself; its path."""
    model = onnx.load(word_file("alexa"))
    onnx.helper.set_model_props(model, {"threshold": text})
    onnx.save(model, path)
    return str(path)


@pytest.mark.parametrize("end", ["onnx", "tflite"])
def test_files_that_are_no_model_are_named(tmp_path: Path, end: str) -> None:
    with pytest.raises(ConfigError, match=rf"own\.{end}: there is no such wake word model"):
        load(read_words(str(tmp_path / f"own.{end}")))
    (tmp_path / f"own.{end}").write_bytes(b"not a network")
    with pytest.raises(ConfigError, match=rf"own\.{end}: not a "):
        load(read_words(str(tmp_path / f"own.{end}")))


def test_a_network_that_is_no_wake_word_is_named(tmp_path: Path) -> None:
    own = shutil.copy(fetched(EMBEDDING), tmp_path / "own.onnx")
    with pytest.raises(ConfigError, match=r"own\.onnx: not an openWakeWord model: it takes values of .*, and not of \(1, blocks, 96\)"):
        load(read_words(str(own)))


def test_without_onnxruntime_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "folders", lambda: ())
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ConfigError, match=r"openWakeWord needs onnxruntime: pip install -e '\.\[openwakeword\]'"):
        load(read_words("openwakeword/alexa"))


def test_the_default_needs_neither_onnxruntime_nor_what_is_fetched(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['onnxruntime'] = sys.modules['openwakeword'] = None\n"
        "from tars.device.wake import models; models.folders = lambda: ()\n"
        "from tars.device.settings import DeviceConfig; from tars.device.wake.engines import load; "
        "print(*load(DeviceConfig().wake_word).thresholds)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "hey_jarvis\n"
