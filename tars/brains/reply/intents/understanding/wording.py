"""Removes polite phrases from sentences, and corrects known mistakes of the recogniser."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tars.brains.reply.intents.understanding.repairs import REPAIRS
from tars.brains.reply.intents.understanding.rewriting import rewrite

VERBS = {
    "setting": "set",
    "starting": "start",
    "stopping": "stop",
    "canceling": "cancel",
    "cancelling": "cancel",
    "telling me": "tell me",
    "reminding me": "remind me",
    "adding": "add",
    "repeating": "repeat",
}

LEADING = re.compile(
    r"^(?:please|kindly|(?:can|could|would|will) you(?: mind)?|do you mind|i would like you to|i'd like you to|i want you to|i need you to|"
    r"be so kind as to|go ahead and|let's|let us|hey|hi|hello|okay|ok|all right|alright|well|so|and|then|now|just|um|uh|er|erm|hmm|oh|ah|"
    r"yes|yeah|sure|right|actually|listen|excuse me|sorry|tars) "
)
TRAILING = re.compile(
    r" (?:please|for me|for us|now|right now|tars|thanks|thank you|thank you very much|many thanks|(?:would|will|could|can) you|"
    r"if you (?:can|could|would|will|please|like|don't mind)|if possible|okay|ok|then)$"
)
ANYWHERE = re.compile(r" ?\b(?:please|for me|exactly|um|uh|erm)\b(?= |$)")


def courteous(words: str) -> Iterator[str]:
    """The plain words as they are; then without polite phrases, if there are any."""
    yield words
    text = ANYWHERE.sub("", words).strip()
    while (shorter := TRAILING.sub("", LEADING.sub("", text))) != text:
        text = shorter
    for verb, command in VERBS.items():
        if text.startswith(f"{verb} "):
            text = f"{command}{text.removeprefix(verb)}"
    if text != words:
        yield text


def repaired(words: str) -> str:
    """The plain words with all known mistakes corrected."""
    return rewrite(words, ((heard, said) for heard, said, _ in REPAIRS))
