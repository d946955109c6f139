"""Plain words and numbers."""

from __future__ import annotations

import pytest

from tars.brains.reply.intents.understanding.words import digits, plain, whole_number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What's the time?", "what's the time"),
        ("What’s 15% of 80?", "what's 15 percent of 80"),  # noqa: RUF001 - the apostrophe of typography
        ("5 + 3", "5 plus 3"),
        ("5+3", "5 plus 3"),
        ("5 - 3", "5 minus 3"),
        ("5-3", "5 minus 3"),
        ("-5 + 3", "minus 5 plus 3"),
        ("7 x 8, 7x8 and 7 × 8", "7 times 8 7 times 8 and 7 times 8"),  # noqa: RUF001 - the cross of typography
        ("12/4 or 12 ÷ 4", "12 divided by 4 or 12 divided by 4"),
        ("√144", "square root of 144"),
        ("1,000,000.", "1000000"),
        ("2.5.", "2.5"),
        ("a 10-minute timer", "a 10 minute timer"),
        ("Twenty-one... please!", "twenty one please"),
        ("Set x to 5", "set x to 5"),
        ("10–4 or 10—4", "10 minus 4 or 10 minus 4"),  # noqa: RUF001 - dashes
        ("15% of $20", "15 percent of 20 dollars"),
        ("£5 and €6", "5 pounds and 6 euros"),
        ("at 7:30.", "at 7:30"),
        ("Note: 5", "note 5"),
        ("at 7 p.m., please", "at 7 pm please"),
        ("at 7am", "at 7 am"),
        ("", ""),
    ],
)
def test_text_becomes_plain_words(text: str, words: str) -> None:
    assert plain(text) == words


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("twenty one plus two point five", "21 plus 2.5"),
        ("one hundred and five", "105"),
        ("three million two hundred thousand", "3200000"),
        ("zero", "0"),
        ("21 and one", "21 and 1"),
        ("pasta", "pasta"),
        ("a hundred and five", "105"),
        ("a thousand", "1000"),
        ("2 million", "2000000"),
        ("5 hundred", "500"),
        ("point five", "0.5"),
        ("a", "a"),
    ],
)
def test_number_words_become_digits(words: str, figures: str) -> None:
    assert digits(words) == figures


@pytest.mark.parametrize(("words", "number"), [("seventy five", 75), ("75 percent", 75), ("zero percent", 0), ("one hundred", 100)])
def test_a_whole_number(words: str, number: int) -> None:
    assert whole_number(words) == number


@pytest.mark.parametrize("words", ["funny", "", "75 percent more", "7.5"])
def test_no_whole_number(words: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        whole_number(words)
