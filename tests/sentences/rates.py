"""How many sentences have the right outcome, by kind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tars.brains.reply.intents.understanding.intents import Understanding
from tests.sentences.outcomes import is_action, of_sentences

HERE = Path(__file__).parent
OURS, OTHERS = HERE / "ours.yaml", HERE / "others.yaml"


PERSONAS = ("tars", "jarvis", "hey jarvis", "okay nabu", "nabu")
"""Who can be asked for in these sentences."""


@dataclass(frozen=True)
class Sentence:
    """One sentence and its right outcomes."""

    text: str
    right: tuple[str, ...]
    """Each of these outcomes is right."""
    running: tuple[tuple[int, str], ...] = ()
    """Seconds and label of timers that already run."""
    after: str | None = None
    """The sentence before it."""
    wake_word: str = "hey jarvis"


@dataclass
class Rate:
    """The outcomes of the sentences of one kind."""

    kind: str
    all: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)
    """A line for each wrong outcome."""
    wrong_actions: list[str] = field(default_factory=list)
    """The lines with a wrong action."""

    def note(self, said: Sentence, outcome: str) -> None:
        """One more sentence."""
        self.all += 1
        if outcome in said.right:
            self.right += 1
            return
        line = f"{said.text} -> {outcome}, not {' or '.join(said.right)}"
        self.wrong.append(line)
        if is_action(outcome):
            self.wrong_actions.append(line)


def kinds(file: Path) -> Iterator[tuple[str, list[Sentence]]]:
    """The sentences of a file, by kind."""
    for group in yaml.safe_load(file.read_text(encoding="utf-8")):
        running = tuple((seconds, label) for seconds, label in group.get("running", []))
        common: dict[str, Any] = {"running": running, "after": group.get("after"), "wake_word": group.get("wake_word", "hey jarvis")}
        sentences = group["sentences"]
        by_outcome = sentences if isinstance(sentences, dict) else {"declined": sentences}
        yield group["kind"], [_sentence(text, str(right), common) for right, texts in by_outcome.items() for text in texts]


def _sentence(text: str, right: str, common: dict[str, Any]) -> Sentence:
    text, *others = text.split(" | ")
    return Sentence(text, (*right.split(" | "), *others), **common)


def measured(kind: str, sentences: list[Sentence], outcomes: Callable[[Sentence], str]) -> Rate:
    """The rate of these sentences."""
    rate = Rate(kind)
    for said in sentences:
        rate.note(said, outcomes(said))
    return rate


def measure(by_kind: list[tuple[str, list[Sentence]]]) -> list[Rate]:
    """The rates of all kinds with the sentences that TARS has now."""
    understanding = Understanding(PERSONAS)

    def outcome(said: Sentence) -> str:
        (found,) = of_sentences(understanding, [said.text], running=list(said.running), after=said.after, wake_word=said.wake_word)
        return found

    async def main() -> list[Rate]:
        return [measured(kind, sentences, outcome) for kind, sentences in by_kind]

    return asyncio.run(main())
