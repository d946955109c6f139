"""From recognised text to an intent: it matches the sentences in intents.yaml and reads the values of their slots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tars.brains.reply.intents.understanding import durations, slots
from tars.brains.reply.intents.understanding.closest import Closest
from tars.brains.reply.intents.understanding.labels import marked
from tars.brains.reply.intents.understanding.names import Names
from tars.brains.reply.intents.understanding.slots import PATTERNS, Slots, any_of
from tars.brains.reply.intents.understanding.templates import Template, compiled
from tars.brains.reply.intents.understanding.wording import courteous, repaired
from tars.brains.reply.intents.understanding.words import plain
from tars.errors import ConfigError

SENTENCES = Path(__file__).with_name("intents.yaml")

LONGEST = 40
"""Words of the longest command."""

LONGEST_TEXT = 400
"""Characters of the longest command."""


@dataclass(frozen=True)
class Intent:
    """What the user wants, and the values it is about."""

    name: str
    """As in intents.yaml."""
    slots: Slots = field(default_factory=Slots)


class Understanding:
    """The compiled sentences, for all conversations."""

    def __init__(self, personas: Iterable[str] = ("tars",)) -> None:
        """Compile them. Takes 1 s. Raises ConfigError if intents.yaml cannot be read.

        `personas`: the plain words that call a persona by voice.
        """
        import yaml

        try:
            text = SENTENCES.read_text(encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"{SENTENCES} cannot be read ({error}): pip install --force-reinstall . in the TARS folder") from error
        defined = yaml.safe_load(text)
        rules, patterns = defined["rules"], {**PATTERNS, "persona": any_of(personas)}
        self._intents = _templates(defined["intents"], rules, patterns)
        self._closest = Closest((sentence for those in defined["intents"].values() for sentence in those), rules)
        self._answers = {question: _templates(answers, rules, patterns) for question, answers in defined["answers"].items()}
        self.understand("how much longer on the tee timer")  # compiles the patterns of the wording

    def understand(self, text: str, names: Names | None = None) -> Intent | None:
        """The intent of the whole text, or None. `names`: the names of TARS in this session. Takes a few milliseconds."""
        return self._first(self._intents, text, names or Names(), self._closest.to)

    def answer_to(self, question: str, text: str, names: Names | None = None) -> Intent | None:
        """The answer of the whole text to a question of TARS, a name under `answers` in intents.yaml; None if it is no answer."""
        return self._first(self._answers[question], text, names or Names())

    def _first(
        self, templates: list[tuple[str, Template]], text: str, names: Names, closest: Callable[[str], str | None] = lambda _: None
    ) -> Intent | None:
        if len(text) > LONGEST_TEXT or len(text.split()) > LONGEST:
            return None
        for words in _readings(text, names):
            for wording in dict.fromkeys([durations.normal(words), words]):
                if intent := _match(templates, wording):
                    return intent
        meant = closest(durations.normal(_shortest(text, names)))
        return _match(templates, meant) if meant else None


def _templates(sentences: Mapping[str, Iterable[str]], rules: Mapping[str, str], patterns: Mapping[str, str]) -> list[tuple[str, Template]]:
    return [(name, compiled(sentence, rules, patterns)) for name, those in sentences.items() for sentence in those]


def _readings(text: str, names: Names) -> Iterator[str]:
    """All readings of the text in plain words, the likeliest first: as recognised, then with the known mistakes corrected."""
    plainly = dict.fromkeys(words for reading in names.readings(text) for words in courteous(plain(reading)) if words)
    yield from plainly
    mended = dict.fromkeys(wording for words in plainly for wording in courteous(repaired(words)))
    yield from (words for words in mended if words not in plainly)


def _shortest(text: str, names: Names) -> str:
    """The reading without names and politeness, with the known mistakes corrected."""
    *_, last = courteous(repaired(plain(next(names.readings(text)))))
    return last


def _match(templates: list[tuple[str, Template]], words: str) -> Intent | None:
    text = marked(words)
    for name, template in templates:
        filled = template.match(text)
        if filled is None:
            continue
        try:
            return Intent(name, slots.read(filled))
        except ValueError:
            continue
    return None
