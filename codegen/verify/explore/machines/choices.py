"""What can happen in a state, each by a name that stays the same: so a path can be written down and walked again.

`door.pressed` is an event or a message at a node, `door.late:bell` the timeout of a machine, `house.call:resumes` one of several
variants, `link.breaks` what befalls the connection, `door.crashes` the end of a program. A second one of the same name is `...*2`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from codegen.verify.explore.machines.asks import Outcome
from codegen.verify.explore.machines.system import Chance, Label, State, System


@dataclass(frozen=True)
class Choice:
    """Something that can happen in a state."""

    name: str
    chance: Chance
    outcome: Outcome | None
    """What comes of it at the node; None: the connection breaks, or a program ends."""

    @property
    def label(self) -> Label:
        """What it is."""
        return self.chance.label


def choices(system: System, state: State) -> list[Choice]:
    """All that can happen, in an order that is always the same."""
    met: Counter[str] = Counter()
    found = []
    for chance, outcome in system.chances(state):
        name = _name(chance.label)
        met[name] += 1
        found.append(Choice(name if met[name] == 1 else f"{name}*{met[name]}", chance, outcome))
    return found


def _name(label: Label) -> str:
    note = label.note.replace(" ", "_")
    return f"{label.node}.{label.what}{f':{note}' if note else ''}"


def names(system: System, path: tuple[tuple[Label, State | None], ...]) -> list[str]:
    """The names of the steps of a path from the initial state, as exploration finds it."""
    state, found = system.initial, []
    for label, target in path:
        chance, _ = system.happens(state, label, target)
        found.append(next(choice.name for choice in choices(system, state) if choice.chance is chance))
        state = target or state
    return found
