"""Finds the variables that the model needs, and where. Values that no guard and no spec can distinguish would only multiply the states.

A variable is needed if a guard reads it, if a needed variable is computed from it, or if system.yaml names it in a correlation. In states
where nothing reads it before its next assignment, it is set to 0. A counter is capped at one more than the largest number that it is
compared with.
"""

from __future__ import annotations

import ast

from codegen.definitions.model import Definitions, Machine, Row, Variable
from codegen.definitions.semantics import filling, reads
from codegen.verify.promela.expressions import folded

Constants = dict[tuple[str, str, str], bool | int]
"""(node, machine, variable) -> its value in this configuration, if that is not the initial value."""


class Needs:
    """The variables that one machine needs in one configuration."""

    def __init__(self, definitions: Definitions, machine: Machine, constants: Constants) -> None:
        self.machine = machine
        self.initial = {v.name: constants.get((machine.role, machine.name, v.name), v.initial) for v in machine.context}
        self.constant = {v.name: self.initial[v.name] for v in machine.context if v.constant}
        self._correlated = {c.variable: frozenset(c.states) for c in definitions.system.correlation if c.machine == machine.name}
        self.variables = self._needed()

    def guard(self, row: Row) -> str:
        """The row's guard, simplified by the values of constants; `True` if the row has no guard."""
        text = self.machine.guard(row.guard).expr if row.guard else "True"
        return folded(f"not ({text})" if row.negated else text, self.constant)

    def _needed(self) -> tuple[Variable, ...]:
        rows = self.machine.rows
        names = {name for row in rows for name in reads(folded(self.guard(row), self.constant))} | set(self._correlated)
        while True:
            more = {name for row in rows for variable, text in row.assign if variable in names for name in reads(text)}
            if more <= names:
                return tuple(v for v in self.machine.context if v.name in names and not v.constant)
            names |= more

    def reads(self, row: Row) -> set[str]:
        """The variables that a row reads."""
        texts = [self.guard(row), *(text for name, text in row.assign if name in {v.name for v in self.variables})]
        texts += [filling(self.machine, row, emit, part) for emit in row.emits for part in self.machine.emitted(emit.event).payload]
        return {name for text in texts for name in reads(text)}

    def dead(self, variable: str) -> list[str]:
        """The states in which nothing reads the variable before its next assignment."""
        live = set(self._correlated.get(variable, ()))
        while True:
            more = {row.state for row in self.machine.rows if self._lives_through(row, variable, live)}
            if more <= live:
                return [state.name for state in self.machine.states if state.name not in live]
            live |= more

    def _lives_through(self, row: Row, variable: str, live: set[str]) -> bool:
        return variable in self.reads(row) or (variable not in dict(row.assign) and (row.target or row.state) in live)

    def cap(self, variable: Variable) -> int | None:
        """The lowest value of a counter that no guard can distinguish from higher ones; None for correlations and other variables."""
        if variable.type != "counter" or variable.name in self._correlated:
            return None
        texts = [self.guard(row) for row in self.machine.rows]
        known = {name: value for name, value in self.constant.items() if isinstance(value, int)}
        numbers = [0]
        for text in (text for text in texts if variable.name in reads(text)):
            numbers += [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant) and isinstance(node.value, int)]
            numbers += [known[name] for name in reads(text) if name in known]
        return max(numbers) + 1
