"""Sentence templates."""

from __future__ import annotations

import pytest

from tars.brains.reply.intents.understanding.labels import marked
from tars.brains.reply.intents.understanding.templates import compiled

RULES = {"set": "(set|put on) [me]", "all": "<set> it"}
SLOTS = {"number": r"\d+ ", "label": r"(?:[a-z]+~ ){1,2}"}


@pytest.mark.parametrize(
    ("sentence", "text", "slots"),
    [
        ("set it", "set it", {}),
        ("set it", "set it up", None),
        ("set it", "please set it", None),
        ("(set|put) it", "put it", {}),
        ("[set] it", "it", {}),
        ("[set|put] it", "put it", {}),
        ("<set> it", "put on me it", {}),
        ("<all> now", "set it now", {}),
        ("set {number}", "set 5", {"number": "5"}),
        ("set {number}", "set five", None),
        ("set {number} and {number2}", "set 5 and 6", {"number": "5", "number2": "6"}),
        ("({number} {label}|{label} {number})", "pasta 5", {"label": "pasta", "number": "5"}),
        ("{number} [{number}]", "5", {"number": "5"}),
        ("{number} [{number}]", "5 6", None),
        ("set {label}", "set green tea", {"label": "green tea"}),
        ("set {label}", "set the tea", None),
        ("tars's it", "tars's it", {}),
        ("a.b", "axb", None),
    ],
)
def test_a_sentence_fits_whole_or_not_at_all(sentence: str, text: str, slots: dict[str, str] | None) -> None:
    assert compiled(sentence, RULES, SLOTS).match(marked(text)) == slots


def test_mistakes_in_a_sentence_are_found_when_it_is_loaded() -> None:
    with pytest.raises(ValueError, match="set"):
        compiled("(set|put it", RULES, SLOTS)
    with pytest.raises(KeyError, match="lable"):
        compiled("set {lable}", RULES, SLOTS)
    with pytest.raises(KeyError, match="sett"):
        compiled("<sett> it", RULES, SLOTS)
