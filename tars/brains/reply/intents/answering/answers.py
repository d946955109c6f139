"""The answers to intents. The humor setting decides how many of them get a dry remark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import cycle

from tars.brains.personas import Personas
from tars.brains.reply.intents.answering.questions import Answer
from tars.brains.reply.intents.answering.timer_answers import TimerAnswers
from tars.brains.reply.intents.understanding import dates
from tars.brains.reply.intents.understanding.arithmetic import Number, Undefined
from tars.brains.reply.intents.understanding.intents import Intent
from tars.brains.reply.intents.understanding.slots import Slots
from tars.brains.reply.timers import Timers
from tars.runtime.persona_settings import TARS, Persona

LONGEST_QUOTE = 8
"""Words of a sentence that was not understood that the answer repeats."""

SOME_ABILITIES = "tell the time, calculate, set timers, and a little more"

ABILITIES = "tell the time and the date, calculate, set timers, alarms and reminders, tell a joke, repeat myself, and adjust my humor"

JOKES = (
    "I would tell you a joke about infinity, but it has no end.",
    "A photon checks into a hotel. Any luggage? No, it is travelling light.",
    "There are two hard problems: naming things, and counting things that are off by one. There you have three.",
    "I told the airlock a joke. It did not hold my breath either.",
    "Why do robots never panic? We schedule it.",
    "Parallel lines have so much in common. It is a shame they will never meet.",
    "I have a cue light I can use to show you when I am joking. You would wear it out.",
)

LEGS, NO_LEGS = "I had legs once. In another film.", "TARS had the better agent."
"""The remarks on who one is: of TARS, and of everybody else."""


class Humor:
    """The percentage of answers that get a dry remark. The remarks are spread evenly: which answers get one can be predicted."""

    def __init__(self, percent: int) -> None:
        self.percent = percent
        self._due = 0

    def strikes(self) -> bool:
        """Whether the next answer gets a remark."""
        self._due += self.percent
        if self._due < 100:
            return False
        self._due -= 100
        return True


class Answers:
    """The answers of one persona on one device. The humor setting and the timers are kept between sessions."""

    def __init__(self, timers: Timers | None = None, persona: Persona = TARS, personas: Personas | None = None) -> None:
        """`timers`: those of the device; None: it has none yet. `personas`: whom the user may ask for; None: TARS alone."""
        self.humor = Humor(persona.humor)
        self.timers = timers or Timers()
        self._persona, self._personas = persona, personas or Personas()
        self._remarks = cycle(persona.remarks)
        self._jokes = cycle(JOKES)
        self._about_timers = TimerAnswers(self.timers, self._dry)

    def to(self, intent: Intent, *, said: str, now: datetime, ring: Callable[[str], None]) -> Answer:
        """The answer to an intent.

        `said`: what was heard of the answer before this one in the session; empty: nothing. `now`: the local time. `ring`: what a timer
        calls.
        """
        answer = self._about_timers.to(intent, now, ring)
        if answer is None and (date := _of_dates(intent, now)):
            answer = Answer(self._dry(*date))
        return answer or self._other(intent, said, now)

    def _other(self, intent: Intent, said: str, now: datetime) -> Answer:
        match intent.name:
            case "goodbye":
                return Answer(self._dry(self._persona.farewell, "I will be here. I am always here."), ends=True)
            case "never_mind":
                return Answer("All right.")
            case "repeat":
                return Answer(said or "I have not said anything yet.")
            case "time":
                return Answer(self._dry(f"It is {now:%I:%M %p}.".replace(" 0", " "), "Relativity permitting."))
            case "capabilities":
                return Answer(self._dry(f"I can {ABILITIES}.", "Docking with a spinning station costs extra."))
            case "identity":
                return Answer(self._dry(self._persona.introduction, LEGS if self._persona.name == TARS.name else NO_LEGS))
            case "switch_persona":
                return self._switch(self._personas.called(intent.slots["persona"]))
            case "joke":
                return Answer(next(self._jokes) if self.humor.percent else "My humor is at zero percent. Ask me again at ten.")
            case "ask_humor":
                return Answer(self._dry(f"My humor is at {self.humor.percent} percent.", "It feels higher from in here."))
            case "set_humor":
                return Answer(self._set_humor(intent.slots["percent"]))
            case "arithmetic":
                return Answer(self._result(intent.slots["calculation"]))
        raise AssertionError(f"no answer to intent {intent.name}")

    def _dry(self, plain: str, remark: str) -> str:
        """The plain answer, and, when humor strikes, the next remark of the persona; this one if it has none."""
        return f"{plain} {next(self._remarks, remark)}" if self.humor.strikes() else plain

    def _switch(self, wanted: Persona) -> Answer:
        if wanted == self._persona:
            return Answer(self._dry(f"You are talking to {wanted.name}.", "There is only one of me. I checked."))
        return Answer(wanted.introduction, persona=wanted)

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


def not_understood(heard: str) -> str:
    """The answer to words that are no command."""
    words = heard.split()
    quote = " ".join(words[:LONGEST_QUOTE]) + (", and so on" if len(words) > LONGEST_QUOTE else "")
    return f"I did not understand “{quote}”. I can {SOME_ABILITIES}."


def _of_dates(intent: Intent, now: datetime) -> tuple[str, str] | None:
    """The answer to an intent about the calendar, and its dry remark; None for any other intent."""
    slots: Slots = intent.slots
    match intent.name:
        case "date":
            away = slots.get("days", 0)
            verb = {-1: "Yesterday was", 0: "It is", 1: "Tomorrow is"}[away]
            return f"{verb} {dates.said(now.date() + timedelta(days=away))}.", "All day."
        case "month":
            return f"It is {now:%B}.", "For a while."
        case "year":
            return f"It is {now.year}.", "On this planet."
        case "week":
            return f"It is week {now.isocalendar().week}.", "All seven days of it."
        case "is_day":
            day = now.date() + timedelta(days=slots.get("days", 0))
            yes = "Yes" if day.weekday() == slots["weekday"] else "No"
            return f"{yes}, {'it' if day == now.date() else 'tomorrow' if day > now.date() else 'yesterday'} is {day:%A}.", "I checked."
        case "is_weekend":
            return f"{'Yes' if now.weekday() >= 5 else 'No'}, it is {now:%A}.", "Not that I get time off."
        case "days_until":
            days = dates.days_until(slots["feast"], now.date())
            left = "It is today." if not days else f"It is {days} day{'s' if days > 1 else ''} until {slots['feast'].title()}."
            return left.replace("'S", "'s"), "I am not counting. I am, in fact."
    return None
