"""What both programs know of discovery: how a server is announced by mDNS, RFC 6762 and 6763, and which package does that.

The package zeroconf is imported in functions: both programs run without it.
"""

from __future__ import annotations

from importlib.util import find_spec

from tars.errors import ConfigError

SERVICE = "_tars._tcp.local."
"""The type of the service."""
PROTOCOLS = "protocols"
"""The key for the subprotocols that the server offers, separated by commas."""
AUTHORITY = "ca"
"""The key for the id of the server's certificate authority, as `tars.runtime.tls.authority_ids` makes it."""
MISSING = "discovery needs the Python module zeroconf: in the checkout, pip install -c constraints.txt -e '.[discovery]'"


def is_installed() -> bool:
    """Whether the package is there."""
    return find_spec("zeroconf") is not None


def need_zeroconf() -> None:
    """Raise ConfigError unless the package is there."""
    if not is_installed():
        raise ConfigError(MISSING)
