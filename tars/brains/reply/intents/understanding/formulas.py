"""Spoken arithmetic as tokens of one grammar: numbers, operators, brackets."""

from __future__ import annotations

import re

from tars.brains.reply.intents.understanding.rewriting import rewrite, rewrite_whole
from tars.brains.reply.intents.understanding.words import digits

MONEY = re.compile(r"\b(dollar|euro|pound|buck|cent)s?\b")
"""Currencies. A formula may hold one of them: nothing is converted."""

WHOLE = (
    (r"(?:add|(?:the )?sum of) (.+?) (?:and|to|plus) (.+)", r"( \1 ) plus ( \2 )"),
    (r"(?:subtract|deduct|take|take away) (.+?) (?:away )?from (.+)", r"( \2 ) minus ( \1 )"),
    (r"(.+?) subtracted from (.+)", r"( \2 ) minus ( \1 )"),
    (r"multiply (.+?) (?:by|and|with|times) (.+)", r"( \1 ) times ( \2 )"),
    (r"(?:the )?product of (.+?) and (.+)", r"( \1 ) times ( \2 )"),
    (r"divide (.+?) by (.+)", r"( \1 ) over ( \2 )"),
    (r"(?:the )?difference (?:between|of) (.+?) and (.+)", r"size ( ( \1 ) minus ( \2 ) )"),
    (r"(.+?) percent off (?:of )?(.+)", r"( \2 ) times ( 100 minus ( \1 ) ) over 100"),
)
"""Sentences whose operator comes first -> infix with brackets."""

SHARE = (
    (r"(?:what )?(?:percent|percentage) of (.+?) (?:is|are) (.+)", r"100 times ( \2 ) over ( \1 )"),
    (r"(.+?) (?:is|are) what (?:percent|percentage) of (.+)", r"100 times ( \1 ) over ( \2 )"),
)
"""Sentences that ask for a share -> the share in percent, as infix."""

REWRITTEN = (
    (r"\b(\d+) and (?:a )?half\b", r"\1.5"),
    (r"\b(\d+) and a quarter\b", r"\1.25"),
    (r"\b(\d+) (?:quarters?|4ths?) of\b", r"( \1 over 4 ) times"),
    (r"\b(\d+) halves of\b", r"( \1 over 2 ) times"),
    (r"\b(\d+) (\d+)(?:rd|th)s? of\b", r"( \1 over \2 ) times"),
    (r"\ban? (\d+)(?:rd|th) of\b", r"( 1 over \1 ) times"),
    (r"\b(?:an? |1 )?half of\b", "0.5 times"),
    (r"\b(?:a |1 )?quarter of\b", "0.25 times"),
    (r"\b(?:an? |1 )?half\b", "0.5"),
    (r"\b(?:a |1 )?quarter\b", "0.25"),
    (r"\b(?:double|twice)\b", "2 times"),
    (r"\btriple\b", "3 times"),
    (r"\bto the power (?:of )?", "to "),
    (r"\bto the (\d+)(?:st|nd|rd|th)(?: power)?\b", r"to \1"),
    (r"\bsquare root of\b", "root"),
    (r"\bsquare of\b", "square"),
    (r"\bpercent of\b", "percent§of"),
    (r"\b(?:multiplied (?:by|with)|times by)\b", "times"),
    (r"\bdivided by\b", "over"),
    (r"\b(?:take away|takeaway|less)\b", "minus"),
    (r"\badded to\b", "plus"),
    (r"\bnegative\b", "minus"),
    (r"\band\b", "plus"),
    (r"\bthe\b", " "),
)
"""Other words for operators and fractions -> the operators of the grammar."""

TOKEN = re.compile(r"\d+(?:\.\d+)?|plus|minus|times|over|percent§of|root|squared|square|cubed|size|to|[()]")


def formula(words: str) -> tuple[list[str], str]:
    """The tokens of spoken arithmetic, and the unit of its result: "percent" or nothing. Raises ValueError if other words are in it."""
    text = digits(words)
    money = MONEY.findall(text)
    if len(set(money)) > 1:
        raise ValueError(f"{words!r} mixes units")
    text = re.sub(r" +", " ", MONEY.sub(" ", text)).strip()
    text, unit = _as_infix(text)
    text = rewrite(text, REWRITTEN)
    if [token for token in text.split() if not TOKEN.fullmatch(token)]:
        raise ValueError(f"{words!r} is no calculation")
    return [token.replace("§", " ") for token in text.split()], unit


def _as_infix(text: str) -> tuple[str, str]:
    if (share := rewrite_whole(text, SHARE)) is not None:
        return share, "percent"
    return rewrite_whole(text, WHOLE) or text, ""
