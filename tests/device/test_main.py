"""How `tars-pi` starts and stops, and its doctor. Its runner is tested in test_runner.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tars.device.main import doctor
from tars.device.settings import DeviceConfig
from tars.device.wake.words import Words
from tests.in_process import unreachable


def test_the_doctor_looks_at_sound_wake_word_and_server(capsys: pytest.CaptureFixture[str]) -> None:
    url = unreachable()
    config = DeviceConfig(server=url, discovery="off", speaker="none", microphone="file:nowhere.wav", wake_word=Words())
    assert doctor(replace(config, interruption="speech")) == 1
    said = capsys.readouterr().out
    assert "nowhere.wav: there is no such file" in said
    assert "none: push-to-talk only" in said
    assert f"{url} does not answer" in said
    assert "interruption: by the wake word and the button only" in said
    assert "2 to mend" in said or "3 to mend" in said
