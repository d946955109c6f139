"""The names of TARS, and how they are removed from recognised text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher

from tars.brains.reply.intents.understanding.labels import UNMARKED
from tars.brains.reply.intents.understanding.words import plain

WAKE_WORDS = ("hey jarvis", "okay nabu", "ok nabu", "hey mycroft", "hey rhasspy", "alexa", "hey tars")
"""The wake words of the known models, and "hey tars"."""

GREETINGS = ("hey", "hi", "hello", "okay", "ok")
"""Words that may come before a name."""

MISHEARD = (*GREETINGS, "a")
"""These words, and the word that is recognised in their place."""

ALIKE = 0.75
"""The least similarity, 0 to 1, of a recognised wake word: "a jervis" is "hey jarvis", "hey charles" is not."""

MOST_WORDS = 3
"""The most words that a wake word may be recognised as: "hey jar vis"."""

SHORTEST_TAIL = 3
"""The fewest letters of the end of a wake word that are recognised as it: "vis" is, "is" is a word of its own."""


class Names:
    """The names of TARS in one session."""

    def __init__(self, wake_word: str = "", personas: Iterable[str] = ()) -> None:
        """`wake_word`: the spoken wake word that began the session; empty for none. `personas`: the wake words of all personas."""
        self.wake_words = tuple(dict.fromkeys([*([wake_word] if wake_word else []), *WAKE_WORDS, *personas]))
        full = {plain(word) for word in self.wake_words}
        longest_first = sorted(full | {without_greeting(word) for word in full}, key=len, reverse=True)
        called = "|".join("[ ,]+".join(map(re.escape, name.split())) for name in longest_first)
        name = rf"(?:(?:{'|'.join(GREETINGS)})[ ,]+)?(?:{called})"
        self._leading = re.compile(rf"^(?:{name}\b[\s,.!?;]*)+", re.IGNORECASE)
        self._trailing = re.compile(rf"(?:(?:^|[\s,.!?;]+){name})+[\s,.!?;]*$", re.IGNORECASE)
        self._between_commas = re.compile(rf",\s*{name}\s*,", re.IGNORECASE)
        self._anywhere = re.compile(rf"(?<![\w']){name}(?![\w'])", re.IGNORECASE)

    def readings(self, text: str) -> Iterator[str]:
        """Readings of the text, the likeliest first: without names at both ends, as it is, without any name, after a wake word.

        The last one keeps the name at the end, which may be somebody who is asked for: "Jarvis, let me talk to TARS".
        """
        bare = self._between_commas.sub(" ", text)
        yield self._ends_off(bare)
        yield text
        yield self._anywhere.sub(" ", text)
        rest = self.behind_wake_word(text, only_first=True)
        if rest is not None:
            yield self._ends_off(rest)
            yield rest

    def is_only_a_name(self, text: str) -> bool:
        """Whether the text holds only names."""
        return bool(text) and not plain(self._ends_off(text))

    def meant(self, text: str, understood: Callable[[str], bool], *, wake_word: bool) -> str:
        """The part of the recognised text that is meant for TARS; empty for a mere name. With `wake_word`, other words may come first."""
        if wake_word:
            text = self.of_first_turn(text, understood)
        text = text.strip(" ,.;:!?")
        return "" if self.is_only_a_name(text) else text

    def of_first_turn(self, text: str, understood: Callable[[str], bool]) -> str:
        """The part of the first utterance of a session that is meant for TARS. It may begin with words from before the wake word.

        The words after the wake word. If there are none, the words before it, if they are understood: "What is the date, Jarvis?"
        """
        cut = self._first_wake_word(text)
        if cut is None:
            return text
        before, rest = cut
        if understood(rest):
            return rest
        if before and not plain(rest) and understood(before):
            return before
        return f"{before} {rest}" if before and understood(f"{before} {rest}") else rest

    def behind_wake_word(self, text: str, *, only_first: bool = False) -> str | None:
        """The text after the first wake word, also a misrecognised one. None without one; with `only_first`, only at the beginning."""
        cut = self._first_wake_word(text, last_begin=0 if only_first else None, tails=not only_first)
        if cut is None:
            return None
        if only_first and any(word in UNMARKED and word not in MISHEARD for word in plain(text.removesuffix(cut[1])).split()):
            return None  # a word of a command is no part of a name
        return cut[1]

    def _ends_off(self, text: str) -> str:
        return self._trailing.sub("", self._leading.sub("", text))

    def _first_wake_word(self, text: str, *, last_begin: int | None = None, tails: bool = True) -> tuple[str, str] | None:
        words = text.split()
        letters = [re.sub(r"[^a-z]", "", word.lower()) for word in words]
        ends = [range(begin + 1, min(begin + MOST_WORDS, len(words)) + 1) for begin in range(len(words) + 1)]

        def best(begin: int) -> tuple[float, int]:
            """The greatest similarity of the words that begin there, and their end."""
            likely = ((self._likeness("".join(letters[begin:end]), tails=tails and begin == 0), end) for end in ends[begin])
            return max(likely, default=(0.0, begin))

        for begin in range(len(words) if last_begin is None else min(len(words), last_begin + 1)):
            likeness, end = best(begin)
            if likeness >= ALIKE:
                while best(begin + 1)[0] > likeness:  # "date, hey Jarvis" is like "hey Jarvis", which is more similar
                    begin += 1
                    likeness, end = best(begin)
                return " ".join(words[:begin]), " ".join(words[end:])
        return None

    def _likeness(self, heard: str, *, tails: bool) -> float:
        """The similarity, 0 to 1, of these letters to a wake word, its last word or, with `tails`, the end of that word."""
        likeness = 0.0
        for wake_word in self.wake_words:
            name = wake_word.split(" ")[-1]
            if heard == name or (tails and len(heard) >= SHORTEST_TAIL and name.endswith(heard)):
                return 1.0
            likeness = max(likeness, SequenceMatcher(None, heard, wake_word.replace(" ", "")).ratio())
        return likeness


def without_greeting(wake_word: str) -> str:
    """The last words of a wake word, without a greeting before them: "jarvis" of "hey jarvis"."""
    greeting, _, name = wake_word.partition(" ")
    return name if name and greeting in GREETINGS else wake_word
