"""How many sentences come out right, by kind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tars.brains.offline.understanding.intents import Understanding
from tests.sentences.outcomes import is_action, of_sentences

HERE = Path(__file__).parent
OURS, OTHERS = HERE / "ours.yaml", HERE / "others.yaml"


@dataclass(frozen=True)
class Said:
    """One sentence and what should come of it."""

    text: str
    right: tuple[str, ...]
    """Any of these outcomes."""
    running: tuple[tuple[int, str], ...] = ()
    """Seconds and label of timers that run already."""
    after: str | None = None
    """What was said before it."""
    wake_word: str = "hey jarvis"


@dataclass
class Rate:
    """What came of the sentences of one kind."""

    kind: str
    all: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)
    """What else came, for people to read."""
    wrong_actions: list[str] = field(default_factory=list)
    """Those in which something was done that was not wanted."""

    def note(self, said: Said, outcome: str) -> None:
        """One more sentence."""
        self.all += 1
        if outcome in said.right:
            self.right += 1
            return
        line = f"{said.text} -> {outcome}, not {' or '.join(said.right)}"
        self.wrong.append(line)
        if is_action(outcome):
            self.wrong_actions.append(line)


def kinds(file: Path) -> Iterator[tuple[str, list[Said]]]:
    """The sentences of a file, by kind."""
    for group in yaml.safe_load(file.read_text(encoding="utf-8")):
        running = tuple((seconds, label) for seconds, label in group.get("running", []))
        common: dict[str, Any] = {"running": running, "after": group.get("after"), "wake_word": group.get("wake_word", "hey jarvis")}
        sentences = group["sentences"]
        by_outcome = sentences if isinstance(sentences, dict) else {"declined": sentences}
        yield group["kind"], [_said(text, str(right), common) for right, texts in by_outcome.items() for text in texts]


def _said(text: str, right: str, common: dict[str, Any]) -> Said:
    text, *others = text.split(" | ")
    return Said(text, (*right.split(" | "), *others), **common)


def measured(kind: str, sentences: list[Said], outcomes: Callable[[Said], str]) -> Rate:
    """The rate of these sentences."""
    rate = Rate(kind)
    for said in sentences:
        rate.note(said, outcomes(said))
    return rate


def measure(by_kind: list[tuple[str, list[Said]]]) -> list[Rate]:
    """The rates of all kinds with the sentences that TARS has now."""
    understanding = Understanding()

    def outcome(said: Said) -> str:
        (found,) = of_sentences(understanding, [said.text], running=list(said.running), after=said.after, wake_word=said.wake_word)
        return found

    async def main() -> list[Rate]:
        return [measured(kind, sentences, outcome) for kind, sentences in by_kind]

    return asyncio.run(main())
