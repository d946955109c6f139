"""One device's session as bytes: a stopping server packs it, the next server unpacks it."""

from __future__ import annotations

import json
import random
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from tars.core.server import ServerEndpoint
from tars.core.snapshot import restore, take_snapshot
from tars.generated.limits import Limits

DIGEST = 32
"""Bytes in front of a packed session: its SHA-256. A damaged one is noticed, whatever is damaged."""


@dataclass(frozen=True)
class BrainSnapshot:
    """What a new brain session needs to continue a voice session."""

    turn: int
    """0: none has begun."""
    wake: int
    """The first samples of the utterance that may hold the wake word."""
    utterance: bytes
    """All that the brain was given of the utterance, PCM16. Empty once the reply has begun: nothing has to be heard again."""
    complete: bool
    """The utterance is over: its reply is due, or has begun."""
    silent: int = 0
    """Samples for which the user had been silent."""
    ends: bool = False
    """The conversation is over once the reply has been heard."""


def pack(core: ServerEndpoint, brain: BrainSnapshot | None) -> bytes:
    """The session of one device; `brain` is None if no brain session runs."""
    saved = json.dumps({"core": take_snapshot(core), "brain": None if brain is None else _pack_brain(brain)}).encode()
    return sha256(saved).digest() + saved


def unpack(
    state: bytes, device: str, limits: Limits, spread: random.Random, *, epoch: str, now: float
) -> tuple[ServerEndpoint, BrainSnapshot | None]:
    """What `pack` was given. Raises KeyError, TypeError or ValueError for bytes that `pack` did not make."""
    digest, packed = state[:DIGEST], state[DIGEST:]
    if sha256(packed).digest() != digest:
        raise ValueError("it is not what was saved")
    saved = json.loads(packed)
    core = restore(saved["core"], device, limits, spread, epoch=epoch, now=now)
    return core, None if saved["brain"] is None else _unpack_brain(saved["brain"])


def _pack_brain(brain: BrainSnapshot) -> dict[str, Any]:
    return asdict(brain) | {"utterance": b64encode(brain.utterance).decode()}


def _unpack_brain(saved: dict[str, Any]) -> BrainSnapshot:
    return BrainSnapshot(**saved | {"utterance": b64decode(saved["utterance"])})
