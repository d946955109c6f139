"""Whether a server encrypts, whether it insists, and with which certificate."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.doctor import checked
from tars.runtime.tls import read_identity
from tars.server import encryption
from tars.server.certificates import AUTHORITY, CERTIFICATE, authority_pem
from tars.server.connection import is_local
from tars.server.encryption import Encryption, choose_mode, describe, open_encryption
from tars.server.main import command
from tars.server.settings import ServerConfig
from tars.server.state_folder import FILE, open_store
from tests.certificates import Authority
from tests.in_process import server, until


def config(state: Path, **settings: Any) -> ServerConfig:
    return ServerConfig(state=state, **settings)


@pytest.mark.parametrize(
    ("setting", "usual", "in_reach", "mode"),
    [
        ("auto", "required", True, "required"),
        ("auto", "optional", True, "optional"),
        ("auto", "required", False, "off"),
        ("off", "required", True, "off"),
        ("optional", "required", True, "optional"),
        ("required", "optional", True, "required"),
        ("required", "optional", False, "required"),
    ],
)
def test_who_has_to_encrypt(tmp_path: Path, setting: str, usual: Any, mode: str, *, in_reach: bool) -> None:
    assert choose_mode(config(tmp_path, encryption=setting), usual, in_reach=in_reach) == mode


def test_a_certificate_of_ones_own_is_used_on_loopback_too(tmp_path: Path) -> None:
    assert choose_mode(config(tmp_path, tls_certificate=tmp_path / "x.pem"), "required", in_reach=False) == "optional"


def test_a_server_on_loopback_makes_no_certificate_and_loads_nothing_for_it(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path) as tars:
            assert tars.registry.admission.identity is None

    asyncio.run(main())
    assert not (tmp_path / AUTHORITY).exists()


def test_a_server_in_reach_of_others_encrypts_without_being_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.server.main.in_reach_of_others", lambda _: True)

    async def main() -> None:
        async with server(state=tmp_path) as tars:
            assert tars.registry.admission.identity is not None
            assert tars.registry.admission.encryption.required

    asyncio.run(main())
    assert (tmp_path / CERTIFICATE).exists()


def older(state: Path) -> None:
    """Make the store one of a version without encryption."""
    open_store(state).close()
    with closing(sqlite3.connect(state / FILE)) as db:
        db.execute("DROP TABLE began")


def test_an_installation_that_is_older_than_encryption_offers_it_and_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tars.server.main.in_reach_of_others", lambda _: True)
    older(tmp_path)

    async def main() -> None:
        async with server(state=tmp_path) as tars:
            assert tars.registry.admission.identity is not None
            assert not tars.registry.admission.encryption.required

    for _ in range(2):
        caplog.clear()
        asyncio.run(main())
        assert "encryption is optional: whoever can read the network traffic" in caplog.text
        assert "this installation is older than encryption. See `Rolling out encryption`" in caplog.text


def test_a_key_that_is_added_before_the_first_start_makes_no_older_installation(tmp_path: Path) -> None:
    command("key add kitchen", config(tmp_path))
    with closing(open_store(tmp_path)) as store:
        assert not store.is_older_than_encryption
    older(tmp_path)
    with closing(open_store(tmp_path)) as store:
        assert store.is_older_than_encryption, "no start and no command changes that"


@pytest.mark.parametrize("mode", ["optional", "off"])
def test_at_each_start_a_warning_says_that_plain_connections_are_served(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: str
) -> None:
    open_encryption(config(tmp_path, encryption=mode), "required", in_reach=True)
    assert f"encryption is {mode}: whoever can read" in caplog.text
    assert "older" not in caplog.text
    caplog.clear()
    open_encryption(config(tmp_path, encryption=mode), "required", in_reach=False)
    open_encryption(config(tmp_path, encryption="required"), "required", in_reach=True)
    assert caplog.text == ""


def test_without_cryptography_an_older_installation_goes_on_and_a_new_one_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    assert open_encryption(config(tmp_path), "optional", in_reach=True).identity is None
    assert "there is no encryption" in caplog.text
    for settings in ({}, {"encryption": "optional"}, {"encryption": "required"}):
        with pytest.raises(ConfigError, match=r"needs the Python module cryptography: .*'\.\[server\]'; or .* set encryption: off"):
            open_encryption(config(tmp_path, **settings), "required", in_reach=True)


def test_a_certificate_of_ones_own_goes_before(tmp_path: Path) -> None:
    own = Authority(tmp_path).issue()
    made = open_encryption(config(tmp_path, tls_certificate=own), "required", in_reach=True)
    assert made.identity is not None
    assert made.identity.certificate == read_identity(own).certificate
    assert not (tmp_path / AUTHORITY).exists()


def test_mistakes_with_a_certificate_of_ones_own_are_named(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    one, other, none = authority.issue(), authority.issue(), tmp_path / "missing.pem"
    (tmp_path / "text.pem").write_text("no certificate")
    for settings, reason in (
        ({"tls_certificate": none}, "missing.pem: No such file or directory"),
        ({"tls_certificate": tmp_path / "text.pem"}, "text.pem: .*PEM"),
        ({"tls_certificate": one, "tls_key": other}, "other-1.pem and .*other-2.pem: KEY_VALUES_MISMATCH"),
        ({"tls_key": one}, "tls_key names a key, but tls_certificate names no certificate"),
    ):
        with pytest.raises(ConfigError, match=reason):
            open_encryption(config(tmp_path, **settings), "required", in_reach=True)


def test_an_encrypted_key_is_an_error_and_asks_nobody(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat, load_pem_private_key

    own = Authority(tmp_path).issue()
    key = load_pem_private_key(own.read_bytes(), None)
    locked = tmp_path / "locked.pem"
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    with pytest.raises(ConfigError, match="the key is encrypted; nobody can be asked for its password"):
        open_encryption(config(tmp_path, tls_certificate=own, tls_key=locked), "required", in_reach=True)


def test_a_new_certificate_is_used_from_then_on_and_a_damaged_one_is_not(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    authority = Authority(tmp_path)
    own, new = authority.issue(), authority.issue()

    async def main() -> None:
        made = open_encryption(config(tmp_path, tls_certificate=own), "required", in_reach=True)
        assert made.identity is not None
        own.write_text("half a cert")
        await made.read_again()
        assert "the certificate cannot be read again; the old one stays" in caplog.text
        own.write_bytes(new.read_bytes())
        await made.read_again()
        assert made.identity.certificate == read_identity(new).certificate

    asyncio.run(main())


def test_the_certificate_is_looked_at_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption, "CHECK_INTERVAL", 0.0)
    monkeypatch.setattr(encryption, "WATCH_INTERVAL", 0.0)

    async def main() -> None:
        looked = 0

        async def read_again() -> None:
            nonlocal looked
            looked += 1

        made = Encryption()
        monkeypatch.setattr(made, "read_again", read_again)
        keeping = asyncio.create_task(made.keep_current(asyncio.Event()))
        await until(lambda: looked >= 3)
        keeping.cancel()

    asyncio.run(main())


def test_sighup_reads_the_certificate_again(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    own, new = authority.issue(), authority.issue()

    async def main() -> None:
        async with server(state=tmp_path / "state", tls_certificate=own) as tars:
            admission = tars.registry.admission
            own.write_bytes(new.read_bytes())
            os.kill(os.getpid(), signal.SIGHUP)
            await until(lambda: admission.identity and admission.identity.certificate == read_identity(new).certificate)

    asyncio.run(main())


def test_the_authority_is_printed_for_devices(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for _ in range(2):
        command("ca", config(tmp_path))
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] == authority_pem(tmp_path)
    with pytest.raises(ConfigError, match="this server has a certificate of its own"):
        command("ca", config(tmp_path, tls_certificate=tmp_path / "own.pem"))


def test_the_doctor_says_when_the_certificate_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert describe(config(tmp_path)) == "not used here"
    far = {"host": "0.0.0.0"}
    assert describe(config(tmp_path, **far)) == "a certificate will be made at the start"
    open_encryption(config(tmp_path), "required", in_reach=True)
    assert f"the certificate in {tmp_path / CERTIFICATE} is valid until 20" in describe(config(tmp_path, **far))
    assert describe(config(tmp_path, **far)).endswith(", 364 days")
    monkeypatch.setattr(clock, "wall", lambda: 4e9)
    with pytest.raises(ConfigError, match="start the server, which renews it, or set the clock"):
        describe(config(tmp_path, **far))


@pytest.mark.parametrize(
    ("today", "fault", "says"),
    [
        (datetime(2026, 5, 31, tzinfo=UTC), True, "is valid from 2026-06-01 on, and it is "),
        (datetime(2026, 6, 1, 11, tzinfo=UTC), False, "is valid until 2026-07-01, 30 days"),
        (datetime(2026, 6, 2, tzinfo=UTC), True, "is valid until 2026-07-01, which is in 29 days: put a new one there"),
        (datetime(2026, 7, 2, tzinfo=UTC), True, "is valid until 2026-07-01, and it is "),
    ],
)
def test_the_doctor_warns_of_a_certificate_that_nobody_renews(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: datetime, fault: bool, says: str
) -> None:
    bought = Authority(tmp_path).issue(begins=datetime(2026, 6, 1, tzinfo=UTC), ends=datetime(2026, 7, 1, 12, tzinfo=UTC))
    monkeypatch.setattr(clock, "wall", today.timestamp)
    check = checked("encryption", lambda: describe(config(tmp_path, tls_certificate=bought, host="0.0.0.0")))
    assert check.ok is not fault
    assert f"the certificate in {bought} {says}" in check.text


@pytest.mark.parametrize(
    ("address", "own", "local"),
    [
        ("127.0.0.1", None, True),
        ("::1", None, True),
        ("::ffff:127.0.0.1", None, True),
        ("192.168.1.10", ("192.168.1.10", 7456), True),
        ("192.168.1.11", ("192.168.1.10", 7456), False),
        ("fe80::1%eth0", ("fe80::2%eth0", 7456, 0, 2), False),
        ("::ffff:192.168.1.11", ("::ffff:192.168.1.10", 7456, 0, 0), False),
        ("unknown", None, False),
    ],
)
def test_which_connections_come_from_this_machine(address: str, own: Any, *, local: bool) -> None:
    assert is_local(address, own) is local
