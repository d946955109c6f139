"""Which tests the workers of pytest-xdist share out: each test by itself, but those of a group one after the other in one worker.

pytest-xdist 3.8 has a mark for groups, `xdist_group`, which pytest 9.2 does not heed: the mark changes a field of a test that is no longer
read. A group here is a set of paths.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

GROUPS = {
    "real time": ("tests/attacks/", "tests/bench/", "tests/e2e/", "tests/faults/", "tests/soak/test_real_time.py", "tests/device/audio/"),
    "explorations": (
        "tests/core/test_arbitration_explored.py",
        "tests/codegen/verify/explore/machines/test_node.py",
        "tests/codegen/verify/explore/machines/test_story.py",
        "tests/codegen/verify/explore/machines/test_verdict.py",
        "tests/codegen/verify/mutate/test_detectors.py",
    ),
}
"""Tests whose programs, sound cards and relays keep real time: never two at once. Tests of explored configurations: explored once."""


def group_of(test: str) -> str:
    """The group of a test, by its id; one that is in none is a group by itself."""
    return next((name for name, paths in GROUPS.items() if test.startswith(paths)), test)


class Groups(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a worker that is free the next group, the largest first."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups:
    return Groups(config, log)
