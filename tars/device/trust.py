"""Whom a device trusts to be its server, and when it may speak without encryption."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from tars.device.paired import SERVER_CA, saved_authorities
from tars.device.settings import DeviceConfig
from tars.errors import ConfigError
from tars.runtime.tls import Trust, authority_ids


def encryption_of(config: DeviceConfig) -> Trust | None:
    """With whom a connection is encrypted; None: it is not. Raises ConfigError.

    A device that has an authority does not speak to another machine without encryption, whatever `server` says, unless `ca` says so.
    """
    url = urlsplit(config.server)
    if other := next((other for other in config.other_servers or () if urlsplit(other).scheme != url.scheme), None):
        raise ConfigError(f"server is {config.server}, but other_servers has {other}: all must begin with {url.scheme}://")
    ca = config.ca
    if ca is None and (kept := config.state / SERVER_CA).exists():
        ca = kept
    if url.scheme == "wss":
        if ca == "none":
            raise ConfigError(
                f"server is {config.server}, which is encrypted, but ca is none; set ca to a file or to system, or server to ws://"
            )
        return Trust(None if ca is None or ca == "system" else ca)
    hosts = [urlsplit(server).hostname or "" for server in (config.server, *(config.other_servers or ()))]
    if ca in (None, "none") or all(map(is_this_machine, hosts)):
        return None
    raise ConfigError(
        f"server is {config.server}, which is not encrypted, but this device knows its server by a certificate (ca: {ca}). "
        f"Set server to wss://{url.netloc}; only ca: none lets it speak without encryption"
    )


def known_authorities(config: DeviceConfig) -> list[str]:
    """The ids of the authorities by which this device knows its server; none: it does not know it so, or they cannot be read."""
    try:
        trust = encryption_of(config)
        return authority_ids(trust.ca.read_text(encoding="utf-8")) if trust is not None and trust.ca is not None else []
    except (ConfigError, OSError, ValueError):
        return []


def replaceable_authorities(config: DeviceConfig, trust: Trust | None) -> str:
    """The fingerprints of the authorities that protect a connection, if the server may replace them: those in the state folder, and no
    others that the configuration names. Empty: there are none. Reads a file.
    """
    return saved_authorities(config.state) if trust is not None and trust.ca == config.state / SERVER_CA else ""


def is_this_machine(host: str) -> bool:
    """Whether a connection to this host stays on this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
