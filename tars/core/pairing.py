"""The exchange with which a device is paired: SPAKE2 with six digits as the password, then a proof of each side. No I/O.

SPAKE2 gives both sides the same secret if they know the same digits and the same identities, and lets each exchange test one guess only.
The identities hold the SHA-256 of the server's certificate: the server takes its own, the device the one that it sees. Somebody between
them has another certificate, so the secrets differ and the device's proof is refused.

The package spake2 is imported in functions: it brings cryptography along, which a server loads only when somebody pairs.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from enum import Enum
from typing import TYPE_CHECKING

from tars.errors import RemoteError
from tars.generated.messages import PROTOCOL, Message, PairChallenge, Paired, PairProof, PairRequest

if TYPE_CHECKING:
    from spake2 import SPAKE2_A, SPAKE2_B

DIGITS = re.compile(r"[0-9]{6}")
ELEMENT = re.compile(r"[0-9a-f]{66}")
DEVICE_PROVES, SERVER_PROVES = b"tars.pair.v1 device proves", b"tars.pair.v1 server proves"
WRONG = "these are not the digits that the server shows, or somebody in between reads along"

Entropy = Callable[[int], bytes]
"""So many random bytes."""


class State(Enum):
    """How far one side of an exchange has come."""

    NEW = "NEW"
    ASKED = "ASKED"
    """Device: it has sent `pair_request`. Server: it has got it, and the try is not counted yet."""
    CHALLENGED = "CHALLENGED"
    """Server: it has sent its element."""
    PROVED = "PROVED"
    """The proof of the device was sent, or is right."""
    PAIRED = "PAIRED"
    FAILED = "FAILED"


class _Exchange:
    """What both sides share: which message may come in which state. Any other one ends the exchange."""

    takes: dict[State, type[Message]]

    def __init__(self) -> None:
        self.state = State.NEW
        self._secret = b""

    def _expect(self, message: Message) -> None:
        """Raises RemoteError if this message may not come now."""
        wanted = self.takes.get(self.state)
        if wanted is None or not isinstance(message, wanted):
            state, self.state = self.state, State.FAILED
            raise RemoteError(f"{message.type} may not come in {state.value} of a pairing; allowed: {wanted.type if wanted else 'nothing'}")

    def _require(self, state: State) -> None:
        assert self.state is state, f"{self.state} of a pairing is not {state}"

    def _finish(self, spake: SPAKE2_A | SPAKE2_B, element: str) -> bytes:
        """The secret. Raises RemoteError if the element is none, or was our own."""
        from spake2 import SPAKEError
        from spake2.ed25519_basic import NotOnCurve

        with suppress(SPAKEError, NotOnCurve, ValueError):
            if ELEMENT.fullmatch(element):
                return bytes(spake.finish(bytes.fromhex(element)))
        self.state = State.FAILED
        raise RemoteError("the element of a pairing must be 33 bytes in hexadecimal that SPAKE2 of the other side has made")

    def _check(self, proof: str, right: str, problem: str) -> None:
        """Raises RemoteError if this is not the right proof."""
        if not hmac.compare_digest(proof.encode(), right.encode()):
            self.state = State.FAILED
            raise RemoteError(problem)


class DeviceExchange(_Exchange):
    """The device's side of one pairing: NEW, ASKED, PROVED, PAIRED."""

    takes = {State.ASKED: PairChallenge, State.PROVED: Paired}  # noqa: RUF012 - a table

    def __init__(self, digits: str, fingerprint: bytes, device: str, entropy: Entropy) -> None:
        """`fingerprint`: the SHA-256 of the certificate that this side sees; empty without encryption."""
        from spake2 import SPAKE2_A

        super().__init__()
        self._device = device
        self._spake = SPAKE2_A(digits.encode(), *identities(fingerprint), entropy_f=entropy)

    def ask(self) -> PairRequest:
        """The first message."""
        self._require(State.NEW)
        self.state = State.ASKED
        return PairRequest(PROTOCOL, self._device, self._spake.start().hex())

    def prove(self, challenge: Message) -> PairProof:
        """The answer to the server's element. Raises RemoteError."""
        self._expect(challenge)
        assert isinstance(challenge, PairChallenge)
        self._secret = self._finish(self._spake, challenge.element)
        self.state = State.PROVED
        return PairProof(mac(self._secret, DEVICE_PROVES))

    def accept(self, paired: Message) -> Paired:
        """What the server has given. Raises RemoteError if it has not proved that it knows the digits: nothing of it may be used then."""
        self._expect(paired)
        assert isinstance(paired, Paired)
        self._check(paired.proof, _proof_of(paired, self._secret), "the server has not proved that it knows the digits: nothing is taken")
        self.state = State.PAIRED
        return paired


class ServerExchange(_Exchange):
    """The server's side of one pairing: NEW, ASKED, CHALLENGED, PROVED, PAIRED."""

    takes = {State.NEW: PairRequest, State.CHALLENGED: PairProof}  # noqa: RUF012 - a table

    def __init__(self, fingerprint: bytes, entropy: Entropy) -> None:
        """`fingerprint`: the SHA-256 of the server's own certificate; empty without encryption."""
        super().__init__()
        self._fingerprint, self._entropy = fingerprint, entropy
        self._pair = PairRequest(PROTOCOL, "", "")

    def asked(self, pair: Message) -> str:
        """A device asks to be paired; the name that it would like to have. Count the try before `challenge`. Raises RemoteError."""
        self._expect(pair)
        assert isinstance(pair, PairRequest)
        if pair.proto != PROTOCOL:
            self.state = State.FAILED
            raise RemoteError(f"pair.proto is {pair.proto}; this server speaks {PROTOCOL}")
        self._pair = pair
        self.state = State.ASKED
        return pair.device

    def challenge(self, digits: str) -> PairChallenge:
        """The answer. It tells nothing of the digits. It takes 0.03 s of one core. Raises RemoteError."""
        from spake2 import SPAKE2_B

        self._require(State.ASKED)
        spake = SPAKE2_B(digits.encode(), *identities(self._fingerprint), entropy_f=self._entropy)
        element = spake.start().hex()
        self._secret = self._finish(spake, self._pair.element)
        self.state = State.CHALLENGED
        return PairChallenge(element)

    def check(self, proof: Message) -> None:
        """Raises RemoteError unless the device has proved that it knows the digits."""
        self._expect(proof)
        assert isinstance(proof, PairProof)
        self._check(proof.proof, mac(self._secret, DEVICE_PROVES), WRONG)
        self.state = State.PROVED

    def give(self, server: str, device: str, key: str, ca: str) -> Paired:
        """The last message. Whoever changes a field of it cannot make its proof."""
        self._require(State.PROVED)
        self.state = State.PAIRED
        given = Paired(server, device, key, ca, "")
        return Paired(server, device, key, ca, _proof_of(given, self._secret))


def identities(fingerprint: bytes) -> tuple[bytes, bytes]:
    """The identities of device and server."""
    return b"tars-pi " + fingerprint, b"tars-server " + fingerprint


def mac(secret: bytes, text: bytes) -> str:
    """HMAC-SHA256 in hexadecimal."""
    return hmac.digest(secret, text, "sha256").hex()


def _proof_of(paired: Paired, secret: bytes) -> str:
    """The server's proof: over every other field of the message, as JSON with sorted keys."""
    fields = {name: value for name, value in asdict(paired).items() if name != "proof"}
    return mac(secret, SERVER_PROVES + json.dumps(fields, sort_keys=True, separators=(",", ":")).encode())
