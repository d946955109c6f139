"""The rules on the routes between machines and the messages they carry: T31x and T32x."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.definitions.model import Definitions, Event, Field, Machine, Message, Port, Route
from codegen.definitions.places import Mark
from codegen.lint.rules import Problems, Rules
from codegen.lint.values import types

rule = Rules[Definitions]()


def running(definitions: Definitions) -> Iterator[tuple[str, Machine]]:
    """Each node's machines, as far as they are declared."""
    for node in definitions.system.nodes:
        for name in node.machines:
            if machine := machine_of(definitions, node.name, name):
                yield node.name, machine


def machine_of(definitions: Definitions, node: str, name: str) -> Machine | None:
    """The machine that a node runs under that name."""
    runs = any(own.name == node and name in own.machines for own in definitions.system.nodes)
    return next((own for own in definitions.machines if runs and (own.name, own.role) == (name, node)), None)


def emitted_at(definitions: Definitions, port: Port) -> Event | None:
    """What the machine at a port emits there, if it does."""
    machine = machine_of(definitions, port.node, port.machine)
    return next((event for event in machine.emits if event.name == port.event), None) if machine else None


def taken_at(definitions: Definitions, port: Port) -> Event | None:
    """What the machine at a port takes there, if it does."""
    machine = machine_of(definitions, port.node, port.machine)
    return next((event for event in machine.events if event.name == port.event), None) if machine else None


def message_of(definitions: Definitions, name: str) -> Message | None:
    """The message of that name, if there is one."""
    return next((message for message in definitions.messages.messages if message.name == name), None)


# -- routes ------------------------------------------------------------------------------------------------------------------------------


@rule("T310", "an emit that no route carries")
def unwired(definitions: Definitions) -> Problems:
    """What is emitted goes somewhere."""
    wired = {route.source for route in definitions.system.routes}
    for node, machine in running(definitions):
        for event in machine.emits:
            port = Port(node, machine.name, event.name)
            if port not in wired:
                yield event.mark, f"no route starts at {port}"


@rule("T311", "a local, message or environment event that nothing delivers")
def undelivered(definitions: Definitions) -> Problems:
    """What is taken comes from somewhere."""
    wired = {port for route in definitions.system.routes for port in route.targets}
    outside = {port for entry in definitions.system.outside for port in entry.targets}
    for node, machine in running(definitions):
        for event in machine.events:
            port = Port(node, machine.name, event.name)
            if event.kind in ("local", "message") and port not in wired:
                yield event.mark, f"no route leads to {port}"
            if event.kind == "environment" and port not in outside:
                yield event.mark, f"the environment of system.yaml does not list {port}"


@rule("T312", "a route between ends of different kinds, or across nodes by the wrong way")
def mismatched_kinds(definitions: Definitions) -> Problems:
    """Local events stay on a node, messages cross by `via: link`, environment events come from outside."""
    for route in definitions.system.routes:
        strays = [port for port in route.targets if route.via_link == (port.node == route.source.node)]
        for port in strays:
            yield route.mark, f"{route.source} to {port} " + ("does not cross the link" if route.via_link else "needs `via: link`")
        kind = "message" if route.via_link else "local"
        ends = [(route.source, emitted_at(definitions, route.source)), *((port, taken_at(definitions, port)) for port in route.targets)]
        for port, event in ends if not strays else ():
            if event and event.kind != kind:
                yield route.mark, f"{port} is of kind {event.kind} on a route of kind {kind}"
    for entry in definitions.system.outside:
        for port in entry.targets:
            event = taken_at(definitions, port)
            if event and event.kind != "environment":
                yield entry.mark, f"{port} is of kind {event.kind}, not environment"
            if port.node != entry.node:
                yield entry.mark, f"{port} is not on {entry.node}: one entry is for one node"


@rule("T313", "a second route or entry for the same thing")
def doubled(definitions: Definitions) -> Problems:
    """One route from each port, one entry for each event of a node, one receiver for each message."""
    sources: dict[object, Mark] = {}
    for route in definitions.system.routes:
        if sources.setdefault(route.source, route.mark) is not route.mark:
            yield route.mark, f"a route starts at {route.source} already in line {sources[route.source].line}; list all targets there"
    for entry in definitions.system.outside:
        key = (entry.node, entry.event)
        if sources.setdefault(key, entry.mark) is not entry.mark:
            yield entry.mark, f"{entry.event} comes to {entry.node} already in line {sources[key].line}; list all targets there"
    receivers: dict[tuple[str, str], Port] = {}
    for route in definitions.system.routes:
        for port in route.targets if route.via_link else ():
            first = receivers.setdefault((port.node, route.source.event), port)
            if first != port:
                yield route.mark, f"the message {route.source.event} is delivered to {first} already"


@rule("T314", "a payload that differs along a route")
def differing_payload(definitions: Definitions) -> Problems:
    """Along a local route the taker's fields are among the emitter's; an event from outside carries what its own name declares."""
    for route in definitions.system.routes:
        source = emitted_at(definitions, route.source)
        if source and not route.via_link:
            for port in route.targets:
                if port.node == route.source.node:
                    yield from _missing(route.mark, taken_at(definitions, port), port, source.payload, str(route.source))
    for entry in definitions.system.outside:
        named = [taken_at(definitions, port) for port in entry.targets if port.event == entry.event]
        if not named:
            yield entry.mark, f"no target takes an event of the name {entry.event}, which would declare its payload"
        elif named[0]:
            for port in entry.targets:
                yield from _missing(entry.mark, taken_at(definitions, port), port, named[0].payload, entry.event)


def _missing(mark: Mark, taken: Event | None, port: Port, given: tuple[Field, ...], giver: str) -> Problems:
    """Fields that the taker wants and the giver does not have, or has with another type."""
    for field in taken.payload if taken else ():
        found = types(given).get(field.name)
        if found is None:
            yield mark, f"{port} wants {field.name}, which {giver} does not carry"
        elif found != field.type:
            yield mark, f"{port} wants {field.name} as {field.type}, {giver} carries {found}"


@rule("T315", "one event name with two payloads on a node")
def two_payloads(definitions: Definitions) -> Problems:
    """Equal names on one node are one event: among what its machines take, and among what they emit."""
    seen: dict[tuple[str, str, str], Event] = {}
    for node, machine in running(definitions):
        for word, events in (("takes", machine.events), ("emits", machine.emits)):
            for event in events:
                first = seen.setdefault((node, word, event.name), event)
                if types(first.payload) != types(event.payload):
                    yield event.mark, f"{node} {word} {event.name} with another payload in {first.mark.file}:{first.mark.line}"


# -- messages ---------------------------------------------------------------------------------------------------------------------------


def _crossing(definitions: Definitions) -> Iterator[tuple[Route, Message]]:
    """The routes that carry a declared message."""
    for route in definitions.system.routes:
        message = message_of(definitions, route.source.event) if route.via_link else None
        if message:
            yield route, message


@rule("T320", "a route without its message, or a message without its route")
def unmatched_message(definitions: Definitions) -> Problems:
    """`via: link` carries the message of that name to the event of that name; a message for machines has a route from each sender."""
    for route in definitions.system.routes:
        if not route.via_link:
            continue
        if message_of(definitions, route.source.event) is None:
            yield route.mark, f"messages.yaml has no message {route.source.event}"
        for port in route.targets:
            if port.event != route.source.event:
                yield route.mark, f"the message {route.source.event} arrives as {port.event}: both ends have the message's name"
    carried = {(route.source.node, message.name): route for route, message in _crossing(definitions)}
    nodes = [node.name for node in definitions.system.nodes]
    for message in definitions.messages.messages:
        for sender in nodes if message.sender == "both" else (message.sender,):
            if message.machine and (sender, message.name) not in carried:
                yield message.mark, f"no route carries {message.name} from the {sender}"
            if not message.machine and (sender, message.name) in carried:
                yield carried[sender, message.name].mark, f"{message.name} is answered by the core (machine: false)"


@rule("T321", "a message sent in a direction in which it does not flow")
def wrong_direction(definitions: Definitions) -> Problems:
    """`from` says who sends a message."""
    for route, message in _crossing(definitions):
        if message.sender not in ("both", route.source.node):
            yield route.mark, f"{message.name} comes from the {message.sender}, not from the {route.source.node}"


@rule("T322", "a payload that differs from its message")
def differing_message(definitions: Definitions) -> Problems:
    """The fields of a message are those stamped and those emitted; the receiver takes fields and derived facts."""
    for route, message in _crossing(definitions):
        source = emitted_at(definitions, route.source)
        fields = types(message.fields)
        given = types(source.payload) if source else fields
        for name, type_ in given.items():
            if name not in fields:
                yield route.mark, f"{route.source} gives {name}, which the message does not have"
            elif fields[name] != type_:
                yield route.mark, f"{route.source} gives {name} as {type_}, the message has {fields[name]}"
            elif source and name in message.stamped:
                yield route.mark, f"{route.source} gives {name}, which the core stamps"
        for name in fields:
            if name not in given and name not in message.stamped:
                yield route.mark, f"nothing fills {name} of {message.name}: neither the core nor {route.source}"
        for port in route.targets:
            yield from _missing(route.mark, taken_at(definitions, port), port, (*message.fields, *message.derived), message.name)


@rule("T323", "a correlation field that an event lacks, or that is of another type than what it is compared with")
def wrong_correlation(definitions: Definitions) -> Problems:
    """A correlation names the field that is compared with the node's own variable."""
    for route, message in _crossing(definitions):
        for port in route.targets:
            yield from _compared(definitions, message.mark, message.correlation, port.node, message.name, message.fields)
    for entry in definitions.system.outside:
        for port in entry.targets:
            if port.event == entry.event and (event := taken_at(definitions, port)):
                for name in entry.correlation:
                    if name not in types(event.payload):
                        yield entry.mark, f"{entry.event} has no field {name}, which is its correlation"
                yield from _compared(definitions, entry.mark, entry.correlation, entry.node, entry.event, event.payload)


def _compared(definitions: Definitions, mark: Mark, names: tuple[str, ...], node: str, owner: str, fields: tuple[Field, ...]) -> Problems:
    for correlation in definitions.system.correlation:
        machine = machine_of(definitions, node, correlation.machine)
        if machine and correlation.name in names:
            found, wanted = types(fields).get(correlation.name), types(machine.context).get(correlation.variable)
            if found and wanted and found != wanted:
                yield mark, f"{correlation.name} of {owner} is of type {found}, and the {node} compares it with type {wanted}"
