"""Speech recognition with the real model."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from tars.brains.hear.recogniser import Recogniser
from tars.errors import ConfigError
from tars.samples import RATE, Samples
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


@pytest.mark.parametrize(("seconds", "frames"), [(2, [1_500]), (13, [1_500]), (15, [3_000]), (33, [3_000, 3_000])])
def test_short_speech_is_heard_in_a_short_window(
    models: Models, say: Callable[[str], Samples], monkeypatch: pytest.MonkeyPatch, seconds: int, frames: list[int]
) -> None:
    heard = []
    encode = WhisperModel.encode

    def noting(model: WhisperModel, features: NDArray[np.float32]) -> object:
        heard.append(features.shape[-1])
        return encode(model, features)

    monkeypatch.setattr(WhisperModel, "encode", noting)
    models.recogniser.recognise(np.resize(say("What time is it now?"), seconds * RATE))
    assert heard[: len(frames)] == frames


@dataclass
class Segment:
    text: str
    compression_ratio: float = 0.8

    @property
    def tokens(self) -> list[str]:
        return self.text.split()


class Repeats(Recogniser):
    """Repeats itself in a short window."""

    def __init__(self, segment: Segment) -> None:
        self.segment, self.seconds = segment, list[float]()

    def _transcribed(self, sound: NDArray[np.float32], most: int | None = None) -> list[Segment]:
        self.seconds.append(len(sound) / RATE)
        return [self.segment if most else Segment("multiply 6 by 7.")]


@pytest.mark.parametrize(
    "segment",
    [
        Segment("one two three four five six seven eight nine ten eleven twelve " * 3),
        Segment("set a timer for five minutes", compression_ratio=2.5),
        Segment("7 of clubs, 7 of clubs"),
        Segment("1, 1, 1"),
    ],
)
def test_what_whisper_repeats_in_a_short_window_is_heard_again_in_a_long_one(segment: Segment) -> None:
    recogniser = Repeats(segment)
    assert recogniser.recognise(silence(2)) == "multiply 6 by 7"
    assert recogniser.seconds[0] == 3
    assert recogniser.seconds[1] > 15


@pytest.mark.parametrize("text", ["set a timer for five minutes", "what is 5 plus 5", "bye bye", "7 times 7 times 8"])
def test_what_is_not_repeated_is_heard_once(text: str) -> None:
    recogniser = Repeats(Segment(text))
    assert recogniser.recognise(silence(2)) == text
    assert recogniser.seconds == [3]


def test_a_sentence_in_which_whisper_repeats_itself_is_recognised(models: Models, say: Callable[[str], Samples]) -> None:
    text = words(models.recogniser.recognise(say("Set a timer for one and a half minutes.")))
    assert text.startswith("set a timer for")
    assert text.endswith("minutes")
