from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tars.runtime.clock import local_time


@pytest.fixture
def zones(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


def test_a_time_zone_that_is_changed_is_noticed_while_the_program_runs(zones: pytest.MonkeyPatch) -> None:
    for zone, hours in (("UTC", 0), ("EST5", -5), ("JST-9", 9)):
        zones.setenv("TZ", zone)
        offset = local_time().utcoffset()
        assert offset is not None
        assert offset.total_seconds() == hours * 3600
