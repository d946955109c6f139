"""What the server does during the frames: a flame graph by py-spy."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

RATE = 500
"""Samples a second."""


class MissingError(Exception):
    """What is wanted is not installed. The text says what to do."""


def recorder() -> str:
    """The program that records. Raises MissingError."""
    found = shutil.which("py-spy") or shutil.which("py-spy", path=Path(sys.executable).parent)
    if found is None:
        raise MissingError("--profile needs py-spy: pip install py-spy in another environment, and put it on PATH")
    return found


def record(process: int, seconds: float, file: Path) -> subprocess.Popen[bytes]:
    """Begin to record a process for so long. It ends by itself and writes an SVG."""
    file.parent.mkdir(parents=True, exist_ok=True)
    command = [recorder(), "record", "--pid", str(process), "--duration", f"{seconds:.0f}", "--rate", str(RATE), "--output", str(file)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
