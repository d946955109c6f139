"""The command `tars-server ca`: prints the authority that devices trust, and replaces it. It runs beside the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tars.errors import ConfigError
from tars.runtime.tls import authorities_in
from tars.server.certificates import authority_pem, make_next_authority, next_authority_pem, retire_authority
from tars.server.settings import ServerConfig
from tars.server.state_folder import KeyStore

NOT_OURS = "this server has a certificate of its own (tls_certificate): its devices need the authority that has issued it"
ROTATED = (
    "There is a new authority. Devices that are linked get it within seconds, the others when they connect; nothing else changes yet. "
    "`tars-server devices` shows on which it is missing; `tars-server ca retire` goes over to it."
)
NO_NEW = "there is no new authority: `tars-server ca rotate` makes one"
ALL_HAVE_IT = "All devices have the new authority: `tars-server ca retire` goes over to it."
RETIRED = "The old authority is gone. A running server takes the new one within seconds; links stay."
LEFT_BEHIND = (
    "these would be left behind: {missing}. Such a device was not linked since the new authority was made, does not encrypt, has an older "
    "tars-pi, or names its `ca` itself. Start it, update it, or give it what `tars-server ca` prints. Or `tars-server ca retire now`, and "
    "pair it again"
)
UNKNOWN = "no device is paired, so it is not known who has the new authority: `tars-server ca retire now` goes over to it all the same"


def run_ca_command(words: Iterable[str], config: ServerConfig, store: KeyStore, say: Callable[[str], object]) -> None:
    """Carry out `ca`, `ca rotate`, `ca retire` or `ca retire now`; `words` are those after `ca`. Raises ConfigError."""
    if config.tls_certificate:
        raise ConfigError(NOT_OURS)
    match tuple(words):
        case ():
            say(authority_pem(config.state).rstrip())
        case ("rotate",):
            make_next_authority(config.state)
            say(ROTATED)
        case ("retire", *now) if now in ([], ["now"]):
            following = next_authority_pem(config.state)
            if not following:
                raise ConfigError(NO_NEW)
            missing = without(authorities_in(following), store)
            if not now:
                _check_nobody_is_left_behind(missing, store)
            retire_authority(config.state)
            say(RETIRED)
            if missing:
                say(f"Pair these again, unless they are linked now: {', '.join(missing)}.")
        case other:
            raise TypeError(f"the command line knows no ca {other}")


def _check_nobody_is_left_behind(missing: list[str], store: KeyStore) -> None:
    if not store.list_keys():
        raise ConfigError(UNKNOWN)
    if missing:
        raise ConfigError(LEFT_BEHIND.format(missing=", ".join(missing)))


def without(authority: str, store: KeyStore) -> list[str]:
    """The devices that have not said that they trust the authority with this fingerprint. Raises ConfigError."""
    return [name for name, said in sorted(store.trusted_authorities().items()) if authority not in said.split(",")]
