"""From words to what the user wants: hassil templates in intents.yaml, their slots read into values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from hassil import Intents, recognize_all

from tars.errors import ConfigError
from tars.shells.brains import arithmetic, durations
from tars.shells.brains.arithmetic import Number, Undefined
from tars.shells.brains.words import plain, whole_number

SENTENCES = Path(__file__).with_name("intents.yaml")

LONGEST = 40
"""More words than this are no command: trying all ways to cut them into slots would take long."""


POLITE = re.compile(r"^((please|can you|could you|would you|will you|hey|okay|ok|well|so|tars|just) )+|( (please|now|tars|for me))+$")
"""What may be said around any sentence."""


class Slots(TypedDict, total=False):
    """What an intent is about."""

    calculation: Number | Undefined
    """The result."""
    duration: int
    """Seconds."""
    label: str
    """What a timer is for, or how long it takes: "pasta", "10 minute"."""
    percent: int


@dataclass(frozen=True)
class Intent:
    """What the user wants."""

    name: str
    """As in intents.yaml."""
    slots: Slots = field(default_factory=Slots)


def _label(words: str) -> Slots:
    label = words.removeprefix("a ").removeprefix("an ").removeprefix("the ").removeprefix("my ")
    if label in {"", "a", "an", "the", "my", "all", "timer"}:
        raise ValueError(f"{words!r} names no timer")
    try:
        return {"label": durations.name(durations.seconds(label))}
    except ValueError:
        return {"label": label}


def _timer(words: str) -> Slots:
    """Reads "ten minute" and "ten minute pasta"."""
    duration, label = durations.leading_seconds(words)
    slots = _label(label) if label else Slots()
    slots["duration"] = duration
    return slots


READERS: dict[str, Callable[[str], Slots]] = {
    "calculation": lambda words: {"calculation": arithmetic.calculate(words)},
    "duration": lambda words: {"duration": durations.seconds(words)},
    "timer": _timer,
    "label": _label,
    "percent": lambda words: {"percent": whole_number(words)},
}
"""How the words of each slot become values; ValueError: the sentence was another one."""


class Understanding:
    """The loaded sentences, shared by all conversations."""

    def __init__(self) -> None:
        """Takes a fifth of a second. Raises ConfigError if the sentences are not there."""
        try:
            self._intents = Intents.from_files([SENTENCES])
        except OSError as error:
            raise ConfigError(f"{SENTENCES} cannot be read ({error}): pip install --force-reinstall . in the TARS folder") from error
        self.understand("what time is it")  # hassil parses its templates at the first use

    def understand(self, text: str) -> Intent | None:
        """What the whole text asks for, or None. A few milliseconds."""
        words = plain(text)
        if len(words.split()) > LONGEST:
            return None
        return self._match(words) or self._match(POLITE.sub("", words))

    def _match(self, words: str) -> Intent | None:
        for match in recognize_all(words, self._intents):
            slots = Slots()
            try:
                for name, entity in match.entities.items():
                    slots |= READERS[name](str(entity.value))
            except ValueError:
                continue
            return Intent(match.intent.name, slots)
        return None
