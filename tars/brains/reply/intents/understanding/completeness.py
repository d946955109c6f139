"""How complete a text is as a command: what a longer pause could still bring."""

from __future__ import annotations

import re

from tars.brains.parts import Completeness
from tars.brains.reply.intents.understanding.intents import Intent
from tars.brains.reply.intents.understanding.words import plain

VALUES = {"set_timer": ("duration",), "set_alarm": ("clock", "duration"), "set_reminder": ("clock", "duration")}
"""Intent -> slots of which it needs one."""

QUESTION = "what|what's|who|who's|where|where's|when|which|why|how|how much|how many|how long|how much time"

VERBS = "set|start|cancel|stop|add|remove|turn|switch|put|play|open|close|call|remind|wake|tell|give|show"

LAST_WORDS = (
    "a|an|the|my|your|our|his|her|their|its|this|these|and|or|but|because|if|than|of|for|to|with|from|at|by|into|plus|minus|divided|"
    "um|uh|uhm|er|erm|hmm"
)
"""Words that end no sentence."""

UNFINISHED = re.compile(
    rf"(?:.* )?(?:{LAST_WORDS})"
    r"|(?:.* )?(?:turn|switch|put) (?:on|off|up|down)"
    rf"|(?:{QUESTION})(?: (?:is|are|was|do|does|did|can|will))?"
    rf"|(?:(?:please|can you|could you|would you|i want|i need) )?(?:{VERBS})(?: me| us)?"
    r"|(?:can|could|would|will) you|i (?:want|need|would like)"
)
"""Matches the beginning of a sentence, in plain words."""


def completeness(text: str, intent: Intent | None) -> Completeness:
    """How complete a text is. `intent`: what is understood of it; None: it is no command."""
    if intent is not None and not _lacks_something(intent):
        return Completeness.COMPLETE
    if UNFINISHED.fullmatch(plain(text)):
        return Completeness.UNFINISHED
    return Completeness.UNKNOWN if intent is None else Completeness.OPEN


def _lacks_something(intent: Intent) -> bool:
    """Whether TARS would ask for it."""
    clock = intent.slots.get("clock")
    if intent.name == "only_duration" or (clock is not None and clock.doubtful):
        return True
    needed = VALUES.get(intent.name)
    return needed is not None and not any(slot in intent.slots for slot in needed)
