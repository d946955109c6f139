"""Back end: the tables around the machines: wiring and the Protocol of actions, outputs, limits, messages."""

from __future__ import annotations

import itertools

from codegen.definitions.model import Definitions, ExternalEvent, Message, Setting
from codegen.definitions.outputs import Table, outputs
from codegen.emit.python import folder
from codegen.emit.text import banner, camel, comment_column, dialect, place, python_type, quoted


def emit(definitions: Definitions) -> dict[str, str]:
    """Wiring and outputs of each node, `messages.py` and `limits.py`, by path."""
    package = folder(definitions)
    files = {f"{package}/messages.py": messages_module(definitions), f"{package}/limits.py": limits_module(definitions)}
    for node in definitions.system.nodes:
        files[f"{package}/{node.name}/wiring.py"] = wiring_module(definitions, node.name)
        files[f"{package}/{node.name}/outputs.py"] = outputs_module(definitions, node.name)
    return files


def wiring_module(definitions: Definitions, node: str) -> str:
    """The node's machines, what goes where, and the Protocol of the actions its rows name."""
    machines = definitions.of_node(node)
    lines = [banner("machines/system.yaml") + f'"""How the machines of the {node} are wired, and the actions they ask for."""', ""]
    lines += ["from __future__ import annotations", "", "from typing import Protocol", ""]
    lines.append(f"from {definitions.system.engine} import Correlation, Event, ExternalEvent, Wiring")
    package = f"{definitions.system.package}.generated.{node}"
    lines.append(f"from {package} import events")
    lines += [f"from {package}.{machine.name} import {camel(machine.name)}" for machine in machines]
    lines += ["", "", "class Actions(Protocol):", f'    """What the rows of the {node} ask for; `cause` is the event that the row took."""']
    for action in sorted({action for machine in machines for action in machine.actions}):
        users = ", ".join(machine.name for machine in machines if action in machine.actions)
        lines += ["", f"    def {action}(self, cause: Event) -> None:", f'        """Asked for by {users}."""']
    lines += ["", "", "WIRING = Wiring(", f'    node="{node}",', f"    machines=({', '.join(camel(m.name) for m in machines)}),"]
    lines += _local(definitions, node) + _link(definitions, node) + _outside(definitions, node)
    lines.append("    correlation={")
    for correlation in definitions.system.correlation:
        lines.append(
            f'        "{correlation.name}": Correlation("{correlation.machine}", "{correlation.variable}", {_strings(correlation.states)}),'
        )
    return "\n".join([*lines, "    },", ")"]) + "\n"


def _strings(names: tuple[str, ...]) -> str:
    """A tuple of strings as Python."""
    return f"({', '.join(quoted(name) for name in names)}{',' if len(names) == 1 else ''})"


def _port(machine: str, event: str) -> str:
    return f'("{machine}", events.{camel(event)})'


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _local(definitions: Definitions, node: str) -> list[str]:
    lines = ["    routes={"]
    pairs = []
    for route in definitions.system.routes:
        if not route.via_link and route.source.node == node:
            targets = _tuple([_port(port.machine, port.event) for port in route.targets])
            pairs.append((f'        ("{route.source.machine}", "{route.source.event}"): {targets},', place(route.mark)))
    return [*lines, *comment_column(pairs), "    },"]


def _link(definitions: Definitions, node: str) -> list[str]:
    routes = [route for route in definitions.system.routes if route.via_link]
    sends = [
        (f'        ("{route.source.machine}", "{route.source.event}"): "{route.source.event}",', place(route.mark))
        for route in routes
        if route.source.node == node
    ]
    receives = [
        (f'        "{route.source.event}": {_port(port.machine, port.event)},', place(route.mark))
        for route in routes
        for port in route.targets
        if port.node == node
    ]
    return ["    sends={", *comment_column(sends), "    },", "    receives={", *comment_column(receives), "    },"]


def _outside(definitions: Definitions, node: str) -> list[str]:
    entries = [entry for entry in definitions.system.outside if entry.node == node]
    pairs = [(f'        "{entry.event}": {_outside_entry(entry)},', place(entry.mark)) for entry in entries]
    return ["    external={", *comment_column(pairs), "    },"]


def _outside_entry(entry: ExternalEvent) -> str:
    targets = _tuple([_port(port.machine, port.event) for port in entry.targets])
    when = ", ".join(f'"{machine}": {_strings(states)}' for machine, states in entry.when)
    return f"ExternalEvent({targets}, {{{when}}}, {_strings(entry.correlation)})"


def outputs_module(definitions: Definitions, node: str) -> str:
    """The outputs of each combination of states, so that whoever needs one asks no machine."""
    tables = outputs(definitions.of_node(node))
    machines = [machine for machine in definitions.of_node(node) if any(machine in table.machines for table in tables.values())]
    has_words = any(isinstance(value, str) for table in tables.values() for value in table.values.values())
    doc = f"The outputs of the {node} by the states of its machines. A value BY_X in a definition is the one of machine x."
    lines = [banner("machines/") + quoted(doc, docstring=True), ""]
    lines += ["from __future__ import annotations", "", *(["from enum import StrEnum", ""] if has_words else [])]
    lines += [
        f"from {definitions.system.package}.generated.{node}.{machine.name} import {camel(machine.name)}State" for machine in machines
    ]
    for name, table in tables.items():
        lines += ["", *_outputs_table(name, table)]
    return "\n".join(lines) + "\n"


def _outputs_table(name: str, table: Table) -> list[str]:
    words = list(dict.fromkeys(value for value in table.values.values() if isinstance(value, str)))
    kind = camel(name) if words else "bool"
    lines = []
    if words:
        lines += [
            "",
            f"class {kind}(StrEnum):",
            f'    """Values of the output {name}."""',
            "",
            *(f'    {word} = "{word}"' for word in words),
            "",
        ]
    enums = [f"{camel(machine.name)}State" for machine in table.machines]
    key = f"tuple[{', '.join(enums)}]" if len(enums) > 1 else enums[0]
    lines += ["", f"{name.upper()}: dict[{key}, {kind}] = {{"]
    for states, value in table.values.items():
        cell = ", ".join(f"{enum}.{state}" for enum, state in zip(enums, states, strict=True))
        lines.append(f"    {f'({cell})' if len(enums) > 1 else cell}: {f'{kind}.{value}' if words else value},")
    return [*lines, "}"]


def limits_module(definitions: Definitions) -> str:
    """The limits as a dataclass with their defaults, and the relations between them as a check."""
    lines = [banner("machines/system.yaml") + '"""How long things may take, in seconds, and what must hold between these limits."""', ""]
    lines += ["from __future__ import annotations", "", "from dataclasses import dataclass", ""]
    lines += ["", "@dataclass(frozen=True)", "class Limits:"]
    lines += ['    """Seconds; a table is read by step. The defaults are those of system.yaml."""', ""]
    lines += comment_column((f"    {limit.name}: {_limit(limit)}", place(limit.mark)) for limit in definitions.system.limits)
    lines += ["", "", "def broken_relations(limits: Limits) -> list[str]:"]
    lines.append('    """The relations of system.yaml that these limits break, as written there."""')
    lines += ["    relations = {"]
    names = {limit.name for limit in definitions.system.limits}
    for relation in definitions.system.relations:
        words = [f"limits.{word}" if word in names else word for word in _words(relation.expr)]
        lines.append(f"        {quoted(relation.expr)}: {''.join(words)},")
    return "\n".join([*lines, "    }", "    return [text for text, holds in relations.items() if not holds]"]) + "\n"


def _words(text: str) -> list[str]:
    """The text cut at the edges of names: joined again it is the same text."""
    return ["".join(group) for _, group in itertools.groupby(text, key=lambda letter: letter.isalnum() or letter == "_")]


def _limit(setting: Setting) -> str:
    if isinstance(setting.value, tuple):
        return f"tuple[float, ...] = ({', '.join(f'{value:g}' for value in setting.value)},)"
    return f"float = {setting.value:g}"


def messages_module(definitions: Definitions) -> str:
    """A dataclass a message, with what the codec and the core must know of it."""
    messages, names = definitions.messages, ", ".join(node.name for node in definitions.system.nodes)
    lines = [
        banner("machines/messages.yaml") + f'"""Every message of `{dialect(definitions)}`."""',
        "",
        "from __future__ import annotations",
        "",
    ]
    lines += ["from dataclasses import dataclass", "from typing import ClassVar", "", f"PROTOCOL = {messages.protocol}", "", ""]
    lines += [
        "@dataclass(frozen=True, slots=True)",
        "class Message:",
        '    """Base of every message: what the core must know of its kind."""',
        "",
    ]
    lines += ["    type: ClassVar[str]", "    sender: ClassVar[str]", f'    """{names}, or both."""']
    lines += ["    numbered: ClassVar[bool]", '    """Part of the exactly-once order."""']
    lines.append("    correlation: ClassVar[tuple[str, ...]]")
    lines.append('    """The fields that must equal the receiver\'s own, else the message is outdated."""')
    lines += ["    fields: ClassVar[dict[str, str]]", '    """field -> its type in messages.yaml."""']
    lines += ["    largest: ClassVar[dict[str, int]]", '    """field -> the most characters of its text, or entries of its object."""']
    lines += [
        "    optional: ClassVar[dict[str, str]]",
        '    """field -> its value where a sender of an earlier version leaves it out."""',
        "",
    ]
    for message in messages.messages:
        lines += _message_class(message)
    lines += ["", "MESSAGES: dict[str, type[Message]] = {"]
    lines += [f'    "{message.name}": {camel(message.name)},' for message in messages.messages]
    return "\n".join([*lines, "}"]) + "\n"


def _message_class(message: Message) -> list[str]:
    lines = ["", "@dataclass(frozen=True, slots=True)", f"class {camel(message.name)}(Message):  # {place(message.mark)}"]
    lines += [f"    {quoted(message.doc, docstring=True)}", ""]
    lines += [f'    type: ClassVar[str] = "{message.name}"', f'    sender: ClassVar[str] = "{message.sender}"']
    lines.append(f"    numbered: ClassVar[bool] = {message.numbered}")
    lines.append(f"    correlation: ClassVar[tuple[str, ...]] = {_strings(message.correlation)}")
    table = ", ".join(f'"{field.name}": "{field.type}"' for field in message.fields)
    lines.append(f"    fields: ClassVar[dict[str, str]] = {{{table}}}")
    largest = ", ".join(f'"{field.name}": {field.largest}' for field in message.fields if field.largest is not None)
    lines.append(f"    largest: ClassVar[dict[str, int]] = {{{largest}}}")
    optional = ", ".join(f'"{name}": ""' for name in message.optional)
    lines.append(f"    optional: ClassVar[dict[str, str]] = {{{optional}}}")
    empty = dict.fromkeys(message.optional, ' = ""')
    lines += [f"    {field.name}: {python_type(field.type)}{empty.get(field.name, '')}" for field in message.fields]
    return [*lines, ""]
