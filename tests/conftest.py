"""What all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from codegen.definitions.model import Definitions
from tests.isolation import isolate

isolate()  # before any test module is imported: some look at the environment then

# The same examples at every run, so that nothing fails that the change did not cause. `make verify` tries four times as many
# as `make test`; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("quick", max_examples=50, derandomize=True, deadline=None)
settings.register_profile("thorough", max_examples=200, derandomize=True, deadline=None)
settings.register_profile("mutation", max_examples=10, derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=20_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

ONE_AT_A_TIME = ("tests/e2e/", "tests/faults/", "tests/soak/test_real_time.py", "tests/device/audio/")
"""Tests whose programs, sound cards and relays keep real time, and which are never two at once: a group of pytest-xdist."""

pytest.register_assert_rewrite("tests.generated.checks")
pytest_plugins = ["tests.replayed", "tests.coverage_plugin"]


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    """The real definitions."""
    from tests.explored import defined  # loaded once in a process

    return defined()[0]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(ONE_AT_A_TIME):
            item.add_marker(pytest.mark.xdist_group("real time"))
