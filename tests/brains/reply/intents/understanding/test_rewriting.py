"""Tables of rewriting rules."""

from __future__ import annotations

from tars.brains.reply.intents.understanding.rewriting import rewrite, rewrite_whole

RULES = ((r"\b(\d+) dozen\b", r"12 times \1"), (r"\btimes\b", "x"))


def test_each_rule_applies_everywhere_and_to_what_the_rules_before_it_have_made() -> None:
    assert rewrite("2 dozen and 3 dozen", RULES) == "12 x 2 and 12 x 3"
    assert rewrite("2 dozen times 3", reversed(RULES)) == "12 times 2 x 3"


def test_without_a_match_the_text_stays() -> None:
    assert rewrite("a dozen", RULES) == "a dozen"


def test_a_whole_text_becomes_the_replacement_of_the_first_rule_that_matches_it() -> None:
    rules = ((r"add (.+) to (.+)", r"\2 + \1"), (r"add (.+)", r"+ \1"))
    assert rewrite_whole("add 2 to 3", rules) == "3 + 2"
    assert rewrite_whole("add 2", rules) == "+ 2"
    assert rewrite_whole("please add 2", rules) is None
