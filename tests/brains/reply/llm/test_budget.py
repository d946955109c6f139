"""How many tokens a device may use."""

from __future__ import annotations

from datetime import datetime

import pytest

from tars.brains.reply.llm.budget import Budget
from tars.brains.tokens import TokenCounts


def test_each_device_has_its_own_and_each_day_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 30, 23, 59)
    monkeypatch.setattr("tars.runtime.clock.local_time", lambda: now)
    budget = Budget(100)
    budget.count("kitchen", 60)
    assert not budget.is_spent("kitchen")
    budget.count("kitchen", 40)
    assert budget.is_spent("kitchen")
    assert not budget.is_spent("bath")
    now = datetime(2026, 12, 1, 0, 0)
    assert not budget.is_spent("kitchen")


def test_without_a_limit_nothing_is_ever_spent() -> None:
    budget = Budget(0)
    budget.count("kitchen", 10**9)
    assert not budget.is_spent("kitchen")
    assert budget.used("kitchen") == 10**9


def test_what_the_server_has_counted_counts() -> None:
    counts = TokenCounts()
    counts.count("kitchen", 100)
    budget = Budget(100, counts)
    assert budget.is_spent("kitchen")
    budget.count("bath", 7)
    assert counts.used("bath") == 7
