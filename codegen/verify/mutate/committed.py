"""Whether a generated test of the definitions as they are fails on definitions with a fault.

The tests are made from the rows, so a test that fails says that a row is no longer what it was, not that it is wrong. They are replayed
here on `codegen.definitions.semantics`, which gives them their expected values and is what the generated machines are held against.
"""

from __future__ import annotations

from collections.abc import Iterable

from codegen.definitions.model import Definitions, Ignored, Machine
from codegen.definitions.semantics import Taken, Values, step
from codegen.definitions.test_cases import Case, Cases, Cell


def fails(tests: Iterable[Cases], changed: Definitions) -> bool:
    """Whether some row, sequence of rows, ignored or forbidden cell comes out otherwise."""
    return any(_fails(cases, changed.machine(cases.machine.name, cases.machine.role)) for cases in tests)


def _fails(cases: Cases, machine: Machine) -> bool:
    if machine is cases.machine:
        return False
    return (
        any(_differs(machine, case, case.context, case.taken) for case in cases.all_rows)
        or any(
            _differs(machine, sequel.case, before.context, sequel.taken)
            for pair in cases.pairs
            for before, sequel in ((pair.first.taken, pair.second), *((pair.second.taken, third) for third in pair.thirds))
        )
        or any(_stirs(machine, cases, cell) for cell in cases.cells)
    )


def _differs(machine: Machine, case: Case, context: Values, taken: Taken) -> bool:
    now = step(machine, case.row.state, context, case.row.event, case.payload)
    if not isinstance(now, Taken):
        return True
    return (now.target, now.context, now.actions, now.emits) != (taken.target, taken.context, taken.actions, taken.emits)


def _stirs(machine: Machine, cases: Cases, cell: Cell) -> bool:
    """Whether what was ignored or forbidden is something else."""
    context, _ = cases.domains.usual(cell.event)
    now = step(machine, cell.state, context, cell.event, cell.payload)
    return isinstance(now, Taken) or isinstance(now, Ignored) != (cell.ignored is not None)
