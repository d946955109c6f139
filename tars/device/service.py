"""The unit of systemd for `tars-pi`: a service of the user, for microphone and speaker belong to the user's session."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path

from tars.device.settings import PROGRAM, DeviceConfig
from tars.errors import ConfigError
from tars.runtime.service import LIMITED, PRIVATE, SUPERVISED, Unit, exec_start, options_of, setting, with_absolute_paths

UNIT = """\
[Unit]
Description=TARS device
After=pipewire-pulse.service pulseaudio.service
{limited}

[Service]
ExecStart={command}
{supervised}
{private}

# It reads the system and the home folder, and writes its own folders only.
PrivateUsers=yes
ProtectSystem=strict
ProtectHome=read-only
{paths}PrivateTmp=yes
ProtectProc=invisible

# It needs the network and the sound devices, and no right or system call beyond those of an ordinary program.
CapabilityBoundingSet=
NoNewPrivileges=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
LockPersonality=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
KeyringMode=private

[Install]
WantedBy=default.target
"""
NOT_ROOT = "call this without sudo: the service belongs to the user whose microphone and speaker it uses"


def make_unit(config: DeviceConfig, argv: Sequence[str], environ: Mapping[str, str]) -> Unit:
    """The unit of a device with this configuration, for the user who calls. Raises ConfigError."""
    if environ.get("SUDO_USER"):
        raise ConfigError(NOT_ROOT)
    options = options_of(PROGRAM, argv, environ)
    config = with_absolute_paths(config, options)
    files = [file.parent for file in (config.trace, config.log_file, config.control) if isinstance(file, Path)]
    written = list(dict.fromkeys([config.state, *files]))
    text = UNIT.format(
        command=exec_start(PROGRAM.name, options),
        limited=LIMITED,
        supervised=SUPERVISED,
        private=PRIVATE,
        paths=setting("ReadWritePaths", written),
    )
    folder = Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config", "systemd/user")
    file = folder / "tars-pi.service"
    return Unit(PROGRAM.name, file, text, written, systemctl=("systemctl", "--user"), lingering=getpass.getuser())
