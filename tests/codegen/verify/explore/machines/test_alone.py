"""One machine by itself."""

from __future__ import annotations

from codegen.load import load
from codegen.verify.explore.machines import alone
from codegen.verify.specs import load_all
from tests.codegen.cases import SOUND
from tests.lamp.test_lamp import LAMP


def test_every_value_of_a_bounded_variable_is_met() -> None:
    definitions, _ = load(SOUND)
    assert definitions is not None
    steps = list(alone.steps(definitions.machine("bell", "device")))
    assert {step.after["tries"] for step in steps} == {0, 1, 2}
    assert {step.event for step in steps if step.before["state"] == "QUIET"} == {"pressed"}, "a timeout comes only where it runs"


def test_a_spec_that_a_row_breaks_is_told_with_the_row() -> None:
    definitions, specs, _ = load_all(LAMP)
    assert definitions is not None
    (spec,) = specs.of_kind("row")
    steps = list(alone.steps(definitions.machine("light", "switch")))
    assert [verdict.holds for verdict in alone.verdicts(steps, specs)] == [True]
    broken = [step for step in steps if step.before["state"] == "RELAXED" and step.after["state"] == "BUSY"]
    assert not any(alone.breaks(spec, step) for step in broken), "it speaks of BUSY only"
    assert "light (switch) RELAXED + pressed" in str(broken[0])
