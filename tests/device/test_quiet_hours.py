"""Which times of day are quiet, and how they are written."""

from __future__ import annotations

from datetime import time

import pytest

from tars.device.quiet_hours import read_quiet_hours


@pytest.mark.parametrize(
    ("text", "quiet", "loud"),
    [
        ("22:00-07:00", ["22:00", "23:59:59", "00:00", "06:59:59"], ["07:00", "12:00", "21:59:59"]),
        ("13:00 - 15:30", ["13:00", "15:29"], ["12:59", "15:30", "00:00"]),
        ("00:00-23:59", ["00:00", "23:58"], ["23:59"]),
    ],
)
def test_they_last_from_the_first_time_to_before_the_second(text: str, quiet: list[str], loud: list[str]) -> None:
    hours = read_quiet_hours(text)
    assert hours is not None
    assert [moment for moment in quiet if not hours.hold(time.fromisoformat(moment))] == []
    assert [moment for moment in loud if hours.hold(time.fromisoformat(moment))] == []
    assert read_quiet_hours(str(hours)) == hours


def test_no_text_is_none() -> None:
    assert read_quiet_hours(" ") is None


@pytest.mark.parametrize(
    "text",
    [
        *("22:00", "22-7-8", "25:00-07:00", "07:00-07:00", "night", "22:00+01:00-07:00+01:00"),
        *("22:00:30-07:00", "22:00-07:00:00", "22:00:00.5-07:00", "2200-0700", "22-07", "7:00-8:00", "22:60-07:00"),
    ],
)
def test_anything_else_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be FROM-TO, .* as HH:MM-HH:MM"):
        read_quiet_hours(text)
