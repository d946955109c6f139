"""Certificates of somebody else, made by another library than ours: of an authority that a test trusts, or does not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import trustme

from tars.runtime.tls import NAME


class Authority:
    """An authority and the certificates that it has issued, as files in a folder."""

    def __init__(self, folder: Path, name: str = "other") -> None:
        self._authority = trustme.CA(organization_name=name, key_type=trustme.KeyType.ECDSA)
        self._folder, self._name, self._issued = folder, name, 0
        self.file = folder / f"{name}-ca.pem"
        """Its own certificate."""
        self._authority.cert_pem.write_to_path(self.file)

    def issue(self, name: str = NAME, begins: datetime | None = None, ends: datetime | None = None) -> Path:
        """A file of a new key and its certificate."""
        self._issued += 1
        file = self._folder / f"{self._name}-{self._issued}.pem"
        issued = self._authority.issue_cert(name, not_before=begins, not_after=ends, key_type=trustme.KeyType.ECDSA)
        issued.private_key_and_cert_chain_pem.write_to_path(file)
        return file
