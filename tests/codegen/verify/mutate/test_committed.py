"""The generated tests, replayed: they fail on a row that is changed, for better or worse, and on nothing else."""

from __future__ import annotations

from functools import cache

import pytest

from codegen.definitions.model import Definitions
from codegen.definitions.test_cases import Cases
from codegen.load import load
from codegen.verify.mutate import committed
from codegen.verify.mutate.operators import faults
from tests.codegen.cases import SOUND


@cache
def sound() -> Definitions:
    definitions, _ = load(SOUND)
    assert definitions is not None
    return definitions


@pytest.mark.parametrize(
    ("name", "fails"),
    [
        ("target changed: server.bell RINGING+dozed ALONE -> RINGING", True),
        ("effect dropped: device.bell QUIET+pressed visits = visits + 1", True),
        ("effect dropped: device.bell RINGING entry chime", True),
        ("guard negated: device.bell RINGING+late both rows", True),
        ("ignore instead of take: device.lamp HIGH+over", True),
        ("take instead of ignore: device.lamp HIGH+pressed leaves for LOW", True),
        ("row removed: device.bell RINGING+opened", True),
        ("target changed: device.lamp LOW+pressed HIGH -> stays", True),
        ("route cut: device.environment.pressed to device.lamp.pressed", False),
    ],
)
def test_a_changed_row_fails_its_test(name: str, fails: bool) -> None:
    tests = [Cases(machine) for machine in sound().machines]
    changed = next(fault.definitions for fault in faults(sound()) if fault.name == name)
    assert committed.fails(tests, changed) == fails


def test_they_pass_on_what_they_were_made_from() -> None:
    again, _ = load(SOUND)
    assert again is not None
    assert not committed.fails([Cases(machine) for machine in sound().machines], again)
