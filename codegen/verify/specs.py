"""specs.yaml: what must always hold. Read beside the machines, which cannot see it, and checked against their names.

A condition is a Python expression over a few names; machines/README.md lists them. It is checked here, so that it can be run as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

from codegen.definitions import schema
from codegen.definitions.model import Definitions
from codegen.definitions.outputs import outputs
from codegen.definitions.places import Finding, Mark
from codegen.definitions.yaml_reader import Cursor, read
from codegen.load import SPECS
from codegen.load import load as load_definitions

CODES = {
    "P401": "a name in specs.yaml that stands for nothing",
    "P402": "a condition that is no expression over the names that it may use",
    "P403": "a key that a spec of this kind needs and has not, or has and does not need",
}

NEEDED: dict[str, set[str]] = {
    "no_forbidden_cell": set(),
    "no_deadlock": set(),
    "no_dead_row": set(),
    "wire": set(),
    "fleet": set(),
    "quiet": {"pairs", "equal"},
    "always": {"holds"},
    "step": {"holds"},
    "row": {"holds"},
    "possible": {"holds", "by"},
    "recurs": {"holds", "by"},
}
BY_ITSELF = ("delivery", "notice", "connect", "refuse", "timeout", "promised")
"""The kinds of things that happen without anybody who has to do them."""
OPTIONAL: dict[str, set[str]] = {"step": {"on", "node", "if"}, "row": {"if", "machine"}}


class Names(SimpleNamespace):
    """The names before a dot in a condition; what was not said, done or brought along is false."""

    def __getattr__(self, name: str) -> bool:
        return False


def places(done: Sequence[str]) -> dict[str, int]:
    """For each thing that was done its first place among all, from 1."""
    return {what: done.index(what) + 1 for what in done}


@dataclass(frozen=True)
class Condition:
    """An expression, ready to run, and the names that it reads: `door.bell`, `before.bell`, `cause`."""

    text: str
    reads: frozenset[str]

    def __call__(self, names: dict[str, Any]) -> bool:
        """Whether it holds. `names`: each name before a dot is an object with the attributes after it."""
        return bool(eval(_compiled(self.text), {"__builtins__": {}}, names))

    @property
    def nodes(self) -> frozenset[str]:
        """The nodes of which it speaks: what stands before a dot."""
        return frozenset(name.partition(".")[0] for name in self.reads if "." in name)


@dataclass(frozen=True)
class Spec:
    """One property. What a kind does not use is empty."""

    name: str
    says: str
    kind: str
    mark: Mark
    holds: Condition | None = None
    only_if: Condition | None = None
    assumes: Condition | None = None
    """The configurations in which it holds: a condition on constants."""
    node: str = ""
    machine: str = ""
    on: tuple[str, ...] = ()
    by: frozenset[str] = frozenset()
    pairs: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    equal: tuple[str, ...] = ()


@dataclass(frozen=True)
class Watch:
    """What the effects of a node add up to."""

    node: str
    name: str
    initial: int | str
    adds: tuple[tuple[str, int], ...]
    sets: tuple[tuple[str, str], ...]
    mark: Mark

    def after(self, value: int | str, what: str) -> int | str:
        """The value after an action or an event of that name. A count that leaves 0 to 1 is wrong already: it stays within -1 and 2."""
        if isinstance(value, int):
            return min(2, max(-1, value + dict(self.adds).get(what, 0)))
        return dict(self.sets).get(what, value)


@dataclass(frozen=True)
class Specs:
    """Everything in specs.yaml."""

    specs: tuple[Spec, ...] = ()
    watches: tuple[Watch, ...] = ()

    def of_kind(self, *kinds: str) -> tuple[Spec, ...]:
        """Those of these kinds, in the order written."""
        return tuple(spec for spec in self.specs if spec.kind in kinds)

    def assuming(self, constants: dict[str, Any]) -> Specs:
        """Those that hold in the configuration with these constants."""
        holding = tuple(spec for spec in self.specs if spec.assumes is None or spec.assumes(constants))
        return Specs(holding, self.watches)

    def watched(self, node: str) -> tuple[Watch, ...]:
        """What is watched of a node."""
        return tuple(watch for watch in self.watches if watch.node == node)


def load_all(directory: Path) -> tuple[Definitions | None, Specs, list[Finding]]:
    """Definitions and specs of a directory, and everything that is wrong with either; without definitions no specs are read."""
    definitions, findings = load_definitions(directory)
    if definitions is None:
        return None, Specs(), findings
    specs, more = load(directory, definitions)
    return definitions, specs, findings + more


def load(directory: Path, definitions: Definitions) -> tuple[Specs, list[Finding]]:
    """The specs beside the machines in a directory, none if there is no such file, and everything that is wrong with them."""
    path = directory / SPECS
    if not path.exists():
        return Specs(), []
    document, findings = read(path)
    if document.values:
        findings |= schema.check(document)
    if findings:
        return Specs(), sorted(findings)
    watches = tuple(_watch(at) for at in document.root.below("watch"))
    names = _Names(definitions, watches)
    specs = tuple(_spec(at, names, findings) for at in document.root.below("specs"))
    findings |= set(names.unknown_in_watches())
    return Specs(specs, watches), sorted(findings)


def _watch(at: Cursor) -> Watch:
    node, _, name = at.name.partition(".")
    return Watch(node, name, at.get("initial"), tuple(at.get("add", {}).items()), tuple(at.get("set", {}).items()), at.mark)


def _spec(at: Cursor, names: _Names, findings: set[Finding]) -> Spec:
    kind, given = at.get("kind"), set(at.value) - {"says", "kind"}
    for key in sorted(NEEDED[kind] - given):
        findings.add(Finding(at.mark, "P403", f"a spec of kind {kind} needs {key}"))
    for key in sorted(given - NEEDED[kind] - OPTIONAL.get(kind, set()) - {"assumes"}):
        findings.add(Finding(at.mark, "P403", f"a spec of kind {kind} has no {key}"))
    if kind == "step" and not given & {"on", "node"}:
        findings.add(Finding(at.mark, "P403", "a spec of kind step needs on, or node"))
    names.check(at, findings)
    return Spec(
        name=at.name,
        says=at.get("says"),
        kind=kind,
        mark=at.mark,
        holds=_condition(at, "holds", names, findings),
        only_if=_condition(at, "if", names, findings),
        assumes=_condition(at, "assumes", names, findings),
        node=at.get("node"),
        machine=at.get("machine"),
        on=tuple(at.get("on", ())),
        by=frozenset(at.get("by", ())),
        pairs=tuple((name, tuple((one, other) for one, other in pairs)) for name, pairs in at.get("pairs", {}).items()),
        equal=tuple(at.get("equal", ())),
    )


ALLOWED = (
    *(ast.Expression, ast.Constant, ast.Tuple, ast.Name, ast.Attribute, ast.Load),
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub, ast.IfExp),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn),
)


def _condition(at: Cursor, key: str, names: _Names, findings: set[Finding]) -> Condition | None:
    text = at.get(key)
    if not text:
        return None
    mark = next(below.mark for below in at.below(key))
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        findings.add(Finding(mark, "P402", f"{text!r} is not an expression"))
        return None
    strange = next((node for node in ast.walk(tree) if not isinstance(node, ALLOWED)), None)
    if strange is not None:
        findings.add(Finding(mark, "P402", f"{type(strange).__name__.lower()} is not allowed in a condition"))
        return None
    reads = frozenset(_reads(tree))
    allowed = names.constants if key == "assumes" else names.of_step(at) if at.get("kind") in ("step", "row") else names.of_system
    for name in sorted(reads - allowed):
        findings.add(Finding(mark, "P401", f"{name} stands for nothing here; {schema.nearest(name, allowed, listed=False)}"))
    for left, word in _compared(tree):
        if word not in names.words.get(left.partition(".")[2], {word}):
            findings.add(Finding(mark, "P401", f"{left} is never {word}; {schema.nearest(word, names.words[left.partition('.')[2]])}"))
    return Condition(text, reads)


@cache
def _compiled(text: str) -> CodeType:
    return compile(text, "<condition>", "eval")


def _reads(tree: ast.AST) -> Iterator[str]:
    inner = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) or (isinstance(node, ast.Name) and node not in inner):
            yield ast.unparse(node)


def _compared(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each name with each text that it is compared with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute):
            for other in node.comparators:
                for value in other.elts if isinstance(other, ast.Tuple) else [other]:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield ast.unparse(node.left), value.value


def causes(definitions: Definitions) -> set[str]:
    """All that can happen to a node: `door.pressed`, an external event, a message, or a timeout."""
    system = definitions.system
    found = {f"{entry.node}.{entry.event}" for entry in system.outside}
    found |= {f"{port.node}.{port.event}" for wire in system.routes if wire.via_link for port in wire.targets}
    machines = [(node.name, machine) for node in system.nodes for machine in definitions.of_node(node.name)]
    return found | {f"{node}.{event.name}" for node, machine in machines for event in machine.events if event.kind == "timeout"}


class _Names:
    """What specs may speak of."""

    def __init__(self, definitions: Definitions, watches: tuple[Watch, ...]) -> None:
        self._definitions = definitions
        self._watches = watches
        self.words: dict[str, set[str]] = {}
        """What a machine, an output or a watch can be, by its name."""
        parts = {node.name: self._parts(node.name) for node in definitions.system.nodes}
        self.of_system = {f"{node}.{part}" for node, found in parts.items() for part in found} | {"quiet", "agreed"}
        self._of_side = {f"{when}.{part}" for found in parts.values() for part in found for when in ("before", "after")}
        machines = [(node.name, machine) for node in definitions.system.nodes for machine in definitions.of_node(node.name)]
        self.causes = causes(definitions)
        self.constants = {variable.name for _, machine in machines for variable in machine.context if variable.constant}
        self._does = {action for _, machine in machines for action in machine.actions}
        self._sends = {message.name for message in definitions.messages.messages}
        self._payload = {f"payload.{part.name}" for _, machine in machines for event in machine.events for part in event.payload}

    def _parts(self, node: str) -> set[str]:
        machines, found = self._definitions.of_node(node), set()
        for machine in machines:
            found.add(machine.name)
            self.words.setdefault(machine.name, set()).update(state.name for state in machine.states)
        for name, table in outputs(machines).items():
            found.add(name)
            self.words.setdefault(name, set()).update(value for value in table.values.values() if isinstance(value, str))
        for watch in self._watches:
            if watch.node == node:
                found.add(watch.name)
                if isinstance(watch.initial, str):
                    self.words[watch.name] = {watch.initial, *(value for _, value in watch.sets)}
        return found

    def of_step(self, at: Cursor) -> set[str]:
        """The names in a condition on a step."""
        if at.get("kind") == "row":
            node, _, name = str(at.get("machine")).partition(".")
            machine = next((one for one in self._definitions.machines if (one.role, one.name) == (node, name)), None)
            variables = {variable.name for variable in machine.context} if machine else set()
            return {f"{when}.{part}" for when in ("before", "after") for part in variables | {"state"}} | {"event", "left"} | self._payload
        says = {f"sends.{name}" for name in self._sends} | {f"does.{name}" for name in self._does}
        same = {f"same.{correlation.name}" for correlation in self._definitions.system.correlation}
        return self._of_side | says | same | self._payload | {"cause"}

    def check(self, at: Cursor, findings: set[Finding]) -> None:
        """The names outside of conditions."""
        for cause in at.below("on"):
            if cause.value not in self.causes:
                nearest = schema.nearest(cause.value, self.causes, listed=False)
                findings.add(Finding(cause.mark, "P401", f"nothing happens that is called {cause.value}; {nearest}"))
        things = {*BY_ITSELF, *(entry.by for entry in self._definitions.system.outside)}
        for thing in at.below("by"):
            if thing.value not in things:
                findings.add(Finding(thing.mark, "P401", f"nothing happens by {thing.value}; {schema.nearest(thing.value, things)}"))
        nodes = {node.name for node in self._definitions.system.nodes}
        if (node := at.get("node")) and node not in nodes:
            findings.add(Finding(at.mark, "P401", f"there is no node {node}; {schema.nearest(node, nodes)}"))
        names = {f"{machine.role}.{machine.name}" for machine in self._definitions.machines}
        if (machine := at.get("machine")) and machine not in names:
            findings.add(Finding(at.mark, "P401", f"there is no machine {machine}; {schema.nearest(machine, names)}"))
        for pairs in at.below("pairs"):
            for state in {state for pair in pairs.value for state in pair}:
                if state not in self.words.get(pairs.name, set()):
                    findings.add(Finding(pairs.mark, "P401", f"{pairs.name} has no state {state}"))

    def unknown_in_watches(self) -> Iterator[Finding]:
        """Actions and events that a watch waits for in vain."""
        for watch in self._watches:
            machines = [machine for machine in self._definitions.machines if machine.role == watch.node]
            known = {event.name for machine in machines for event in machine.events} | {name for one in machines for name in one.actions}
            for name in sorted({name for name, _ in (*watch.adds, *watch.sets)} - known):
                yield Finding(
                    watch.mark, "P401", f"the {watch.node} has no action or event {name}; {schema.nearest(name, known, listed=False)}"
                )
