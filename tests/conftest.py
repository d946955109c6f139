"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest
from hypothesis import settings

from codegen.definitions.model import Definitions
from tests.isolation import isolate
from tests.loops import LOOPS, Run, run_on
from tests.redis_server import RedisServer, redis_server

isolate()  # before any test module is imported: some look at the environment then

# The same examples at every run, so that nothing fails that the change did not cause. `make verify` tries four times as many
# as `make test`; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("quick", max_examples=50, derandomize=True, deadline=None)
settings.register_profile("thorough", max_examples=200, derandomize=True, deadline=None)
settings.register_profile("mutation", max_examples=10, derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=20_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

pytest.register_assert_rewrite("tests.generated.checks", "tests.generated.oracle")
pytest_plugins = ["tests.browser", "tests.replayed", "tests.coverage_plugin", "tests.systemd", "tests.workers"]


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    """The real definitions."""
    from tests.explored import defined  # loaded once in a process

    return defined()[0]


@pytest.fixture(scope="session")
def redis_process() -> Iterator[RedisServer]:
    """A Redis for the tests of this worker."""
    with redis_server() as server:
        yield server


@pytest.fixture
def redis(redis_process: RedisServer) -> RedisServer:
    """A Redis, empty."""
    with closing(redis_process.client()) as client:
        client.flushall()
    return redis_process


@pytest.fixture(params=LOOPS)
def run_on_each_loop(request: pytest.FixtureRequest) -> Run:
    """Runs a coroutine on the event loop of the test: asyncio's own, then uvloop."""
    return partial(run_on, LOOPS[request.param])
