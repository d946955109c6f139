"""Back end: the machines of a node as JavaScript, for a program that runs in a browser. `system.yaml` says of which nodes (`javascript`).

An ES module a node with its machines, wiring, outputs and limits as tables; one with the messages; and `interpreter.js`, which reads them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from codegen.definitions.model import Definitions, Emit, ExternalEvent, Machine, Message, Row
from codegen.definitions.outputs import Table, outputs
from codegen.definitions.semantics import filling
from codegen.emit.export.ecmascript import Dialect
from codegen.emit.python import actions_of
from codegen.emit.text import COMMAND, dialect, place
from codegen.emit.web import HERE, folder

INTERPRETER = "interpreter.js"
MESSAGES = "messages.js"
LANGUAGE = Dialect(variable="c.", payload="e.")


def module_name(node: str) -> str:
    """The module of a node's machines: `machines-door.js`."""
    return f"machines-{node}.js"


def emit(definitions: Definitions) -> dict[str, str]:
    """Every module by its path; nothing if no node wants it."""
    nodes = [node.name for node in definitions.system.nodes if node.javascript]
    if not nodes:
        return {}
    files = {module_name(node): machines_module(definitions, node) for node in nodes}
    files[MESSAGES] = messages_module(definitions)
    interpreter = HERE / INTERPRETER
    files[INTERPRETER] = f"{_banner(f'codegen/emit/web/{INTERPRETER}')}{interpreter.read_text(encoding='utf-8')}"
    return {f"{folder(definitions)}/{name}": text for name, text in files.items()}


def _banner(source: str) -> str:
    return f"// Written by `{COMMAND}` from {source}; do not edit.\n"


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _object(fields: Mapping[str, str]) -> str:
    """An object literal of values that are JavaScript already."""
    return f"{{ {', '.join(f'{name}: {text}' for name, text in fields.items())} }}" if fields else "{}"


# ---------------------------------------------------------------------------------------------------------------- machines


def machines_module(definitions: Definitions, node: str) -> str:
    """The machines of a node, and all that stands around them."""
    machines = definitions.of_node(node)
    lines = [f"// The machines of the {node} as tables. In a row `c` is the context of the machine, `e` the payload of the event."]
    lines += ["export const machines = {", *(line for machine in machines for line in _machine(machine)), "};", ""]
    lines += ["export const wiring = {", f"  node: {_value(node)},", *_wiring(definitions, node), "};", ""]
    lines += ["// Each output by the states of the machines that decide it, in this order.", "export const outputs = {"]
    lines += [line for name, table in outputs(machines).items() for line in _output(name, table)]
    lines += ["};", "", "// Seconds; a table is read by step.", "export const limits = {"]
    lines += [f"  {limit.name}: {_value(limit.value)}, // {place(limit.mark)}" for limit in definitions.system.limits]
    return _banner("machines/") + "\n".join([*lines, "};"]) + "\n"


def _machine(machine: Machine) -> Iterable[str]:
    yield f"  {machine.name}: {{"
    yield f"    role: {_value(machine.role)},"
    yield f"    initial: {_value(machine.initial)},"
    yield f"    context: {_value({variable.name: variable.initial for variable in machine.context})},"
    yield f"    events: {_value({event.name: [field.name for field in event.payload] for event in machine.events})},"
    yield "    rows: {"
    for state in machine.states:
        yield f"      {state.name}: {{"
        for event in dict.fromkeys(row.event for row in state.rows):
            yield f"        {event}: ["
            yield from (f"          {_row(machine, row)}," for row in state.rows if row.event == event)
            yield "        ],"
        yield "      },"
    yield "    },"
    yield "    ignored: {"
    for state in machine.states:
        if state.ignored:
            yield f"      {state.name}: {_value({cell.event: place(cell.mark) for cell in state.ignored})},"
    yield "    },"
    yield "    timeouts: {"
    for state in machine.states:
        for timeout in state.timeouts:
            name, _, index = timeout.after.rstrip("]").partition("[")
            step = {"step": _value(index)} if index else {}
            yield f"      {state.name}: {_object({'event': _value(timeout.event), 'after': _value(name)} | step)}, // {place(timeout.mark)}"
    yield "    },"
    yield "  },"


def _row(machine: Machine, row: Row) -> str:
    fields = {"at": _value(place(row.mark))}
    if row.guard:
        fields["guard"] = f"(c, e) => {LANGUAGE.guard(machine, row)}"
    if row.target:
        fields["target"] = _value(row.target)
    if row.assign:
        fields["assign"] = f"(c, e) => {{ {' '.join(f'c.{variable} = {LANGUAGE.text(text)};' for variable, text in row.assign)} }}"
    if actions := actions_of(machine, row):
        fields["actions"] = _value(list(actions))
    if row.emits:
        fields["emits"] = f"(c, e) => [{', '.join(_emit(machine, row, emit) for emit in row.emits)}]"
    return _object(fields)


def _emit(machine: Machine, row: Row, emit: Emit) -> str:
    fields = machine.emitted(emit.event).payload
    payload = {field.name: LANGUAGE.text(filling(machine, row, emit, field)) for field in fields}
    return _object({"name": _value(emit.event), "payload": _object(payload)})


# ---------------------------------------------------------------------------------------------------------- what is around


def _wiring(definitions: Definitions, node: str) -> Iterable[str]:
    routes = [route for route in definitions.system.routes if not route.via_link and route.source.node == node]
    crossing = [route for route in definitions.system.routes if route.via_link]
    yield "  routes: {"
    for route in routes:
        targets = [[port.machine, port.event] for port in route.targets]
        yield f"    {_value(f'{route.source.machine}.{route.source.event}')}: {_value(targets)}, // {place(route.mark)}"
    yield "  },"
    yield "  sends: {"
    for route in crossing:
        if route.source.node == node:
            key = f"{route.source.machine}.{route.source.event}"
            yield f"    {_value(key)}: {_value(route.source.event)}, // {place(route.mark)}"
    yield "  },"
    yield "  receives: {"
    for route in crossing:
        for port in route.targets:
            if port.node == node:
                yield f"    {route.source.event}: {_value([port.machine, port.event])}, // {place(route.mark)}"
    yield "  },"
    yield "  external: {"
    for entry in definitions.system.outside:
        if entry.node == node:
            yield f"    {entry.event}: {_outside(entry)}, // {place(entry.mark)}"
    yield "  },"
    yield "  correlation: {"
    for correlation in definitions.system.correlation:
        fields = {"machine": correlation.machine, "variable": correlation.variable, "states": list(correlation.states)}
        yield f"    {correlation.name}: {_value(fields)},"
    yield "  },"


def _outside(entry: ExternalEvent) -> str:
    targets = [[port.machine, port.event] for port in entry.targets]
    return _value({"targets": targets, "when": dict(entry.when), "correlation": list(entry.correlation)})


def _output(name: str, table: Table) -> Iterable[str]:
    yield f"  {name}: {{"
    yield f"    machines: {_value([machine.name for machine in table.machines])},"
    yield "    values: {"
    for states, value in table.values.items():
        yield f"      {_value(' '.join(states))}: {_value(value)},"
    yield "    },"
    yield "  },"


def messages_module(definitions: Definitions) -> str:
    """What the codec and the core must know of each message."""
    lines = [f"export const PROTOCOL = {definitions.messages.protocol};", f"export const SUBPROTOCOL = {_value(dialect(definitions))};", ""]
    lines += [
        "// `correlation`: fields that must equal the receiver's own. `largest`: the most characters of a text, or entries of an object."
    ]
    lines += ["export const messages = {", *(f"  {message.name}: {_message(message)}," for message in definitions.messages.messages), "};"]
    return _banner("machines/messages.yaml") + "\n".join(lines) + "\n"


def _message(message: Message) -> str:
    fields = {
        "sender": message.sender,
        "numbered": message.numbered,
        "correlation": list(message.correlation),
        "fields": {field.name: field.type for field in message.fields},
        "largest": {field.name: field.largest for field in message.fields if field.largest is not None},
        "optional": list(message.optional),
    }
    return _value(fields)
