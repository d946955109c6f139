"""The rules on `link` in system.yaml: T304 and T305."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.definitions.link import Link
from codegen.definitions.model import Definitions, Field, Machine
from codegen.definitions.schema import nearest
from codegen.lint.rules import Problems, Rules
from codegen.lint.values import types
from codegen.lint.wiring import machine_of, message_of

rule = Rules[Definitions]()


@rule("T304", "a name in `link` of system.yaml that is not declared")
def undeclared(definitions: Definitions) -> Problems:
    """Nodes, machine, states, messages, fields, events, actions and limits of the link are declared where they belong."""
    if (link := definitions.system.link) is None:
        return
    for what, name, known in _uses(definitions, link):
        if name not in known:
            yield link.mark, f"link: {what} {name} is not declared; {nearest(name, known)}"


@rule("T305", "a link that is not between two nodes, or whose states do not fit")
def unfit(definitions: Definitions) -> Problems:
    """Two nodes, dialer and listener; each state of the link's machine is linked, kept or apart, and only one of these."""
    if (link := definitions.system.link) is None:
        return
    if len(definitions.system.nodes) != 2 or link.dialer == link.listener:
        yield link.mark, "link: there are two nodes, and dialer and listener are not the same"
    listed = (*link.linked, *link.kept, *link.apart)
    for state in sorted({state for state in listed if listed.count(state) > 1}):
        yield link.mark, f"link: {state} is listed twice"
    for machine in _machines(definitions, link):
        for one in machine.states:
            if one.name not in listed:
                yield link.mark, f"link: {one.name} of {machine.name} ({machine.role}) is neither linked, kept nor apart"


def _machines(definitions: Definitions, link: Link) -> Iterator[Machine]:
    for node in dict.fromkeys(link.nodes):
        if machine := machine_of(definitions, node, link.machine):
            yield machine


def _uses(definitions: Definitions, link: Link) -> Iterator[tuple[str, str, set[str]]]:
    """Each name of the link with what it may be."""
    nodes = {node.name for node in definitions.system.nodes}
    yield from (("node", node, nodes) for node in link.nodes)
    runs = [set(node.machines) for node in definitions.system.nodes]
    yield "machine", link.machine, set.intersection(*runs)
    states = {state.name for machine in _machines(definitions, link) for state in machine.states}
    yield from (("state", state, states) for state in (*link.linked, *link.kept, *link.apart))
    yield from _messages(definitions, link)
    for node, events in ((link.dialer, (link.opened, link.refused, link.lost)), (link.listener, (link.lost, *link.restarts))):
        known = {entry.event for entry in definitions.system.outside if entry.node == node}
        yield from ((f"external event of the {node}", event, known) for event in events)
    actions = {action for machine in definitions.machines for action in machine.actions}
    yield from (("action", action, actions) for action in link.actions)
    limits = {setting.name for setting in definitions.system.limits}
    yield from (("limit", name, limits) for pair in link.shortened for name in pair)
    if link.repeats[0]:
        yield "boolean output", link.repeats[1], _outputs_of_bool(definitions, link.dialer)


def _outputs_of_bool(definitions: Definitions, node: str) -> set[str]:
    """The outputs of a node whose value is true or false in each of its states. BY_X leaves the value to a machine that has it too."""
    machines = [machine for machine in definitions.machines if machine.role == node]
    values = [(name, value) for machine in machines for state in machine.states for name, value in state.outputs]
    words = {name for name, value in values if isinstance(value, str) and not value.startswith("BY_")}
    return {name for name, _ in values} - words


def _messages(definitions: Definitions, link: Link) -> Iterator[tuple[str, str, set[str]]]:
    for name, sender, derived, travels in (
        (link.greeting, link.dialer, (link.offers, link.same_life, link.same_record), ()),
        (link.answer, link.listener, (link.repeats[0],), (link.resumed, link.restarted[0])),
    ):
        message = message_of(definitions, name)
        yield f"message of the {sender}", name, {m.name for m in definitions.messages.messages if m.sender in (sender, "both")}
        if message:
            yield from ((f"field of {name}", one, _of_bool((*message.fields, *message.derived))) for one in derived if one)
            yield from ((f"field of {name}", one, set(types(message.fields))) for one in travels if one)


def _of_bool(fields: tuple[Field, ...]) -> set[str]:
    return {field.name for field in fields if field.type == "bool"}
