"""Speech recognition with the real model."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tars.brains.hear.recogniser import Recogniser
from tars.errors import ConfigError
from tars.samples import Samples
from tests.brains.conftest import Models, silence


def words(text: str) -> str:
    return re.sub(r"[^a-z0-9 ]", "", text.lower())


@pytest.mark.parametrize(
    ("recording", "spoken"),
    [
        ("goforward.raw", "go forward 10 meters"),
        ("something.raw", "go somewhere and do something"),
        ("cards/001.wav", "10 of clubs"),
        ("librivox/sense_and_sensibility_01_austen_64kb-0930.wav", "he might even have been made amiable himself"),
    ],
)
def test_recordings_of_people_are_recognised(models: Models, person: Callable[[str], Samples], recording: str, spoken: str) -> None:
    assert words(models.recogniser.recognise(person(recording))) == spoken


@pytest.mark.parametrize("sound", [silence(0), np.random.default_rng(1).normal(0, 900, 32_000).astype(np.int16)])
def test_noise_gives_no_words(models: Models, sound: Samples) -> None:
    assert models.recogniser.recognise(sound) == ""


def test_a_folder_without_a_model_is_a_mistake_in_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"model.bin is missing: correct its path"):
        Recogniser(tmp_path)
    (tmp_path / "model.bin").write_bytes(b"no model")
    with pytest.raises(ConfigError, match=r"tokenizer.json is missing"):
        Recogniser(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ConfigError, match="is not a model that faster-whisper can load"):
        Recogniser(tmp_path)
