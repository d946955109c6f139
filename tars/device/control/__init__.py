"""The local interface of `tars-pi`, for what stands on the same desk: events out, commands in, a snapshot on connect."""

from __future__ import annotations

from pathlib import Path

from tars.device.settings import DeviceConfig
from tars.errors import ConfigError

FORMAT = 1
"""The number of the format of events and commands. A client can rely on what docs/control.md says of this number."""
SOCKET = "control.sock"
"""The socket in the state folder."""


def socket_path(config: DeviceConfig) -> Path:
    """Where the control socket of a device with these settings is. Raises ConfigError if it has none."""
    if config.control == "off":
        raise ConfigError("control is off: this device has no control socket")
    return config.state / SOCKET if config.control is None else Path(config.control)
