"""Recognised text as plain words, and number words as digits."""

from __future__ import annotations

import re

from text_to_num import alpha2digit

from tars.brains.reply.intents.understanding.rewriting import rewrite

REWRITTEN = (
    (r"\bt[-. ]a[-. ]r[-. ]?s\b", "tars"),  # T.A.R.S.
    (r"[’`]", "'"),  # noqa: RUF001 - the apostrophe of typography
    (r"(?<=\d),(?=\d{3}\b)", ""),  # 1,000
    (r"\$\s*(\d[\d.]*)", r"\1 dollars "),
    (r"£\s*(\d[\d.]*)", r"\1 pounds "),
    (r"€\s*(\d[\d.]*)", r"\1 euros "),
    (r"%", " percent "),
    (r"√", " square root of "),
    (r"÷|(?<=\d)\s*/\s*(?=\d)", " divided by "),
    (r"×|\*|(?<=\d)\s*x\s*(?=\d)", " times "),  # noqa: RUF001 - the cross of typography
    (r"\+", " plus "),
    (r"−|(?:^|(?<=[\d\s]))-\s*(?=\d)|(?<=\d)\s*[–—]\s*(?=\d)", " minus "),  # noqa: RUF001 - minus sign and dashes
    (r"(?<=\d)\s*([ap])\.?\s?m\b\.?", r" \1m"),  # 7 p.m.
    (r"(?<!\d):|:(?!\d)|(?<!\d)\.|\.(?!\d)|[^\w\s'.:]", " "),  # punctuation, but not the point of 2.5 and the colon of 7:30
    (r"\s+", " "),
)
"""Written symbols -> spoken words."""

SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}


def plain(text: str) -> str:
    """The text in lower case, with symbols as words and without punctuation. Sentences are matched against this form."""
    return rewrite(text.lower(), REWRITTEN).strip()


def digits(words: str) -> str:
    """The words with every number in digits: "twenty one plus two point five" is "21 plus 2.5", "2 million" is "2000000"."""
    scale = "|".join(SCALES)
    words = re.sub(rf"\ban? (?=(?:{scale})\b)", "one ", words)
    words = re.sub(rf"\b(\d{{1,9}}) ({scale})\b", lambda found: str(int(found[1]) * SCALES[found[2]]), words)
    figures: str = alpha2digit(words, "en", threshold=0)
    figures = re.sub(r"(?<=\d) ([ap])[. ]?m\b", r" \1m", figures)
    return re.sub(r"(?<![\d.] )\bpoint (\d+)", r"0.\1", figures)


def whole_number(words: str) -> int:
    """The whole number in words or digits, with or without "percent". Raises ValueError if the words are none."""
    return int(digits(words).removesuffix(" percent"))
