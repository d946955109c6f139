"""Whether each spec holds of everything that was reached, and if not, the shortest way to where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codegen.definitions.model import Definitions
from codegen.emit.text import place
from codegen.verify.explore.machines import liveness
from codegen.verify.explore.machines.conditions import Conditions
from codegen.verify.explore.machines.system import Label, State, System
from codegen.verify.search import Graph
from codegen.verify.specs import BY_ITSELF, Spec, Specs


@dataclass(frozen=True)
class Verdict:
    """What came of one spec."""

    spec: Spec
    broken: str = ""
    """What is wrong; nothing if the spec holds."""
    path: tuple[tuple[Label, State | None], ...] = ()
    """A shortest way to where it is wrong: what happens, and the state that it leads to; None if the last step itself is wrong."""
    more: int = 0
    """How many other places there are."""

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.broken


class Judge:
    """The specs held against a graph of everything that can be reached."""

    def __init__(self, definitions: Definitions, system: System, graph: Graph[State, Label], constants: dict[str, Any]) -> None:
        self._system = system
        self._conditions = Conditions(definitions, system)
        self._graph = graph
        self._constants = constants
        self._agreements: tuple[Spec, ...] = ()

    def verdicts(self, specs: Specs) -> Iterator[Verdict]:
        """One for each spec that can be judged here, in the order written."""
        self._agreements = specs.of_kind("quiet")
        kinds = {
            "no_forbidden_cell": self._step,
            "step": self._step,
            "no_deadlock": self._no_deadlock,
            "quiet": self._quiet,
            "always": self._always,
            "possible": self._live,
            "recurs": self._live,
        }
        for spec in specs.specs:
            if spec.kind in kinds and (spec.assumes is None or spec.assumes(self._constants)):
                yield kinds[spec.kind](spec)

    # --- single steps and states -----------------------------------------------------------------------------------------------

    def _step(self, spec: Spec) -> Verdict:
        name = spec.name if spec.kind == "step" else spec.kind
        found = [(detail, *where) for (what, detail), where in self._system.wrong.items() if what == name]
        if not found:
            return Verdict(spec)
        detail, state, label = found[0]
        path = (*self._graph.path(self._graph.numbers[state]), (label, None))
        text = f"{detail or f'{label.node}: {label.what} breaks it'}"
        return Verdict(spec, text, path, len(found) - 1)

    def _at(self, spec: Spec, number: int, text: str, more: int = 0) -> Verdict:
        return Verdict(spec, text, tuple(self._graph.path(number)), more)

    def _no_deadlock(self, spec: Spec) -> Verdict:
        for number, state in enumerate(self._graph.states):
            if self._conditions.must_go_on(state) and not any(label.kind in BY_ITSELF for label, _ in self._graph.edges(number)):
                return self._at(spec, number, f"nothing goes on by itself: {self._conditions.describe(state)}")
        return Verdict(spec)

    def _always(self, spec: Spec) -> Verdict:
        assert spec.holds
        known: dict[tuple[int, ...], bool] = {}
        for number, state in enumerate(self._graph.states):
            if state[:2] not in known:
                known[state[:2]] = spec.holds(self._conditions.named(state))
                if not known[state[:2]]:
                    return self._at(spec, number, self._conditions.describe(state))
        return Verdict(spec)

    # --- agreement -----------------------------------------------------------------------------------------------------------

    def _quiet(self, spec: Spec) -> Verdict:
        met = set()
        for number, state in enumerate(self._graph.states):
            if self._conditions.is_quiet(state):
                if problem := self._conditions.disagreement(spec, state):
                    return self._at(spec, number, f"{problem} while nothing is under way")
                one, other = self._conditions.names(state)
                met |= {(name, getattr(one, name), getattr(other, name)) for name, _ in spec.pairs}
        usual = not self._system.constants
        missing = [(name, *pair) for name, pairs in spec.pairs for pair in pairs if usual and (name, *pair) not in met]
        return Verdict(spec, f"never met: {missing}" if missing else "")

    def is_quiet(self, number: int) -> bool:
        """Whether both nodes are linked, and everything that was sent has arrived."""
        return self._conditions.is_quiet(self._graph.states[number])

    def agrees(self, specs: tuple[Spec, ...], number: int) -> bool:
        """Whether it is quiet and both nodes agree."""
        return self._conditions.agrees(specs, self._graph.states[number])

    # --- what comes in the end -------------------------------------------------------------------------------------------------

    def _live(self, spec: Spec) -> Verdict:
        good = self._good(spec)
        if spec.kind == "possible":
            bad = liveness.unreachable(self._graph, spec.by, good)
        else:
            bad = liveness.lasting(self._graph, spec.by, good, self._system.link.greeting)
        if not len(bad):
            return Verdict(spec)
        words = "cannot come about any more" if spec.kind == "possible" else "may never come about"
        number = int(bad[0])
        return self._at(
            spec, number, f"what should hold {words} from here: {self._conditions.describe(self._graph.states[number])}", len(bad) - 1
        )

    def _good(self, spec: Spec) -> list[bool]:
        assert spec.holds
        holds, known, agreements = spec.holds, dict[tuple[int, ...], bool](), self._agreements
        needs_quiet, needs_agreed = "quiet" in holds.reads, "agreed" in holds.reads
        good = []
        for state in self._graph.states:
            quiet = needs_quiet and self._conditions.is_quiet(state)
            agreed = needs_agreed and self._conditions.agrees(agreements, state)
            key = (*state[:2], quiet, agreed)
            if key not in known:
                known[key] = holds({**self._conditions.named(state), "quiet": quiet, "agreed": agreed})
            good.append(known[key])
        return good


def dead_rows(definitions: Definitions, systems: list[System]) -> list[str]:
    """The rows that were never taken and the ignored cells that were never met, by place."""
    nodes = [node for system in systems for node in (system.dialer, system.listener)]
    met = {id(move.written) for node in nodes for _, _, outcome in node.known() for move in outcome.moves}
    states = [state for machine in definitions.machines for state in machine.states]
    rows = [f"{place(row.mark)} {row.state} + {row.event} is never taken" for state in states for row in state.rows if id(row) not in met]
    return rows + [
        f"{place(cell.mark)} {cell.state} + {cell.event} is never met" for state in states for cell in state.ignored if id(cell) not in met
    ]
