"""How far a wake word stands out of the noise."""

from __future__ import annotations

import numpy as np
import pytest

from tars.core.signal_to_noise import FRAME, LEAST, as_text, from_text, signal_to_noise
from tars.errors import RemoteError
from tars.samples import RATE, Samples, to_pcm


def hum(seconds: float, level: float, seed: int = 1) -> Samples:
    """Noise; `level` is its root mean square."""
    return np.random.default_rng(seed).normal(0, level, round(seconds * RATE)).round().astype(np.int16)


def word(speech: float, noise: float) -> bytes:
    """1.4 s of noise, then 0.6 s of a word in it."""
    said = np.concatenate((np.zeros(round(1.4 * RATE), np.int16), hum(0.6, speech)))
    return to_pcm(said + hum(2.0, noise, seed=2))


@pytest.mark.parametrize("decibels", [6, 12, 20, 30, 40])
def test_it_is_measured_in_decibels(decibels: int) -> None:
    """A little more than the mean of the word, for its loudest frames count, and those of the noise that are quietest."""
    assert signal_to_noise(word(6000, 6000 / 10 ** (decibels / 20))) == pytest.approx(decibels + 1, abs=2)


@pytest.mark.parametrize("gain", [1, 0.3, 0.1])
def test_it_does_not_depend_on_how_loud_a_microphone_is(gain: float) -> None:
    assert signal_to_noise(word(6000 * gain, 300 * gain)) == pytest.approx(signal_to_noise(word(6000, 300)), abs=0.5)


def test_a_louder_microphone_in_a_louder_room_hears_worse() -> None:
    near, loud = signal_to_noise(word(1000, 30)), signal_to_noise(word(6000, 1000))
    assert near is not None
    assert loud is not None
    assert near > loud + 10


def test_what_was_not_captured_is_not_quiet() -> None:
    """A device that was just started, a microphone that was away."""
    heard = word(6000, 300)
    assert signal_to_noise(bytes(2 * RATE) + heard[2 * RATE :]) == pytest.approx(signal_to_noise(heard), abs=1)


@pytest.mark.parametrize("pcm", [b"", bytes(64000), to_pcm(hum(0.2, 100))], ids=["nothing", "zeros", "too short"])
def test_of_too_little_sound_nothing_is_said(pcm: bytes) -> None:
    assert signal_to_noise(pcm) is None
    assert as_text(signal_to_noise(pcm)) == ""


def test_the_least_sound_of_which_anything_is_said_has_one_sample_in_each_20_ms_and_takes_400_ms() -> None:
    least = np.zeros(LEAST * FRAME, np.int16)
    least[::FRAME] = 1
    assert signal_to_noise(to_pcm(least)) == 0
    assert signal_to_noise(to_pcm(least[1:])) is None


def test_it_travels_as_text() -> None:
    assert as_text(24.512) == "24.5"
    assert from_text("24.5") == 24.5
    assert from_text("") is None
    assert len(as_text(signal_to_noise(to_pcm(np.concatenate((hum(1.9, 0.3), np.full(1600, 32767, np.int16))))))) <= 8


@pytest.mark.parametrize("text", ["loud", "nan", "inf", "1e999"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(RemoteError, match=f"hotword_detected.snr must be decibels, such as '24.5', or empty, not '{text}'"):
        from_text(text)
