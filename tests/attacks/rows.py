"""A row of the table: an attack, its limit, and how it is measured. Modules with rows fill ROWS when they are imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.attacks.judge import Finding

Measure = Callable[[Finding, Path], None]
"""Fills the finding; has a folder of its own. An AssertionError or OSError ends it."""


@dataclass(frozen=True)
class Row:
    """One attack."""

    name: str
    attack: str
    """What the attacker does."""
    limit: str
    """What must hold."""
    measure: Measure
    optional: bool = False
    """Only run when it is asked for by name."""


ROWS: dict[str, Row] = {}


def add(name: str, attack: str, limit: str, measure: Measure, *, optional: bool = False) -> None:
    """One more row."""
    assert name not in ROWS, f"two rows are called {name}"
    ROWS[name] = Row(name, attack, limit, measure, optional)


def row(attack: str, limit: str) -> Callable[[Measure], Measure]:
    """A function that is a row, under its name."""

    def adding(measure: Measure) -> Measure:
        add(measure.__name__.replace("_", "-"), attack, limit, measure)
        return measure

    return adding


def load() -> dict[str, Row]:
    """All rows, in the order of the table."""
    for module in ("server_floods", "admission", "handshakes", "stopping", "starting", "device_floods"):
        import_module(f"tests.attacks.{module}")
    return ROWS
