"""Ids and numbers in a link renamed, so that states that mean the same are the same.

Ids are numbered in the order of appearance. The numbers that belong to an id are counted from the lowest that somebody
still knows: a number stays as far ahead of another as it is.
"""

from __future__ import annotations

from typing import Any

from codegen.definitions.model import Definitions
from codegen.verify.explore.machines.asks import Values

Scopes = tuple[int | None, ...]
"""By correlation: None for an id; for a number the place of the id that it belongs to, -1 if there is none."""


def scopes(definitions: Definitions) -> Scopes:
    """A number belongs to the last id before it in system.yaml."""
    found: list[int | None] = []
    for correlation in definitions.system.correlation:
        machine = definitions.machine(correlation.machine, definitions.link.dialer)
        kind = next(variable.type for variable in machine.context if variable.name == correlation.variable)
        ids = [place for place, scope in enumerate(found) if scope is None]
        found.append(None if kind == "id" else ids[-1] if ids else -1)
    return tuple(found)


class Renaming:
    """New names for all values that somebody knows."""

    def __init__(self, scopes: Scopes, known: list[Values]) -> None:
        """`known`: what the nodes and the messages know, in order."""
        self._scopes = scopes
        self._ids: list[dict[int, int]] = [{0: 0} for _ in scopes]
        self._lowest: list[dict[int, int]] = [{} for _ in scopes]
        for values in known:
            for at, (scope, value) in enumerate(zip(scopes, values, strict=True)):
                if scope is None:
                    self._ids[at].setdefault(value, len(self._ids[at]))
                elif value:
                    owner = self._owner(scope, values)
                    self._lowest[at][owner] = min(self._lowest[at].get(owner, value), value)

    def _owner(self, scope: int, values: Values) -> int:
        return values[scope] if scope >= 0 else 0

    @property
    def changes_nothing(self) -> bool:
        """Whether everything has its name already."""
        same = all(old == new for ids in self._ids for old, new in ids.items())
        return same and all(lowest == 1 for found in self._lowest for lowest in found.values())

    def __call__(self, values: Values) -> Values:
        """The values by their new names."""
        renamed: list[Any] = []
        for at, (scope, value) in enumerate(zip(self._scopes, values, strict=True)):
            if scope is None:
                renamed.append(self._ids[at][value])
            else:
                renamed.append(value and value - self._lowest[at][self._owner(scope, values)] + 1)
        return tuple(renamed)
