"""The settings of Home Assistant. They are here because the server reads settings before it imports a brain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from tars.runtime.config_values import read_name, read_seconds
from tars.runtime.llm_settings import read_url


def read_devices(text: str) -> Mapping[str, str]:
    """The device in Home Assistant of each device of TARS."""
    devices: dict[str, str] = {}
    for item in text.split():
        name, _, device = item.partition("=")
        if not re.fullmatch(r"[0-9a-f]{32}", device):
            raise ValueError(f"must be NAME=ID for each device, with the 32 digits and letters of its page in Home Assistant, not {item!r}")
        devices[read_name(name)] = device
    return devices


@dataclass(frozen=True)
class HomeAssistantSettings:
    """The settings of the part `home-assistant`."""

    url: Annotated[str, read_url] = "http://homeassistant.local:8123"
    """Where Home Assistant is, as in a browser."""
    token: Annotated[str, str.strip] = field(default="", repr=False)
    """A long-lived access token, made in Home Assistant on the page of a user, under Security. The part needs it. In the file or in
    TARS_HOME_ASSISTANT_TOKEN."""
    assistant: Annotated[str, str.strip] = ""
    """The name of a voice assistant in Home Assistant; its language and its agent answer. Empty: the preferred one."""
    devices: Annotated[Mapping[str, str], read_devices] = field(default_factory=dict)
    """Where each device of TARS is: its name, and the ID of any device in Home Assistant that is in the same room, such as
    {kitchen: 0123456789abcdef0123456789abcdef}. The ID is in the address of that device's page. "Turn on the light" then
    means that room."""
    timeout: Annotated[float, read_seconds] = 10.0
    """Seconds that Home Assistant has for an answer, and for each further piece of one that it streams."""
