"""The certificates that a server makes for itself."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.tls import Trust, read_identity
from tars.server import certificates
from tars.server.certificates import AUTHORITY, CERTIFICATE, authority_pem, current_certificate, last_day
from tests.runtime.test_tls import shake_hands

YEAR = 365


def connects(state: Path, folder: Path) -> None:
    """A device that has the authority connects. Raises SSLError."""
    ca = folder / "ca.pem"
    ca.write_text(authority_pem(state))
    shake_hands(Trust(ca).connect("x"), read_identity(current_certificate(state)).accept())


def days_from_now(file: Path) -> int:
    return (last_day(file) - datetime.fromtimestamp(clock.wall(), UTC)).days


def set_clock(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """Move the clock of the server."""
    moment = clock.wall() + days * 86400
    monkeypatch.setattr(clock, "wall", lambda: moment)


def test_a_device_trusts_what_the_server_has_made(tmp_path: Path) -> None:
    connects(tmp_path / "state", tmp_path)


def test_what_is_made_is_for_the_owner_only_and_lasts(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state"
    file = current_certificate(state)
    assert {path.name for path in state.iterdir()} == {AUTHORITY, CERTIFICATE}, "nothing is left behind"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (state, *state.iterdir())] == [0o700, 0o600, 0o600]
    assert "PRIVATE KEY" not in authority_pem(state)
    before = file.read_bytes(), authority_pem(state)
    assert (current_certificate(state).read_bytes(), authority_pem(state)) == before


def test_a_device_whose_clock_has_not_been_set_connects(tmp_path: Path) -> None:
    from cryptography.x509 import load_pem_x509_certificate

    for file in (current_certificate(tmp_path), tmp_path / AUTHORITY):
        assert load_pem_x509_certificate(file.read_bytes()).not_valid_before_utc == datetime(1970, 1, 1, tzinfo=UTC)


def test_the_certificate_is_renewed_long_before_its_end_and_the_authority_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = current_certificate(tmp_path)
    authority, first = authority_pem(tmp_path), file.read_bytes()
    assert days_from_now(file) in (YEAR - 1, YEAR)
    set_clock(monkeypatch, 240)
    assert current_certificate(tmp_path).read_bytes() == first
    set_clock(monkeypatch, 10)
    assert current_certificate(tmp_path).read_bytes() != first
    assert days_from_now(file) in (YEAR - 1, YEAR)
    assert authority_pem(tmp_path) == authority
    connects(tmp_path, tmp_path)


def test_the_authority_lasts_for_twenty_years_and_no_certificate_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    current_certificate(tmp_path)
    assert days_from_now(tmp_path / AUTHORITY) >= 20 * YEAR - 1
    set_clock(monkeypatch, 19.5 * YEAR)
    assert last_day(current_certificate(tmp_path)) == last_day(tmp_path / AUTHORITY)


def test_a_server_whose_clock_is_decades_late_makes_certificates_that_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as early:
        early.setattr(clock, "wall", lambda: 86400.0)
        file = current_certificate(tmp_path)
    assert last_day(tmp_path / AUTHORITY) > datetime(2045, 1, 1, tzinfo=UTC)
    assert last_day(file) > datetime(2026, 12, 1, tzinfo=UTC)
    connects(tmp_path, tmp_path)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", bytes(99)])
def test_a_damaged_certificate_is_made_again(tmp_path: Path, content: bytes) -> None:
    current_certificate(tmp_path).write_bytes(content)
    connects(tmp_path, tmp_path)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", bytes(99)])
def test_a_damaged_authority_is_not_replaced_in_silence(tmp_path: Path, content: bytes) -> None:
    current_certificate(tmp_path)
    (tmp_path / AUTHORITY).write_bytes(content)
    with pytest.raises(ConfigError, match=r"authority.pem is damaged: it must hold a key and its certificate. Put it back from a backup"):
        current_certificate(tmp_path)
    assert (tmp_path / AUTHORITY).read_bytes() == content


def test_a_new_authority_makes_a_new_certificate(tmp_path: Path) -> None:
    current_certificate(tmp_path)
    (tmp_path / AUTHORITY).unlink()
    connects(tmp_path, tmp_path)


def test_an_authority_and_a_certificate_of_two_servers_are_not_mixed(tmp_path: Path) -> None:
    one, other = (current_certificate(tmp_path / name).parent for name in ("one", "other"))
    (one / AUTHORITY).write_bytes((other / AUTHORITY).read_bytes())
    connects(one, tmp_path)


def test_of_two_commands_that_make_an_authority_at_the_same_time_the_first_one_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificates._make_authority

    def make_too_late() -> bytes:
        (tmp_path / AUTHORITY).write_bytes(first)
        return made()

    first = made()
    monkeypatch.setattr(certificates, "_make_authority", make_too_late)
    authority_pem(tmp_path)
    assert (tmp_path / AUTHORITY).read_bytes() == first
    assert [path.name for path in tmp_path.iterdir()] == [AUTHORITY]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot keep certificates in .*file/state: Not a directory; choose another --state"):
        current_certificate(tmp_path / "file" / "state")
