"""The lamp, explored once for all tests that look at it: a second or so."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from codegen.definitions.model import Definitions
from codegen.verify.explore.machines.exploration import Exploration, configurations, explore
from codegen.verify.explore.machines.system import Bounds
from codegen.verify.progress import Progress
from codegen.verify.specs import Specs, load_all

LAMP = Path(__file__).parent / "machines"


@cache
def defined() -> tuple[Definitions, Specs]:
    """Its definitions and specs."""
    definitions, specs, findings = load_all(LAMP)
    assert definitions is not None, findings
    return definitions, specs


@cache
def lamp() -> Exploration:
    """All that it can reach with one message each way."""
    definitions, specs = defined()
    return explore(definitions, specs, Bounds(), configurations(definitions)[0], Progress("the lamp", quiet=True))
