"""Both ends of a TLS connection, joined by hand."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import PEM_cert_to_DER_cert, SSLError

import pytest

from tars.runtime import clock
from tars.runtime.tls import HANDSHAKE, RECORD, NoTrust, Tls, Trust, authority_ids, explain_to_device, explain_to_server, read_identity
from tests.certificates import Authority

NOW = datetime.fromtimestamp(clock.wall(), UTC)
DAY = timedelta(days=1)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def shake_hands(device: Tls, server: Tls) -> None:
    """The whole handshake. Raises what either end raises."""
    device.begin()
    while not (device.established and server.established):
        server.receive(device.outgoing())
        device.receive(server.outgoing())


def joined(authority: Authority) -> tuple[Tls, Tls]:
    """The ends of a device and of a server that have shaken hands."""
    device, server = Trust(authority.file).connect("198.51.100.1"), read_identity(authority.issue()).accept()
    shake_hands(device, server)
    return device, server


def test_what_one_end_sends_the_other_receives_in_any_pieces(authority: Authority) -> None:
    device, server = joined(authority)
    said = bytes(range(256)) * 300
    for sender, receiver in ((device, server), (server, device)):
        sent = sender.send(said)
        assert said[:64] not in sent
        for size in (1, 700, len(sent)):
            assert b"".join(receiver.receive(sent[at : at + size]) for at in range(0, len(sent), size)) == said
            sent = sender.send(said)
        receiver.receive(sent)


def test_the_first_byte_tells_tls_and_no_tickets_are_sent(authority: Authority) -> None:
    device = Trust(authority.file).connect("198.51.100.1")
    device.begin()
    hello = device.outgoing()
    assert hello[0] == HANDSHAKE
    server = read_identity(authority.issue()).accept()
    server.receive(hello)
    device.receive(server.outgoing())
    server.receive(device.outgoing())
    assert server.established
    assert server.outgoing() == b""


def test_a_large_text_costs_no_buffer_of_its_size(authority: Authority) -> None:
    device, server = joined(authority)
    sent = device.send(bytes(10 * RECORD))
    assert len(sent) == 10 * (RECORD + 22)
    assert server.receive(sent[: RECORD + 22]) == bytes(RECORD), "each record can be read before the next has come"


def test_both_ends_know_the_fingerprint_of_the_servers_certificate(authority: Authority) -> None:
    file = authority.issue()
    pem = file.read_text()
    der = PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERT") : pem.index("-----END CERT")] + "-----END CERTIFICATE-----")
    for trust in (Trust(authority.file), NoTrust()):
        device, server = trust.connect("198.51.100.1"), read_identity(file).accept()
        shake_hands(device, server)
        assert device.certificate == server.certificate == hashlib.sha256(der).hexdigest()


def test_the_end_of_one_side_ends_the_other(authority: Authority) -> None:
    device, server = joined(authority)
    end = server.send(b"bye") + server.end()
    assert device.receive(end) == b"bye"
    assert device.ended
    assert server.receive(device.send(b"too late")) == b""
    assert server._incoming.pending == 0, "nor is it kept"


def test_a_record_that_somebody_has_changed_is_not_received(authority: Authority) -> None:
    device, server = joined(authority)
    sent = bytearray(device.send(b"hello"))
    sent[-1] ^= 1
    with pytest.raises(SSLError):
        server.receive(bytes(sent))


def test_a_record_that_is_repeated_is_not_received(authority: Authority) -> None:
    device, server = joined(authority)
    sent = device.send(b"hello")
    server.receive(sent)
    with pytest.raises(SSLError):
        server.receive(sent)


@pytest.mark.parametrize(
    ("name", "begins", "ends", "reason"),
    [
        ("tars-server", NOW - 9 * DAY, NOW - DAY, "certificate has expired. Are the date and time of this device right?"),
        ("tars-server", NOW + DAY, NOW + 9 * DAY, "certificate is not yet valid. Are the date and time of this device right?"),
        ("198.51.100.1", None, None, "Hostname mismatch"),
        ("tars-server.example.com", None, None, "Hostname mismatch"),
    ],
    ids=["expired", "not yet valid", "its address", "another name"],
)
def test_a_certificate_that_does_not_fit_is_refused_and_both_logs_say_why(
    authority: Authority, name: str, begins: datetime | None, ends: datetime | None, reason: str
) -> None:
    device, server = Trust(authority.file).connect("198.51.100.1"), read_identity(authority.issue(name, begins, ends)).accept()
    with pytest.raises(SSLError) as refused:
        shake_hands(device, server)
    assert not device.established
    assert reason in explain_to_device(refused.value)
    with pytest.raises(SSLError) as told:
        server.receive(device.outgoing())
    assert not server.established
    assert "does not trust this server's certificate" in explain_to_server(told.value)


def test_a_certificate_of_another_authority_is_refused_whatever_its_name(authority: Authority, tmp_path: Path) -> None:
    device, server = Trust(authority.file).connect("x"), read_identity(Authority(tmp_path, "attacker").issue()).accept()
    with pytest.raises(SSLError) as refused:
        shake_hands(device, server)
    assert "It is another server than the one that this device knows (`ca`), or somebody is in between" in explain_to_device(refused.value)


def test_a_device_may_trust_several_authorities(authority: Authority, tmp_path: Path) -> None:
    new = Authority(tmp_path, "new")
    both = tmp_path / "both.pem"
    both.write_text(authority.file.read_text() + new.file.read_text())
    for issuer in (authority, new):
        shake_hands(Trust(both).connect("x"), read_identity(issuer.issue()).accept())


def test_an_answer_without_encryption_is_no_server(authority: Authority) -> None:
    device = Trust(authority.file).connect("x")
    device.begin()
    with pytest.raises(SSLError) as refused:
        device.receive(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    assert explain_to_device(refused.value).startswith("the server does not encrypt, or somebody in between prevents it")


def test_an_older_tls_is_refused(authority: Authority) -> None:
    from ssl import TLSVersion, create_default_context

    context = create_default_context(cafile=str(authority.file))
    context.maximum_version = TLSVersion.TLSv1_2
    device, server = Tls(context, name="tars-server"), read_identity(authority.issue()).accept()
    with pytest.raises(SSLError):
        shake_hands(device, server)


def test_authorities_that_cannot_be_read_are_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    for name in ("missing.pem", "empty.pem"):
        with pytest.raises(OSError, match=rf"cannot read certificates from .*{name} \(`ca`\): \w+"):
            Trust(tmp_path / name).connect("x")


def test_an_authority_has_the_first_digits_of_its_sha256_as_its_id(tmp_path: Path) -> None:
    files = [Authority(tmp_path, name).file.read_text() for name in ("one", "other")]
    expected = [hashlib.sha256(PEM_cert_to_DER_cert(pem)).hexdigest()[:8] for pem in files]
    assert authority_ids("# both\n" + "\n".join(files)) == expected
    assert authority_ids("") == []
    with pytest.raises(ValueError, match=r"ascii|ASCII"):
        authority_ids("-----BEGIN CERTIFICATE-----\n\u00e4\n-----END CERTIFICATE-----")
