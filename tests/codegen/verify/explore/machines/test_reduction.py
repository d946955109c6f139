"""What may be left out of a state."""

from __future__ import annotations

from dataclasses import replace

from codegen.definitions.model import Guard
from codegen.load import load
from codegen.verify.explore.machines.reduction import Reduction
from codegen.verify.specs import Specs
from tests.codegen.cases import SOUND


def test_what_guards_read_is_kept_and_the_rest_is_left_out() -> None:
    definitions, _ = load(SOUND)
    assert definitions is not None
    reduction = Reduction(definitions, Specs(), {})
    context = {"visit": "v", "visits": 3, "tries": 1, "eager": True}
    assert reduction.kept("device", "bell", "RINGING", context) == (("tries", 1),)
    assert reduction.kept("device", "bell", "QUIET", context) == (), "there it is assigned before it is read"


def test_a_text_is_kept_if_it_is_compared_with_a_field() -> None:
    definitions, _ = load(SOUND)
    assert definitions is not None
    machines = tuple(
        replace(machine, guards=(*machine.guards, Guard("polite", 'payload.reason == "thanks"', "", machine.mark)))
        for machine in definitions.machines
    )
    reduction = Reduction(replace(definitions, machines=machines), Specs(), {})
    assert [reduction.told_apart(value) for value in ("thanks", "nobody is there", True, 3)] == ["thanks", "", True, 3]


def test_a_constant_decides_a_guard() -> None:
    definitions, _ = load(SOUND)
    assert definitions is not None
    reduction = Reduction(definitions, Specs(), {("device", "bell", "eager"): False})
    bell = definitions.machine("bell", "device")
    assert reduction.folded(bell, "eager and tries < 2") == "false"
    assert not reduction.leaves_out_the_same(Reduction(definitions, Specs(), {}))
