from __future__ import annotations

import math

import numpy as np
import pytest

from tars.device.audio.levels import ADVICE, CONSTANT, FAINT, LOUD, SILENT, Level, describe, level_of, problem_of
from tars.samples import RATE, Samples
from tests.device.wake.hearing import other_speech


def tone(peak: float, seconds: float = 2.0) -> Samples:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.clip(np.sin(2 * np.pi * 440 * time) * peak, -32768, 32767).astype(np.int16)


def steady(value: int) -> Samples:
    return np.full(2 * RATE, value, np.int16)


@pytest.mark.parametrize(
    ("samples", "peak", "rms"),
    [
        (steady(-32768), 0.0, 0.0),
        (tone(32768), 0.0, -3.0),
        (tone(16384), -6.0, -9.0),
        (tone(327.68), -40.0, -43.0),
        (steady(0), -math.inf, -math.inf),
        (steady(0)[:0], -math.inf, -math.inf),
    ],
)
def test_levels_are_those_of_full_scale(samples: Samples, peak: float, rms: float) -> None:
    level = level_of(samples)
    assert level.peak == pytest.approx(peak, abs=0.1)
    assert level.rms == pytest.approx(rms, abs=0.1)


@pytest.mark.parametrize(
    ("samples", "problem"),
    [
        (steady(0), SILENT),
        (steady(0)[:0], SILENT),
        (steady(-3), CONSTANT),
        (steady(32767), CONSTANT),
        (tone(60_000), LOUD),
        (tone(20), FAINT),
        (tone(20) + np.int16(4000), FAINT),
        (tone(30_000), None),
        (tone(100), None),
    ],
)
def test_what_is_wrong_with_a_microphone_is_called_what_it_is(samples: Samples, problem: str | None) -> None:
    assert problem_of(samples) == problem


def test_nothing_is_wrong_with_people_who_speak_even_if_one_syllable_is_too_loud() -> None:
    for recording in other_speech():
        assert problem_of(recording) is None
        loudest = 32767 / np.abs(recording.astype(np.int32)).max()
        assert problem_of(np.clip(recording * loudest * 1.2, -32768, 32767).astype(np.int16)) is None
        assert problem_of(np.clip(recording * loudest * 5, -32768, 32767).astype(np.int16)) == LOUD


def test_each_channel_is_described_and_one_good_one_is_enough() -> None:
    usable, text = describe(np.stack([steady(0), steady(0), tone(16384), steady(7)], axis=1))
    assert usable
    assert text == (
        f"channel 1, 2: peak -inf dBFS, rms -inf dBFS: {ADVICE[SILENT]}; "
        "channel 3: peak -6.0 dBFS, rms -9.0 dBFS; "
        f"channel 4: peak -73.4 dBFS, rms -73.4 dBFS: {ADVICE[CONSTANT]}"
    )


@pytest.mark.parametrize(("samples", "usable"), [(tone(16384), True), (tone(20), True), (tone(60_000), False), (steady(0), False)])
def test_a_microphone_with_one_channel(samples: Samples, usable: bool) -> None:
    found, text = describe(samples[:, None])
    assert found == usable
    assert text.startswith(str(level_of(samples)))
    assert "channel" not in text


def test_a_level_is_written_with_its_unit() -> None:
    assert str(Level(-6.02, -math.inf)) == "peak -6.0 dBFS, rms -inf dBFS"
