"""Follow-up questions, and short answers to them."""

from __future__ import annotations

import pytest

from tests.brains.reply.intents.answering.device_dialogue import DeviceDialogue
from tests.loops import pass_time, run


def two_timers() -> DeviceDialogue:
    device = DeviceDialogue()
    device("Set an egg timer for five minutes.")
    device("Set a pasta timer for ten minutes.")
    return device


@pytest.mark.parametrize(
    ("answer", "said", "left"),
    [
        ("Pasta.", "I cancelled the pasta timer.", ["egg"]),
        ("The egg one.", "I cancelled the egg timer.", ["pasta"]),
        ("The second.", "I cancelled the pasta timer.", ["egg"]),
        ("The ten minute one, please.", "I cancelled the pasta timer.", ["egg"]),
        ("Both.", "I cancelled the egg timer and the pasta timer.", []),
        ("Never mind.", "All right.", ["egg", "pasta"]),
        ("What's your name?", "I am TARS, a voice assistant.", ["egg", "pasta"]),
        ("Cancel the egg timer.", "I cancelled the egg timer.", ["pasta"]),
    ],
)
def test_the_short_answer_to_which_one(answer: str, said: str, left: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = two_timers()
        assert device("Cancel the timer.") == "Which one: egg or pasta?"
        assert device(answer) == said
        assert [timer.label for timer in device.answers.timers.running()] == left

    run(main(), monkeypatch)


@pytest.mark.parametrize("answer", ["The purple one.", "Not the pasta.", "The third.", "Pasta tastes good.", "In five minutes."])
def test_a_text_that_is_no_answer_starts_nothing_and_ends_the_question(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = two_timers()
        device("Cancel the timer.")
        assert device(answer).startswith("I did not understand")
        assert device("Pasta.").startswith("I did not understand")
        assert len(device.answers.timers.running()) == 2

    run(main(), monkeypatch)


def test_without_a_question_a_short_answer_is_not_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = two_timers()
        for text in ("Pasta.", "The second one.", "Yes.", "In the morning."):
            assert device(text).startswith("I did not understand"), text

    run(main(), monkeypatch)


def test_a_question_that_is_repeated_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = two_timers()
        asked = device("Add two minutes to the timer.")
        assert device("What did you say?") == asked == "Which one: egg or pasta?"
        assert device("Pasta.") == "The pasta timer now has 12 minutes left."

    run(main(), monkeypatch)


def test_a_timer_that_has_rung_meanwhile_is_not_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = two_timers()
        device("Cancel the timer.")
        await pass_time(300)
        assert device("Egg.") == "No timer is running."
        assert device.rung == ["egg"]

    run(main(), monkeypatch)


def test_the_answer_to_how_long_keeps_the_label(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        assert device("Set a pasta timer.") == "For how long?"
        assert device("Ten minutes.") == "Pasta timer set for 10 minutes."

    run(main(), monkeypatch)


def test_the_answer_to_which_half_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        assert device("Set an alarm for seven.") == "7, in the morning or in the evening?"
        assert device("In the evening.") == "Alarm set for 7:00 PM."
        assert device("Wake me at half past six.") == "6:30, in the morning or in the evening?"
        assert device("Tomorrow morning.") == "Alarm set for 6:30 AM tomorrow."
        device("Wake me at seven.")
        assert device("Eight in the morning.").startswith("I did not understand")

    run(main(), monkeypatch)


def test_a_reminder_without_a_time_asks_for_it_and_then_for_the_half_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        assert device("Remind me to call mum.") == "In how long, or at what time?"
        assert device("At seven.") == "7, in the morning or in the evening?"
        assert device("Evening.") == "Reminder set for 7:00 PM: call mum."
        device("Remind me to feed the cat.")
        assert device("In ten minutes.") == "Reminder set for 10 minutes: feed the cat."

    run(main(), monkeypatch)


def test_a_mere_duration_is_no_command_until_it_is_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        device = DeviceDialogue()
        assert device("Two minutes thirty.") == "A timer for 2 minutes and 30 seconds?"
        assert device.answers.timers.running() == []
        assert device("No, thanks.") == "All right."
        device("Ten minutes.")
        assert device("Yes, please.") == "Timer set for 10 minutes."

    run(main(), monkeypatch)
