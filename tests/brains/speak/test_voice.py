"""Speech synthesis with the real voice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tars.brains.speak.voice import INAUDIBLE, LEAD, TAIL, Voice
from tars.errors import ConfigError
from tars.samples import RATE
from tests.brains.conftest import Models


def test_a_voice_begins_at_once_and_ends_soon(models: Models) -> None:
    for sentence in ("It is 3:05 PM.", "That is 56.", "Humor is at 75 percent."):
        samples = models.voice.say(sentence)
        assert samples.dtype == np.int16
        assert samples.ndim == 1
        audible = np.flatnonzero(np.abs(samples) > INAUDIBLE)
        assert audible[0] <= LEAD
        assert 0 <= len(samples) - audible[-1] - TAIL <= 1
        assert 0.5 * RATE < len(samples) < 3 * RATE
        assert np.abs(samples).max() > 5_000


def test_the_same_words_sound_the_same(models: Models) -> None:
    assert np.array_equal(models.voice.say("Goodbye."), models.voice.say("Goodbye."))


def test_tars_is_spoken_as_a_name_and_not_spelled(models: Models) -> None:
    assert len(models.voice.say("TARS.")) < 0.75 * len(models.voice.say("T. A. R. S."))


def test_nothing_to_say(models: Models) -> None:
    assert not len(models.voice.say(""))


def test_what_the_voice_says_is_understood(models: Models) -> None:
    said = models.voice.say("My humor is at 75 percent.")
    assert models.recogniser.recognise(said) == "My humor is at 75%"


def test_a_file_that_is_no_voice_is_a_mistake_in_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is missing: correct its path"):
        Voice(tmp_path / "voice.onnx")
    (tmp_path / "voice.onnx").write_bytes(b"no voice")
    with pytest.raises(ConfigError, match="is not a voice that hibari can speak with"):
        Voice(tmp_path / "voice.onnx")
