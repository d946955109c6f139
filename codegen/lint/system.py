"""The rules on system.yaml as a whole, its names, limits and outputs: T30x and T33x."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from codegen.definitions import expressions
from codegen.definitions.expressions import ExpressionError, Scope, UndeclaredNameError
from codegen.definitions.model import Definitions, ExternalEvent, Machine, Message, Port, Route, State, Timeout
from codegen.definitions.places import Mark
from codegen.definitions.schema import nearest
from codegen.lint.machine import unusable
from codegen.lint.rules import Problems, Rules
from codegen.lint.values import types
from codegen.lint.wiring import machine_of, running

rule = Rules[Definitions]()


# -- names ------------------------------------------------------------------------------------------------------------------------------


@rule("T301", "a name in system.yaml or messages.yaml that is not declared")
def undeclared(definitions: Definitions) -> Problems:
    """Machines, ports, states, variables, limits and correlations are declared where they belong."""
    roles = {(machine.name, machine.role) for machine in definitions.machines}
    for node in definitions.system.nodes:
        for name in node.machines:
            if (name, node.name) not in roles:
                yield node.mark, f"no machine {name} has the role {node.name}"
    yield from _undeclared_ports(definitions)
    yield from _undeclared_states(definitions)
    yield from _undeclared_current(definitions)
    for mark, error in _wrong_relations(definitions):
        if isinstance(error, UndeclaredNameError):
            yield mark, str(error)


def _undeclared_ports(definitions: Definitions) -> Problems:
    emits = {str(Port(node, machine.name, event.name)) for node, machine in running(definitions) for event in machine.emits}
    events = {str(Port(node, machine.name, event.name)) for node, machine in running(definitions) for event in machine.events}
    for route in definitions.system.routes:
        if str(route.source) not in emits:
            yield route.mark, f"nothing emits {route.source}; {nearest(str(route.source), emits, listed=False)}"
    entries: tuple[Route | ExternalEvent, ...] = (*definitions.system.routes, *definitions.system.outside)
    for entry in entries:
        for port in entry.targets:
            if str(port) not in events:
                yield entry.mark, f"nothing takes {port}; {nearest(str(port), events, listed=False)}"


def _undeclared_states(definitions: Definitions) -> Problems:
    for entry in definitions.system.outside:
        for name, states in entry.when:
            machine = machine_of(definitions, entry.node, name)
            if machine is None:
                yield entry.mark, f"when {name}: {entry.node} runs no such machine"
            else:
                yield from _states_of(machine, states, entry.mark)


def _states_of(machine: Machine, states: Iterable[str], mark: Mark) -> Problems:
    known = {state.name for state in machine.states}
    for state in states:
        if state not in known:
            yield mark, f"{machine.name} of the {machine.role} has no state {state}; {nearest(state, known)}"


def _undeclared_current(definitions: Definitions) -> Problems:
    names = {correlation.name for correlation in definitions.system.correlation}
    owners: tuple[Message | ExternalEvent, ...] = (*definitions.messages.messages, *definitions.system.outside)
    for owner in owners:
        for name in owner.correlation:
            if name not in names:
                yield owner.mark, f"system.yaml has no correlation {name}; {nearest(name, names)}"
    for correlation in definitions.system.correlation:
        machines = [machine for _, machine in running(definitions) if machine.name == correlation.machine]
        if not machines:
            yield correlation.mark, f"no node runs a machine {correlation.machine}"
        for machine in machines:
            if correlation.variable not in types(machine.context):
                yield correlation.mark, f"{machine.name} of the {machine.role} has no variable {correlation.variable}"
            yield from _states_of(machine, correlation.states, correlation.mark)


@rule("T302", "a machine, limit or variable that is never used")
def unused(definitions: Definitions) -> Problems:
    """Roles are run, limits are waited for or compared with, variables are read."""
    run = [machine for _, machine in running(definitions)]
    for machine in definitions.machines:
        if machine not in run:
            yield machine.mark, f"no node runs {machine.name} of the {machine.role}"
    delays = {_delay(timeout)[0] for machine in definitions.machines for state in machine.states for timeout in state.timeouts}
    compared = {name for relation in definitions.system.relations for name in expressions.names(relation.expr)}
    for setting in definitions.system.limits:
        if setting.name not in delays | compared:
            yield setting.mark, f"no state waits for {setting.name}"
    for machine in run:
        read = _read(machine) | {
            correlation.variable for correlation in definitions.system.correlation if correlation.machine == machine.name
        }
        for variable in machine.context:
            if variable.name not in read:
                yield variable.mark, f"nothing reads {variable.name}"


def _read(machine: Machine) -> set[str]:
    """The variables that a machine's guards, assignments, delays and emits read."""
    read = {_delay(timeout)[1] for state in machine.states for timeout in state.timeouts}
    for text in (*(guard.expr for guard in machine.guards), *(value for row in machine.rows for _, value in row.assign)):
        read |= expressions.names(text)
    return read | {field.name for event in machine.emits for field in event.payload}


@rule("T303", "a node or limit with a name that generated Python cannot have")
def unusable_name(definitions: Definitions) -> Problems:
    """A node becomes a package, a limit an attribute."""
    for node in definitions.system.nodes:
        if unusable(node.name):
            yield node.mark, f"node {node.name}: the name is taken in Python"
    for setting in definitions.system.limits:
        if unusable(setting.name, expressions.RESERVED):
            yield setting.mark, f"limit {setting.name}: the name is taken in expressions or Python"


# -- limits and outputs -----------------------------------------------------------------------------------------------------------------


def _delay(timeout: Timeout) -> tuple[str, str]:
    """The parts of `table[variable]`; of anything else, itself and nothing."""
    name, _, variable = timeout.after.rstrip("]").partition("[")
    return name, variable


@rule("T330", "a delay that names no limit, or does not fit the limit's table")
def wrong_delay(definitions: Definitions) -> Problems:
    """A delay is a limit of system.yaml, an entry of a table there, or seconds."""
    settings = {setting.name: setting.value for setting in definitions.system.limits}
    for machine in definitions.machines:
        for timeout in itertools.chain.from_iterable(state.timeouts for state in machine.states):
            name, variable = _delay(timeout)
            value = settings.get(name)
            if re.match(r"\d", name):
                continue
            if value is None:
                yield timeout.mark, f"system.yaml has no limit {name}; {nearest(name, settings)}"
            elif isinstance(value, tuple) != bool(variable):
                yield timeout.mark, f"{name} is a table: say {name}[variable]" if isinstance(value, tuple) else f"{name} is no table"
            elif isinstance(value, tuple):
                yield from _wrong_index(machine, timeout.mark, variable, len(value))


def _wrong_index(machine: Machine, mark: Mark, name: str, size: int) -> Problems:
    variable = next((variable for variable in machine.context if variable.name == name), None)
    if variable is None:
        yield mark, f"{machine.name} has no variable {name}"
    elif variable.type != "int" or variable.minimum is None or variable.maximum is None:
        yield mark, f"{name} picks from a table, so it must be an int with min and max"
    elif variable.minimum < 0 or variable.maximum >= size:
        yield mark, f"{name} goes from {variable.minimum} to {variable.maximum}, the table from 0 to {size - 1}"


@rule("T331", "a relation between limits that is no condition, or does not hold")
def broken_relation(definitions: Definitions) -> Problems:
    """The limits of system.yaml keep the relations that it states."""
    values = {setting.name: setting.value for setting in definitions.system.limits}
    wrong = list(_wrong_relations(definitions))
    for mark, error in wrong:
        if not isinstance(error, UndeclaredNameError):
            yield mark, str(error)
    for relation in definitions.system.relations:
        if relation.mark not in dict(wrong) and not expressions.evaluate(relation.expr, values):
            yield relation.mark, f"{relation.expr} does not hold"


def _wrong_relations(definitions: Definitions) -> Iterator[tuple[Mark, ExpressionError]]:
    scope = Scope({setting.name: "table" if isinstance(setting.value, tuple) else "float" for setting in definitions.system.limits})
    for relation in definitions.system.relations:
        try:
            found = expressions.type_of(relation.expr, scope)
        except ExpressionError as error:
            yield relation.mark, error
        else:
            if found != "bool":
                yield relation.mark, ExpressionError(f"{relation.expr!r} is no comparison")


@rule("T332", "an output that no machine, or more than one, decides")
def undecided_output(definitions: Definitions) -> Problems:
    """The first machine with an output decides it, or leaves it to machine x with BY_X; x then decides."""
    for node in definitions.system.nodes:
        machines = [machine for name, machine in running(definitions) if name == node.name]
        for key in sorted({key for machine in machines for state in machine.states for key, _ in state.outputs}):
            yield from _undecided(key, [machine for machine in machines if list(_means(machine, key))])


def _undecided(key: str, machines: list[Machine]) -> Problems:
    """An output that the first of these machines leaves to none, that a later one never gets, or that it does not decide."""
    first, *others = machines
    left_to = {value: state for state, value in _means(first, key) if _left(value)}
    takers = {f"BY_{machine.name.upper()}": machine for machine in others}
    for value, state in left_to.items():
        if value not in takers:
            yield state.mark, f"{key} is {value}, but no later machine of the {first.role} decides it"
    for value, machine in takers.items():
        if value not in left_to:
            yield machine.mark, f"{first.name} never leaves {key} to {machine.name}"
        for state, own in _means(machine, key):
            if _left(own):
                yield state.mark, f"{key} is {own}, but {machine.name} must decide it"
    kinds: set[type] = set()
    for state, value in (pair for machine in machines for pair in _means(machine, key) if not _left(pair[1])):
        kinds.add(type(value))
        if len(kinds) > 1:
            yield state.mark, f"{key} is {value}, and elsewhere {'a word' if isinstance(value, bool) else 'true or false'}"
            return


def _left(value: bool | str) -> bool:
    return isinstance(value, str) and value.startswith("BY_")


def _means(machine: Machine, key: str) -> Iterator[tuple[State, bool | str]]:
    for state in machine.states:
        if key in dict(state.outputs):
            yield state, dict(state.outputs)[key]
