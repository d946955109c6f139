"""Whether a generated test of the definitions as they are fails on definitions with a fault.

The tests are made from the rows, so a test that fails says that a row is no longer what it was, not that it is wrong. They are replayed
here on `codegen.semantics`, which gives them their expected values and is what the generated machines are held against.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from codegen.cases import Cases
from codegen.model import Definitions, Ignored, Machine
from codegen.semantics import Taken, step


def fails(tests: Iterable[Cases], changed: Definitions) -> bool:
    """Whether some row, pair of rows, ignored or forbidden cell comes out otherwise."""
    return any(_fails(cases, changed.machine(cases.machine.name, cases.machine.role)) for cases in tests)


def _fails(cases: Cases, machine: Machine) -> bool:
    if machine is cases.machine:
        return False
    for case in cases.all_rows:
        if _seen(step(machine, case.row.state, case.context, case.row.event, case.payload)) != _seen(case.taken):
            return True
    for pair in cases.pairs:
        before, after = pair.first.taken, pair.second
        if _seen(step(machine, after.row.state, before.context, after.row.event, after.payload)) != _seen(pair.taken):
            return True
    for cell in cases.cells:
        context, _ = cases.domains.usual(cell.event)
        expected = "forbidden" if cell.ignored is None else "ignored"
        if _seen(step(machine, cell.state, context, cell.event, cell.payload)) != expected:
            return True
    return False


def _seen(result: Any) -> Any:
    """What a test compares."""
    if isinstance(result, Taken):
        return result.target, result.context, result.actions, result.emits
    return "ignored" if isinstance(result, Ignored) else "forbidden"
