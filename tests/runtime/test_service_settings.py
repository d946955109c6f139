"""The settings of services: Wyoming, Home Assistant, ElevenLabs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.runtime.elevenlabs_settings import ElevenLabsSettings
from tars.runtime.home_assistant_settings import HomeAssistantSettings
from tars.runtime.wyoming_settings import WyomingSettings
from tars.server.settings import load
from tests.runtime.test_config import from_file

LAMP = "0123456789abcdef0123456789abcdef"


def test_services_are_given_by_file_and_variable(tmp_path: Path) -> None:
    file = from_file(tmp_path, "server", "wyoming:\n  hear: tcp://tars:10300\n  speak: unix:///run/piper\n")
    environ = {"TARS_WYOMING_HEAR": "tcp://tars:10300", "TARS_WYOMING_SPEAK": "unix:///run/piper"}
    assert file.wyoming == load([], environ)[1].wyoming == WyomingSettings("tcp://tars:10300", "unix:///run/piper")


def test_rooms_are_given_by_file_and_variable(tmp_path: Path) -> None:
    file = from_file(tmp_path, "server", f"home_assistant:\n  devices:\n    kitchen: {LAMP}\n    bath: {LAMP}\n")
    variable = load([], {"TARS_HOME_ASSISTANT_DEVICES": f"kitchen={LAMP} bath={LAMP}"})[1]
    assert file.home_assistant == variable.home_assistant == HomeAssistantSettings(devices={"kitchen": LAMP, "bath": LAMP})
    assert load([], {})[1].home_assistant.devices == {}


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("WYOMING_HEAR", "tars:10300", "must be tcp://HOST:PORT or unix:///PATH, not 'tars:10300'"),
        ("WYOMING_HEAR", "tcp://tars", "must be tcp://HOST:PORT or unix:///PATH, not 'tcp://tars'"),
        ("WYOMING_SPEAK", "tcp://tars:99999", "must be tcp://HOST:PORT or unix:///PATH, not 'tcp://tars:99999'"),
        ("WYOMING_SPEAK", "unix://tars", "must be tcp://HOST:PORT or unix:///PATH, not 'unix://tars'"),
        ("WYOMING_SPEAK", "stdio://", "must be tcp://HOST:PORT or unix:///PATH, not 'stdio://'"),
        ("HOME_ASSISTANT_URL", "ws://tars", "must be http://HOST:PORT/PATH or https://..., without a user name, not 'ws://tars'"),
        ("HOME_ASSISTANT_TIMEOUT", "0", "must be more than 0 seconds, not '0'"),
        ("ELEVENLABS_URL", "tars", "must be http://HOST:PORT/PATH or https://..., without a user name, not 'tars'"),
        (
            "HOME_ASSISTANT_DEVICES",
            "kitchen=Lamp",
            "must be NAME=ID for each device, with the 32 digits and letters of its page in Home Assistant, not 'kitchen=Lamp'",
        ),
        ("HOME_ASSISTANT_DEVICES", f"the.kitchen={LAMP}", "must be 1 to 64 letters, digits, - and _, not 'the.kitchen'"),
    ],
)
def test_a_wrong_value_is_refused(name: str, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load([], {f"TARS_{name}": text})
    assert str(refused.value) == f"TARS_{name} {complaint}"


def test_an_account_is_given_by_file_and_variable(tmp_path: Path) -> None:
    file = from_file(tmp_path, "server", "elevenlabs:\n  key: sk_secret\n  voice: George\n  timeout: 3\n")
    environ = {"TARS_ELEVENLABS_KEY": "sk_secret", "TARS_ELEVENLABS_VOICE": "George", "TARS_ELEVENLABS_TIMEOUT": "3"}
    assert file.elevenlabs == load([], environ)[1].elevenlabs == ElevenLabsSettings(key="sk_secret", voice="George", timeout=3)


@pytest.mark.parametrize("name", ["TARS_HOME_ASSISTANT_TOKEN", "TARS_ELEVENLABS_KEY"])
def test_a_secret_is_not_shown_with_its_configuration(name: str) -> None:
    assert "ey.secret" not in repr(load([], {name: "ey.secret"})[1])
