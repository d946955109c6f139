"""Back end: the tests of the generated machines: tables of named cases, with all that must happen; `checks.py` beside them checks it.
`oracle.py` takes every step with python-statemachine as well.

The expected values come from `semantics`, which knows neither the generated Python nor its engine. So these tests prove emitter and
engine. They cannot prove a row: a wrong row has wrong tests.
"""

from __future__ import annotations

import pathlib
from dataclasses import dataclass

from codegen.definitions.model import Definitions, Machine
from codegen.definitions.semantics import Emitted, Values
from codegen.definitions.test_cases import Case, Cases, Cell, Pair, Path, Sequel, row_name
from codegen.emit.text import banner, camel, place, quoted

FOLDER = "tests/generated"
TEMPLATES = ("checks", "oracle")
"""What the generated tests call; written beside them."""


def emit(definitions: Definitions) -> dict[str, str]:
    """A test module a machine and role, by path."""
    files = {f"{FOLDER}/__init__.py": banner("machines/") + '"""Written by codegen: a test module for each machine and role."""\n'}
    files |= {f"{FOLDER}/{name}.py": template_module(name, definitions.system.engine) for name in TEMPLATES}
    for machine in definitions.machines:
        files[f"{FOLDER}/test_{machine.name}_{machine.role}.py"] = tests_module(machine, definitions.system.package)
    return files


def template_module(name: str, engine: str) -> str:
    """What the test modules beside it call; `engine` is the module of the step engine."""
    template = pathlib.Path(__file__).with_name(f"{name}.txt")
    return banner(f"codegen/emit/{template.name}") + template.read_text(encoding="utf-8").replace("ENGINE", engine)


@dataclass(frozen=True)
class Table:
    """One table of a test module and the test that goes through it."""

    kind: str
    """The class of its entries, in checks.py; `Row` also names the test `test_row` and its check `check_row`."""
    lines: list[str]
    named: bool = False
    """A dict by name rather than a list."""
    beside: str = ""
    """What else the check needs."""

    @property
    def name(self) -> str:
        """The table's name in the module: `ROWS`."""
        return {"Row": "ROWS", "Pair": "PAIRS", "Path": "PATHS"}.get(self.kind, self.kind.upper())

    def text(self) -> str:
        """The table."""
        kind = f"dict[str, {self.kind}]" if self.named else f"list[{self.kind}]"
        opening, closing = "{}" if self.named else "[]"
        return "\n".join(["", f"{self.name}: {kind} = {opening}", *(f"    {line}" for line in self.lines), closing, ""])

    def test(self, machine: str) -> str:
        """The test."""
        word = self.kind.lower()
        values, ids = (f"{self.name}.values()", self.name) if self.named else (self.name, "str")
        return f"""

@pytest.mark.parametrize("case", {values}, ids={ids})
def test_{word}(case: {self.kind}) -> None:
    check_{word}({machine}, case{self.beside})
"""


def tests_module(machine: Machine, package: str) -> str:
    """All tests of one machine."""
    cases = Cases(machine)
    tables = [
        Table("Row", _rows(cases), named=True),
        Table("Ignored", _ignored(cases), beside=", ROWS"),
        Table("Forbidden", _forbidden(cases), beside=", ROWS"),
        Table("Pair", _pairs(cases), beside=", ROWS"),
        Table("Path", _paths(cases), named=True),
    ]
    tables = [table for table in tables if table.lines]
    tests = _test_new(machine) + "".join(table.test(camel(machine.name)) for table in tables)
    return _head(cases, tables, package) + "".join(table.text() for table in tables) + tests


def _head(cases: Cases, tables: list[Table], package: str) -> str:
    machine, name = cases.machine, camel(cases.machine.name)
    ignored = sum(cell.ignored is not None for cell in cases.cells)
    counts = (
        f"{len(cases.rows)} rows in {len(cases.all_rows)} cases, {ignored} ignored and {len(cases.cells) - ignored} forbidden cells, "
        f"{len(cases.sequences(2))} pairs and {len(cases.sequences(3))} triples of rows, {len(cases.paths)} paths."
    )
    if cases.impossible:
        left_out = f"{len(cases.left_out(2))} pairs and {len(cases.left_out(3))} triples"
        counts += f"\n\nLeft out: {left_out} whose guards cannot hold one after the other.\n"
    modules = "emits, events" if any(row.emits for row in machine.rows) else "events"
    kinds = [table.kind for table in tables] + ["Then"] * any(pair.thirds for pair in cases.pairs)
    checked = sorted(kinds) + sorted(["check_new", *(f"check_{table.kind.lower()}" for table in tables)])
    return f'''{banner(f"machines/{machine.file}")}"""{machine.name} ({machine.role}): {counts}"""

from __future__ import annotations

import pytest

from {package}.generated.{machine.role} import {modules}
from {package}.generated.{machine.role}.{machine.name} import {name}, {name}Context as Context
from .checks import {", ".join(checked)}
'''


def _test_new(machine: Machine) -> str:
    initial = _arguments({variable.name: variable.initial for variable in machine.context})
    return f"""

def test_new() -> None:
    check_new({camel(machine.name)}, {quoted(machine.initial)}, Context({initial}))
"""


# ------------------------------------------------------------------------------------------------------------------ tables


def _rows(cases: Cases) -> list[str]:
    lines = []
    for state in cases.machine.states:
        lines += [f"# {state.name}: {state.doc}"] if state.rows else []
        lines += [f"{quoted(case.name)}: {_row(cases.machine, case)}," for row in state.rows for case in cases.rows[row.name]]
    return lines


def _row(machine: Machine, case: Case) -> str:
    """The place on the first line, what is given on the second, what must follow on the third."""
    row, taken = case.row, case.taken
    given = [quoted(row.state), _context(machine, case.context), _event(row.event, case.payload)]
    follows = [quoted(taken.target), _context(machine, taken.context)]
    follows += [f"actions={_tuple([quoted(action) for action in taken.actions])}"] if taken.actions else []
    follows += [f"emits={_emits(taken.emits)}"] if taken.emits else []
    follows += ["entered=False"] if row.target is None else []
    return f"Row({quoted(place(row.mark))},\n        {', '.join(given)},\n        {', '.join(follows)})"


def _ignored(cases: Cases) -> list[str]:
    return [f"Ignored({quoted(place(cell.ignored.mark))}, {_cell(cell)}),  # {cell.ignored.why}" for cell in cases.cells if cell.ignored]


def _forbidden(cases: Cases) -> list[str]:
    lines = []
    for state in cases.machine.states:
        cells = [cell for cell in cases.cells if cell.state == state.name and not cell.ignored]
        lines += [f"# {place(state.mark)}: what {state.name} does not list"] if cells else []
        lines += [f"Forbidden({_cell(cell)})," for cell in cells]
    return lines


def _cell(cell: Cell) -> str:
    return f"{quoted(cell.state)}, {_event(cell.event, cell.payload)}"


def _pairs(cases: Cases) -> list[str]:
    lines = [f"{_pair(cases.machine, pair)}," for pair in cases.pairs]
    if impossible := cases.left_out(2):
        lines += [f"# Left out: {len(impossible)} pairs of rows whose guards cannot hold one after the other."]
        lines += [f"#   {row_name(first)} > {row_name(second)}" for first, second in impossible]
    return lines


def _pair(machine: Machine, pair: Pair) -> str:
    parts = [quoted(pair.first.name), quoted(pair.second.case.name), *_follows(machine, pair.second)]
    if pair.thirds:
        parts.append(f"then=[\n{_thirds(machine, pair)}    ]")
    return f"Pair({', '.join(parts)})"


def _thirds(machine: Machine, pair: Pair) -> str:
    """A line for all that leave the same, by their names without the state that they share."""
    state = pair.second.taken.target
    alike: dict[str, list[str]] = {}
    for third in pair.thirds:
        alike.setdefault(", ".join(_follows(machine, third)), []).append(quoted(third.case.name.removeprefix(f"{state}+")))
    return "".join(f"        Then([{', '.join(names)}], {follows}),\n" for follows, names in alike.items())


def _follows(machine: Machine, sequel: Sequel) -> list[str]:
    """The context afterwards, and the emits where the context before makes them differ from the row's own case."""
    emits = [f"emits={_emits(sequel.taken.emits)}"] if sequel.taken.emits != sequel.case.taken.emits else []
    return [_context(machine, sequel.taken.context), *emits]


def _paths(cases: Cases) -> list[str]:
    lines = [f"{quoted(path.state)}: {_path(cases.machine, path)}," for path in cases.paths]
    return lines + [f"# No path to {state} was found." for state in cases.unreached]


def _path(machine: Machine, path: Path) -> str:
    steps = ", ".join(f"({_event(event, payload)}, {quoted(state)})" for event, payload, state in path.steps)
    return f"Path({_context(machine, path.context)}, [{steps}], {_context(machine, path.after)})"


# ------------------------------------------------------------------------------------------------------------------ values


def _context(machine: Machine, values: Values) -> str:
    """What differs from the initial context."""
    initial = {variable.name: variable.initial for variable in machine.context}
    return f"Context({_arguments({name: value for name, value in values.items() if value != initial[name]})})"


def _event(event: str, payload: Values) -> str:
    return f"events.{camel(event)}({_arguments(payload)})"


def _emits(emits: tuple[Emitted, ...]) -> str:
    return _tuple([f"emits.{camel(emitted.event)}({_arguments(emitted.payload)})" for emitted in emits])


def _arguments(values: Values) -> str:
    return ", ".join(f"{name}={quoted(value) if isinstance(value, str) else repr(value)}" for name, value in values.items())


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
