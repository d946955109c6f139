"""The sentences of a text, for voices that do not split a text themselves."""

from __future__ import annotations

from hibari import Hibari


def sentences(text: str) -> list[str]:
    """The sentences, without the space between them. Each is spoken on its own."""
    found: list[str] = Hibari.split_sentences(text)
    return [sentence.strip() for sentence in found]
