"""What the conditions of specs ask of a state of both nodes and the link."""

from __future__ import annotations

from typing import Any

from codegen.definitions.model import Definitions
from codegen.verify.explore.machines.system import State, System
from codegen.verify.specs import Spec


class Conditions:
    """Asks one state at a time."""

    def __init__(self, definitions: Definitions, system: System) -> None:
        self._correlations = [correlation.name for correlation in definitions.system.correlation]
        self._may_rest = {(m.role, m.name): {state.name for state in m.states if state.may_rest} for m in definitions.machines}
        self._system = system

    def names(self, state: State) -> tuple[Any, Any]:
        """What conditions may read of the dialer, and of the listener."""
        return self._system.dialer.names[state[0]], self._system.listener.names[state[1]]

    def named(self, state: State) -> dict[str, Any]:
        """What conditions call by the names of the nodes."""
        return dict(zip(self._system.link.nodes, self.names(state), strict=True))

    def is_quiet(self, state: State) -> bool:
        """Whether both nodes are linked, and everything that was sent has arrived."""
        link = self._system.link
        linked = all(getattr(names, link.machine) in link.linked for names in self.names(state))
        return linked and self._system.links[state[2]].still

    def must_go_on(self, state: State) -> bool:
        """Whether something is under way, or a machine is in a state in which it may not rest."""
        between = self._system.links[state[2]]
        under_way = between.up.flying or between.down.flying or between.greetings
        nodes = (self._system.dialer, self._system.listener)
        rests = all(
            getattr(names, name) in self._may_rest[node.node, name]
            for node, names in zip(nodes, self.names(state), strict=True)
            for name in node.machines
        )
        return bool(under_way) or not rests

    def disagreement(self, spec: Spec, state: State) -> str:
        """In what both nodes differ, by a spec of kind `quiet`; nothing if they agree."""
        one, other = self.names(state)
        dialer, listener = self._system.link.nodes
        for name, pairs in spec.pairs:
            pair = (getattr(one, name), getattr(other, name))
            if pair not in pairs:
                return f"{name} is {pair[0]} on the {dialer} and {pair[1]} on the {listener}"
        link = self._system.links[state[2]]
        for at, correlation in enumerate(self._correlations):
            if correlation in spec.equal and link.own[at] and link.theirs[at] and link.own[at] != link.theirs[at]:
                return f"the {correlation} is not the same on both nodes"
        return ""

    def agrees(self, specs: tuple[Spec, ...], state: State) -> bool:
        """Whether it is quiet and both nodes agree."""
        return self.is_quiet(state) and not any(self.disagreement(spec, state) for spec in specs)

    def describe(self, state: State) -> str:
        """Where both nodes are."""
        parts = []
        for node, names in zip((self._system.dialer, self._system.listener), self.names(state), strict=True):
            parts.append(f"{node.node} {' '.join(str(getattr(names, name)) for name in node.machines)}")
        return ", ".join(parts)
