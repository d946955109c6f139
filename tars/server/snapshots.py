"""One device's session as bytes: a stopping server packs it, the next server unpacks it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

from tars.core.server import ServerEndpoint
from tars.core.snapshot import from_bytes, restore, restore_record, take_snapshot, to_bytes
from tars.engine import values_of
from tars.generated.limits import Limits
from tars.samples import WIDTH


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
    at: int = 0
    """The capture offset of the first sample of the utterance."""
    memory: str = ""
    """What the brain remembers of the session."""
    interruption: bytes | None = None
    """What is heard over the reply and not decided, PCM16; None: nobody speaks over it."""
    interruption_at: int = 0
    """The capture offset of its first sample."""


def pack(core: ServerEndpoint, brain: BrainSnapshot | None, *, samples: bool = True) -> bytes:
    """The session of one device; `brain` is None if no brain session runs. `samples`: also those of the reply."""
    brain_data = None if brain is None else values_of(brain)
    return to_bytes({"core": take_snapshot(core, samples=samples), "brain": brain_data, "epoch": core.epoch})


def unpack(
    state: bytes, device: str, limits: Limits, spread: random.Random, *, epoch: str, now: float
) -> tuple[ServerEndpoint, BrainSnapshot | None]:
    """What `pack` was given. Raises KeyError, TypeError or ValueError for bytes that `pack` did not make."""
    saved = from_bytes(state)
    core = restore(saved["core"], device, limits, spread, epoch=epoch, now=now)
    return core, None if saved["brain"] is None else _brain(saved["brain"])


def unpack_record(
    state: bytes, speech: bytes, reply: bytes, device: str, limits: Limits, spread: random.Random, *, now: float
) -> tuple[ServerEndpoint, BrainSnapshot | None]:
    """What `pack` was given. Samples that it has left out are here, PCM16: of the utterance, and of the reply. Raises as `unpack` does."""
    saved = from_bytes(state)
    kept = saved["core"]["reply"]
    if reply and (left := kept["sent"] - kept["received"]):
        kept["pcm"] = reply[-left * WIDTH :]
    core = restore_record(saved["core"], device, limits, spread, epoch=saved["epoch"], now=now)
    brain = None if saved["brain"] is None else _brain(saved["brain"])
    if speech and brain is not None and brain.interruption is not None:
        brain = replace(brain, interruption=speech)
    elif speech and brain is not None and brain.turn and core.states.unanswered:
        brain = replace(brain, utterance=speech)
    return core, brain


def _brain(saved: dict[str, Any]) -> BrainSnapshot:
    brain = BrainSnapshot(**saved)
    kinds = {"turn": int, "wake": int, "utterance": bytes, "complete": bool, "silent": int, "ends": bool, "at": int, "memory": str}
    kinds["interruption_at"] = int
    if brain.interruption is not None:
        kinds["interruption"] = bytes
    for name, kind in kinds.items():
        if type(value := getattr(brain, name)) is not kind:
            raise TypeError(f"{name} of a brain session is {value!r:.40}; it must be {kind.__name__}")
    return brain
