"""A table of numbered rules: each a small function over one kind of subject, with a code and one line that says what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from codegen.definitions.places import Finding, Mark

Subject = TypeVar("Subject")
Problems = Iterator[tuple[Mark, str]]
"""What a rule yields: where, and what is wrong there."""


class Rules(Generic[Subject]):
    """Used as a decorator, `@rule("T101", "an undeclared name")`, it enters a function into the table."""

    def __init__(self) -> None:
        self.meanings: dict[str, str] = {}
        self._checks: dict[str, Callable[[Subject], Problems]] = {}

    def __call__(self, code: str, meaning: str) -> Callable[[Callable[[Subject], Problems]], Callable[[Subject], Problems]]:
        """Enter the decorated function under a code of its own."""

        def enter(check: Callable[[Subject], Problems]) -> Callable[[Subject], Problems]:
            if code in self.meanings:
                raise ValueError(f"two rules have the code {code}")
            self.meanings[code] = meaning
            self._checks[code] = check
            return check

        return enter

    def run(self, subject: Subject) -> set[Finding]:
        """What all rules of this table find."""
        return {Finding(mark, code, message) for code, check in self._checks.items() for mark, message in check(subject)}
