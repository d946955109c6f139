"""The wake word that TARS brings: what it hears, what it does not, and what its file says of itself."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tars.device.wake.engines import load
from tars.device.wake.models import word_file
from tars.device.wake.words import read_words
from tars.samples import RATE, Samples
from tests.device.wake.hearing import heard, other_speech, said, silence
from tests.voice.hey_tars.licences import MADE_FROM
from tests.voice.hey_tars.voices import by_hibari, by_joe, trimmed

REPORT = Path(__file__).resolve().parents[3] / "docs/reports/hey-tars.md"


def metadata() -> dict[str, str]:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(word_file("hey_tars")), providers=["CPUExecutionProvider"])
    return dict(session.get_modelmeta().custom_metadata_map)


def around(sound: np.ndarray) -> Samples:
    """A second of quiet before and after it."""
    return np.concatenate((silence(RATE), trimmed(sound), silence(RATE)))


@pytest.mark.parametrize("pitch", [0.87, 1.0, 1.15])
@pytest.mark.parametrize("speed", [0.85, 1.0, 1.2])
def test_a_call_is_heard(speed: float, pitch: float) -> None:
    assert heard(load(read_words("hey_tars")), around(by_hibari("Hey Tars.", speed, pitch))) == {"hey_tars"}


@pytest.mark.parametrize("pace", [0.85, 1.0, 1.15])
def test_a_call_by_a_voice_that_it_was_not_made_with_is_heard(pace: float) -> None:
    assert heard(load(read_words("hey_tars")), around(by_joe("Hey Tars!", pace, 0.0))) == {"hey_tars"}


TOLD_APART = ("Michael.", "Doris.", "Charles.", "Hey Charles.", "Hey there.", "Hey Siri.", "Hey Jarvis.", "The stars.", "Hey Google.")
"""The report lists near misses that are not, such as "guitars"."""


@pytest.mark.parametrize("text", TOLD_APART)
def test_a_near_miss_is_no_call(text: str) -> None:
    for sound in (by_hibari(text), by_joe(text, 1.0, 0.0)):
        assert heard(load(read_words("hey_tars")), around(sound)) == set()


def test_other_speech_is_no_call() -> None:
    for recording in (*other_speech(), said("What time is it?", "Set a timer for five minutes.", "What is the weather in Mars?")):
        assert heard(load(read_words("hey_tars")), recording) == set()


def test_its_threshold_is_that_of_its_file_unless_the_setting_has_one() -> None:
    assert load(read_words("hey_tars")).thresholds == {"hey_tars": float(metadata()["threshold"])}
    assert load(read_words("hey_tars=0.42")).thresholds == {"hey_tars": 0.42}


def test_its_file_says_how_it_was_made_and_from_what() -> None:
    found = metadata()
    assert found["name"] == "hey_tars"
    assert found["made by"] == "make hey-tars"
    assert found["licence"] == "MIT"
    assert all(f"{source}: {licence}" in found["made from"] for source, (licence, _) in MADE_FROM.items())
    assert not re.search(r"GPL|[^a-z]NC[^a-z]|non-?commercial", found["made from"], re.IGNORECASE)


def test_the_report_has_the_figures_that_its_file_has() -> None:
    found, page = metadata(), REPORT.read_text(encoding="utf-8")
    assert f"The threshold is {float(found['threshold']):g}." in page
    heard_calls, calls = found["recall"].split(" of ")
    assert f"With it {heard_calls} of {calls} (" in page
    false, hours = found["false alarms"].removesuffix(" h").split(" in ")
    assert f"There are {false} false alarms in {hours} h of other sound." in page
    assert f"at most\n{found['false alarms an hour, at most (95 %)']} an hour" in page


def test_its_file_is_small() -> None:
    assert word_file("hey_tars").stat().st_size < 400_000
