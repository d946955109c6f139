"""Answers and follow-up questions of TARS, and how a short answer of the user completes an intent."""

from __future__ import annotations

from dataclasses import dataclass

from tars.brains.reply.intents.understanding.intents import Intent
from tars.brains.reply.intents.understanding.labels import singular
from tars.brains.reply.intents.understanding.slots import Slots
from tars.brains.reply.timers import Timer
from tars.runtime.persona_settings import Persona


@dataclass(frozen=True)
class Question:
    """A question of TARS, open for one turn."""

    kind: str
    """A name of `answers` in intents.yaml: the sentences that answer it."""
    wanted: Intent
    """The intent that the answer completes."""
    choices: tuple[Timer, ...] = ()
    """For "which": the timers, in the order in which they were named."""

    def completed(self, answer: Intent) -> Intent | None:
        """The intent completed by this answer; None if it does not answer this question."""
        if answer.name == "choose_none":
            return Intent("never_mind")
        match self.kind:
            case "which":
                chosen = self.choices if answer.name == "choose_all" else self._chosen(answer.slots)
                return self._with({"chosen": tuple(timer.number for timer in chosen)}) if chosen else None
            case "how_long" | "confirm":
                return self._with(answer.slots)
            case "half_of_day":
                return self._in_half(answer.slots)
            case "what_time":
                if answer.name == "duration" and self.wanted.name == "set_alarm":
                    return Intent("set_timer", {"kind": "alarm"} | self.wanted.slots | answer.slots)
                return self._with(answer.slots)
        raise AssertionError(f"no answer to question {self.kind}")

    def _with(self, slots: Slots) -> Intent:
        return Intent(self.wanted.name, self.wanted.slots | slots)

    def _chosen(self, slots: Slots) -> tuple[Timer, ...]:
        """The choice that fits, if exactly one does."""
        fitting = [timer for timer in self.choices if _fits(timer, slots)]
        if "ordinal" in slots:
            fitting = fitting[slots["ordinal"] :][:1]
        return tuple(fitting) if len(fitting) == 1 else ()

    def _in_half(self, slots: Slots) -> Intent | None:
        clock = self.wanted.slots["clock"]
        try:
            if "day" in slots:
                clock = clock.on(slots["day"])
            elif "half" in slots:
                clock = clock.at(slots["half"])
            elif (slots["clock"].hour % 12, slots["clock"].minute) == (clock.hour % 12, clock.minute):
                clock = slots["clock"]
        except ValueError:
            return None
        return None if clock.doubtful else self._with({"clock": clock})


@dataclass(frozen=True)
class Answer:
    """The answer of TARS."""

    text: str
    ends: bool = False
    """Whether the conversation ends after it."""
    question: Question | None = None
    """The question in it."""
    persona: Persona | None = None
    """Who gives it and all that follow; None: the persona that was asked."""


def _fits(timer: Timer, slots: Slots) -> bool:
    label, seconds = slots.get("label"), slots.get("duration")
    return (label is None or singular(label) == singular(timer.label)) and (seconds is None or seconds == timer.seconds)
