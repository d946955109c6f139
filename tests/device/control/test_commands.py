"""What a client may command, and what it is told when it may not."""

from __future__ import annotations

import json

import pytest

from tars.device.control.commands import ALLOWED, Command, Mute, SetVolume, Silence, read_command
from tars.device.keyboard import Enter


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"command": "button"}, Enter()),
        ({"command": "stop"}, Silence()),
        ({"command": "mute"}, Mute(muted=True)),
        ({"command": "unmute"}, Mute(muted=False)),
        ({"command": "toggle"}, Mute(muted=None)),
        ({"command": "volume", "value": 0}, SetVolume(0)),
        ({"command": "volume", "value": 100}, SetVolume(100)),
    ],
)
def test_each_command_is_read(given: dict[str, object], meant: Command) -> None:
    assert read_command(json.dumps(given)) == (given["command"], meant)
    assert read_command(json.dumps(given).encode()) == (given["command"], meant)
    assert f'"command": "{given["command"]}"' in ALLOWED


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("mute", "this is no JSON"),
        (b"\xff\xfe{", "this is no JSON"),
        ("[" * 100_000, "this is no JSON"),
        ('["mute"]', 'not ["mute"]'),
        ('{"command": "explode"}', 'not {"command": "explode"}'),
        ('{"command": ["mute"]}', 'not {"command": ["mute"]}'),
        ("{}", "not {}"),
        ('{"command": "mute", "value": 3}', 'the command mute has no "value"'),
        ('{"command": "volume"}', "0 to 100, not null"),
        ('{"command": "volume", "value": 101}', "0 to 100, not 101"),
        ('{"command": "volume", "value": -1}', "0 to 100, not -1"),
        ('{"command": "volume", "value": true}', "0 to 100, not true"),
        ('{"command": "volume", "value": "loud"}', '0 to 100, not "loud"'),
    ],
)
def test_anything_else_is_refused_with_what_is_allowed(given: str | bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=r"a command is|the command|the value of") as refused:
        read_command(given)
    assert str(refused.value).endswith(reason)
    assert len(str(refused.value)) < 400
