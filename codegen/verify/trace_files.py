"""The files of traces: which there are, and each line as a JSON object. What the lines say is read in `coverage/` and `replay/`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

BEGINS = "begins"
"""The mark with which the life of a node begins: where its machines are, and the limits it goes by."""


class TraceError(ValueError):
    """A trace that cannot be used; the message names file and line."""


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """These files, and the `*.jsonl` files of these folders. Raises TraceError."""
    for path in paths:
        if path.is_dir():
            found = sorted(path.rglob("*.jsonl"))
            if not found:
                raise TraceError(f"{path}: no *.jsonl file in this folder; was the run traced?")
            yield from found
        elif path.is_file():
            yield path
        else:
            raise TraceError(f"{path}: no such file or folder")


def parsed(text: str, where: str) -> dict[str, Any]:
    """A line. Raises TraceError, which names the place `where`."""
    try:
        data: Any = json.loads(text)
    except ValueError as error:
        raise TraceError(f"{where}: not JSON: {error}") from None
    if not isinstance(data, dict):
        raise TraceError(f"{where}: a line must be a JSON object, not {text.strip()[:40]}")
    return data
