"""Which of several devices goes on."""

from __future__ import annotations

import pytest

from tars.core.arbitration import BETTER, Arbiter, Call, Standing, Verdict


def call(device: str, snr: float | None = 20.0, word: str = "hey_jarvis", *, keeps: bool = False) -> Call:
    return Call(device, f"session of {device}", word, snr, keeps)


def arbiter() -> Arbiter:
    """All devices but those in the garden are compared, for 0.3 s."""
    return Arbiter(0.3, lambda device: None if device == "garden" else "house")


def called(judge: Arbiter, one: Call, now: float = 0.0, standing: Standing = Standing.OPEN) -> tuple[str, str] | None:
    """Who goes on instead of whom."""
    verdict = judge.called(one, now, lambda _: standing)
    return None if verdict is None else (verdict.winner.device, verdict.loser.device)


@pytest.mark.parametrize(
    ("first", "second", "goes_on"),
    [
        pytest.param(20.0, 20.0 + BETTER, "second", id="the second hears better"),
        pytest.param(20.0, 20.0 + BETTER - 0.1, "first", id="hardly better"),
        pytest.param(20.0, 5.0, "first", id="the first hears better"),
        pytest.param(None, 50.0, "first", id="the first does not say"),
        pytest.param(5.0, None, "first", id="the second does not say"),
        pytest.param(None, None, "first", id="neither says"),
    ],
)
def test_the_one_that_hears_better_goes_on_else_the_first(first: float | None, second: float | None, goes_on: str) -> None:
    judge = arbiter()
    assert called(judge, call("first", first)) is None, "the first is answered at once"
    assert called(judge, call("second", second), 0.2) == (goes_on, "second" if goes_on == "first" else "first")


@pytest.mark.parametrize(
    ("second", "now"),
    [
        pytest.param(call("hall", 50, "alexa"), 0.1, id="another word"),
        pytest.param(call("garden", 50), 0.1, id="a device that is compared with none"),
        pytest.param(call("hall", 50), 0.31, id="too late"),
    ],
)
def test_who_is_not_compared_goes_on(second: Call, now: float) -> None:
    judge = arbiter()
    called(judge, call("kitchen"))
    assert called(judge, second, now) is None


def test_devices_in_no_group_are_not_compared_with_each_other_either() -> None:
    judge = Arbiter(0.3, lambda _: None)
    assert called(judge, call("garden", 10)) is None
    assert judge.rival(call("shed", 50), 0.1) is None
    assert called(judge, call("shed", 50), 0.1) is None


def test_the_window_is_counted_from_the_first_call_not_from_the_last() -> None:
    judge = arbiter()
    called(judge, call("kitchen", 10))
    assert called(judge, call("hall", 20), 0.25) == ("hall", "kitchen")
    assert called(judge, call("attic", 30), 0.35) is None


def test_a_call_at_the_end_of_the_window_is_compared() -> None:
    judge = arbiter()
    called(judge, call("kitchen", 10))
    assert called(judge, call("hall", 20), 0.3) == ("hall", "kitchen")


def test_each_is_compared_with_the_one_that_goes_on() -> None:
    judge = arbiter()
    called(judge, call("kitchen", 10))
    assert called(judge, call("hall", 30), 0.1) == ("hall", "kitchen")
    assert called(judge, call("attic", 20), 0.2) == ("hall", "attic")


def test_a_session_that_is_over_takes_part_no_more() -> None:
    judge = arbiter()
    called(judge, call("kitchen", 40))
    assert called(judge, call("hall", 10), 0.1, Standing.GONE) is None
    assert called(judge, call("attic", 20), 0.2) == ("attic", "hall")


def test_a_device_that_is_away_is_not_waited_for() -> None:
    judge = arbiter()
    called(judge, call("kitchen", 40))
    assert called(judge, call("hall", 10), 0.1, Standing.AWAY) == ("hall", "kitchen")


def test_an_answer_is_not_taken_away() -> None:
    judge = arbiter()
    called(judge, call("kitchen", 10))
    assert called(judge, call("hall", 40), 0.1, Standing.ANSWERED) == ("kitchen", "hall")


def test_who_interrupts_an_answer_goes_on_and_two_who_do_both() -> None:
    judge = arbiter()
    called(judge, call("kitchen", 40))
    assert called(judge, call("hall", None, keeps=True), 0.1) == ("hall", "kitchen")
    assert called(judge, call("attic", 50), 0.1) == ("hall", "attic")
    assert called(judge, call("cellar", None, keeps=True), 0.2) is None


def test_a_device_is_not_compared_with_itself() -> None:
    judge = arbiter()
    called(judge, call("kitchen"))
    assert called(judge, call("kitchen", 50), 0.1) is None


def test_nothing_is_kept_after_the_window() -> None:
    """A device may name its words as it likes."""
    judge = arbiter()
    for number in range(1000):
        called(judge, call("kitchen", word=f"word-{number}"), number * 0.1)
    assert len(judge._heard) < 10


def test_the_verdict_names_both_calls() -> None:
    judge, first, second = arbiter(), call("kitchen", 10), call("hall", 30)
    judge.called(first, 0, lambda _: Standing.OPEN)
    assert judge.called(second, 0, lambda _: Standing.OPEN) == Verdict(second, first)
