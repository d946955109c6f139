"""Recognised text as plain words, and number words as digits."""

from __future__ import annotations

import re

from text_to_num import alpha2digit

REWRITTEN = (
    (r"[’`]", "'"),  # noqa: RUF001 - the apostrophe of typography
    (r"(?<=\d),(?=\d{3}\b)", ""),  # 1,000
    (r"%", " percent "),
    (r"√", " square root of "),
    (r"÷|(?<=\d)\s*/\s*(?=\d)", " divided by "),
    (r"×|\*|(?<=\d)\s*x\s*(?=\d)", " times "),  # noqa: RUF001 - the cross of typography
    (r"\+", " plus "),
    (r"−|(?:^|(?<=[\d\s]))-\s*(?=\d)", " minus "),  # noqa: RUF001 - the minus sign of typography
    (r"(?<!\d)\.|\.(?!\d)|[^\w\s'.]", " "),  # punctuation, but not the point of 2.5
    (r"\s+", " "),
)
"""What is written, and how it is said."""


def plain(text: str) -> str:
    """The text in lower case, symbols said in words, without punctuation: what intents are matched against."""
    text = text.lower()
    for written, said in REWRITTEN:
        text = re.sub(written, said, text)
    return text.strip()


def digits(words: str) -> str:
    """The words with every number in digits: "twenty one plus two point five" is "21 plus 2.5"."""
    figures: str = alpha2digit(words, "en", threshold=0)
    return figures


def whole_number(words: str) -> int:
    """The number that the words are, with or without "percent". Raises ValueError if they are none."""
    return int(digits(words).removesuffix(" percent"))
