"""Answers to texts, from the sentence to the reply."""

from __future__ import annotations

from datetime import datetime

import pytest
import yaml

from tars.brains.reply.intents.answering.answers import JOKES, Answers
from tars.brains.reply.intents.understanding.arithmetic import Undefined
from tars.brains.reply.intents.understanding.intents import SENTENCES, Intent
from tars.brains.reply.intents.understanding.slots import Slots
from tests.brains.reply.intents.answering.device_dialogue import MORNING, DeviceDialogue
from tests.loops import pass_time, run


@pytest.mark.parametrize(
    ("hour", "said"),
    [((0, 0), "It is 12:00 AM."), ((9, 5), "It is 9:05 AM."), ((12, 30), "It is 12:30 PM."), ((20, 10), "It is 8:10 PM.")],
)
def test_the_time(hour: tuple[int, int], said: str) -> None:
    assert DeviceDialogue()("What time is it?", datetime(2026, 11, 3, *hour)) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ((2026, 11, 3), "It is Tuesday, November 3rd, 2026."),
        ((2027, 1, 1), "It is Friday, January 1st, 2027."),
        ((2026, 11, 12), "It is Thursday, November 12th, 2026."),
        ((2026, 12, 22), "It is Tuesday, December 22nd, 2026."),
    ],
)
def test_the_date(day: tuple[int, int, int], said: str) -> None:
    assert DeviceDialogue()("What is the date?", datetime(*day)) == said


def test_arithmetic() -> None:
    device = DeviceDialogue()
    assert device("What is 7 times 8?") == "That is 56."
    assert device("What is 1 divided by 3?") == "That is about 0.3333."
    assert device("What is 10 divided by 0?") == "Nobody divides by zero. Even a black hole only comes close."
    assert "imaginary" in device("What is the square root of minus one?")


def test_humor_is_asked_set_and_bounded() -> None:
    device = DeviceDialogue()
    assert DeviceDialogue(75)("What is your humor setting?") == "My humor is at 75 percent."
    assert device("Set your humor to 60 percent.") == "Humor is at 60 percent."
    assert device("Set your humor to 101 percent.") == "My humor goes from 0 to 100 percent. It stays at 60."
    assert device.answers.humor.percent == 60


@pytest.mark.parametrize("percent", [0, 10, 50, 75, 100])
def test_humor_is_the_share_of_answers_with_a_dry_remark(percent: int) -> None:
    device = DeviceDialogue(percent)
    remarks = sum(device("What time is it?") != "It is 9:05 AM." for _ in range(100))
    assert remarks == percent


def test_a_new_device_has_the_humor_of_the_film() -> None:
    assert Answers().humor.percent == 75


def test_jokes_take_turns_and_humor_zero_tells_none() -> None:
    device = DeviceDialogue(10)
    assert [device("Tell me a joke.") for _ in range(len(JOKES) + 1)] == [*JOKES, JOKES[0]]
    assert device("Set your humor to 0 percent.")
    assert device("Tell me a joke.") == "My humor is at zero percent. Ask me again at ten."


def test_who_and_what() -> None:
    device = DeviceDialogue()
    assert device("Who are you?") == "I am TARS, a voice assistant."
    for ability in ("time", "date", "calculate", "timers", "joke", "repeat", "humor"):
        assert ability in device("What can you do?")


def test_a_text_that_is_not_understood_is_quoted_up_to_a_limit() -> None:
    device = DeviceDialogue(100)
    assert device("turn on the lights").startswith("I did not understand “turn on the lights”. I can tell the time")
    assert "“one two three four five six seven eight, and so on”" in device("one two three four five six seven eight nine ten")


def test_repeating() -> None:
    device = DeviceDialogue()
    assert device("Say that again.") == "I have not said anything yet."
    first = device("Tell me the time.")
    assert device("Say that again.") == first
    assert device("Say that again.") == first


def test_only_goodbye_ends() -> None:
    device = DeviceDialogue()
    assert device.answer("Goodbye.").ends
    assert device.answer("Thank you.").ends
    for text in ("Thank you for the pizza.", "Goodbye blue sky is a song.", "What time is it?", "Cancel the timer."):
        assert not device.answer(text).ends


def test_timers_are_set_asked_for_and_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        assert device("How much time is left?") == "No timer is running."
        assert device("Set a timer.").startswith("For how long?")
        assert device("Set a pasta timer for 10 minutes.") == "Pasta timer set for 10 minutes."
        assert device("Set a timer for one minute.") == "Timer set for 1 minute."
        await pass_time(30)
        assert (
            device("How much time is left?") == "The 1 minute timer has 30 seconds left. The pasta timer has 9 minutes and 30 seconds left."
        )
        assert device("How long is left on the pasta timer?") == "The pasta timer has 9 minutes and 30 seconds left."
        assert device("How long is left on the egg timer?") == "There is no egg timer."
        await pass_time(30)
        assert device.rung == ["1 minute"]
        await pass_time(600)
        assert device.rung == ["1 minute", "pasta"]

    run(main(), monkeypatch)


def test_timers_are_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        assert device("Cancel the timer.") == "No timer is running."
        assert device("Cancel all timers.") == "No timer is running."
        for text in ("Set a tea timer for 3 minutes.", "Set a timer for ten minutes.", "Set a pasta timer for 11 minutes."):
            device(text)
        assert device("Cancel the timer.") == "Which one: tea, 10 minute or pasta?"
        assert device("Cancel the ten minute timer.") == "I cancelled the 10 minute timer."
        assert device("Cancel the egg timer.") == "There is no egg timer."
        assert device("Cancel all timers.") == "I cancelled the tea timer and the pasta timer."
        await pass_time(3600)
        assert device.rung == []

    run(main(), monkeypatch)


def test_the_only_timer_needs_no_name_and_no_timer_is_longer_than_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        assert device("Set a timer for 25 hours.").startswith("I keep timers for at most 24 hours.")
        assert device("Set a timer for 24 hours.") == "Timer set for 24 hours."
        assert device("Cancel the timer.") == "I cancelled the 24 hour timer."

    run(main(), monkeypatch)


def test_every_intent_has_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        answers = Answers()
        needed: dict[str, Slots] = {
            "set_humor": {"percent": 5},
            "switch_persona": {"persona": "tars"},
            "arithmetic": {"calculation": Undefined.DIVISION_BY_ZERO},
            "is_day": {"weekday": 0},
            "days_until": {"feast": "christmas"},
            "lengthen_timer": {"change": 60},
            "shorten_timer": {"change": 60},
            "put_on_timer": {"change": 60},
            "only_duration": {"duration": 60},
        }
        for name in yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))["intents"]:
            assert answers.to(Intent(name, needed.get(name, {})), said="", now=MORNING, ring=print).text
        with pytest.raises(AssertionError, match="no answer to intent dance"):
            answers.to(Intent("dance"), said="", now=MORNING, ring=print)

    run(main(), monkeypatch)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("What day is tomorrow?", "Tomorrow is Wednesday, November 4th, 2026."),
        ("What was yesterday's date?", "Yesterday was Monday, November 2nd, 2026."),
        ("What month is it?", "It is November."),
        ("What year is it?", "It is 2026."),
        ("What week is it?", "It is week 45."),
        ("Is it Friday?", "No, it is Tuesday."),
        ("Is it Tuesday?", "Yes, it is Tuesday."),
        ("Is tomorrow Wednesday?", "Yes, tomorrow is Wednesday."),
        ("Is it the weekend?", "No, it is Tuesday."),
        ("How many days until Christmas?", "It is 52 days until Christmas."),
        ("How many days until New Year's Eve?", "It is 58 days until New Year's Eve."),
        ("How many days until Halloween?", "It is 362 days until Halloween."),
    ],
)
def test_the_calendar(text: str, said: str) -> None:
    assert DeviceDialogue()(text) == said


def test_a_feast_is_today_or_tomorrow() -> None:
    assert DeviceDialogue()("How many days until Christmas?", datetime(2026, 12, 25, 9)) == "It is today."
    assert DeviceDialogue()("How many days until Christmas?", datetime(2026, 12, 24, 9)) == "It is 1 day until Christmas."
