from __future__ import annotations

import pytest

from tests.brains.loops import pass_time, run
from tests.brains.offline.answering.test_answers import Talk


def two_timers() -> Talk:
    talk = Talk()
    talk("Set an egg timer for five minutes.")
    talk("Set a pasta timer for ten minutes.")
    return talk


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
        talk = two_timers()
        assert talk("Cancel the timer.") == "Which one: egg or pasta?"
        assert talk(answer) == said
        assert [timer.label for timer in talk.answers.timers.running()] == left

    run(main(), monkeypatch)


@pytest.mark.parametrize("answer", ["The purple one.", "Not the pasta.", "The third.", "Pasta tastes good.", "In five minutes."])
def test_what_is_no_answer_starts_nothing_and_ends_the_question(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        talk = two_timers()
        talk("Cancel the timer.")
        assert talk(answer).startswith("I did not understand")
        assert talk("Pasta.").startswith("I did not understand")
        assert len(talk.answers.timers.running()) == 2

    run(main(), monkeypatch)


def test_without_a_question_a_short_answer_is_not_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        talk = two_timers()
        for text in ("Pasta.", "The second one.", "Yes.", "In the morning."):
            assert talk(text).startswith("I did not understand"), text

    run(main(), monkeypatch)


def test_a_question_that_is_repeated_is_still_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        talk = two_timers()
        asked = talk("Add two minutes to the timer.")
        assert talk("What did you say?") == asked == "Which one: egg or pasta?"
        assert talk("Pasta.") == "The pasta timer now has 12 minutes left."

    run(main(), monkeypatch)


def test_a_timer_that_has_rung_meanwhile_is_not_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        talk = two_timers()
        talk("Cancel the timer.")
        await pass_time(300)
        assert talk("Egg.") == "No timer is running."
        assert talk.rung == ["egg"]

    run(main(), monkeypatch)


def test_how_long_keeps_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        talk = Talk()
        assert talk("Set a pasta timer.") == "For how long?"
        assert talk("Ten minutes.") == "Pasta timer set for 10 minutes."

    run(main(), monkeypatch)


def test_which_seven(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        talk = Talk()
        assert talk("Set an alarm for seven.") == "7, in the morning or in the evening?"
        assert talk("In the evening.") == "Alarm set for 7:00 PM."
        assert talk("Wake me at half past six.") == "6:30, in the morning or in the evening?"
        assert talk("Tomorrow morning.") == "Alarm set for 6:30 AM tomorrow."
        talk("Wake me at seven.")
        assert talk("Eight in the morning.").startswith("I did not understand")

    run(main(), monkeypatch)


def test_a_reminder_is_asked_when_and_then_which_half_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        talk = Talk()
        assert talk("Remind me to call mum.") == "In how long, or at what time?"
        assert talk("At seven.") == "7, in the morning or in the evening?"
        assert talk("Evening.") == "Reminder set for 7:00 PM: call mum."
        talk("Remind me to feed the cat.")
        assert talk("In ten minutes.") == "Reminder set for 10 minutes: feed the cat."

    run(main(), monkeypatch)


def test_a_mere_duration_is_no_command_until_it_is_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        talk = Talk()
        assert talk("Two minutes thirty.") == "A timer for 2 minutes and 30 seconds?"
        assert talk.answers.timers.running() == []
        assert talk("No, thanks.") == "All right."
        talk("Ten minutes.")
        assert talk("Yes, please.") == "Timer set for 10 minutes."

    run(main(), monkeypatch)
