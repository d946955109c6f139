"""What was measured: rows of a table, lines of a picture. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Row:
    """A quantity of TARS, and what it is compared with: the same quantity of something else, measured in turns with it."""

    quantity: str
    """What it is, with its unit."""
    tars: Sequence[float]
    """One value of each pass."""
    beside: Sequence[float] = ()
    """Those of the baseline, pass by pass."""
    baseline: str = ""
    """What the baseline is."""
    others: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Further baselines by name."""
    target: str = ""
    """What the ratio, or the figure, should be."""
    difference: bool = False
    """Whether the baseline is a limit of physics: then it is subtracted, in the unit of the quantity."""

    @property
    def compared(self) -> list[float]:
        """Ratio or difference to the baseline, of each pass."""
        pairs = zip(self.tars, self.beside, strict=False)
        return [one - other if self.difference else one / other for one, other in pairs if self.difference or other]

    def cells(self) -> list[str]:
        """The row of the table: quantity, TARS, baseline, ratio with spread, target."""
        against = [f"{self.baseline} {spread(self.beside)}"] if self.beside else []
        against += [f"{name} {spread(values)}" for name, values in self.others.items() if values]
        compared = spread(self.compared) if self.compared else "-"
        return [
            self.quantity,
            spread(self.tars) if self.tars else "-",
            "; ".join(against) or "-",
            f"{compared} more" if self.difference and self.compared else compared,
            self.target or "-",
        ]


HEAD = ("quantity", "TARS", "beside it", "ratio, or more than the limit", "target")


def number(value: float) -> str:
    """Three digits that count; all digits of what was counted."""
    if isinstance(value, int) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def spread(values: Sequence[float]) -> str:
    """The median, and in brackets the least and the greatest value."""
    middle = number(median(values))
    return middle if len(values) == 1 else f"{middle} ({number(min(values))} to {number(max(values))})"


@dataclass(frozen=True)
class Line:
    """One line of a picture."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Picture:
    """A picture of the report. `name` is that of its file."""

    name: str
    title: str
    across: str
    up: str
    lines: Sequence[Line]
    logarithmic: bool = False
    """Whether the axis upwards is."""


@dataclass(frozen=True)
class Measured:
    """What a part of the measurements gives."""

    rows: Sequence[Row]
    pictures: Sequence[Picture] = ()
    notes: Sequence[str] = ()
    """What a reader must know of this run besides."""
