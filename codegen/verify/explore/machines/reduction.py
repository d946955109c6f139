"""What exploration may leave out of a state without changing what can happen: variables and fields that no guard can tell apart.

A variable matters if a guard reads it, or something that matters is computed from it, or a spec reads it. In a state where it will
be assigned before it is read, its value is forgotten. A counter is kept up to the largest number that it is compared with, plus one. Of a
text in a field it is kept which of those it is with which fields are compared.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from codegen.definitions.expressions import names, parse
from codegen.definitions.model import Definitions, Machine, Port, Row, Variable
from codegen.definitions.semantics import Values, evaluate, filling, reads
from codegen.verify.specs import Specs

Constants = Mapping[tuple[str, str, str], bool | int]
"""(node, machine, variable) -> what the configuration says, where it is not the initial value."""


class Reduction:
    """What matters, for one configuration."""

    def __init__(self, definitions: Definitions, specs: Specs, constants: Constants) -> None:
        self._definitions = definitions
        self._machines = {(machine.role, machine.name): machine for machine in definitions.machines}
        self.initial: dict[tuple[str, str], Values] = {}
        """(node, machine) -> its context at the start."""
        for key, machine in self._machines.items():
            self.initial[key] = {v.name: constants.get((*key, v.name), v.initial) for v in machine.context}
        self._correlations = {(correlation.machine, correlation.variable) for correlation in definitions.system.correlation}
        self._variables: set[tuple[str, str, str]] = set()
        self._fields: set[tuple[Port, str]] = {
            (port, name.removeprefix("payload."))
            for port in (Port(machine.role, machine.name, event.name) for machine in definitions.machines for event in machine.events)
            for spec in specs.specs
            for condition in (spec.holds, spec.only_if)
            for name in (condition.reads if condition else ())
            if name.startswith("payload.")
        }
        while self._grow():
            pass
        guards = [guard.expr for machine in definitions.machines for guard in machine.guards]
        conditions = [condition.text for spec in specs.of_kind("step") for condition in (spec.holds, spec.only_if) if condition]
        self._texts_told_apart = {text for expression in (*guards, *conditions) for text in _compared_with_fields(expression)}
        self._live = {key: {v.name: self._live_states(machine, v) for v in machine.context} for key, machine in self._machines.items()}
        self._highest = {key: self._caps(machine) for key, machine in self._machines.items()}

    def leaves_out_the_same(self, other: Reduction) -> bool:
        """Whether two states that one takes for the same, the other does too."""
        mine, theirs = ({**vars(one), "_definitions": None, "_machines": None} for one in (self, other))
        return mine == theirs

    # --- what matters --------------------------------------------------------------------------------------------------------

    def _grow(self) -> bool:
        """Whether a round through all rows has found something more that matters."""
        before = len(self._variables) + len(self._fields)
        for machine in self._machines.values():
            for row in machine.rows:
                for text in self._texts(machine, row):
                    self._note(machine, row, text)
        return len(self._variables) + len(self._fields) > before

    def _texts(self, machine: Machine, row: Row) -> list[str]:
        """The expressions of a row whose value matters."""
        texts = [self.folded(machine, machine.guard(row.guard).expr)] if row.guard else []
        texts += [text for variable, text in row.assign if self._matters(machine, variable)]
        for emit in row.emits:
            for port in self._targets(machine, emit.event):
                fields = [part for part in machine.emitted(emit.event).payload if (port, part.name) in self._fields]
                texts += [filling(machine, row, emit, part) for part in fields]
        return texts

    def _matters(self, machine: Machine, variable: str) -> bool:
        return (machine.role, machine.name, variable) in self._variables

    def _targets(self, machine: Machine, emitted: str) -> list[Port]:
        source = Port(machine.role, machine.name, emitted)
        return [port for wire in self._definitions.system.routes if wire.source == source for port in wire.targets]

    def _note(self, machine: Machine, row: Row, text: str) -> None:
        for name in reads(text):
            if name.startswith("payload."):
                self._fields.add((Port(machine.role, machine.name, row.event), name.removeprefix("payload.")))
            else:
                self._variables.add((machine.role, machine.name, name))

    def folded(self, machine: Machine, text: str) -> str:
        """The expression with what its constants decide left out: `most == 0 or tries < most` is true if `most` is 0."""
        constant = {v.name: self.initial[machine.role, machine.name][v.name] for v in machine.context if v.constant}
        tree = parse(text)
        if isinstance(tree, ast.BoolOp):
            known = [part for part in tree.values if not names(ast.unparse(part)) - set(constant) and not reads_payload(part)]
            deciding = isinstance(tree.op, ast.Or)
            if any(bool(evaluate(ast.unparse(part), constant, {})) is deciding for part in known):
                return str(deciding).lower()
        return text

    def fields_that_matter(self, message: str) -> list[str]:
        """The fields of a message that its receiver's rows can tell apart, but for those that are current."""
        current = {correlation.name for correlation in self._definitions.system.correlation}
        found = {field for port, field in self._fields if port.event == message}
        return sorted(found - current)

    def told_apart(self, value: object) -> object:
        """The value of a field; for all texts with which no field is compared, an empty one."""
        return "" if isinstance(value, str) and value not in self._texts_told_apart else value

    # --- what is kept --------------------------------------------------------------------------------------------------------

    def kept(self, node: str, name: str, state: str, context: Values) -> tuple[tuple[str, object], ...]:
        """The variables of a machine that matter in a state; those that are current are kept elsewhere."""
        kept = []
        for variable in self._machines[node, name].context:
            key = (node, name, variable.name)
            if variable.constant or (name, variable.name) in self._correlations or key not in self._variables:
                continue
            if self.is_live(node, name, variable.name, state):
                kept.append((variable.name, min(context[variable.name], self._highest[node, name].get(variable.name, 1 << 30))))
        return tuple(kept)

    def is_live(self, node: str, machine: str, variable: str, state: str) -> bool:
        """Whether somebody may read the variable before it is assigned anew."""
        return state in self._live[node, machine][variable]

    def _live_states(self, machine: Machine, variable: Variable) -> set[str]:
        current = [c for c in self._definitions.system.correlation if (c.machine, c.variable) == (machine.name, variable.name)]
        live = {state for one in current for state in one.states}
        size = -1
        while len(live) > size:
            size = len(live)
            live |= {row.state for row in machine.rows if self._passes(machine, row, variable.name, live)}
        return live

    def _passes(self, machine: Machine, row: Row, variable: str, live: set[str]) -> bool:
        """Whether a value before the row is read by it, or lives on after it."""
        assigned = dict(row.assign)
        texts = [machine.guard(row.guard).expr] if row.guard else []
        texts += [text for name, text in row.assign if name != variable or row.target is None or row.target in live]
        texts += [filling(machine, row, emit, part) for emit in row.emits for part in machine.emitted(emit.event).payload]
        if any(variable in reads(text) for text in texts):
            return True
        return variable not in assigned and (row.target or row.state) in live

    def _caps(self, machine: Machine) -> dict[str, int]:
        """For each counter the first number that no guard can tell from a higher one."""
        context = self.initial[machine.role, machine.name]
        found: dict[str, int] = {}
        for variable in machine.context:
            if variable.type == "counter" and not variable.constant:
                numbers = [0]
                for guard in machine.guards:
                    if variable.name in names(guard.expr):
                        numbers += [node.value for node in ast.walk(parse(guard.expr)) if isinstance(node, ast.Constant)]  # type: ignore[misc]
                        numbers += [context[v.name] for v in machine.context if v.constant and v.name in names(guard.expr)]
                found[variable.name] = max(numbers) + 1
        return found


def reads_payload(tree: ast.expr) -> bool:
    """Whether an expression reads the event that is taken."""
    return any(isinstance(node, ast.Attribute) for node in ast.walk(tree))


def _compared_with_fields(expression: str) -> set[str]:
    """The texts with which an expression compares a field of an event: `heard` of `payload.reason == "heard"`."""
    comparisons = [node for node in ast.walk(parse(expression)) if isinstance(node, ast.Compare) and "payload." in ast.unparse(node)]
    constants = (part.value for node in comparisons for part in ast.walk(node) if isinstance(part, ast.Constant))
    return {value for value in constants if isinstance(value, str)}
