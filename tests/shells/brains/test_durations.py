from __future__ import annotations

import pytest

from tars.shells.brains import durations


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("ten minutes", 600),
        ("10 minute", 600),
        ("10 mins", 600),
        ("one minute", 60),
        ("a minute", 60),
        ("an hour", 3600),
        ("half an hour", 1800),
        ("half a minute", 30),
        ("quarter of an hour", 900),
        ("three quarters of an hour", 2700),
        ("an hour and a half", 5400),
        ("one and a half hours", 5400),
        ("two and a half minutes", 150),
        ("2.5 minutes", 150),
        ("one hour and thirty minutes", 5400),
        ("1 minute 30 seconds", 90),
        ("two hours three minutes and four seconds", 7384),
        ("one second", 1),
        ("ninety seconds", 90),
        ("a couple of minutes", 120),
    ],
)
def test_durations_are_read(words: str, seconds: int) -> None:
    assert durations.seconds(words) == seconds


@pytest.mark.parametrize("words", ["", "pasta", "ten", "minutes", "zero minutes", "ten minutes pasta", "the pasta", "ten parsecs"])
def test_what_is_no_duration(words: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        durations.seconds(words)


def test_what_follows_a_duration_is_left() -> None:
    assert durations.leading_seconds("ten minute pasta") == (600, "pasta")
    assert durations.leading_seconds("1 minute and 30 second egg white") == (90, "egg white")


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (600, "10 minutes"),
        (61, "1 minute and 1 second"),
        (7384, "2 hours, 3 minutes and 4 seconds"),
        (3600, "1 hour"),
        (59.6, "1 minute"),
        (0.2, "0 seconds"),
    ],
)
def test_durations_are_said(duration: float, said: str) -> None:
    assert durations.spoken(duration) == said


def test_the_name_of_a_timer() -> None:
    assert durations.name(600) == "10 minute"
    assert durations.name(90) == "1 minute and 30 second"
