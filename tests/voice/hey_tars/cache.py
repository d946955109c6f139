"""What was made or fetched already: in `~/.cache/tars/hey-tars`, or below XDG_CACHE_HOME. Deleting it costs time only."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from tars.samples import Samples

FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "tars/hey-tars")


def sounds(name: str, make: Callable[[], Iterable[Samples]]) -> list[Samples]:
    """The sounds of that name, made if they are not there yet."""
    arrays = kept(name, lambda: joined(list(make())))
    return np.split(arrays["samples"], np.cumsum(arrays["lengths"])[:-1])


def joined(parts: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays as one, and the length of each."""
    return {"samples": np.concatenate(parts), "lengths": np.array([len(part) for part in parts])}


def kept(name: str, make: Callable[[], dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The arrays of that name, made if they are not there yet."""
    path = FOLDER / f"{name}.npz"
    if not path.is_file():
        made = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npz")
        np.savez(part, **made)  # type: ignore[arg-type]  # its stubs take a flag by keyword only
        part.replace(path)
    with np.load(path) as arrays:
        return dict(arrays)
