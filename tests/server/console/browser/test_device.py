"""Stories of two cores with the browser's device in the place of the one in Python: the same words, the same promises."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest

from tars.errors import TarsError
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
from tests.server.console.browser.node_device import Node, NodeDevice, lay_out

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


FAULTS = [
    ("outbox.js", "item.transmitted = isAudio(item) ? item.start : false", "item.transmitted = isAudio(item) ? item.transmitted : false"),
    ("outbox.js", "item.number > number", "item.number >= number"),
    ("capture_ring.js", "this.#samples.set(samples.subarray(first.length), 0)", ""),
    ("device_streams.js", "this.received - at", "0"),
    ("device_streams.js", "this.start = this.committed = this.end = start", "this.start = this.committed = this.end = this.#ring.end"),
    ("link.js", "if (number <= this.outbox.applied) {", "if (number < this.outbox.applied) {"),
    ("liveness.js", "const SILENCE_LIMIT = 3;", "const SILENCE_LIMIT = 30;"),
    ("pacing.js", "return 0;", "return wanted;"),
    ("machines.js", "this.#queue.push([", "this.#queue.unshift(["),
    ("device.js", "received: { [reply.stream]: reply.received }", "received: {}"),
    ("device.js", "sent: this.link.outbox.sent", "sent: 0"),
    ("device.js", "this.link.outbox.rewind();", ""),
    ("endpoint.js", "this.link.refusal = this.link.outbox.broken = reason", "this.link.refusal = reason"),
]


@pytest.mark.parametrize(("file", "old", "new"), FAULTS, ids=[f"{file}: {old}" for file, old, _ in FAULTS])
@pytest.mark.not_replayed("the device is broken")
def test_a_fault_in_the_device_is_noticed(tmp_path: Path, file: str, old: str, new: str) -> None:
    modules = lay_out(tmp_path)
    faulty = modules / "device" / file
    text = faulty.read_text()
    assert old in text
    faulty.write_text(text.replace(old, new, 1))
    node = Node(modules)
    try:
        with patch.object(NodeDevice, "node", node):
            assert any(fails(story) for _, story in told() if not inspect.signature(story).parameters)
    finally:
        node.close()


def fails(story: Any) -> bool:
    """Whether a story notices it."""
    try:
        story()
    except (AssertionError, TarsError):
        return True
    return False
