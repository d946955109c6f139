"""Carries out intents about timers, alarms and reminders, and answers them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tars.brains.reply.intents.answering.questions import Answer, Question
from tars.brains.reply.intents.understanding import dates, durations
from tars.brains.reply.intents.understanding.clock_times import ClockTime
from tars.brains.reply.intents.understanding.intents import Intent
from tars.brains.reply.intents.understanding.slots import Slots
from tars.brains.reply.timers import Timer, Timers

LONGEST_TIMER = 24 * 3600
"""Seconds."""

REMARKS = {
    "set": "I will count. You do not have to.",
    "left": "Watching it does not help.",
    "cancel": "Time goes on regardless.",
    "change": "Time is relative anyway.",
}

TOO_LONG = f"I keep timers for at most {durations.spoken(LONGEST_TIMER)}. Beyond that you want a calendar."


class TimerAnswers:
    """Actions and answers for the timers of one device."""

    def __init__(self, timers: Timers, dry: Callable[[str, str], str]) -> None:
        """`dry(plain, remark)`: the plain answer, with the remark if the humor setting asks for it."""
        self._timers, self._dry = timers, dry

    def to(self, intent: Intent, now: datetime, ring: Callable[[str], None]) -> Answer | None:
        """Carry out an intent about timers; its answer. None for any other intent. `now`: the local time. `ring`: what a timer calls."""
        match intent.name:
            case "set_timer":
                return self._set_timer(intent, ring)
            case "set_alarm" | "set_reminder":
                return self._set_alarm(intent, now, ring)
            case "timer_left":
                return Answer(self._left(intent.slots))
            case "timer_due":
                return Answer(self._due(intent.slots, now))
            case "only_duration":
                wanted = Question("confirm", Intent("set_timer", intent.slots))
                return Answer(f"A timer for {durations.spoken(intent.slots['duration'])}?", question=wanted)
            case "put_on_timer":
                if self._found(intent.slots):
                    return self._to_one(Intent("lengthen_timer", intent.slots))
                return self._set_timer(Intent("set_timer", {"duration": intent.slots["change"]}), ring)
            case "cancel_timer" | "lengthen_timer" | "shorten_timer":
                return self._to_one(intent)
            case "cancel_all_timers":
                return Answer(self._cancel(self._found(intent.slots), intent.slots))
            case "pause_timer":
                return Answer("I cannot pause a timer. I can cancel it, or add time to it.")
        return None

    def _set_timer(self, intent: Intent, ring: Callable[[str], None]) -> Answer:
        slots = intent.slots
        if "duration" not in slots:
            return Answer("For how long?", question=Question("how_long", intent))
        kind = slots.get("kind", "timer")
        wanted = [(slots["duration"], slots.get("label") or slots.get("task"))]
        if "duration2" in slots:
            wanted.append((slots["duration2"], slots.get("label2")))
        if max(seconds for seconds, _ in wanted) > LONGEST_TIMER:
            return Answer(TOO_LONG)
        said = []
        for seconds, label in wanted:
            self._timers.set(label or durations.name(seconds), seconds, ring, kind=kind)
            said.append(f"{f'{label} {kind}' if label else kind} set for {durations.spoken(seconds)}")
        return Answer(self._dry(f"{_sentence(' and '.join(said))}", REMARKS["set"]))

    def _set_alarm(self, intent: Intent, now: datetime, ring: Callable[[str], None]) -> Answer:
        slots, task = intent.slots, intent.slots.get("task")
        if "duration" in slots:
            return self._remind(slots["duration"], task or "", durations.spoken(slots["duration"]), ring)
        if "clock" not in slots:
            asked = "In how long, or at what time?" if intent.name == "set_reminder" else "For what time?"
            return Answer(asked, question=Question("what_time", intent))
        clock = slots["clock"]
        if clock.doubtful:
            return Answer(f"{_spoken_time(clock)}, in the morning or in the evening?", question=Question("half_of_day", intent))
        try:
            due = clock.due(now)
        except ValueError:
            return Answer(f"It is past {clock} already.")
        seconds = (due - now.astimezone()).total_seconds()
        if seconds > LONGEST_TIMER:
            return Answer(TOO_LONG)
        day = "" if due.date() == now.date() else " tomorrow"
        if task is not None:
            return self._remind(seconds, task, f"{clock}{day}", ring)
        self._timers.set(str(clock), seconds, ring, kind="alarm")
        return Answer(self._dry(f"Alarm set for {clock}{day}.", REMARKS["set"]))

    def _remind(self, seconds: float, task: str, when: str, ring: Callable[[str], None]) -> Answer:
        if seconds > LONGEST_TIMER:
            return Answer(TOO_LONG)
        self._timers.set(task, seconds, ring, kind="reminder")
        return Answer(self._dry(f"Reminder set for {when}: {task}.", REMARKS["set"]))

    # --- running timers --------------------------------------------------------------------------------------------------------------

    def _found(self, slots: Slots, *, any_kind: bool = False) -> list[Timer]:
        """The running timers that the slots mean."""
        if "chosen" in slots:
            return [timer for timer in self._timers.running() if timer.number in slots["chosen"]]
        label, kind = slots.get("label") or slots.get("task"), slots.get("kind")
        found = self._timers.running(label, slots.get("duration"))
        if kind is not None and not (any_kind and kind == "timer"):
            found = [timer for timer in found if timer.kind == kind]
        if clock := slots.get("clock"):
            found = [timer for timer in found if timer.kind == "alarm" and timer.label.startswith(str(clock))]
        if (ordinal := slots.get("ordinal")) is not None:
            by_age = sorted(found, key=lambda timer: timer.number)
            picked = found[ordinal:][:1] + by_age[ordinal:][:1]
            found = [timer for timer in found if timer in picked]  # two timers if they ring in another order: TARS asks
        return found

    def _left(self, slots: Slots) -> str:
        timers = self._found(slots, any_kind=True)
        if not timers:
            return _no_timer(slots)
        left = [f"The {timer.name} has {durations.spoken(timer.left)} left." for timer in timers]
        return self._dry(" ".join(left), REMARKS["left"])

    def _due(self, slots: Slots, now: datetime) -> str:
        timers = self._found(slots, any_kind=True)
        if not timers:
            return _no_timer(slots)
        rings = [(timer.name, now + timedelta(seconds=round(timer.left))) for timer in timers]
        due = [f"The {name} rings at {ClockTime(moment.hour, moment.minute)}." for name, moment in rings]
        return self._dry(" ".join(due), REMARKS["left"])

    def _to_one(self, intent: Intent) -> Answer:
        """Cancel, lengthen or shorten the timer that is meant. Ask which if there are several."""
        slots = intent.slots
        timers = self._found(slots)
        if len(timers) > 1 and "chosen" not in slots:
            return Answer(_which(timers), question=Question("which", intent, tuple(timers)))
        if not timers:
            return Answer(_no_timer(slots))
        if intent.name == "cancel_timer":
            return Answer(self._cancel(timers, slots))
        change = slots["change"] if intent.name == "lengthen_timer" else -slots["change"]
        return Answer(" ".join(self._changed(timer, change) for timer in timers))

    def _changed(self, timer: Timer, change: int) -> str:
        if timer.left + change > LONGEST_TIMER:
            return TOO_LONG
        try:
            changed = self._timers.change(timer, change)
        except ValueError:
            return f"The {timer.name} has only {durations.spoken(timer.left)} left."
        return self._dry(f"The {timer.name} now has {durations.spoken(changed.left)} left.", REMARKS["change"])

    def _cancel(self, timers: list[Timer], slots: Slots) -> str:
        if not timers:
            return _no_timer(slots)
        self._timers.cancel(timers)
        which = " and ".join(f"the {timer.name}" for timer in timers)
        return self._dry(f"I cancelled {which}.", REMARKS["cancel"])


def _which(timers: list[Timer]) -> str:
    """The question which timer is meant. Timers of one label are told apart by the time that is left."""
    names = [timer.label for timer in timers]
    if len(set(names)) == len(names):
        return f"Which one: {_list(names)}?"
    nth = (dates.ordinal(number) for number in range(1, len(timers) + 1))
    told_apart = (
        f"the {number}, {timer.label} with {durations.spoken(timer.left)} left" for number, timer in zip(nth, timers, strict=True)
    )
    return f"Which one: {', or '.join(told_apart)}?"


def _list(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _no_timer(slots: Slots) -> str:
    kind = slots.get("kind", "timer")
    named = slots.get("label") or ("duration" in slots and durations.name(slots["duration"])) or ""
    if named:
        return f"There is no {named} {kind}."
    return "There is no such timer." if "ordinal" in slots or "clock" in slots or "task" in slots else f"No {kind} is running."


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _spoken_time(clock: ClockTime) -> str:
    return str(clock).removesuffix(":00")
