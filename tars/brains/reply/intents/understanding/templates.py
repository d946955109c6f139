"""Sentence templates as regular expressions: (one|or another), [optional], <rule>, {slot}."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tars.brains.reply.intents.understanding.labels import MARK

PIECE = re.compile(r"[()\[\]|]|<\w+>|\{\w+\}|[^()\[\]|<>{}\s]+")
"""Matches one piece of a template: a bracket, a rule, a slot or a word."""


@dataclass(frozen=True)
class Template:
    """The template of one sentence."""

    pattern: re.Pattern[str]
    slots: Mapping[str, str]
    """Group of the pattern -> slot."""

    def match(self, words: str) -> dict[str, str] | None:
        """The words in each slot if the sentence matches all marked words, else None.

        None too if a slot is filled twice: the two values could contradict each other.
        """
        found = self.pattern.fullmatch(words)
        if found is None:
            return None
        filled = [(self.slots[group], text.replace(MARK, "").strip()) for group, text in found.groupdict().items() if text is not None]
        return dict(filled) if len(dict(filled)) == len(filled) else None


def compiled(sentence: str, rules: Mapping[str, str], slots: Mapping[str, str]) -> Template:
    """The template of a sentence.

    `rules` are sentences by name. `slots` are patterns by name, each for marked words. A digit at the end of a
    slot's name distinguishes two slots of one kind. Raises ValueError for a bracket that does not close and KeyError for an unknown name.
    """
    groups: dict[str, str] = {}
    parts = [_pattern(piece, slots, groups) for piece in expanded(sentence, rules)]
    try:
        return Template(re.compile("".join(parts)), groups)
    except re.error as error:
        raise ValueError(f"{sentence!r}: {error}") from error


def expanded(sentence: str, rules: Mapping[str, str]) -> Iterator[str]:
    """The pieces of a template, with a rule in brackets where its name was. Raises KeyError for an unknown name."""
    for piece in PIECE.findall(sentence):
        if piece.startswith("<"):
            yield from ("(", *expanded(rules[piece[1:-1]], rules), ")")
        else:
            yield piece


def _pattern(piece: str, slots: Mapping[str, str], groups: dict[str, str]) -> str:
    if piece in BRACKETS:
        return BRACKETS[piece]
    if piece.startswith("{"):
        slot = piece[1:-1]
        group = f"slot{len(groups)}"
        groups[group] = slot
        return f"(?P<{group}>{slots[slot.rstrip('0123456789')]})"
    return f"{re.escape(piece)}{MARK}? "


BRACKETS = {"(": "(?:", ")": ")", "[": "(?:", "]": ")?", "|": "|"}
