from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.workers import GROUPS, group_of

ROOT = Path(__file__).resolve().parent.parent
INNER = """
import os
import pytest

@pytest.mark.parametrize("number", range(8))
def test_one(number):
    open(f"{number}.worker", "w").write(os.environ["PYTEST_XDIST_WORKER"])
"""


def test_every_path_of_a_group_is_there() -> None:
    paths = [ROOT / path for group in GROUPS.values() for path in group]
    assert [path for path in paths if not path.exists()] == []


def test_a_test_outside_all_groups_is_one_by_itself() -> None:
    assert group_of("tests/e2e/test_keys.py::test_a") == group_of("tests/faults/test_proxy.py::test_b") == "real time"
    assert group_of("tests/core/test_link.py::test_c[e2e]") == "tests/core/test_link.py::test_c[e2e]"


def test_a_group_stays_in_one_worker(tmp_path: Path) -> None:
    for path, expected in (("tests/e2e", 1), ("tests/core", 2)):
        folder = tmp_path / Path(path).name
        (folder / path).mkdir(parents=True)
        (folder / path / "test_inner.py").write_text(INNER)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.workers", "-p", "no:cacheprovider", "--rootdir=.", "-n", "2"]
        done = subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        workers = {file.read_text() for file in folder.glob("*.worker")}
        assert len(workers) == expected, workers
