"""Planted faults: whatever is changed in a row, the tests generated before the change fail against the Python generated after it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from codegen.definitions.model import Definitions, Ignored, Machine, Row, State
from codegen.definitions.places import Mark
from codegen.definitions.semantics import Forbidden, Taken, step
from codegen.definitions.test_cases import Cases, row_name
from codegen.emit import python, tests

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[3]


def rebuilt(machine: Machine, change: Callable[[State], State]) -> Machine:
    return replace(machine, states=tuple(change(state) for state in machine.states))


def with_row(machine: Machine, old: Row, new: Row | None) -> Machine:
    """The machine with one row replaced, or without it. The places of all others stay."""

    def change(state: State) -> State:
        rows = (new if row is old else row for row in state.rows)
        return replace(state, rows=tuple(row for row in rows if row))

    return rebuilt(machine, change)


def with_row_for_ignored(machine: Machine, cell: Ignored) -> Machine:
    """The machine with a row that changes nothing where it ignored an event."""
    row = Row(cell.state, cell.event, None, False, None, (), (), (), "", cell.mark)

    def change(state: State) -> State:
        if cell not in state.ignored:
            return state
        return replace(state, ignored=tuple(other for other in state.ignored if other is not cell), rows=(*state.rows, row))

    return rebuilt(machine, change)


# --- through the generated files, in a process of their own, so that this one's coverage and modules stay what they are --------


@dataclass(frozen=True)
class Fault:
    """One change of one row, and a generated test that must notice it."""

    machine: str
    role: str
    change: Callable[[Machine], Machine]
    noticed_by: str


def on_row(machine: str, role: str, name: str, change: Callable[[Row], Row | None] | None = None, *, case: str = "", **parts: Any) -> Fault:
    """A fault in one row: `change`, or some parts of it replaced. The case of that name notices."""

    def changed(machine: Machine) -> Machine:
        row = {row_name(row): row for row in machine.rows}[name]
        return with_row(machine, row, change(row) if change else replace(row, **parts))

    return Fault(machine, role, changed, f"test_row[{name}{case}]")


def row_for_ignored(state: str, event: str) -> Callable[[Machine], Machine]:
    def changed(machine: Machine) -> Machine:
        cell = machine.ignored_for(state, event)
        assert cell
        return with_row_for_ignored(machine, cell)

    return changed


def reworded(row: Row) -> Row:
    """The row with another text in its first emit."""
    first, *rest = row.emits
    return replace(row, emits=(replace(first, values=tuple((name, "something else") for name, _ in first.values)), *rest))


def guard_weakened(machine: Machine) -> Machine:
    return replace(machine, guards=tuple(replace(guard, expr=guard.expr.replace(" < ", " <= ")) for guard in machine.guards))


def begun_later(machine: Machine) -> Machine:
    first, *rest = machine.context
    return replace(machine, context=(replace(first, initial=1), *rest))


def idle_ignores_nothing(machine: Machine) -> Machine:
    return rebuilt(machine, lambda state: replace(state, ignored=()) if state.name == "IDLE" else state)


def no_turn_takes_session_over(machine: Machine) -> Machine:
    row = Row("NO_TURN", "session_over", None, False, None, (), (), (), "", Mark("turn.yaml", 1, 1))
    return rebuilt(machine, lambda state: replace(state, rows=(*state.rows, row)) if state.name == "NO_TURN" else state)


FAULTS = {
    "none": Fault("turn", "device", lambda machine: machine, ""),
    "target": on_row("session", "device", "HOTWORD_DETECTED+session_refused", target="ACTIVE_SESSION"),
    "target dropped": on_row("turn", "device", "SPEAKING+button", target=None),
    "target, not entered again": on_row("connection", "device", "CONNECTING+renew", target=None),
    "action": on_row("session", "server", "ACTIVE_SESSION+given_up", actions=()),
    "order of actions": on_row("continuity", "server", "INTERRUPTED+hello[not resumable]", actions=("new_record", "drop_record")),
    "emit": on_row("turn", "server", "USER_TURN+speech_ended", emits=()),
    "payload of an emit": on_row("session", "device", "HOTWORD_DETECTED+no_answer", reworded),
    "assign": on_row("turn", "device", "DRAINING+drained[not one_way]", assign=(("turn", "turn + 2"),)),
    "bound of an assign": on_row(
        "connection", "device", "BACKOFF+redial", assign=(("attempt", "min(attempt + 1, 3)"),), case=", attempt=3"
    ),
    "guard negated": on_row("connection", "device", "CONNECTING+welcome[resumed]", negated=True),
    "guard weakened": Fault("connection", "device", guard_weakened, "test_row[BACKOFF+retry[not attempts_left], max_attempts=2]"),
    "row deleted": on_row("session", "device", "LISTENING+ring", lambda row: None),
    "row for ignored": Fault("continuity", "device", row_for_ignored("UNLINKED", "link_closed"), "test_ignored[UNLINKED+link_closed]"),
    "forbidden for ignored": Fault("session", "device", idle_ignores_nothing, "test_ignored[IDLE+hotword]"),
    "row for forbidden": Fault("turn", "device", no_turn_takes_session_over, "test_forbidden[NO_TURN+session_over]"),
    "initial state": Fault("session", "server", lambda machine: replace(machine, initial="LISTENING"), "test_new"),
    "initial context": Fault("connection", "device", begun_later, "test_new"),
}


@pytest.fixture(scope="module")
def failed(definitions: Definitions, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The faults whose test fails: old tests, generated from the real definitions, against Python generated from the faulty ones."""
    folder = tmp_path_factory.mktemp("faults")
    tests = {write(folder, f"fault_{number}", fault, definitions): name for number, (name, fault) in enumerate(FAULTS.items())}
    command = [sys.executable, "-m", "pytest", "-q", "-rf", "--tb=no", "-p", "no:cacheprovider", "--rootdir=.", *tests]
    run = subprocess.run(command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    return {name for test, name in tests.items() if f"FAILED {test}" in run.stdout}


def write(folder: Path, package: str, fault: Fault, definitions: Definitions) -> str:
    """New Python and old tests as a package of their own, so that one process can hold many. Returns the test that must notice."""
    machine = definitions.machine(fault.machine, fault.role)
    faulty = replace(definitions, machines=tuple(fault.change(other) if other is machine else other for other in definitions.machines))
    module = f"{package}/tests/test_{machine.name}_{machine.role}.py"
    files = {path.replace("tars/generated", f"{package}/generated"): text for path, text in python.emit(faulty).items()}
    called = {f"{package}/tests/{name}.py": tests.template_module(name, definitions.system.engine) for name in tests.TEMPLATES}
    for path, text in {**files, **called, module: tests.tests_module(machine, "tars")}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.replace("tars.generated", f"{package}.generated"))
    for inner in ("__init__.py", "tests/__init__.py"):
        (folder / package / inner).touch()
    return f"{module}::{fault.noticed_by}" if fault.noticed_by else module


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "none"])
def test_every_fault_is_planted(name: str, definitions: Definitions) -> None:
    """For `make test`: what `make verify` plants still has its place in the definitions."""
    machine = definitions.machine(FAULTS[name].machine, FAULTS[name].role)
    assert FAULTS[name].change(machine) != machine


@pytest.mark.verify
@pytest.mark.parametrize("name", FAULTS)
def test_old_tests_notice_a_change_in_new_code(name: str, failed: set[str]) -> None:
    assert (name in failed) == (name != "none")


# --- every change of every row, against the interpreter: the values of the cases tell all of them apart -----------------------


def changes(machine: Machine) -> Iterator[tuple[str, Machine]]:
    """Each part of each row changed in each simple way."""
    for row in machine.rows:
        name = row_name(row)
        yield f"{name}: deleted", with_row(machine, row, None)
        for target in {state.name for state in machine.states} | {None}:
            if target != row.target:
                yield f"{name}: target {target}", with_row(machine, row, replace(row, target=target))
        for left_out in range(len(row.actions)):
            yield f"{name}: action {left_out} dropped", with_row(machine, row, replace(row, actions=without(row.actions, left_out)))
        for left_out in range(len(row.emits)):
            yield f"{name}: emit {left_out} dropped", with_row(machine, row, replace(row, emits=without(row.emits, left_out)))
        for left_out in range(len(row.assign)):
            yield f"{name}: assign {left_out} dropped", with_row(machine, row, replace(row, assign=without(row.assign, left_out)))
        if row.guard:
            yield f"{name}: guard negated", with_row(machine, row, replace(row, negated=not row.negated))
            if row is not machine.rows_for(row.state, row.event)[-1]:  # after its counterpart, the last row needs no guard
                yield f"{name}: guard dropped", with_row(machine, row, replace(row, guard=None))
    for state in machine.states:
        for cell in state.ignored:
            yield f"{cell.state}+{cell.event}: no longer ignored", with_row_for_ignored(machine, cell)


def without(items: tuple[T, ...], index: int) -> tuple[T, ...]:
    return items[:index] + items[index + 1 :]


def tells_apart(cases: Cases, changed: Machine) -> bool:
    """Whether a case of the old machine ends otherwise in the changed one."""
    for case in cases.all_rows:
        now = step(changed, case.row.state, case.context, case.row.event, case.payload)
        was = case.taken
        if not isinstance(now, Taken) or now.row.mark != was.row.mark or (now.row.target is None) != (was.row.target is None):
            return True
        if (now.target, now.context, now.actions, now.emits) != (was.target, was.context, was.actions, was.emits):
            return True
    outcomes = ((cell, step(changed, cell.state, cells_context(cases), cell.event, cell.payload)) for cell in cases.cells)
    return any(not isinstance(now, Ignored if cell.ignored else Forbidden) for cell, now in outcomes)


def cells_context(cases: Cases) -> dict[str, object]:
    return {variable.name: variable.initial for variable in cases.machine.context}


def test_no_change_of_a_row_escapes_the_cases(definitions: Definitions) -> None:
    missed, tried = [], 0
    for machine in definitions.machines:
        cases = Cases(machine)
        for name, changed in changes(machine):
            tried += 1
            if not tells_apart(cases, changed):
                missed.append(f"{machine.name} ({machine.role}) {name}")
    assert tried > 800
    assert missed == []
