"""The specs while somebody plays: what each says of the last step and of the state after it.

What is said of all runs, such as what comes in the end, no single run can show: there it is said whether it is the case now.
"""

from __future__ import annotations

from codegen.definitions.model import Definitions
from codegen.verify.explore.machines.choices import Choice
from codegen.verify.explore.machines.conditions import Conditions
from codegen.verify.explore.machines.system import State, System
from codegen.verify.specs import BY_ITSELF, Spec, Specs

HOLDS, BROKEN, UNASKED, NOW, NOT_NOW = "holds", "broken", "not asked", "the case now", "not the case now"
"""The verdicts. Not asked: the spec says nothing of this step or state."""
KINDS = ("no_forbidden_cell", "no_deadlock", "always", "step", "quiet", "possible", "recurs")
"""The kinds of specs that say something of a step or a state."""


class Watching:
    """Judges moments of one system."""

    def __init__(self, definitions: Definitions, specs: Specs, system: System) -> None:
        self.specs = specs.of_kind(*KINDS)
        """What is watched, in the order written."""
        self._agreements = specs.of_kind("quiet")
        self._system = system
        self._conditions = Conditions(definitions, system)

    def verdicts(self, state: State, chosen: Choice | None, wrong: str, possible: list[Choice]) -> dict[str, tuple[str, str]]:
        """By spec: the verdict, and why. `chosen`: what has happened; `wrong`: what was wrong with it; `possible`: what can happen next."""
        return {spec.name: self._verdict(spec, state, chosen, wrong, possible) for spec in self.specs}

    def _verdict(self, spec: Spec, state: State, chosen: Choice | None, wrong: str, possible: list[Choice]) -> tuple[str, str]:
        match spec.kind:
            case "no_forbidden_cell":
                return (BROKEN, wrong) if wrong else (HOLDS, "")
            case "no_deadlock":
                stuck = not wrong and self._conditions.must_go_on(state) and not any(one.label.kind in BY_ITSELF for one in possible)
                return (BROKEN, "nothing goes on by itself") if stuck else (HOLDS, "")
            case "step":
                return self._of_step(spec, chosen)
            case "quiet":
                if not self._conditions.is_quiet(state):
                    return UNASKED, "something is under way, or a node is not linked"
                problem = self._conditions.disagreement(spec, state)
                return (BROKEN, problem) if problem else (HOLDS, "")
        assert spec.holds
        named = self._conditions.named(state)
        if spec.kind == "always":
            return (HOLDS, "") if spec.holds(named) else (BROKEN, f"it is not so that {spec.holds.text}")
        named |= {"quiet": self._conditions.is_quiet(state), "agreed": self._conditions.agrees(self._agreements, state)}
        return (NOW if spec.holds(named) else NOT_NOW), "exploration judges whether it comes again"

    def _of_step(self, spec: Spec, chosen: Choice | None) -> tuple[str, str]:
        cause = chosen.chance.cause if chosen else None
        if chosen is None or chosen.outcome is None or cause is None or not self._system.node(chosen.label.node).concerns(spec, cause):
            return UNASKED, "it says nothing of this step"
        assert spec.holds
        return (BROKEN, f"it is not so that {spec.holds.text}") if spec.name in chosen.outcome.broken else (HOLDS, "")
