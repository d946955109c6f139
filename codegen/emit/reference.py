"""The documents about what no single machine owns: `system.md` and `messages.md`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from codegen.definitions.model import Definitions, ExternalEvent, Field, FieldType, Message, Port, Route, Setting
from codegen.emit.diagrams import seconds
from codegen.emit.markdown import code, codes, line, page, section, table
from codegen.emit.text import dialect

# ------------------------------------------------------------------------------------------------------------------ the system


def system_page(definitions: Definitions) -> str:
    """Who runs what, which event goes where, what may come from outside, and how long anything may last."""
    system = definitions.system
    nodes = [
        (code(node.name), ", ".join(_page(name, node.name) for name in node.machines), node.doc, line(node.mark)) for node in system.nodes
    ]
    inside = [
        (node.name, [route for route in system.routes if not route.via_link and route.source.node == node.name]) for node in system.nodes
    ]
    linked = [(node.name, [route for route in system.routes if route.via_link and route.source.node == node.name]) for node in system.nodes]
    return page(
        "machines/system.yaml",
        "# The whole system",
        "Defined in [machines/system.yaml](../../machines/system.yaml). Machines never name each other: a route carries the event that one "
        "emits to the machine that takes it. All machines: [index](index.md).",
        "[![The whole system](system.svg)](system.svg)",
        section("## Nodes", table(("node", "machines", "note", "line"), nodes)),
        section("## How events are delivered", "\n".join(f"- {rule}" for rule in system.delivery)),
        section(
            "## Routes",
            *(_routes(f"### Inside the {node}", routes) for node, routes in inside),
            *(_over(node, routes) for node, routes in linked),
        ),
        section(
            "## External events",
            OUTSIDE,
            table(("event", "to", "when", "correlation", "promised", "meaning", "line"), map(_outside, system.outside)),
        ),
        section("## Correlation", CORRELATION, table(("name", "is", "in the states", "line"), _current(definitions))),
        section("## Limits", "Defaults; configuration can change them.", table(("limit", "default", "ends", "line"), _limits(definitions))),
        section("## Relations between limits", RELATIONS, table(("must hold", "with the defaults", "line"), _relations(definitions))),
    )


OUTSIDE = "What may come from outside the machines. Outside its states, or with another correlation, an event is outdated and dropped."
CORRELATION = "A message or an external event belongs to what goes on now if it has the same value as this variable, in these states."
RELATIONS = "These hold for the defaults, and are checked for every configuration."


def _page(machine: str, node: str) -> str:
    return f"[{machine}]({machine}-{node}.md)"


def _port(port: Port) -> str:
    return f"{_page(port.machine, port.node)} `{port.event}`"


def _routes(heading: str, routes: Iterable[Route]) -> str:
    rows = ((_port(route.source), ", ".join(map(_port, route.targets)), line(route.mark)) for route in routes)
    return section(heading, table(("from", "to", "line"), rows))


def _over(node: str, routes: Iterable[Route]) -> str:
    return _routes(f"### Over the link, from the {node}", routes)


def _outside(outside: ExternalEvent) -> tuple[str, ...]:
    when = "of the link" if outside.network else "; ".join(f"{machine} in {codes(states)}" for machine, states in outside.when)
    event = f"{code(outside.event)} ({outside.node})"
    promised = "yes" if outside.promised else ""
    return (
        event,
        ", ".join(map(_port, outside.targets)),
        when or "any time",
        codes(outside.correlation),
        promised,
        outside.doc,
        line(outside.mark),
    )


def _current(definitions: Definitions) -> Iterable[tuple[str, ...]]:
    for correlation in definitions.system.correlation:
        yield (
            code(correlation.name),
            f"`{correlation.variable}` of {correlation.machine}",
            codes(correlation.states),
            line(correlation.mark),
        )


def _limits(definitions: Definitions) -> Iterable[tuple[str, ...]]:
    for setting in definitions.system.limits:
        used = [
            f"{_page(machine.name, machine.role)} ({machine.role}) `{state.name}` with `{timeout.event}`"
            for machine in definitions.machines
            for state in machine.states
            for timeout in state.timeouts
            if timeout.after.partition("[")[0] == setting.name
        ]
        yield code(setting.name), seconds(setting.value), ", ".join(used), line(setting.mark)


def _relations(definitions: Definitions) -> Iterable[tuple[str, ...]]:
    values = {setting.name: _written(setting) for setting in definitions.system.limits}
    for relation in definitions.system.relations:
        filled = re.sub(r"[a-z_]\w*", lambda name: values.get(name[0], name[0]), relation.expr)
        yield code(relation.expr), code(filled), line(relation.mark)


def _written(setting: Setting) -> str:
    return ", ".join(f"{number:g}" for number in setting.value) if isinstance(setting.value, tuple) else f"{setting.value:g}"


# ---------------------------------------------------------------------------------------------------------------- the messages

BY_TYPE: dict[FieldType, object] = {
    "int": 1, "counter": 1, "float": 0.5, "str": "text", "bool": True, "id": "01JE", "marks": {}, "object": {},
}  # fmt: skip
"""Values for fields of which messages.yaml gives no example."""


def messages_page(definitions: Definitions) -> str:
    """Every message with its fields, who fills them in, who takes it, and an example."""
    messages = definitions.messages
    overview = [
        (f"[{m.name}](#{m.name})", _direction(m), "yes" if m.numbered else "", "yes" if m.machine else "", m.doc) for m in messages.messages
    ]
    return page(
        "machines/messages.yaml",
        "# The messages",
        f"What travels over the link in text frames of `{dialect(definitions)}`: a JSON object each, whose `type` names the message. "
        "Defined in [machines/messages.yaml](../../machines/messages.yaml). All documents: [index](index.md).",
        section("## Envelope", ENVELOPE, table(("field", "type", "meaning", "line"), map(_envelope, messages.envelope))),
        section("## Overview", OVERVIEW, table(("message", "from", "numbered", "reaches machines", "meaning"), overview)),
        section("## One by one", WORDS, *(_message(definitions, message) for message in messages.messages)),
    )


ENVELOPE = "Every message carries the envelope beside its own fields; one that is not numbered has no `seq`."
OVERVIEW = """*Numbered* messages are applied exactly once and in order.
The core answers a message that reaches no machine."""
WORDS = """A field is filled in by the **row** that emits the message, or **stamped** by the core that sends it. A field of the
**correlation** must equal the receiver's own. Otherwise the message is outdated: acknowledged, counted, and dropped before a machine
sees it. An **optional** text may be missing, as in a message of an earlier version; it is empty then. A **derived** fact is added by the
core that receives the message, for its machines; it does not travel.
`str<=200` is a text of at most 200 characters; `marks<=8` and `object<=8` have at most 8 entries."""


def _direction(message: Message) -> str:
    return "either" if message.sender == "both" else message.sender


def _envelope(field: Field) -> tuple[str, ...]:
    return code(field.name), field.written, field.doc, line(field.mark)


def _message(definitions: Definitions, message: Message) -> str:
    fields = [(code(f.name), f.written, *_filled(message, f), f.doc) for f in message.fields]
    fields += [(code(f.name), f.type, "derived; does not travel", "", f.doc) for f in message.derived]
    routes = [route for route in definitions.system.routes if route.via_link and route.source.event == message.name]
    ends = "; ".join(f"{_end(route.source)} to {', '.join(map(_end, route.targets))}" for route in routes)
    number = "numbered" if message.numbered else "not numbered"
    return section(
        f"### {message.name}",
        f"From {_direction(message)}, {number}: {message.doc}. (line {line(message.mark)})",
        f"Route: {ends}." if ends else "",
        table(("field", "type", "filled in by", "correlation", "meaning"), fields),
        f"```json\n{json.dumps(example(definitions, message), ensure_ascii=False)}\n```",
    )


def _end(port: Port) -> str:
    return f"[{port.node}.{port.machine}]({port.machine}-{port.node}.md)"


def _filled(message: Message, field: Field) -> tuple[str, str]:
    by = "stamped" if field.name in message.stamped else "row"
    return f"{by}; optional" if field.name in message.optional else by, "yes" if field.name in message.correlation else ""


def example(definitions: Definitions, message: Message) -> dict[str, object]:
    """A message as it could travel."""
    envelope = {"seq": 18, "ack": 42} if message.numbered else {"ack": 42}
    kept = {field.name: envelope[field.name] for field in definitions.messages.envelope if field.name in envelope}
    return {"type": message.name} | kept | {field.name: _value(definitions, message, field) for field in message.fields}


def _value(definitions: Definitions, message: Message, field: Field) -> object:
    examples = definitions.messages.examples
    value = examples.get(f"{message.name}.{field.name}", examples.get(field.name))
    usual = BY_TYPE[field.type]
    return value if isinstance(value, type(usual)) else usual
