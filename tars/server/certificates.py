"""The certificates that a server makes for itself: a private authority, which its devices trust, and a certificate that it renews.

The package cryptography is imported in functions: a server that only its own machine reaches needs none.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.state import sync_folder
from tars.runtime.tls import NAME

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, CertificateBuilder, Name

    from tars.server.settings import ServerConfig

AUTHORITY = "authority.pem"
"""The file of the authority in the state folder: its key, then its certificate."""
NEXT_AUTHORITY = "next-authority.pem"
"""The file of the authority that takes its place once the devices have it. It issues nothing before."""
CERTIFICATE = "certificate.pem"
"""The file of the server's certificate there: its key, then the certificate."""
BEGINS = datetime(1970, 1, 1, tzinfo=UTC)
"""All certificates are valid since then: a Raspberry Pi has no clock that runs without power, and has to connect before it is set."""
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""A server's clock that shows an earlier time is wrong. Validity is counted from here then, so that a clock that is set does not end it."""
AUTHORITY_DAYS = 20 * 365
CERTIFICATE_DAYS = 365
RENEWAL_DAYS = 120
"""The certificate is renewed so many days before its end."""


def authority_pem(folder: Path) -> str:
    """The certificate of the authority of this state folder, for devices, and of the next one behind it, if there is one.

    A missing authority is made. Raises ConfigError.
    """
    # The next one first: if `retire_authority` comes in between, it is both.
    following = next_authority_pem(folder)
    _, certificate = _authority(folder)
    return _pem(certificate) + following


def next_authority_pem(folder: Path) -> str:
    """The certificate of the authority that takes the place of the present one; empty: there is none. Raises ConfigError."""
    file = folder / NEXT_AUTHORITY
    if not file.exists():
        return ""
    need_cryptography()
    _, certificate = _read(file)
    return _pem(certificate)


def make_next_authority(folder: Path) -> None:
    """Make the authority that will take the place of the present one, which goes on. Raises ConfigError if there is one already."""
    _authority(folder)
    if not _write(folder / NEXT_AUTHORITY, _make_authority(), replace=False):
        raise ConfigError("there is a new authority already: `tars-server ca retire` ends the change to it")


def retire_authority(folder: Path) -> None:
    """The next authority takes the place of the present one, in one step. Raises ConfigError."""
    try:
        os.replace(folder / NEXT_AUTHORITY, folder / AUTHORITY)
        sync_folder(folder)
    except OSError as error:
        raise _cannot_keep(folder, error) from None


def authority_of(config: ServerConfig) -> str:
    """What a paired device must trust; empty: what its system trusts, for the certificate is one of your own. Raises ConfigError."""
    return "" if config.tls_certificate else authority_pem(config.state)


def authorities_version(folder: Path) -> object:
    """Another value after every change of the authorities."""
    return [_version(folder / name) for name in (AUTHORITY, NEXT_AUTHORITY)]


def current_certificate(folder: Path) -> Path:
    """The file of the server's certificate, which is made or renewed first if it is time. Raises ConfigError."""
    key, authority = _authority(folder)
    file = folder / CERTIFICATE
    if not _is_current(file, authority):
        _write(file, _issue(key, authority), replace=True)
    return file


def first_day(file: Path) -> datetime:
    """When a certificate in a PEM file begins to be valid. Raises ConfigError."""
    return _certificate_in(file).not_valid_before_utc


def last_day(file: Path) -> datetime:
    """When a certificate in a PEM file ends. Raises ConfigError."""
    return _certificate_in(file).not_valid_after_utc


def _certificate_in(file: Path) -> Certificate:
    need_cryptography()
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read the certificate in {file}: {getattr(error, 'strerror', None) or 'it is no PEM file'}") from None


def need_cryptography() -> None:
    """Raise ConfigError unless certificates can be made here."""
    try:
        import cryptography  # noqa: F401 - whether it is there
    except ImportError:
        raise ConfigError(
            "encryption needs the Python module cryptography: in the checkout, pip install -c constraints.txt -e '.[server]'; "
            "or name a certificate of your own (tls_certificate); or set encryption: off"
        ) from None


def _authority(folder: Path) -> tuple[EllipticCurvePrivateKey, Certificate]:
    need_cryptography()
    file = folder / AUTHORITY
    if not file.exists():
        _write(file, _make_authority(), replace=False)
    return _read(file)


def _is_current(file: Path, authority: Certificate) -> bool:
    """Whether the certificate was issued by this authority and need not be renewed. One that cannot be read need not be kept."""
    from cryptography.exceptions import InvalidSignature

    with suppress(ConfigError, InvalidSignature, ValueError, TypeError):
        _, certificate = _read(file)
        certificate.verify_directly_issued_by(authority)
        return certificate.not_valid_after_utc - _now() > timedelta(days=RENEWAL_DAYS)
    return False


def _now() -> datetime:
    return max(datetime.fromtimestamp(clock.wall(), UTC), EARLIEST)


# --- how they are made -----------------------------------------------------------------------------------------------------------


def _make_authority() -> bytes:
    from cryptography import x509

    key = _new_key()
    name = _name(f"TARS {secrets.token_hex(4)}")
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    built = (
        _certificate(name, name, key, _now() + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
    )
    return _signed(built, key, key)


def _issue(authority_key: EllipticCurvePrivateKey, authority: Certificate) -> bytes:
    """A new key and its certificate."""
    from cryptography import x509

    key = _new_key()
    ends = min(_now() + timedelta(days=CERTIFICATE_DAYS), authority.not_valid_after_utc)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    built = (
        _certificate(_name(NAME), authority.subject, key, ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer, critical=False)
    )
    return _signed(built, key, authority_key)


def _new_key() -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _name(text: str) -> Name:
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, text)])


def _certificate(subject: Name, issuer: Name, key: EllipticCurvePrivateKey, ends: datetime) -> CertificateBuilder:
    from cryptography import x509

    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _signed(built: CertificateBuilder, key: EllipticCurvePrivateKey, signer: EllipticCurvePrivateKey) -> bytes:
    """The file of a key and its certificate."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + built.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM)


# --- files -----------------------------------------------------------------------------------------------------------------------


def _read(file: Path) -> tuple[EllipticCurvePrivateKey, Certificate]:
    """The key and the certificate in a file. Raises ConfigError."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        pem = file.read_bytes()
        key, certificate = load_pem_private_key(pem, None), x509.load_pem_x509_certificate(pem)
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from None
    except (ValueError, TypeError):
        raise _damaged(file) from None
    if not isinstance(key, EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise _damaged(file)
    return key, certificate


def _damaged(file: Path) -> ConfigError:
    return ConfigError(
        f"{file} is damaged: it must hold a key and its certificate. Put it back from a backup. "
        f"If there is none, delete it; every device then needs what `tars-server ca` prints"
    )


def _pem(certificate: Certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM).decode()


def _version(file: Path) -> tuple[int, int] | None:
    try:
        about = file.stat()
    except OSError:
        return None
    return about.st_ino, about.st_mtime_ns


def _write(file: Path, content: bytes, *, replace: bool) -> bool:
    """Write a file for its owner only, whole or not at all. `replace` False: one that is there stays. Whether it was written.

    Raises ConfigError.
    """
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with open(descriptor, "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(descriptor)
            if replace:
                os.replace(new, file)
            else:
                try:
                    os.link(new, file)
                except FileExistsError:  # another tars-server command was faster
                    return False
            sync_folder(file.parent)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(new)
    except OSError as error:
        raise _cannot_keep(file.parent, error) from None
    return True


def _cannot_keep(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(f"cannot keep certificates in {folder}: {error.strerror}; choose another --state")
