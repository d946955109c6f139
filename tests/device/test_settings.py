"""The settings of volume, chime and control. What all settings share is in tests/runtime/test_config.py."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from tars.device.quiet_hours import QuietHours
from tars.device.settings import load
from tests.runtime.test_config import file_problems, from_file, problems


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("chime", "short", "short"),
        ("chime", "off", "off"),
        ("quiet_hours", "22:00-07:00", QuietHours(time(22), time(7))),
        ("quiet_volume", "0", 0),
        ("control", "off", "off"),
        ("control", "~/tars.sock", Path.home() / "tars.sock"),
        ("control", "", None),
        ("control_group", "root", "root"),
        ("control_port", "7458", 7458),
        ("control_port", "", None),
    ],
)
def test_file_and_variable_say_the_same(tmp_path: Path, key: str, text: str, value: object) -> None:
    assert getattr(load([], {f"TARS_{key.upper()}": text})[1], key) == value
    assert getattr(from_file(tmp_path, "device", f"{key}: {text}\n"), key) == value


@pytest.mark.parametrize(
    ("key", "text", "complaint"),
    [
        ("chime", "loud", "must be normal, short or off, not 'loud'"),
        ("quiet_hours", "night", "must be FROM-TO, two different times of day as HH:MM-HH:MM, such as 22:00-07:00, or empty, not 'night'"),
        ("quiet_volume", "101", "must be 0 to 100, not '101'"),
        ("control_group", "no-such-group", "must be a group of this system, or empty, not 'no-such-group'"),
        ("control_port", "0", "must be 1 to 65535, or empty, not '0'"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(tmp_path: Path, key: str, text: str, complaint: str) -> None:
    assert problems("device", environ={f"TARS_{key.upper()}": text}) == [f"TARS_{key.upper()} {complaint}"]
    assert file_problems(tmp_path, "device", f"\n{key}: '{text}'\n") == [f"{key} in kitchen.yaml line 2 {complaint}"]


@pytest.mark.parametrize("text", ["101", "4.5", "loud"])
def test_a_volume_is_a_percentage(text: str) -> None:
    (problem,) = problems("device", ["volume", text])
    assert problem.startswith("PERCENT of `volume PERCENT` must be")


def test_a_volume_is_given_with_its_command() -> None:
    assert load(["volume", "40"], {})[0] == "volume 40"
    assert problems("device", ["volume"]) == ["unknown command 'volume'; there is: volume PERCENT"]
