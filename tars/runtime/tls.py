"""One end of a TLS connection without its transport, as `websockets` is one of a WebSocket: bytes go in, bytes come out.

The TLS of asyncio and of uvloop has a buffer of 256 KiB for each connection, cannot begin with bytes that are read already, and closes
differently on each of them.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from ssl import (
    CERT_NONE,
    PROTOCOL_TLS_CLIENT,
    PROTOCOL_TLS_SERVER,
    MemoryBIO,
    PEM_cert_to_DER_cert,
    SSLCertVerificationError,
    SSLContext,
    SSLError,
    SSLObject,
    SSLWantReadError,
    TLSVersion,
    create_default_context,
)

NAME = "tars-server"
"""The name in the certificate of every server that has made its own. A device asks for it at any address: a new one breaks nothing."""
HANDSHAKE = 0x16
"""The first byte of a TLS connection. A request begins with a letter."""
RECORD = 2 * 1024
"""Bytes that are encrypted at a time. OpenSSL keeps a buffer of this size for each connection."""
PLAIN = 16 * 1024
"""The most bytes that a record holds."""
CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
"""One certificate in PEM."""
NO_TLS = ("WRONG_VERSION_NUMBER", "UNEXPECTED_MESSAGE", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")
"""What OpenSSL calls an answer that is no TLS."""


class Tls:
    """One end of a connection. What `outgoing` returns after each call must be sent."""

    __slots__ = ("_certificate", "_incoming", "_object", "_outgoing", "ended", "established")

    def __init__(self, context: SSLContext, *, name: str | None = None, certificate: str | None = None) -> None:
        """`name`: a client's, the name that the certificate must have. `certificate`: a server's, the fingerprint of its own."""
        self.established = False
        """The handshake is done: `send` may be called."""
        self.ended = False
        """The other side sends nothing more."""
        self._certificate = certificate
        self._incoming, self._outgoing = MemoryBIO(), MemoryBIO()
        self._object: SSLObject = context.wrap_bio(self._incoming, self._outgoing, certificate is not None, name)

    @property
    def certificate(self) -> str:
        """The fingerprint of the server's certificate, the same at both ends. Only once the handshake is done."""
        if self._certificate is None:
            self._certificate = fingerprint(self._object.getpeercert(binary_form=True) or b"")
        return self._certificate

    def begin(self) -> None:
        """Begin the handshake, as a client does."""
        self._shake_hands()

    def receive(self, data: memoryview | bytes) -> bytes:
        """What these bytes hold. Raises SSLError; the connection cannot be used after that, but `outgoing` may hold the reason."""
        if self.ended:
            return b""
        self._incoming.write(data)
        if not self.established:
            self._shake_hands()
            if not self.established:
                return b""
        received = []
        while not self.ended and (self._incoming.pending or self._object.pending()):
            try:
                if piece := self._object.read(PLAIN):
                    received.append(piece)
                else:
                    self.ended = True
            except SSLWantReadError:  # the rest of a record has not come yet
                break
        return b"".join(received)

    def _shake_hands(self) -> None:
        try:
            self._object.do_handshake()
        except SSLWantReadError:
            return
        self.established = True

    def send(self, data: bytes) -> bytes:
        """These bytes, encrypted."""
        sent, rest = [], memoryview(data)
        while rest:
            rest = rest[self._object.write(rest[:RECORD]) :]
            sent.append(self._outgoing.read())
        return b"".join(sent)

    def end(self) -> bytes:
        """The end of what is sent. Nothing is received after it."""
        self.ended = True
        with suppress(SSLError):  # the other side has not ended yet, or sends something else
            self._object.unwrap()
        return self._outgoing.read()

    def outgoing(self) -> bytes:
        """What the handshake has to send, or the reason why it failed."""
        return self._outgoing.read() if self._outgoing.pending else b""


def fingerprint(der: bytes) -> str:
    """The SHA-256 of a certificate."""
    return hashlib.sha256(der).hexdigest()


def authority_ids(pem: str) -> list[str]:
    """The id of each authority in PEM: the first eight digits of its fingerprint. They tell servers apart, and prove nothing.

    Raises ValueError.
    """
    return [fingerprint(PEM_cert_to_DER_cert(certificate))[:8] for certificate in CERTIFICATE.findall(pem)]


# --- server ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Identity:
    """A server's certificate with its key, ready for connections."""

    context: SSLContext
    certificate: str
    """Its fingerprint."""

    def accept(self) -> Tls:
        """The server's end of a new connection."""
        return Tls(self.context, certificate=self.certificate)


def read_identity(certificate: Path, key: Path | None = None) -> Identity:
    """The certificate in a PEM file, with those of its issuers behind it. `key`: None if it is in the same file.

    Raises OSError, of which SSLError is one, and ValueError.
    """
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.minimum_version = TLSVersion.TLSv1_3
    # A resumed handshake saves half a millisecond, no round trip. Its tickets cost 0.5 KB at each connection.
    context.num_tickets = 0
    context.load_cert_chain(certificate, key, password=_no_password)
    first, end, _ = certificate.read_text(encoding="utf-8").partition("-----END CERTIFICATE-----")
    return Identity(context, fingerprint(PEM_cert_to_DER_cert(first[first.index("-----BEGIN CERTIFICATE-----") :] + end)))


def _no_password() -> str:
    raise ValueError("the key is encrypted; nobody can be asked for its password")


# --- device ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trust:
    """Whom a device trusts to be its server."""

    ca: Path | None
    """A file of certificate authorities, whose server is called NAME. None: those of the system, whose server is called as its URL says."""

    def connect(self, host: str) -> Tls:
        """The device's end of a new connection. Reads files. Raises OSError."""
        if self.ca is None:
            return Tls(_system(), name=host)
        context = SSLContext(PROTOCOL_TLS_CLIENT)
        try:
            context.load_verify_locations(self.ca)
        except OSError as error:
            raise OSError(f"cannot read certificates from {self.ca} (`ca`): {_what(error)}") from None
        return Tls(context, name=NAME)


@cache
def _system() -> SSLContext:
    """Whom the system trusts. Reading that takes 40 ms on a PC, so it is done once."""
    return create_default_context()


@dataclass(frozen=True)
class NoTrust:
    """Encrypts with whoever answers: for pairing, which then proves who that is by the fingerprint of the certificate."""

    def connect(self, host: str) -> Tls:
        """The device's end of a new connection."""
        context = SSLContext(PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = CERT_NONE
        return Tls(context, name=NAME)


def authorities_in(pem: str) -> str:
    """The fingerprints of the certificate authorities in a PEM text, as `authorities_kept` says them. Raises ValueError without any."""
    context = SSLContext(PROTOCOL_TLS_CLIENT)
    with suppress(SSLError, ValueError):
        context.load_verify_locations(cadata=pem)
    found = sorted(fingerprint(der) for der in context.get_ca_certs(binary_form=True))
    if not found:
        raise ValueError("it holds no certificate authority as PEM")
    return ",".join(found)


def explain_to_device(error: SSLError) -> str:
    """Why the server is not trusted, for the log of a device."""
    if isinstance(error, SSLCertVerificationError):
        return f"the server's certificate is not trusted: {error.verify_message}. {_REMEDIES.get(error.verify_code, _OTHER_SERVER)}"
    if error.reason in NO_TLS:
        return "the server does not encrypt, or somebody in between prevents it; nothing was sent to it"
    return f"no encrypted connection to the server: {_what(error)}"


_OTHER_SERVER = "It is another server than the one that this device knows (`ca`), or somebody is in between"
_WRONG_CLOCK = "Are the date and time of this device right?"
_REMEDIES = {9: _WRONG_CLOCK, 10: f"{_WRONG_CLOCK} If so, the certificate must be renewed on the server"}
"""By OpenSSL's number of the error: X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED."""


def explain_to_server(error: SSLError) -> str:
    """Why there is no encrypted connection, for the log of a server."""
    reason = error.reason or ""
    if "UNKNOWN_CA" in reason or "CERTIFICATE" in reason:
        return f"the device does not trust this server's certificate ({_what(error)}); has it the right `ca`, and the right time?"
    return f"no encrypted connection: {_what(error)}"


def _what(error: OSError) -> str:
    """What OpenSSL or the system says."""
    reason = getattr(error, "reason", None)
    return str(reason).lower().replace("_", " ") if reason else error.strerror or str(error)
