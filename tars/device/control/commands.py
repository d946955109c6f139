"""The commands that a client may send, as data."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tars.device.keyboard import Enter


@dataclass(frozen=True)
class Mute:
    """Close the microphone or open it; None: the other of the two."""

    muted: bool | None


@dataclass(frozen=True)
class SetVolume:
    """From now on the volume is so many percent, 0 to 100."""

    percent: int


@dataclass(frozen=True)
class Silence:
    """Stop an alarm and an answer, and end the session."""


Command = Enter | Mute | SetVolume | Silence

SIMPLE: Mapping[str, Callable[[], Command]] = {
    "button": Enter,
    "stop": Silence,
    "mute": lambda: Mute(muted=True),
    "unmute": lambda: Mute(muted=False),
    "toggle": lambda: Mute(muted=None),
}
"""The commands without a value."""
VOLUME = "volume"
ALLOWED = f"""one of {", ".join(f'{{"command": "{name}"}}' for name in SIMPLE)}, {{"command": "{VOLUME}", "value": 0 to 100}}"""
"""What a client may send, for errors."""


def read_command(text: str | bytes) -> tuple[str, Command]:
    """The name of a command in JSON, and what it asks for. Raises ValueError with what is allowed."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"a command is {ALLOWED}; this is no JSON") from None
    name = given.get("command") if isinstance(given, dict) else None
    if not isinstance(name, str) or name not in (*SIMPLE, VOLUME):
        raise ValueError(f"a command is {ALLOWED}, not {_short(given)}")
    if strange := sorted(set(given) - ({"command", "value"} if name == VOLUME else {"command"})):
        raise ValueError(f"the command {name} has no {_short(strange[0])}")
    if name != VOLUME:
        return name, SIMPLE[name]()
    percent = given.get("value")
    if type(percent) is not int or not 0 <= percent <= 100:
        raise ValueError(f"the value of {VOLUME} must be a whole number, 0 to 100, not {_short(percent)}")
    return name, SetVolume(percent)


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
