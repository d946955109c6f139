"""Home Assistant's own test sentences for timers, time and date, read from a checkout of its repository `intents`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.sentences.rates import Sentence

UNITS = {"hours": 3600, "minutes": 60, "seconds": 1}

KINDS = {
    "HassStartTimer": "start",
    "HassCancelTimer": "cancel",
    "HassCancelAllTimers": "cancel all",
    "HassTimerStatus": "status",
    "HassIncreaseTimer": "increase",
    "HassDecreaseTimer": "decrease",
    "HassPauseTimer": "pause, which TARS declines",
    "HassUnpauseTimer": "resume, which TARS declines",
    "HassGetCurrentTime": "time",
    "HassGetCurrentDate": "date",
    "HassNevermind": "never mind",
}
"""The intents of Home Assistant, and their names in the report."""

LATER = "commands for later, which TARS declines"


def kinds(checkout: Path) -> list[tuple[str, list[Sentence]]]:
    """The sentences by kind. Raises FileNotFoundError if there are none."""
    found: dict[str, list[Sentence]] = {kind: [] for kind in (*KINDS.values(), LATER)}
    for file in sorted((checkout / "tests/en").glob("*.yaml")):
        for kind, said in _sentences(yaml.safe_load(file.read_text(encoding="utf-8"))):
            if said.text not in {other.text for other in found[kind]}:
                found[kind].append(said)
    if not any(found.values()):
        raise FileNotFoundError(f"{checkout}/tests/en holds no sentences for timers: it should be a checkout of home-assistant/intents")
    return [(kind, sentences) for kind, sentences in found.items() if sentences]


def _sentences(content: dict[str, Any]) -> Iterator[tuple[str, Sentence]]:
    for test in content.get("tests", []):
        intent = test.get("intent") or {}
        if intent.get("name") in KINDS:
            slots = intent.get("slots") or {}
            later = "conversation_command" in slots
            kind = LATER if later else KINDS[intent["name"]]
            right = ("declined",) if later else _right(KINDS[intent["name"]], slots)
            yield from ((kind, Sentence(text, right)) for text in test["sentences"])


def _right(kind: str, slots: dict[str, Any]) -> tuple[str, ...]:
    seconds = sum(slots.get(unit, 0) * length for unit, length in UNITS.items())
    which = sum(slots.get(f"start_{unit}", 0) * length for unit, length in UNITS.items())
    name = slots.get("name") or slots.get("area") or ""
    label = (name[0] if isinstance(name, list) else name).strip().lower()

    def words(*parts: object) -> tuple[str, ...]:
        return (" ".join(str(part) for part in parts if part),)

    match kind:
        case "start":
            return words("set", seconds, label)
        case "cancel":
            return words("cancel", label or which)
        case "cancel all":
            return words("cancel all", label)
        case "status":
            return words("left", label or which)
        case "increase":
            return words("add", seconds, label or (which and f"to {which}"))
        case "decrease":
            return words("remove", seconds, label or (which and f"from {which}"))
        case "never mind":
            return ("goodbye", "never mind")
        case "time" | "date":
            return (kind,)
    return ("pause", "declined")
