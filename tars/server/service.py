"""The unit of systemd for `tars-server`: a service of the system. It runs as the user who has tried the server, with that state folder."""

from __future__ import annotations

import getpass
import pwd
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import tars
from tars.errors import ConfigError
from tars.runtime.config_values import own_state
from tars.runtime.service import LIMITED, PRIVATE, SUPERVISED, Unit, exec_start, options_of, setting, with_absolute_paths
from tars.server.settings import PROGRAM, ServerConfig

UNIT = """\
[Unit]
Description=TARS server
Wants=network-online.target
After=network-online.target
{limited}

[Service]
User={user}
ExecStart={command}
{supervised}
{private}

# It reads the system, and writes its own folders only. Of the home folders it sees what is listed here.
ProtectSystem=strict
ProtectHome=tmpfs
{paths}PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectProc=invisible

# It needs the network, and no right, device or system call beyond those of an ordinary program.
CapabilityBoundingSet=
NoNewPrivileges=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
LockPersonality=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
KeyringMode=private
RemoveIPC=yes

[Install]
WantedBy=multi-user.target
"""
HIDDEN = ("/home", "/root", "/run/user")
"""What ProtectHome=tmpfs replaces by empty folders."""
ROOT = (
    "the server should not run as root. Call this through sudo as the user who is to run it, or name that user: "
    "`tars-server install-service USER`. `adduser --system --group tars` makes one"
)


def make_unit(config: ServerConfig, user: str, argv: Sequence[str], environ: Mapping[str, str]) -> Unit:
    """The unit of a server with this configuration. `user`: who runs it; empty: who calls, also through sudo. Raises ConfigError."""
    owner = _owner(user or environ.get("SUDO_USER") or getpass.getuser())
    options = options_of(PROGRAM, argv, environ)
    config = with_absolute_paths(config, options)
    written = folders(config, owner)
    read = [config.tls_certificate, config.tls_key, config.recogniser_model, config.voice_model]
    read += [Path(options["config"])] if "config" in options else []
    seen = [*_installation(), *(file for file in read if file is not None)]
    text = UNIT.format(
        user=owner.pw_name,
        command=exec_start(PROGRAM.name, options),
        limited=LIMITED,
        supervised=SUPERVISED,
        private=PRIVATE,
        paths=setting("BindReadOnlyPaths", filter(_is_hidden, seen)) + setting("BindPaths", written),
    )
    return Unit(PROGRAM.name, Path("/etc/systemd/system/tars-server.service"), text, written, owner, hint=". Call this through sudo")


def folders(config: ServerConfig, owner: pwd.struct_passwd) -> list[Path]:
    """The folders that the server writes."""
    # Under sudo, the default would be the state folder of root.
    state = config.state if config.state != own_state() else Path(owner.pw_dir, ".local/state/tars")
    files = [file.parent for file in (config.trace, config.log_file) if file is not None]
    return list(dict.fromkeys([state, *([config.record] if config.record else []), *files]))


def _owner(user: str) -> pwd.struct_passwd:
    try:
        owner = pwd.getpwnam(user)
    except KeyError:
        raise ConfigError(f"there is no user {user} here; `adduser --system --group {user}` makes one") from None
    if owner.pw_uid == 0:
        raise ConfigError(ROOT)
    return owner


def _installation() -> list[Path]:
    """Where Python and this program are."""
    return [Path(sys.prefix), Path(sys.base_prefix), Path(tars.__file__).parent.parent]


def _is_hidden(path: Path) -> bool:
    return any(path.is_relative_to(folder) for folder in HIDDEN)
