"""Speech recognition with the real model of Moonshine. tests/brains/test_parts.py tries the part."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tars.brains.hear import moonshine
from tars.brains.hear.moonshine import MoonshineModel
from tars.errors import ConfigError
from tars.samples import Samples
from tests.brains.conftest import joined, silence


@pytest.fixture(scope="module")
def model() -> MoonshineModel:
    return MoonshineModel()


@pytest.mark.parametrize(
    ("recording", "spoken"),
    [
        ("goforward.raw", "go forward ten meters"),
        ("cards/001.wav", "ten of clubs"),
        ("librivox/sense_and_sensibility_01_austen_64kb-0930.wav", "he might even have been made amiable himself"),
    ],
)
def test_recordings_of_people_are_recognised(model: MoonshineModel, person: Callable[[str], Samples], recording: str, spoken: str) -> None:
    text = re.sub(r"[^a-z0-9 ]", "", model.recognise(person(recording)).lower())
    assert text.replace("10", "ten") == spoken


@pytest.mark.parametrize("sound", [silence(0), silence(1), np.random.default_rng(1).normal(0, 900, 32_000).astype(np.int16)])
def test_noise_gives_no_words(model: MoonshineModel, sound: Samples) -> None:
    assert model.recognise(sound) == ""


def test_long_speech_is_one_text_without_a_word_twice(model: MoonshineModel, say: Callable[[str], Samples]) -> None:
    """Sound of more than 15 s, where the voice activity of the package would divide it."""
    numbers = ["one", "two", "three", "four", "five", "six"]
    sound = joined(*(say(f"Sentence {number} is about the weather in the north and the houses there.") for number in numbers))
    text = model.recognise(sound).lower()
    assert text.count("weather") == len(numbers)


def test_several_threads_each_get_their_own_text(model: MoonshineModel, say: Callable[[str], Samples]) -> None:
    said = ["What time is it?", "Set a timer for ten minutes.", "Good night."] * 4
    alone = {text: model.recognise(say(text)) for text in set(said)}
    with ThreadPoolExecutor(4) as threads:
        texts = list(threads.map(lambda text: model.recognise(say(text)), said))
    assert texts == [alone[text] for text in said]
    assert len(set(texts)) == 3


def test_a_model_that_is_not_there_or_damaged_is_answered_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moonshine, "get_model_path", lambda _name: tmp_path)
    with pytest.raises(ConfigError, match=r"encoder_model.ort is missing.*'.\[server,moonshine\]'"):
        MoonshineModel()
    (tmp_path / "encoder_model.ort").write_bytes(b"no model")
    with pytest.raises(ConfigError, match=r"encoder_model.ort is damaged.*'.\[server,moonshine\]'"):
        MoonshineModel()
