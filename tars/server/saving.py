"""A session between two servers, as bytes: the core's side of it and the brain's."""

from __future__ import annotations

import json
import random
from base64 import b64decode, b64encode
from dataclasses import asdict

from tars.core.server import ServerEndpoint
from tars.core.snapshot import restore, take_snapshot
from tars.generated.limits import Limits
from tars.server.brain_session import BrainSnapshot


def pack(core: ServerEndpoint, suspended: BrainSnapshot | None) -> bytes:
    """Everything the next server needs; `suspended` is None without a session."""
    talk = asdict(suspended) | {"utterance": b64encode(suspended.utterance).decode()} if suspended is not None else None
    return json.dumps({"core": take_snapshot(core), "talk": talk}).encode()


def unpack(
    state: bytes, device: str, limits: Limits, spread: random.Random, *, epoch: str, now: float
) -> tuple[ServerEndpoint, BrainSnapshot | None]:
    """What `pack` was given. Raises KeyError, TypeError or ValueError for bytes that it did not make."""
    saved = json.loads(state)
    core = restore(saved["core"], device, limits, spread, epoch=epoch, now=now)
    talk = saved["talk"]
    suspended = BrainSnapshot(**talk | {"utterance": b64decode(talk["utterance"])}) if talk is not None else None
    return core, suspended
