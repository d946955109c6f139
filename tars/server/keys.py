"""Device keys: one secret for each device. The server keeps only its hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tars.errors import ConfigError
from tars.runtime.keys import PREFIX
from tars.server.browsers import is_browser, of_pages

if TYPE_CHECKING:
    from tars.server.state_folder import KeyStore

NO_KEYS = "no device is paired: any program that reaches this server can act as any device. `tars-server pair` pairs the first one"
BYTES = 32
"""Random bytes in a key. With 32 of them a fast hash without salt is enough."""


def make_key() -> str:
    """A new key."""
    return PREFIX + secrets.token_urlsafe(BYTES)


def digest(key: str) -> str:
    """The hash of a key, which the store keeps. Keys are looked up by it, so that the time of a look-up reveals nothing of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


# --- the command `tars-server key` -----------------------------------------------------------------------------------------------


def run_key_command(words: Iterable[str], store: KeyStore, say: Callable[[str], object]) -> None:
    """Carry out `key add NAME`, `key list` or `key remove NAME`; `words` are those after `key`. Raises ConfigError."""
    match tuple(words):
        case ("add", name):
            if is_browser(name):
                raise ConfigError(of_pages(name))
            key = make_key()
            store.add_key(name, digest(key))
            try:
                say(key)
            except ConfigError as error:
                store.withdraw_key(name)
                raise ConfigError(f"{error}: the key cannot be shown, so none was made for {name}") from None
            say(f"This is the key of {name}, shown this once. Write `key: ...` into its configuration file, or set TARS_KEY there.")
        case ("remove", name):
            if not store.remove_key(name):
                raise ConfigError(f"there is no key for {name}; `tars-server key list` shows all")
            say(f"The key of {name} is removed. A running server closes its link within a second.")
        case ("list",):
            for name, added in store.list_keys():
                say(f"{name}  since {datetime.fromtimestamp(added, UTC):%Y-%m-%d %H:%M} UTC")
            if not store.needs_keys:
                say(NO_KEYS)
        case other:
            raise TypeError(f"the command line knows no key {other}")
