"""What the definitions can reach in each configuration, explored once for all tests that look at it.

One worker runs these tests (`tests/workers.py`), explores, and keeps the result in memory. The pairs of states that are possible are also
kept in `.cache/`, under a hash of the definitions and the generator: transition coverage needs them in another process.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path

import pytest

from codegen.verify.explore.machines.exploration import Exploration, configurations, explore
from codegen.verify.explore.machines.system import Bounds
from codegen.verify.progress import Progress
from tests.explored import defined

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".cache" / "explorations"
Pairs = dict[str, frozenset[tuple[str, str]]]

CONFIGURATIONS = configurations(defined()[0])
USUAL = 0
"""The number of the configuration in which every constant has its usual value."""
EACH = [pytest.param(number, id=one.name) for number, one in enumerate(CONFIGURATIONS)]
"""The parameters of a test of every configuration: their numbers."""


@cache
def explored(number: int = USUAL) -> Exploration:
    """All that the configuration of that number reaches with one message each way. Tests only read it."""
    definitions, specs = defined()
    return explore(definitions, specs, Bounds(messages=1), CONFIGURATIONS[number], Progress("exploration", quiet=True))


def possible_pairs() -> Pairs:
    """Machine -> the states in which device and server can have it at the same time, in any configuration."""
    file = KEPT / f"pairs-{_digest()}.json"
    if file.exists():
        return {name: frozenset((device, server) for device, server in pairs) for name, pairs in json.loads(file.read_text()).items()}
    united: Pairs = {}
    for number in range(len(CONFIGURATIONS)):
        for name, pairs in explored(number).pairs().items():
            united[name] = united.get(name, frozenset()) | pairs
    KEPT.mkdir(parents=True, exist_ok=True)
    new = KEPT / f"{os.getpid()}.new"
    new.write_text(json.dumps({name: sorted(pairs) for name, pairs in united.items()}))
    for old in KEPT.glob("pairs-*.json"):
        old.unlink(missing_ok=True)
    new.replace(file)  # whole at once, for whoever reads at the same time
    return united


@cache
def _digest() -> str:
    """Names everything that an exploration depends on: the definitions and the program that explores."""
    digest = hashlib.sha256()
    for folder, pattern in (("machines", "*.yaml"), ("codegen", "*.json"), ("codegen", "*.py")):
        for file in sorted((ROOT / folder).rglob(pattern)):
            digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
