"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from codegen.definitions.model import Definitions
from codegen.load import load
from tests.isolation import isolate

isolate()  # before any test module is imported: some look at the environment then

# The same examples at every run, so that nothing fails that the change did not cause; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("repeat", max_examples=200, derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=20_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))

pytest.register_assert_rewrite("tests.generated.checks")
pytest_plugins = ["tests.replayed", "tests.coverage_plugin"]


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    """The real definitions."""
    loaded, findings = load(Path(__file__).resolve().parent.parent / "machines")
    assert loaded is not None, "\n".join(map(str, findings))
    return loaded
