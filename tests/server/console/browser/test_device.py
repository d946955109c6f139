"""Stories of two cores with the browser's device in the place of the one in Python: the same words, the same promises."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest

from tests.core import test_lossy_wire, test_two_cores
from tests.scenarios import (
    test_acceptance,
    test_announcements,
    test_conversation,
    test_interruptions,
    test_interruptions_and_outages,
    test_regressions,
    test_regressions_of_links,
    test_resume,
    test_told_again,
)
from tests.server.console.browser.node_device import NodeDevice

STORIES: tuple[ModuleType, ...] = (
    test_acceptance,
    test_announcements,
    test_conversation,
    test_interruptions,
    test_interruptions_and_outages,
    test_lossy_wire,
    test_regressions,
    test_regressions_of_links,
    test_resume,
    test_told_again,
    test_two_cores,
)
LEFT_OUT = {
    "test_a_device_that_does_not_say_that_it_can_be_spoken_to_is_not": "it changes the device in Python",
    "test_an_old_server_is_never_told_of_an_interruption": "it changes the device in Python",
    "test_nor_is_one_that_speaks_the_old_protocol": "a browser does not speak it",
}
pair = test_regressions.pair


def told() -> Iterator[tuple[str, Any]]:
    """The tests of two cores, by name; those that run programs have no place for another core."""
    for module in STORIES:
        for name, story in vars(module).items():
            if name.startswith("test_") and "with server" not in inspect.getsource(story) and name not in LEFT_OUT:
                yield f"{name}_{module.__name__.rpartition('.')[2].removeprefix('test_')}", story


globals().update(told())


@pytest.fixture(autouse=True)
def _in_node() -> Iterator[None]:
    with patch("tests.pair.DeviceEndpoint", NodeDevice):
        yield
