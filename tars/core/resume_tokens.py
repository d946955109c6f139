"""What a device must show to have its session resumed. The server keeps only the hash of a token."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RETIRED = 64
"""Used tokens that are remembered. One that is shown again was copied."""


@dataclass(frozen=True, slots=True)
class ResumeToken:
    """The name of what the server keeps for a session, and the secret that the next greeting must show. Made by the server's runner."""

    sid: str = ""
    token: str = ""


def fingerprint(token: str) -> bytes:
    """The hash of a token. It has 256 random bits, so a fast hash without salt keeps it."""
    return hashlib.sha256(token.encode()).digest()


SIZE = len(fingerprint(""))


class ResumeTokens:
    """Which tokens resume a session. Each is for one use: a welcome brings the next one.

    A welcome can get lost. So the token that was shown stays valid beside the new one until the device has sent more than its greeting.
    """

    __slots__ = ("_retired", "_shown", "sid", "valid")

    def __init__(self, sid: str = "", valid: Iterable[bytes] = (), retired: Iterable[bytes] = ()) -> None:
        """`valid`, `retired`: fingerprints."""
        self.sid = sid
        self.valid = tuple(valid)
        self._retired = b"".join(retired)
        self._shown = b""

    @property
    def retired(self) -> list[bytes]:
        """The used tokens that are remembered, the newest last."""
        return [self._retired[at : at + SIZE] for at in range(0, len(self._retired), SIZE)]

    def admits(self, token: str) -> bool:
        """Whether this token is valid. If so, it stays valid until the next one has arrived."""
        shown = fingerprint(token)
        self._shown = next((one for one in self.valid if hmac.compare_digest(one, shown)), b"")
        return bool(self._shown)

    def is_retired(self, token: str) -> bool:
        """Whether this token was valid before, and is used."""
        return fingerprint(token) in self.retired

    def rotate(self, token: str) -> None:
        """The session is resumed: from now on `token` is valid, beside the one that was shown."""
        self._retire([one for one in self.valid if one != self._shown])
        self.valid = (fingerprint(token), self._shown)

    def arrived(self) -> None:
        """The last welcome has arrived: only its token is valid."""
        if len(self.valid) > 1:
            self._retire(self.valid[1:])
            self.valid = self.valid[:1]

    def _retire(self, used: Sequence[bytes]) -> None:
        self._retired = (self._retired + b"".join(used))[-RETIRED * SIZE :]
