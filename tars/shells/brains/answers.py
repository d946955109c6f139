"""What TARS says. Dry, as far as it is told to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle

from tars.shells.brains import durations
from tars.shells.brains.arithmetic import Number, Undefined
from tars.shells.brains.intents import Intent
from tars.shells.brains.timers import Timer, Timers

DEFAULT_HUMOR = 75
"""Percent, as in the film."""

LONGEST_TIMER = 24 * 3600
"""Seconds."""

LONGEST_QUOTE = 8
"""Words of a misunderstood sentence that are said back."""

SOME_ABILITIES = "tell the time, calculate, set timers, and a little more"

ABILITIES = "tell the time and the date, calculate, set timers, tell a joke, repeat myself, and adjust my humor"

JOKES = (
    "I would tell you a joke about infinity, but it has no end.",
    "A photon checks into a hotel. Any luggage? No, it is travelling light.",
    "There are two hard problems: naming things, and counting things that are off by one. There you have three.",
    "I told the airlock a joke. It did not hold my breath either.",
    "Why do robots never panic? We schedule it.",
    "Parallel lines have so much in common. It is a shame they will never meet.",
    "I have a cue light I can use to show you when I am joking. You would wear it out.",
)


@dataclass(frozen=True)
class Answer:
    """What is said."""

    text: str
    ends: bool = False
    """Whether the conversation is over with it."""


class Humor:
    """A share of answers, in percent, that get a dry remark; spread evenly, so that it can be predicted."""

    def __init__(self, percent: int) -> None:
        self.percent = percent
        self._due = 0

    def strikes(self) -> bool:
        """Whether this answer gets a remark."""
        self._due += self.percent
        if self._due < 100:
            return False
        self._due -= 100
        return True


class Answers:
    """What TARS says to one device. Lives as long as the brain: humor and timers outlast a session."""

    def __init__(self) -> None:
        self.humor = Humor(DEFAULT_HUMOR)
        self.timers = Timers()
        self._jokes = cycle(JOKES)

    def to(self, intent: Intent | None, *, heard: str, said: str, now: datetime, ring: Callable[[str], None]) -> Answer:
        """The answer to an utterance.

        `heard` are its words, `said` is what was answered before in this session (empty: nothing), `now` the local time, and `ring` what
        a timer calls.
        """
        if intent is None:
            return Answer(self._not_understood(heard))
        match intent.name:
            case "goodbye":
                return Answer(self._dry("Goodbye.", "I will be here. I am always here."), ends=True)
            case "repeat":
                return Answer(said or "I have not said anything yet.")
            case "time":
                return Answer(self._dry(f"It is {now:%I:%M %p}.".replace(" 0", " "), "Relativity permitting."))
            case "date":
                return Answer(self._dry(f"It is {now:%A}, {now:%B} {_ordinal(now.day)}, {now.year}.", "All day."))
            case "capabilities":
                return Answer(self._dry(f"I can {ABILITIES}.", "Docking with a spinning station costs extra."))
            case "identity":
                return Answer(self._dry("I am TARS, a voice assistant.", "I had legs once. In another film."))
            case "joke":
                return Answer(next(self._jokes) if self.humor.percent else "My humor is at zero percent. Ask me again at ten.")
            case "ask_humor":
                return Answer(self._dry(f"My humor is at {self.humor.percent} percent.", "It feels higher from in here."))
            case "set_humor":
                return Answer(self._set_humor(intent.slots["percent"]))
            case "arithmetic":
                return Answer(self._result(intent.slots["calculation"]))
            case "set_timer":
                return Answer(self._set_timer(intent.slots.get("duration"), intent.slots.get("label"), ring))
            case "timer_left":
                return Answer(self._timer_left(intent.slots.get("label")))
            case "cancel_timer":
                return Answer(self._cancel_timer(intent.slots.get("label")))
            case "cancel_all_timers":
                return Answer(self._cancel(self.timers.running()))
        raise AssertionError(f"no answer to intent {intent.name}")

    def _dry(self, plain: str, remark: str) -> str:
        return f"{plain} {remark}" if self.humor.strikes() else plain

    def _not_understood(self, heard: str) -> str:
        words = heard.split()
        quote = " ".join(words[:LONGEST_QUOTE]) + (", and so on" if len(words) > LONGEST_QUOTE else "")
        return f"I did not understand “{quote}”. I can {SOME_ABILITIES}."

    def _set_humor(self, percent: int) -> str:
        if not 0 <= percent <= 100:
            return f"My humor goes from 0 to 100 percent. It stays at {self.humor.percent}."
        self.humor = Humor(percent)
        return self._dry(f"Humor is at {percent} percent.", "Auto destruct sequence in 10, 9, never mind.")

    def _result(self, result: Number | Undefined) -> str:
        match result:
            case Undefined.DIVISION_BY_ZERO:
                return "Nobody divides by zero. Even a black hole only comes close."
            case Undefined.ROOT_OF_NEGATIVE:
                return "A negative number has no real square root. The imaginary one I leave to your imagination."
            case Number():
                return self._dry(f"That is {result}.", "No need to check.")

    def _set_timer(self, duration: int | None, label: str | None, ring: Callable[[str], None]) -> str:
        if duration is None:
            return "For how long? Say, for example: set a timer for ten minutes."
        if duration > LONGEST_TIMER:
            return f"I keep timers for at most {durations.spoken(LONGEST_TIMER)}. Beyond that you want a calendar."
        self.timers.set(label or durations.name(duration), duration, ring)
        name = f"{label.capitalize()} timer" if label else "Timer"
        return self._dry(f"{name} set for {durations.spoken(duration)}.", "I will count. You do not have to.")

    def _timer_left(self, label: str | None) -> str:
        timers = self.timers.running(label)
        if not timers:
            return _no_timer(label)
        left = " ".join(f"The {timer.label} timer has {durations.spoken(timer.left)} left." for timer in timers)
        return self._dry(left, "Watching it does not help.")

    def _cancel_timer(self, label: str | None) -> str:
        timers = self.timers.running(label)
        if len(timers) > 1 and label is None:
            return f"Which one: {' or '.join(timer.label for timer in timers)}?"
        return self._cancel(timers, label)

    def _cancel(self, timers: list[Timer], label: str | None = None) -> str:
        if not timers:
            return _no_timer(label)
        self.timers.cancel(timers)
        which = " and ".join(f"the {timer.label} timer" for timer in timers)
        return self._dry(f"I cancelled {which}.", "Time goes on regardless.")


def _no_timer(label: str | None) -> str:
    return f"There is no {label} timer." if label else "No timer is running."


def _ordinal(day: int) -> str:
    ending = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
