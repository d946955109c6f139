"""The settings of what is wired to GPIO pins. A module of its own: reading settings must not import gpiozero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from tars.runtime.config_values import read_whole

PINS = range(28)
"""The GPIOs of a Raspberry Pi's header."""


def read_pin(text: str) -> int | None:
    """The number of a GPIO; no text is none."""
    if text and read_whole(text) not in PINS:
        raise ValueError(f"must be the number of a GPIO, {PINS[0]} to {PINS[-1]}, or empty, not {text!r}")
    return int(text) if text else None


Pin = Annotated[int | None, read_pin]


@dataclass(frozen=True)
class GpioSettings:
    """What is wired to which GPIO. Buttons and switches connect the pin with ground; lights are lit by a high pin."""

    button: Pin = None
    """A push button: pressed, it is push-to-talk; held for a second, it mutes and unmutes."""
    mute_switch: Pin = None
    """A switch: while it is closed, the microphone is muted, whatever else asks for."""
    led: Pin = None
    """A light of one colour."""
    red: Pin = None
    """The red part of a light of three colours; all three are needed."""
    green: Pin = None
    """The green part."""
    blue: Pin = None
    """The blue part."""
