"""Back end: the Python that runs. One package a node in `generated/` of the package: events, emits, a module a machine, tables, wiring."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codegen.definitions.model import Definitions, Emit, Event, Field, Machine, Row, Variable
from codegen.emit.text import banner, camel, place, python_type, quoted


def folder(definitions: Definitions) -> str:
    """Where generated Python lies: `bell/generated`."""
    return f"{definitions.system.package.replace('.', '/')}/generated"


def emit(definitions: Definitions) -> dict[str, str]:
    """Every module that depends on the machines, by its path."""
    doc = '"""Written by codegen: the machines, their wiring, their messages and their limits."""\n'
    package = folder(definitions)
    files = {f"{package}/__init__.py": banner("machines/") + doc}
    for node in definitions.system.nodes:
        machines = definitions.of_node(node.name)
        below = f"{package}/{node.name}"
        files[f"{below}/__init__.py"] = banner("machines/") + f'"""The machines of the {node.name}."""\n'
        files[f"{below}/events.py"] = events_module(definitions, node.name, machines)
        files[f"{below}/emits.py"] = emits_module(definitions, node.name, machines)
        for machine in machines:
            files[f"{below}/{machine.name}.py"] = machine_module(definitions, machine)
    return files


def events_module(definitions: Definitions, node: str, machines: Iterable[Machine]) -> str:
    """The dataclasses of everything that the node's machines take."""
    events = {event.name: event for machine in machines for event in machine.events}
    return _dataclasses(definitions, f"What the {node}'s machines take. Equal names on one node are one event.", events.values())


def emits_module(definitions: Definitions, node: str, machines: Iterable[Machine]) -> str:
    """The dataclasses of everything that the node's machines cause elsewhere."""
    emits = {event.name: event for machine in machines for event in machine.emits}
    return _dataclasses(definitions, f"What the {node}'s machines cause elsewhere; system.yaml says where it goes.", emits.values())


def _dataclasses(definitions: Definitions, doc: str, events: Iterable[Event]) -> str:
    lines = [banner("machines/"), f'"""{doc}"""', "", "from __future__ import annotations", "", "from dataclasses import dataclass"]
    lines += ["from typing import ClassVar", "", f"from {definitions.system.engine} import Event", ""]
    for event in sorted(events, key=lambda event: event.name):
        doc = event.doc or f"{event.name.replace('_', ' ')} ({event.kind})"
        lines += ["", "@dataclass(frozen=True, slots=True)", f"class {camel(event.name)}(Event):  # {event.mark.file}:{event.mark.line}"]
        lines += [f"    {quoted(doc, docstring=True)}", "", f'    name: ClassVar[str] = "{event.name}"']
        lines += [f"    {field.name}: {python_type(field.type)}" for field in event.payload] + [""]
    return "\n".join(lines)


def machine_module(definitions: Definitions, machine: Machine) -> str:
    """One machine: its states, its context, its rows as a table."""
    parts = [
        banner(f"machines/{machine.file}"),
        f"{quoted(f'{machine.name} ({machine.role}): {machine.doc}', docstring=True)}\n\n",
        _imports(definitions, machine),
        "\n\n" + _state_enum(machine),
        "\n\n" + _context(machine),
        "\n\n" + _machine_class(machine),
    ]
    return "".join(parts)


def _imports(definitions: Definitions, machine: Machine) -> str:
    engine, package = definitions.system.engine, definitions.system.package
    names = ["Event", "Machine", "Row", "Timeout"] if any(map(_has_effect, machine.rows)) else ["Machine", "Row", "Timeout"]
    modules = ["emits", "events"] if any(row.emits for row in machine.rows) else ["events"]
    lines = ["from __future__ import annotations", "", "from dataclasses import dataclass", "from enum import StrEnum"]
    lines += ["from typing import ClassVar", "", f"from {engine} import {', '.join(names)}"]
    lines.append(f"from {package}.generated.{machine.role} import {', '.join(modules)}")
    return "\n".join(lines) + "\n"


def _state_enum(machine: Machine) -> str:
    lines = [f"class {camel(machine.name)}State(StrEnum):", f'    """Where the {machine.name} machine of the {machine.role} can be."""', ""]
    for state in machine.states:
        lines += [f'    {state.name} = "{state.name}"', f"    {quoted(state.doc, docstring=True)}"]
    return "\n".join(lines) + "\n"


def _context(machine: Machine) -> str:
    name = f"{camel(machine.name)}Context"
    lines = ["@dataclass(slots=True)", f"class {name}:", f'    """The variables of the {machine.name} machine."""', ""]
    for variable in machine.context:
        lines.append(f"    {variable.name}: {python_type(variable.type)} = {variable.initial!r}")
        lines.append(f"    {quoted(_variable_doc(variable), docstring=True)}")
    return "\n".join(lines[:-1] if not machine.context else lines) + "\n"


def _variable_doc(variable: Variable) -> str:
    doc = variable.doc or variable.name
    return f"{doc} ({variable.minimum} to {variable.maximum})" if variable.maximum is not None else doc


def _machine_class(machine: Machine) -> str:
    name = camel(machine.name)
    lines = [f"class {name}(Machine):", f"    {quoted(machine.doc, docstring=True)}", ""]
    lines += ["    __slots__ = ()", f'    machine = "{machine.name}"', f'    role = "{machine.role}"']
    lines += [f"    initial = {name}State.{machine.initial}", f"    context: {name}Context", f"    state: {name}State", ""]
    lines += [f"    def __init__(self, context: {name}Context | None = None, state: str | None = None) -> None:"]
    lines += [f"        super().__init__(context or {name}Context(), state)"]
    for guard in machine.guards:
        lines += ["", f"    def if_{guard.name}(self, payload: {_guard_type(machine, guard.name)}) -> bool:  # {place(guard.mark)}"]
        lines += [f"        {quoted(guard.doc or guard.expr, docstring=True)}", f"        return {expression(machine, guard.expr)}"]
    for row in machine.rows:
        if _has_effect(row):
            lines += ["", *_effect(machine, row)]
    return "\n".join([*lines, "", *_tables(machine)]) + "\n"


def _tables(machine: Machine) -> list[str]:
    lines = ["    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {"]
    for state in machine.states:
        lines.append(f"        # {state.name}, {place(state.mark)}")
        for event in dict.fromkeys(row.event for row in state.rows):
            rows = [row for row in state.rows if row.event == event]
            if len(rows) == 1:
                lines.append(f'        ("{state.name}", "{event}"): ({_row(machine, rows[0])},),')
            else:
                lines += [f'        ("{state.name}", "{event}"): (', *(f"            {_row(machine, row)}," for row in rows), "        ),"]
    lines += ["    }", "    ignored: ClassVar[dict[tuple[str, str], str]] = {"]
    for state in machine.states:
        lines += [f'        ("{cell.state}", "{cell.event}"): "{place(cell.mark)}",  # {cell.why}' for cell in state.ignored]
    lines += ["    }", "    timeouts: ClassVar[dict[str, Timeout]] = {"]
    for state in machine.states:
        for timeout in state.timeouts:
            name, _, step = timeout.after.rstrip("]").partition("[")
            index = f', step="{step}"' if step else ""
            lines.append(f'        "{state.name}": Timeout(events.{camel(timeout.event)}, "{name}"{index}),  # {place(timeout.mark)}')
    return [*lines, "    }"]


def _row(machine: Machine, row: Row) -> str:
    """One entry of the table of rows."""
    parts = [quoted(place(row.mark)), f"{camel(machine.name)}State.{row.target}" if row.target else "None"]
    if actions := actions_of(machine, row):
        parts.append(f"({', '.join(quoted(action) for action in actions)}{',' if len(actions) == 1 else ''})")
    if _has_effect(row):
        parts.append(row.name if actions else f"effect={row.name}")
    if row.guard:
        parts.append(f"guard=if_{row.guard}" + (", holds=False" if row.negated else ""))
    return f"Row({', '.join(parts)})"


def _guard_type(machine: Machine, guard: str) -> str:
    users = dict.fromkeys(row.event for row in machine.rows if row.guard == guard)
    return " | ".join(f"events.{camel(name)}" for name in users)


def _has_effect(row: Row) -> bool:
    """It changes the context or emits; any other row is only an entry of the table."""
    return bool(row.assign or row.emits)


def _effect(machine: Machine, row: Row) -> list[str]:
    arrow = f"{row.state} -> {row.target}" if row.target else f"stays {row.state}"
    guard = f" [{row.guard_text}]" if row.guard else ""
    doc = f"{row.event}{guard}: {arrow}{f'; {row.doc}' if row.doc else ''}"
    lines = [f"    def {row.name}(self, payload: events.{camel(row.event)}) -> tuple[Event, ...]:  # {place(row.mark)}"]
    lines.append(f"        {quoted(doc, docstring=True)}")
    lines += [f"        self.context.{variable} = {expression(machine, value)}" for variable, value in row.assign]
    emissions = [_emission(machine, row, emit) for emit in row.emits]
    return [*lines, f"        return ({', '.join(emissions)}{',' if len(emissions) == 1 else ''})"]


def actions_of(machine: Machine, row: Row) -> tuple[str, ...]:
    """The row's own actions, then the entry actions of the state it enters."""
    return (*row.actions, *(machine.state(row.target).entry if row.target else ()))


def _emission(machine: Machine, row: Row, emit: Emit) -> str:
    given = dict(emit.values)
    arguments = [f"{field.name}={_value(machine, row, field, given)}" for field in machine.emitted(emit.event).payload]
    return f"emits.{camel(emit.event)}({', '.join(arguments)})"


def _value(machine: Machine, row: Row, field: Field, given: dict[str, str]) -> str:
    """A payload field: as the row gives it, else the variable of that name, else the field of the event taken."""
    if field.name in given:
        text = given[field.name]
        return quoted(text) if field.type in ("str", "id") and not text.startswith("payload.") else expression(machine, text)
    if any(variable.name == field.name for variable in machine.context):
        return f"self.context.{field.name}"
    if any(own.name == field.name for own in machine.event(row.event).payload):
        return f"payload.{field.name}"
    raise ValueError(f"{row.mark}: nothing fills {field.name}")  # lint has refused it before


def expression(machine: Machine, text: str) -> str:
    """A guard or value as Python: variables of the context are read from it."""
    names = {variable.name for variable in machine.context}

    class Qualify(ast.NodeTransformer):
        """Turns `tries` into `self.context.tries`."""

        def visit_Name(self, node: ast.Name) -> ast.expr:
            """Qualify a variable, leave `payload`, `min` and `max`."""
            if node.id in names:
                return ast.Attribute(ast.Attribute(ast.Name("self"), "context"), node.id)
            return ast.Name({"true": "True", "false": "False"}.get(node.id, node.id))

    return ast.unparse(Qualify().visit(ast.parse(text, mode="eval")))
