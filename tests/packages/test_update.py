"""`./run server` and `./run pi` again are the update: what runs then is what the clone has."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("program", ["server", "pi"])
def test_code_that_an_extra_has_copied_into_the_environment_does_not_stay_there(program: str, tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    stamp = tmp_path / ".venv" / f".{program}"
    stamp.parent.mkdir()
    stamp.touch()

    def steps() -> str:
        """What make would do."""
        return subprocess.run(["make", "-n", f".venv/.{program}"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    assert "pip install" not in steps(), "nothing has changed"
    copied = tmp_path / ".venv/lib/python3.11/site-packages/tars/__init__.py"
    copied.parent.mkdir(parents=True)
    copied.touch()
    assert f"--editable '.[{program}]'" in steps()
