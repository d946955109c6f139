"""The pictures of the report, as SVG: the same figures give the same file."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench.figures import Picture
from tests.bench.profile import MissingError

SIZE = (6.4, 3.6)
"""Inches."""
SETTINGS = {"svg.hashsalt": "tars", "svg.fonttype": "none", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3}
"""Ids that do not change, and text as text."""


def matplotlib() -> Any:
    """The package, which only this needs. Raises MissingError."""
    try:
        return import_module("matplotlib")
    except ModuleNotFoundError:
        raise MissingError("--report needs matplotlib, which is not installed: pip install matplotlib, or leave out --report") from None


def svg(picture: Picture) -> str:
    """The picture."""
    with matplotlib().rc_context(SETTINGS):
        figure = import_module("matplotlib.figure").Figure(SIZE, layout="constrained")
        axes = figure.subplots()
        for line in picture.lines:
            axes.plot(*zip(*line.points, strict=True), label=line.name, marker="." if len(line.points) < 20 else "")
        axes.set(title=picture.title, xlabel=picture.across, ylabel=picture.up)
        if picture.logarithmic:
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter("{x:g}")
        else:
            axes.set_ylim(bottom=0)
        axes.legend()
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def write(picture: Picture, folder: Path) -> Path:
    """Write the picture; where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{picture.name}.svg"
    path.write_text(svg(picture))
    return path
