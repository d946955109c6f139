"""Durations."""

from __future__ import annotations

import pytest

from tars.brains.reply.intents.understanding import durations


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
        ("one minute thirty", 90),
        ("two minutes thirty", 150),
        ("an hour fifteen", 4500),
        ("an hour and a quarter", 4500),
        ("an hour and three quarters", 6300),
        ("1:30", 90),
        ("1:30:00", 5400),
        ("1:30 hours", 5400),
        ("half hour", 1800),
        ("1 and a 1 divided by 2 hours", 5400),
        ("two hrs", 7200),
        ("one day", 86400),
        ("two weeks", 1209600),
    ],
)
def test_durations_are_read(words: str, seconds: int) -> None:
    assert durations.seconds(words) == seconds


@pytest.mark.parametrize(
    "words",
    [
        "",
        "pasta",
        "ten",
        "minutes",
        "zero minutes",
        "ten minutes pasta",
        "the pasta",
        "ten parsecs",
        "010 minutes",
        "ten minutes one hour",
        "five minutes ten minutes",
        "1:75",
    ],
)
def test_what_is_no_duration(words: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        durations.seconds(words)


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("set a one minute thirty timer", "set a 1 minute 30 second timer"),
        ("an hour and a half please", "1.5 hour please"),
        ("the second timer", "the second timer"),
        ("set a second timer for five minutes", "set a second timer for 5 minute"),
        ("in a second", "in 1 second"),
        ("five minutes and one for ten minutes", "5 minute and 1 for 10 minute"),
        ("ten to fifteen minutes", "10 to 15 minute"),
        ("timers for five and ten minutes", "timers for 5 minute and 10 minute"),
        ("give me two more minutes", "give me 2 minute more"),
        ("seven p m", "7 pm"),
    ],
)
def test_a_sentence_in_normal_words(words: str, read: str) -> None:
    assert durations.normal(words) == read


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
