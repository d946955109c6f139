from __future__ import annotations

from pathlib import Path

from tests.fresh.host import CERTIFICATES_IN_ROOT, mirror, settings_of_pip, variables


def test_the_mirror_is_that_of_debian_itself() -> None:
    targets = "ftp://mirror/debian-security/ Debian-Security\nftp://mirror/debian/ Debian\nftp://mirror/other/ Other\n"
    assert mirror(targets) == "ftp://mirror/debian/"
    assert mirror("") == ""


def test_of_pips_configuration_only_the_network_is_taken() -> None:
    listed = (
        ":env:.cert='/c.pem'\nglobal.constraint='/c.txt'\nglobal.extra-index-url='file:///simple'\nglobal.index-url='ftp://index/simple'\n"
    )
    assert settings_of_pip(listed) == {"PIP_CERT": "/c.pem", "PIP_INDEX_URL": "ftp://index/simple"}


def test_proxies_and_certificates_go_in_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    certificates = tmp_path / "certificates.pem"
    certificates.write_text("certificate")
    given = {
        "HTTPS_PROXY": "proxy:1",
        "SSL_CERT_FILE": str(certificates),
        "CURL_CA_BUNDLE": "/nowhere",
        "LANG": "tr",
        "PIP_FIND_LINKS": "/w",
    }
    found = variables(given, {"PIP_CERT": str(certificates)}, tmp_path)
    there = f"/{CERTIFICATES_IN_ROOT}"
    assert found == {"HTTPS_PROXY": "proxy:1", "SSL_CERT_FILE": there, "PIP_CERT": there}
    assert (tmp_path / CERTIFICATES_IN_ROOT).read_text() == "certificate"
