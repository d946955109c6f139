"""Back end: documents. A page a machine and role, the system, the message reference, an index, and the rules of the linter."""

from __future__ import annotations

from collections.abc import Iterable

from codegen import lint
from codegen.definitions import schema, yaml_reader
from codegen.definitions.model import Definitions, Event, Machine, Port, Row, State, Timeout
from codegen.emit.diagrams import FOLDER, seconds, stem
from codegen.emit.markdown import code, codes, line, page, section, table, typed
from codegen.emit.reference import messages_page, system_page
from codegen.emit.text import COMMAND, emit_text


def emit(definitions: Definitions) -> dict[str, str]:
    """Every document by its path."""
    pages = {stem(machine): machine_page(definitions, machine) for machine in definitions.machines}
    pages |= {"system": system_page(definitions), "messages": messages_page(definitions), "index": index_page(definitions)}
    pages |= {"rules": rules_page()}
    return {f"{FOLDER}/{name}.md": text for name, text in pages.items()}


# ------------------------------------------------------------------------------------------------------------------- index


def index_page(definitions: Definitions) -> str:
    """What there is to read, with sizes."""
    machines = [
        (
            f"[{machine.name} · {machine.role}]({stem(machine)}.md)",
            " ".join(machine.doc.split()),
            *map(str, (len(machine.states), len(machine.events), len(machine.rows), *cells(machine))),
        )
        for machine in definitions.machines
    ]
    headings = ("machine", "what it decides", "states", "events", "rows", "taken", "ignored", "forbidden")
    return page(
        "machines/",
        "# The definitions, as documents",
        "Every (state, event) cell is taken by one or more rows, ignored for a reason, or forbidden.",
        table(headings, machines),
        "- [The whole system](system.md): who runs what, which event goes where, the limits\n"
        "- [The messages](messages.md): everything that travels between the nodes\n"
        "- [The rules](rules.md): what the definitions are checked for\n"
        "- [The exports](exports.md): SCXML, XState, Mermaid, AsyncAPI",
        f"`{COMMAND} serve` shows all of it in a browser, with a simulator of the machines.",
        "[![The whole system](system.svg)](system.svg)",
    )


def cells(machine: Machine) -> tuple[int, int, int]:
    """How many (state, event) cells are taken, ignored and forbidden."""
    taken = len({(row.state, row.event) for row in machine.rows})
    ignored = sum(len(state.ignored) for state in machine.states)
    return taken, ignored, len(machine.states) * len(machine.events) - taken - ignored


def rules_page() -> str:
    """Every code that a finding can carry, and what it refuses."""
    return page(
        "codegen/lint/",
        "# The rules",
        "What the definitions are checked for. A finding is printed as `file:line:column: CODE message`; all are reported at once. "
        "All documents: [index](index.md).",
        section("## Syntax", table(("code", "refuses"), _codes(yaml_reader.CODES))),
        section("## Shape", "As the JSON Schemas in `codegen/definitions/schemas/` say.", table(("code", "refuses"), _codes(schema.CODES))),
        section("## Meaning", table(("code", "refuses"), _codes(lint.RULES))),
    )


def _codes(rules: dict[str, str]) -> Iterable[tuple[str, str]]:
    return ((code(number), meaning) for number, meaning in rules.items())


# ------------------------------------------------------------------------------------------------------------------ a machine


def machine_page(definitions: Definitions, machine: Machine) -> str:
    """Everything that one machine does, state by state, and what it is wired to."""
    name = stem(machine)
    taken, ignored, forbidden = cells(machine)
    size = f"{len(machine.states)} states and {len(machine.events)} events: {taken} cells are taken, by {len(machine.rows)} rows;"
    return page(
        f"machines/{machine.file}",
        f"# {machine.name} · {machine.role}",
        machine.doc,
        f"It begins in `{machine.initial}`. {size} {ignored} are ignored; {forbidden} are forbidden.\n"
        f"Defined in [machines/{machine.file}](../../machines/{machine.file}#L{machine.mark.line}). All machines: [index](index.md). "
        "In the formats of other tools: [exports](exports.md).",
        f"[![{machine.name} of the {machine.role}]({name}.svg)]({name}.svg)",
        section("## Every cell", CELLS_LEGEND, _matrix(machine)),
        section("## States", *(_state(definitions, machine, state) for state in machine.states)),
        section("## Events it takes", table(("event", "kind", "payload", "from", "meaning", "line"), _taken(definitions, machine))),
        section("## Events it emits", table(("event", "kind", "payload", "to", "meaning", "line"), _emitted(definitions, machine))),
        section("## Context", table(("variable", "type", "begins as", "range", "meaning", "line"), _context(machine))),
        section("## Guards", table(("guard", "holds when", "meaning", "line"), _guards(machine))),
    )


CELLS_LEGEND = "The state that follows, or `stays`; *ignored*: nothing happens, for the reason given below; ✗: forbidden, it never comes."


def _matrix(machine: Machine) -> str:
    rows = [(f"**{event.name}**", *(_cell(machine, state.name, event.name) for state in machine.states)) for event in machine.events]
    return table(("event", *(state.name for state in machine.states)), rows)


def _cell(machine: Machine, state: str, event: str) -> str:
    if machine.ignored_for(state, event):
        return "*ignored*"
    targets = dict.fromkeys(code(row.target) if row.target else "stays" for row in machine.rows_for(state, event))
    return " or ".join(targets) or "✗"


def _state(definitions: Definitions, machine: Machine, state: State) -> str:
    covered = {row.event for row in state.rows} | {cell.event for cell in state.ignored}
    facts = [
        f"{state.doc}.",
        "It may wait for ever." if state.may_rest else "",
        *(_limit(definitions, timeout) for timeout in state.timeouts),
        f"Entering it does {codes(state.entry)}." if state.entry else "",
        *(f"`{name}` is `{str(value).lower() if isinstance(value, bool) else value}`." for name, value in state.outputs),
    ]
    forbidden = codes(event.name for event in machine.events if event.name not in covered)
    return section(
        f"### {state.name}",
        " ".join(fact for fact in facts if fact),
        table(("event", "guard", "target", "assign", "actions", "emits", "note", "line"), map(_row, state.rows)),
        table(("ignored", "why", "line"), ((code(cell.event), cell.why, line(cell.mark)) for cell in state.ignored)),
        f"Forbidden: {forbidden}." if forbidden else "",
    )


def _limit(definitions: Definitions, timeout: Timeout) -> str:
    setting = {setting.name: setting for setting in definitions.system.limits}.get(timeout.after.partition("[")[0])
    value = f" ({seconds(setting.value)})" if setting else " s"
    return f"`{timeout.event}` comes after `{timeout.after}`{value}."


def _row(row: Row) -> tuple[str, ...]:
    assign = codes(f"{name} = {value}" for name, value in row.assign)
    target = code(row.target) if row.target else "stays"
    return (
        code(row.event),
        code(row.guard_text),
        target,
        assign,
        codes(row.actions),
        codes(map(emit_text, row.emits)),
        row.doc,
        line(row.mark),
    )


def _taken(definitions: Definitions, machine: Machine) -> Iterable[tuple[str, ...]]:
    for event in machine.events:
        yield code(event.name), event.kind, typed(event.payload), _sources(definitions, machine, event), event.doc, line(event.mark)


def _sources(definitions: Definitions, machine: Machine, event: Event) -> str:
    if event.kind == "timeout":
        return ", ".join(code(state.name) for state in machine.states if any(timeout.event == event.name for timeout in state.timeouts))
    here = (machine.role, machine.name, event.name)
    routes = [
        route.source for route in definitions.system.routes if here in ((port.node, port.machine, port.event) for port in route.targets)
    ]
    outside = [o.event for o in definitions.system.outside if here in ((port.node, port.machine, port.event) for port in o.targets)]
    return ", ".join([*map(_port, routes), *(f"outside: {code(name)}" for name in outside)])


def _emitted(definitions: Definitions, machine: Machine) -> Iterable[tuple[str, ...]]:
    for event in machine.emits:
        here = (machine.role, machine.name, event.name)
        routes = [route for route in definitions.system.routes if (route.source.node, route.source.machine, route.source.event) == here]
        targets = ", ".join(_port(port) for route in routes for port in route.targets)
        yield code(event.name), event.kind, typed(event.payload), targets, event.doc, line(event.mark)


def _port(port: Port) -> str:
    return f"[{port}]({port.machine}-{port.node}.md)"


def _context(machine: Machine) -> Iterable[tuple[str, ...]]:
    for variable in machine.context:
        bounds = "" if variable.minimum is None and variable.maximum is None else f"{variable.minimum} to {variable.maximum}"
        bounds = "constant" if variable.constant else bounds
        initial = str(variable.initial).lower() if isinstance(variable.initial, bool) else str(variable.initial)
        yield code(variable.name), variable.type, code(initial), bounds, variable.doc, line(variable.mark)


def _guards(machine: Machine) -> Iterable[tuple[str, ...]]:
    return ((code(guard.name), code(guard.expr), guard.doc, line(guard.mark)) for guard in machine.guards)
