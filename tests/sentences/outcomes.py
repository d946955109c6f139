"""The outcome of a sentence, in a few words that can be compared: "set 600 pasta", "cancel all", "declined"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tars.brains.reply.intents.answering.answers import Answers
from tars.brains.reply.intents.answering.dialogue import Dialogue
from tars.brains.reply.intents.understanding import dates
from tars.brains.reply.intents.understanding.arithmetic import Number, Undefined
from tars.brains.reply.intents.understanding.clock_times import ClockTime
from tars.brains.reply.intents.understanding.intents import Intent, Understanding
from tars.brains.reply.intents.understanding.labels import singular
from tars.brains.reply.intents.understanding.names import Names
from tars.brains.reply.intents.understanding.slots import Slots
from tars.brains.reply.timers import Timer

MORNING = datetime(2026, 11, 29, 9, 15)
"""A Sunday."""

ACTIONS = ("set", "put", "alarm", "remind", "cancel", "add", "remove", "humor ", "switch")
"""The beginnings of outcomes that change something."""


def is_action(outcome: str) -> bool:
    """Whether the outcome changes a timer, an alarm, a reminder, the humor setting or the persona."""
    return outcome.startswith(ACTIONS) and not outcome.endswith("?")


def of_sentences(
    understanding: Understanding, sentences: list[str], *, running: list[tuple[int, str]], after: str | None, wake_word: str
) -> list[str]:
    """The outcome of each sentence, each in a session of its own, after the sentence `after`, while the timers `running` run."""
    return [_outcome(understanding, sentence, running, after, wake_word) for sentence in sentences]


def _outcome(understanding: Understanding, sentence: str, running: list[tuple[int, str]], after: str | None, wake_word: str) -> str:
    answers = Answers()
    try:
        for seconds, label in running:
            answers.timers.set(label or f"{seconds} seconds", seconds, print)
        names = Names(wake_word)
        dialogue = Dialogue(understanding, names)
        if after is not None:
            dialogue.reply(after, answers, now=MORNING, ring=print)
        text = names.meant(sentence, lambda words: dialogue.intent(words) is not None, wake_word=False)
        if not text:
            return "nothing said"
        return described(dialogue.intent(text), answers.timers.running())
    finally:
        answers.timers.close()


def described(intent: Intent | None, timers: list[Timer]) -> str:
    """An intent in the words of the sentence files."""
    if intent is None:
        return "declined"
    describe = DESCRIBED.get(intent.name)
    return describe(intent.slots, timers) if describe else PLAIN.get(intent.name, intent.name)


PLAIN = {"timer_left": "left", "pause_timer": "pause", "ask_humor": "humor", "is_weekend": "is weekend", "never_mind": "never mind"}


def _words(*words: object) -> str:
    return " ".join(str(word) for word in words if word not in {None, ""})


def _started(slots: Slots, _: list[Timer]) -> str:
    if "duration" not in slots:
        return _words("ask duration", slots.get("label"))
    first = _words("set", slots["duration"], slots.get("label") or slots.get("task"))
    return first if "duration2" not in slots else f"{first} + {_words('set', slots['duration2'], slots.get('label2'))}"


def _alarm(verb: str) -> Callable[[Slots, list[Timer]], str]:
    def described(slots: Slots, _: list[Timer]) -> str:
        task = slots.get("task")
        if "duration" in slots:
            return _words("remind", slots["duration"], task)
        if "clock" not in slots:
            return _words("ask duration", task) if task else "ask when"
        return _words("remind" if task else verb, _clock(slots["clock"]), task)

    return described


def _clock(clock: ClockTime) -> str:
    day = {None: "", 0: "", 1: " tomorrow"}[clock.days]
    return f"{clock.hour}:{clock.minute:02}{'?' if clock.doubtful else ''}{day}"


def _which(slots: Slots, timers: list[Timer]) -> Any:
    if chosen := slots.get("chosen"):
        if len(chosen) == len(timers):
            return "all"
        timer = next(timer for timer in timers if (timer.number,) == chosen)
        alike = [other for other in timers if other.label == timer.label]
        return timer.label if len(alike) == 1 else f"#{timers.index(timer) + 1}"
    if "ordinal" in slots:
        return _words("last" if slots["ordinal"] == -1 else f"#{slots['ordinal'] + 1}", slots.get("label"), slots.get("duration"))
    if "clock" in slots:
        return _clock(slots["clock"])
    label = slots.get("label") or slots.get("task")
    known = [timer.label for timer in timers if label and singular(timer.label) == singular(label)]
    return (known[0] if known else label) or slots.get("duration")


def _with_which(verb: str) -> Callable[[Slots, list[Timer]], str]:
    return lambda slots, timers: _words(verb, _which(slots, timers))


def _changed(verb: str, of: str) -> Callable[[Slots, list[Timer]], str]:
    def described(slots: Slots, timers: list[Timer]) -> str:
        which = _which(slots, timers)
        return _words(verb, slots["change"], of if isinstance(which, int) else "", which)

    return described


def _sum(slots: Slots, _: list[Timer]) -> str:
    result = slots["calculation"]
    if isinstance(result, Undefined):
        return f"sum {result.value}"
    assert isinstance(result, Number)
    return "sum " + str(result).replace(",", "").replace("minus ", "-").replace(" percent", " %")


def _date(slots: Slots, _: list[Timer]) -> str:
    return {0: "date", 1: "day tomorrow", -1: "day yesterday"}[slots.get("days", 0)]


def _is_day(slots: Slots, _: list[Timer]) -> str:
    return _words("is", dates.WEEKDAYS[slots["weekday"]], {0: "", 1: "tomorrow", -1: "yesterday"}[slots.get("days", 0)])


def _cancelled_all(slots: Slots, _: list[Timer]) -> str:
    return _words("cancel all", slots.get("label"))


DESCRIBED: dict[str, Callable[[Slots, list[Timer]], str]] = {
    "set_timer": _started,
    "set_alarm": _alarm("alarm"),
    "set_reminder": _alarm("remind"),
    "timer_left": _with_which("left"),
    "timer_due": _with_which("when"),
    "cancel_timer": _with_which("cancel"),
    "cancel_all_timers": _cancelled_all,
    "lengthen_timer": _changed("add", "to"),
    "shorten_timer": _changed("remove", "from"),
    "only_duration": lambda slots, _: f"ask set {slots['duration']}",
    "put_on_timer": _changed("put", "on"),
    "arithmetic": _sum,
    "date": _date,
    "is_day": _is_day,
    "days_until": lambda slots, _: f"until {slots['feast']}",
    "set_humor": lambda slots, _: f"humor {slots['percent']}",
    "switch_persona": lambda slots, _: f"switch to {slots['persona']}",
}
