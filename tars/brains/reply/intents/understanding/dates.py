"""Days and feasts in spoken form."""

from __future__ import annotations

from datetime import date

AWAY = {"today": 0, "tomorrow": 1, "yesterday": -1}
"""Words for a day, and how many days away it is."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

FEASTS = {
    "christmas": (12, 25),
    "christmas day": (12, 25),
    "christmas eve": (12, 24),
    "new year's eve": (12, 31),
    "new year": (1, 1),
    "new year's": (1, 1),
    "new year's day": (1, 1),
    "halloween": (10, 31),
    "valentine's day": (2, 14),
}
"""Month and day of the feasts that are on the same day each year."""


def said(day: date) -> str:
    """The day as it is spoken: "Tuesday, November 3rd, 2026"."""
    return f"{day:%A}, {day:%B} {ordinal(day.day)}, {day.year}"


def ordinal(number: int) -> str:
    """The number with its ending: "3rd"."""
    ending = "th" if 11 <= number % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def days_until(feast: str, today: date) -> int:
    """Days from today to the next such feast, 0 on the day itself."""
    month, day = FEASTS[feast]
    this_year = date(today.year, month, day)
    return ((this_year if this_year >= today else date(today.year + 1, month, day)) - today).days
