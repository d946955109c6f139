"""The voices of personas that hibari speaks with."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import numpy as np
import pytest
from hibari.voices import DEFAULT, voice_path

from tars.brains import BrainSettings
from tars.brains.speak.hibari import Hibari
from tars.errors import ConfigError
from tars.samples import RATE, Samples
from tests.brains.conftest import Models

SENTENCE = "My humor is at 75 percent."


def pitch_of(sound: Samples) -> float:
    """The pitch of a voice in Hz: the median over frames of 64 ms of the strongest period from 80 to 400 Hz."""
    found = []
    for at in range(0, len(sound) - 1024, 512):
        frame = sound[at : at + 1024].astype(float)
        likeness = np.correlate(frame, frame, "full")[1023:]
        lag = RATE // 400 + int(np.argmax(likeness[RATE // 400 : RATE // 80]))
        if likeness[lag] > 0.5 * likeness[0] > 0:
            found.append(RATE / lag)
    return float(np.median(found))


def said(part: Hibari, voice: str) -> Samples:
    async def main() -> Samples:
        await part.load(voice)
        return np.concatenate([block async for block in part.say(SENTENCE, voice)])

    return asyncio.run(main())


@pytest.fixture
def part(models: Models) -> Hibari:
    return Hibari(BrainSettings(), models.voice)


@pytest.mark.parametrize("percent", [75, 85, 118, 130])
def test_a_pitch_makes_another_voice_of_about_the_same_pace(models: Models, part: Hibari, percent: int) -> None:
    usual, other = said(part, ""), said(part, f"{percent}%")
    assert pitch_of(other) == pytest.approx(pitch_of(usual) * percent / 100, rel=0.08)
    assert len(other) == pytest.approx(len(usual), rel=0.2)
    assert "umor is at 75%" in models.recogniser.recognise(other)


def test_its_own_voice_has_three_names(part: Hibari) -> None:
    usual = said(part, "")
    assert np.array_equal(said(part, "heart"), usual)
    assert np.array_equal(said(part, "heart 100%"), usual)
    assert np.array_equal(said(part, "100 %"), usual)


def test_a_file_is_a_voice_and_is_loaded_once(part: Hibari, tmp_path: Path) -> None:
    file = tmp_path / "my voice.onnx"
    shutil.copy(voice_path(DEFAULT), file)
    assert np.array_equal(said(part, f"{file} 90%"), said(part, "90%"))
    file.unlink()
    assert np.array_equal(said(part, str(file)), said(part, ""))


@pytest.mark.parametrize(
    ("voice", "complaint"),
    [
        ("deep", r"voice 'deep' is unknown; hibari has: heart, emma, fenrir, fable, kore; or name an ONNX file"),
        ("emma", r"voice 'emma' is not on this machine: as the user of tars-server, fetch it \(8 MB\) with `hibari --voice emma -o"),
        ("heart 50%", r"voice 'heart 50%': the pitch must be 75% to 130%"),
        ("131%", r"voice '131%': the pitch must be 75% to 130%"),
        ("/nowhere/voice.onnx", r"model file /nowhere/voice.onnx is missing"),
    ],
)
def test_a_voice_that_it_does_not_have(part: Hibari, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, voice: str, complaint: str) -> None:
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    with pytest.raises(ConfigError, match=complaint):
        asyncio.run(part.load(voice))


def test_a_damaged_voice_is_found(part: Hibari, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    (tmp_path / "bf_emma.int8.onnx").write_bytes(b"half of it")
    with pytest.raises(ConfigError, match=r"bf_emma.int8.onnx is damaged or another version"):
        asyncio.run(part.load("emma"))
