"""How many tokens each device has used today."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tars.brains.tokens import TokenCounts


def test_each_device_has_its_own_count_and_each_day_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 30, 23, 59)
    monkeypatch.setattr("tars.runtime.clock.local_time", lambda: now)
    changed: list[str] = []
    counts = TokenCounts(changed.append)
    counts.count("kitchen", 60)
    counts.count("kitchen", 40)
    assert (counts.used("kitchen"), counts.used("bath"), changed) == (100, 0, ["kitchen", "kitchen"])
    now = datetime(2026, 12, 1, 0, 0)
    assert counts.today() == (date(2026, 12, 1), {})
    assert counts.used("kitchen") == 0
