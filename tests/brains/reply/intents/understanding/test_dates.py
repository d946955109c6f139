"""Days and feasts."""

from __future__ import annotations

from datetime import date

import pytest

from tars.brains.reply.intents.understanding.dates import FEASTS, days_until, ordinal, said


@pytest.mark.parametrize(
    ("number", "spoken"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"), (31, "31st")],
)
def test_an_ordinal_has_its_ending(number: int, spoken: str) -> None:
    assert ordinal(number) == spoken


def test_a_day_is_said_with_its_weekday() -> None:
    assert said(date(2026, 11, 3)) == "Tuesday, November 3rd, 2026"


@pytest.mark.parametrize(
    ("feast", "today", "days"),
    [
        ("christmas", date(2026, 12, 24), 1),
        ("christmas", date(2026, 12, 25), 0),
        ("christmas", date(2026, 12, 26), 364),
        ("new year", date(2026, 12, 31), 1),
        ("halloween", date(2027, 11, 1), 365),
    ],
)
def test_days_are_counted_to_the_next_feast(feast: str, today: date, days: int) -> None:
    assert days_until(feast, today) == days


@pytest.mark.parametrize("feast", FEASTS)
def test_every_feast_is_within_a_year(feast: str) -> None:
    assert 0 <= days_until(feast, date(2026, 7, 1)) <= 366
