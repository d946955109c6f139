"""Whether connections are encrypted here, whether they must be, and with which certificate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.tls import Identity, read_identity
from tars.server.certificates import (
    CERTIFICATE,
    authorities_version,
    authority_of,
    current_certificate,
    first_day,
    last_day,
    need_cryptography,
)
from tars.server.connection import is_local
from tars.server.settings import ServerConfig

CHECK_INTERVAL = 3600.0
"""Seconds after which the certificate is looked at again."""
WATCH_INTERVAL = 1.0
"""Seconds between two looks whether `tars-server ca` has changed the authorities."""
WARNING_DAYS = 30
"""The doctor warns of a certificate that ends within so many days. The server renews its own long before, if it runs."""
PLAIN = "encryption is {mode}: whoever can read the network traffic of an unencrypted device hears everything and learns its key"
OLDER = "; this installation is older than encryption. See `Rolling out encryption` in docs/operations.md, then set encryption: required"

Mode = Literal["off", "optional", "required"]


def choose_mode(config: ServerConfig, usual: Mode, *, in_reach: bool) -> Mode:
    """What `encryption` means here. `usual`: what `auto` means in this state folder if others can reach the server."""
    if config.encryption != "auto":
        return config.encryption
    if in_reach:
        return usual
    return "optional" if config.tls_certificate else "off"


class Encryption:
    """The certificate with which new connections are encrypted, and what devices must trust for it. Read again while the server runs."""

    def __init__(
        self,
        read: Callable[[], tuple[Identity, str]] | None = None,
        version: Callable[[], object] = lambda: None,
        *,
        required: bool = False,
    ) -> None:
        """`read`: reads the certificate, and the authorities for devices; None: nothing is encrypted. Raises what `read` raises.

        `version`: has another value when the authorities have changed. It never fails.
        """
        self.identity: Identity | None = None
        """What a new connection is encrypted with; None: with nothing."""
        self.authorities = ""
        """What devices must trust, as PEM; empty: nothing that is made here."""
        self.required = required
        """Devices of tars.v1 on other machines must encrypt."""
        self.changed: Callable[[], object] = lambda: None
        """Called when devices must trust other authorities than before."""
        self._read, self._version = read, version
        if read is not None:
            self.identity, self.authorities = read()

    async def read_again(self) -> None:
        """Look at the certificate again: from now on new connections get the one that is there. Links stay."""
        if self._read is None or self.identity is None:
            return
        try:
            identity, self.authorities = await asyncio.to_thread(self._read)
        except ConfigError as error:
            log.error("the certificate cannot be read again; the old one stays", reason=error)
            return
        if identity.certificate != self.identity.certificate:
            log.info("new certificate", sha256=identity.certificate)
            self.identity = identity

    async def keep_current(self, wanted: asyncio.Event) -> None:
        """Look at the certificate each CHECK_INTERVAL, when it is wanted, and soon after the authorities have changed."""
        seen, due = self._version(), clock.now() + CHECK_INTERVAL
        while True:
            asked = False
            with suppress(TimeoutError):
                async with asyncio.timeout(WATCH_INTERVAL):
                    asked = await wanted.wait()
            before, seen = seen, self._version()
            if asked or seen != before or due <= clock.now():
                wanted.clear()
                due = clock.now() + CHECK_INTERVAL
                await self._look()

    async def _look(self) -> None:
        before = self.authorities
        await self.read_again()
        if self.authorities != before:
            self.changed()


def open_encryption(config: ServerConfig, usual: Mode, *, in_reach: bool) -> Encryption:
    """The encryption of a server that begins, with a warning if others may connect without. Raises ConfigError."""
    mode = choose_mode(config, usual, in_reach=in_reach)
    if config.encryption == "auto" and mode == "optional" and not config.tls_certificate:
        try:
            need_cryptography()
        except ConfigError as error:  # an update must not end an installation that was there before
            log.warning("there is no encryption", reason=error)
            mode = "off"
    if config.tls_key and not config.tls_certificate:
        raise ConfigError("tls_key names a key, but tls_certificate names no certificate; set both, or neither")
    read = None if mode == "off" else partial(_identity, config)
    encryption = Encryption(read, partial(authorities_version, config.state), required=mode == "required")
    if in_reach and not encryption.required:
        log.warning(PLAIN.format(mode=mode) + (OLDER if config.encryption == "auto" else ""))
    return encryption


def open_own_encryption(config: ServerConfig) -> Encryption:
    """The encryption of something that is never served without, whatever `encryption` says of the devices. Raises ConfigError."""
    return Encryption(partial(_identity, config), partial(authorities_version, config.state), required=True)


def _identity(config: ServerConfig) -> tuple[Identity, str]:
    """The certificate as it is now, and the authorities for devices. Our own is renewed if it is time. Raises ConfigError."""
    # The authorities first: if they change in between, devices are told of the one that has issued the certificate all the same.
    authorities = authority_of(config)
    certificate, key = config.tls_certificate or current_certificate(config.state), config.tls_key
    try:
        return read_identity(certificate, key), authorities
    except (OSError, ValueError) as error:
        files = certificate if key is None else f"{certificate} and {key}"
        what = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise ConfigError(f"cannot use the certificate and the key in {files}: {what}. Both must be PEM, the key not encrypted") from None


def describe(config: ServerConfig) -> str:
    """What the doctor says of the certificate. Raises ConfigError."""
    if choose_mode(config, "required", in_reach=not is_local(config.host, None)) == "off":
        return "not used here"
    file = config.tls_certificate or config.state / CERTIFICATE
    if not config.tls_certificate and not file.exists():
        need_cryptography()
        return "a certificate will be made at the start"
    begins, ends = first_day(file), last_day(file)
    now = datetime.fromtimestamp(clock.wall(), UTC)
    days = (ends - now).days
    text = f"the certificate in {file} is valid until {ends:%Y-%m-%d}"
    remedy = "put a new one there" if config.tls_certificate else "start the server, which renews it"
    if not begins <= now < ends:
        not_yet = f"from {begins:%Y-%m-%d} on" if now < begins else f"until {ends:%Y-%m-%d}"
        raise ConfigError(
            f"the certificate in {file} is valid {not_yet}, and it is {clock.local_time():%Y-%m-%d} now: {remedy}, or set the clock"
        )
    if days < WARNING_DAYS:
        raise ConfigError(f"{text}, which is in {days} days: {remedy}")
    return f"{text}, {days} days"
