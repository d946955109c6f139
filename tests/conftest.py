"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.load import load
from codegen.model import Definitions

pytest.register_assert_rewrite("tests.machines")
pytest_plugins = ["tests.coverage_plugin"]


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    """The real definitions."""
    loaded, findings = load(Path(__file__).resolve().parent.parent / "machines")
    assert loaded is not None, "\n".join(map(str, findings))
    return loaded
