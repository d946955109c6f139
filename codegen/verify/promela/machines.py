"""The rows of the machines as Promela: for each machine an inline that takes the current event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.definitions.model import Definitions, Emit, Field, Machine, Message, Port, Row
from codegen.definitions.semantics import filling, reads
from codegen.verify.promela.cone_of_influence import Constants, Needs
from codegen.verify.promela.expressions import compared, promela
from codegen.verify.specs import Specs


class Vocabulary:
    """The names in the model for what the definitions name."""

    def __init__(self, definitions: Definitions, specs: Specs, constants: Constants) -> None:
        self.definitions = definitions
        self.link = definitions.link
        self.values = tuple(correlation.name for correlation in definitions.system.correlation)
        """The names of the correlation values, in order."""
        self.scopes = self._scopes()
        """By name: None for an id. For a number, the id within which it counts; empty if there is no such id."""
        self.specs = specs
        self.needs = {(m.role, m.name): Needs(definitions, m, constants) for m in definitions.machines}
        self.messages: dict[str, Message] = {message.name: message for message in definitions.messages.messages}
        self.fields = sorted({name.removeprefix("payload.") for name in self._read() if name.startswith("payload.")} | set(self.values))
        """The fields of payloads that something reads, and those of the link, also if nothing reads them."""
        self.ports = [Port(m.role, m.name, "") for m in definitions.machines]
        self.flags = self._flags()
        """The flags that a step sets because a spec reads them, such as `door_does_toll`."""
        restarted = {self.link.restarted[1]} - {""}
        self.texts = sorted(restarted | set(self._compared()))
        """The texts with which a field of a payload is compared. All other texts are 0."""

    def _read(self) -> Iterator[str]:
        for machine in self.definitions.machines:
            needs = self.needs[machine.role, machine.name]
            for row in machine.rows:
                yield from reads(needs.guard(row))
                for name, text in row.assign:
                    yield from reads(text) if name in {v.name for v in needs.variables} else ()
        for spec in self.specs.of_kind("step"):
            for condition in (spec.holds, spec.only_if):
                yield from (condition.reads if condition else ())

    def _compared(self) -> Iterator[str]:
        for machine in self.definitions.machines:
            for guard in machine.guards:
                yield from compared(guard.expr, "payload.")
        for spec in self.specs.of_kind("step"):
            for condition in (spec.holds, spec.only_if):
                yield from compared(condition.text, "payload.") if condition else ()

    def _flags(self) -> list[str]:
        specs = self.specs.of_kind("step")
        reads = {name for spec in specs for condition in (spec.holds, spec.only_if) if condition for name in condition.reads}
        noted = [name.replace(".", "_") for name in sorted(reads) if name.startswith(("sends.", "does."))]
        return [f"{node}_{name}" for node in self.link.nodes for name in noted]

    def noted(self, flag: str, what: str = "1") -> list[str]:
        """The statement that sets a flag, if a spec reads it."""
        return [f"{flag} = {flag} || {what}"] if flag in self.flags else []

    def done(self, flag: str) -> list[str]:
        """The statements that note at which place an action came first, if a spec reads it."""
        return [f"did = did + 1; {flag} = ({flag} -> {flag} : did)"] if flag in self.flags else []

    def word(self, name: str, text: str) -> str:
        """The number of a text with which `name` is compared."""
        last = name.rpartition(".")[2]
        if last == "cause":
            return f"e_{text}"
        if name.startswith("payload."):
            return f"text_{text}"
        return f"{last}_{text}"

    def sends(self, port: Port) -> str | None:
        """The message of an emitted event; None if it does not cross the link."""
        return next((route.source.event for route in self.definitions.system.routes if route.source == port and route.via_link), None)

    def hears(self, port: Port) -> list[Port]:
        """The ports of the same node to which an emitted event is routed."""
        routes = self.definitions.system.routes
        return [target for route in routes if route.source == port and not route.via_link for target in route.targets]

    def _scopes(self) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for correlation in self.definitions.system.correlation:
            machine = self.definitions.machine(correlation.machine, self.link.dialer)
            kind = next(variable.type for variable in machine.context if variable.name == correlation.variable)
            ids = [name for name, scope in found.items() if scope is None]
            found[correlation.name] = None if kind == "id" else ids[-1] if ids else ""
        return found

    def touches(self, node: str, action: str) -> bool:
        """Whether an action of the node changes the link."""
        return action in self.link.actions and (node == self.link.dialer or action not in self.link.opens)

    def role(self, node: str) -> str:
        """`DIALER` or `LISTENER`."""
        return "DIALER" if node == self.link.dialer else "LISTENER"

    def own(self, node: str, name: str) -> str:
        """A node's own correlation value."""
        correlation = next(correlation for correlation in self.definitions.system.correlation if correlation.name == name)
        return f"{node}_{correlation.machine}_{correlation.variable}"

    def todo(self, port: Port, values: dict[str, str]) -> str:
        """The statement that queues an event at its node. `values`: its payload by field; all other fields are 0."""
        return f"todo!at_{port.node}_{port.machine}, e_{port.event}, " + ", ".join(values.get(name, "0") for name in self.fields)


def machine(words: Vocabulary, machine: Machine) -> Iterator[str]:
    """The inline that takes the current event."""
    name = f"{machine.role}_{machine.name}"
    yield f"inline {name}_takes() {{  /* {machine.file} */"
    yield "  if"
    for state in machine.states:
        yield f"  :: {name} == {machine.name}_{state.name} ->"
        yield "     if"
        for row in state.rows:
            yield from (f"     {line}" for line in _row(words, machine, row))
        if state.ignored:
            cells = " || ".join(f"event == e_{cell.event}" for cell in state.ignored)
            yield f"     :: ({cells}) -> skip"
        yield f'     :: else -> wrong = 1; printf("  forbidden: {machine.name} ({machine.role}): %e in {state.name}\\n", event)'
        yield "     fi"
    yield "  fi"
    yield "}"


def _row(words: Vocabulary, machine: Machine, row: Row) -> Iterator[str]:
    needs = words.needs[machine.role, machine.name]
    guard = promela(needs.guard(row), lambda name: _name(machine, name, needs.constant), words.word)
    done = list(_assigned(words, machine, row))
    entry = machine.state(row.target).entry if row.target else ()
    for action in (*row.actions, *entry):
        done += list(_action(words, machine.role, action))
    for emit in row.emits:
        done += list(_emit(words, machine, row, emit))
    yield f":: event == e_{row.event}{'' if guard == '1' else f' && {guard}'} ->  /* line {row.mark.line} */"
    yield "   " + ";\n        ".join(done or ["skip"])


def _name(machine: Machine, name: str, constant: Mapping[str, object] | None = None) -> str:
    if constant and name in constant:
        return f"{constant[name]:d}"
    return name.replace("payload.", "p_") if name.startswith("payload.") else f"{machine.role}_{machine.name}_{name}"


def _assigned(words: Vocabulary, machine: Machine, row: Row) -> Iterator[str]:
    needs = words.needs[machine.role, machine.name]
    for name, text in row.assign:
        for variable in needs.variables:
            if variable.name == name:
                value = promela(text, lambda read: _name(machine, read, needs.constant), words.word)
                cap = needs.cap(variable)
                yield f"{_name(machine, name)} = " + (value if cap is None else f"({value} > {cap} -> {cap} : {value})")
    if row.target:
        yield f"{machine.role}_{machine.name} = {machine.name}_{row.target}"
        yield from (f"{machine.role}_{machine.name}_passed = false",) if timeouts(machine) else ()


def timeouts(machine: Machine) -> list[str]:
    """The events of a machine that are timeouts."""
    return list(dict.fromkeys(timeout.event for state in machine.states for timeout in state.timeouts))


def _action(words: Vocabulary, node: str, action: str) -> Iterator[str]:
    yield from watched(words.specs, node, action)
    yield from words.done(f"{node}_does_{action}")
    if words.touches(node, action):
        yield f"asks!do_{action}, {', '.join('0' for _ in range(len(words.values) + 3))}"


def watched(specs: Specs, node: str, what: str) -> Iterator[str]:
    """The statements that change the watches of a node at an action or event."""
    for watch in specs.watched(node):
        name = f"{node}_{watch.name}"
        if step := dict(watch.adds).get(what):
            value = f"{name} + {step}" if step > 0 else f"{name} - {-step}"
            yield f"{name} = ({name} == {2 if step > 0 else -1} -> {name} : {value})"
        if word := dict(watch.sets).get(what):
            yield f"{name} = {watch.name}_{word}"


def _emit(words: Vocabulary, machine: Machine, row: Row, emit: Emit) -> Iterator[str]:
    port = Port(machine.role, machine.name, emit.event)
    carried = machine.emitted(emit.event).payload
    values = {part.name: _filled(words, machine, row, emit, part) for part in carried if part.name in words.fields}
    if message := words.sends(port):
        fields = {part.name for part in words.messages[message].fields}
        carries = [values.get(name, words.own(machine.role, name)) if name in fields else "0" for name in words.values]
        also = [values.get(name, "0") for name in (words.link.resumed, words.link.restarted[0])]
        yield f"asks!do_say, {', '.join([f'e_{message}', *carries, *also])}"
        # A numbered message is not sent while nothing is kept.
        said = f"!{words.role(machine.role).lower()}_apart" if words.messages[message].numbered else "1"
        yield from words.noted(f"{machine.role}_sends_{message}", said)
    for target in words.hears(port):
        yield words.todo(target, values)


def _filled(words: Vocabulary, machine: Machine, row: Row, emit: Emit, part: Field) -> str:
    text = filling(machine, row, emit, part)
    if part.type in ("str", "id") and text[:1] in "'\"":
        found = text[1:-1]
        return f"text_{found}" if found in words.texts else "0"
    return promela(text, lambda name: _name(machine, name), words.word)
