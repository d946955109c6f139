"""Questions, and intents that a short answer completes."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from tars.brains.reply.intents.answering.questions import Question
from tars.brains.reply.intents.understanding.clock_times import ClockTime
from tars.brains.reply.intents.understanding.intents import Intent
from tars.brains.reply.intents.understanding.slots import Slots
from tars.brains.reply.timers import Timer

NO_HANDLE = cast("asyncio.TimerHandle", None)
EGG, PASTA, MORE_PASTA = (
    Timer(label, 0.0, seconds, "timer", NO_HANDLE, print, number)
    for label, seconds, number in (("egg", 300, 4), ("pasta", 600, 5), ("pasta", 900, 6))
)
WHICH = Question("which", Intent("cancel_timer"), (EGG, PASTA, MORE_PASTA))


@pytest.mark.parametrize(
    ("slots", "chosen"),
    [
        (Slots(label="eggs"), (4,)),
        (Slots(label="pasta"), None),
        (Slots(label="pasta", duration=900), (6,)),
        (Slots(ordinal=0), (4,)),
        (Slots(ordinal=-1), (6,)),
        (Slots(label="pasta", ordinal=1), (6,)),
        (Slots(label="tea"), None),
    ],
)
def test_the_one_timer_that_fits_is_chosen_by_its_number(slots: Slots, chosen: tuple[int, ...] | None) -> None:
    wanted = WHICH.completed(Intent("choose", slots))
    assert wanted == (None if chosen is None else Intent("cancel_timer", Slots(chosen=chosen)))


def test_all_or_none_may_be_chosen() -> None:
    assert WHICH.completed(Intent("choose_all")) == Intent("cancel_timer", Slots(chosen=(4, 5, 6)))
    assert WHICH.completed(Intent("choose_none")) == Intent("never_mind")


def test_a_duration_completes_a_timer() -> None:
    question = Question("how_long", Intent("set_timer", Slots(label="egg")))
    assert question.completed(Intent("duration", Slots(duration=300))) == Intent("set_timer", Slots(label="egg", duration=300))


def test_a_duration_makes_a_timer_of_an_alarm() -> None:
    question = Question("what_time", Intent("set_alarm", Slots()))
    assert question.completed(Intent("duration", Slots(duration=300))) == Intent("set_timer", Slots(kind="alarm", duration=300))


@pytest.mark.parametrize(
    ("slots", "hour"),
    [(Slots(half="pm"), 19), (Slots(half="am"), 7), (Slots(day="tonight"), 19), (Slots(clock=ClockTime(19, 0)), 19)],
)
def test_an_answer_tells_the_half_of_the_day(slots: Slots, hour: int) -> None:
    question = Question("half_of_day", Intent("set_alarm", Slots(clock=ClockTime(7, 0, doubtful=True))))
    wanted = question.completed(Intent("half", slots))
    assert wanted is not None
    assert (wanted.slots["clock"].hour, wanted.slots["clock"].doubtful) == (hour, False)


@pytest.mark.parametrize("slots", [Slots(clock=ClockTime(8, 0)), Slots(day="tomorrow")])
def test_an_answer_that_leaves_the_half_open_is_none(slots: Slots) -> None:
    question = Question("half_of_day", Intent("set_alarm", Slots(clock=ClockTime(7, 0, doubtful=True))))
    assert question.completed(Intent("half", slots)) is None
