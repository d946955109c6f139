"""Answers about timers, alarms and reminders."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.brains.reply.intents.answering.device_dialogue import MORNING, DeviceDialogue
from tests.loops import pass_time, run


def test_two_timers_of_one_sentence_both_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        said = device("Set a pasta timer for eight minutes and an egg timer for five minutes.")
        assert said == "Pasta timer set for 8 minutes and egg timer set for 5 minutes."
        await pass_time(300)
        assert device.rung == ["egg"]
        await pass_time(180)
        assert device.rung == ["egg", "pasta"]

    run(main(), monkeypatch)


def test_timers_are_lengthened_and_shortened_and_never_end_by_that(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        assert device("Add two minutes to the timer.") == "No timer is running."
        device("Set a pasta timer for 10 minutes.")
        assert device("Add two minutes to the pasta timer.") == "The pasta timer now has 12 minutes left."
        assert device("Remove 5 minutes from the timer.") == "The pasta timer now has 7 minutes left."
        assert device("Remove 7 minutes from the timer.") == "The pasta timer has only 7 minutes left."
        assert device("Add 24 hours to the timer.").startswith("I keep timers for at most 24 hours.")
        assert device("Pause the timer.").startswith("I cannot pause a timer.")
        await pass_time(419)
        assert device.rung == []
        await pass_time(1)
        assert device.rung == ["pasta"]
        await pass_time(600)
        assert device.rung == ["pasta"]

    run(main(), monkeypatch)


def test_a_timer_with_a_name_is_known_by_its_length_too_and_in_the_plural(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        device("Set an egg timer for 10 minutes.")
        assert device("How much time is left on the ten minute timer?") == "The egg timer has 10 minutes left."
        assert device("Cancel the eggs timer.") == "I cancelled the egg timer."

    run(main(), monkeypatch)


def test_two_timers_of_one_length_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        device("Set a timer for one hour.")
        await pass_time(600)
        device("Set a timer for one hour.")
        asked = "Which one: the 1st, 1 hour with 50 minutes left, or the 2nd, 1 hour with 1 hour left?"
        assert device("Cancel the 1 hour timer.") == asked
        assert device("The second one.") == "I cancelled the 1 hour timer."
        assert device("How much time is left?") == "The 1 hour timer has 50 minutes left."

    run(main(), monkeypatch)


def test_the_second_timer_is_asked_for_if_the_one_set_second_does_not_ring_second(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        device("Set a pasta timer for ten minutes.")
        device("Set a tea timer for three minutes.")
        assert device("Cancel the second timer.") == "Which one: tea or pasta?"
        device("Set a roast timer for an hour.")
        assert device("Cancel the third timer.") == "I cancelled the roast timer."
        assert device("Cancel the fifth timer.") == "There is no such timer."

    run(main(), monkeypatch)


def test_alarms_and_timers_are_distinguished(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        device("Set a timer for ten minutes.")
        assert device("Cancel the alarm.") == "No alarm is running."
        assert device("Set an alarm for 7 pm.") == "Alarm set for 7:00 PM."
        assert device("Cancel all timers.") == "I cancelled the 10 minute timer."
        assert device("When is my alarm?") == "The 7:00 PM alarm rings at 7:00 PM."
        assert device("Cancel the 7 pm alarm.") == "I cancelled the 7:00 PM alarm."

    run(main(), monkeypatch)


def test_an_alarm_rings_at_its_time_of_day(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        assert device("Wake me at 8 am.", now=datetime(2026, 11, 3, 22)) == "Alarm set for 8:00 AM tomorrow."
        await pass_time(10 * 3600 - 1)
        assert device.rung == []
        await pass_time(1)
        assert device.rung == ["8:00 AM"]

    run(main(), monkeypatch)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Set an alarm for 7 am tomorrow.", "Alarm set for 7:00 AM tomorrow."),
        ("Set an alarm for 10 am tomorrow.", "I keep timers for at most 24 hours. Beyond that you want a calendar."),
        ("Set an alarm for 8 am today.", "It is past 8:00 AM already."),
        ("Set an alarm for noon.", "Alarm set for 12:00 PM."),
        ("Remind me to call mum at 7 pm.", "Reminder set for 7:00 PM: call mum."),
        ("Remind me to call mum in two days.", "I keep timers for at most 24 hours. Beyond that you want a calendar."),
        ("Set a timer for 25 hours.", "I keep timers for at most 24 hours. Beyond that you want a calendar."),
    ],
)
def test_when_an_alarm_or_a_reminder_is_due(text: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        assert device(text, now=MORNING) == said
        device.answers.timers.close()

    run(main(), monkeypatch)


def test_a_reminder_says_what_to_remind_of(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        assert device("Remind me to call mum in ten minutes.") == "Reminder set for 10 minutes: call mum."
        assert device("How much time is left?") == "The reminder “call mum” has 10 minutes left."
        assert device("When does my reminder go off?", now=MORNING) == "The reminder “call mum” rings at 9:15 AM."
        await pass_time(600)
        assert device.rung == ["call mum"]

    run(main(), monkeypatch)


def test_minutes_that_are_put_on_the_timer_start_it_if_none_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        assert device("Put five minutes on the timer.") == "Timer set for 5 minutes."
        assert device("Put five minutes on the timer.") == "The 5 minute timer now has 10 minutes left."
        await pass_time(600)
        assert device.rung == ["5 minute"]

    run(main(), monkeypatch)
