"""Readers of the exports that are written in JavaScript; `tests/package.json` pins them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ENVIRONMENT = Path(sys.prefix)
PACKAGES = ENVIRONMENT / "node_modules"

Script = Callable[..., Any]


@pytest.fixture(scope="session")
def script() -> Script:
    """Runs a script of this folder under node, by its name; `given` goes in as JSON, and what it prints comes back from JSON."""
    if not (PACKAGES / ".ready").exists():
        pytest.skip(f"{PACKAGES} is not there; `make test` installs it")

    def run(name: str, *arguments: str | Path, given: object = None) -> Any:
        command = [ENVIRONMENT / "bin/node", HERE / name, *arguments]
        environment = os.environ | {"NODE_PATH": str(PACKAGES)}
        done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
