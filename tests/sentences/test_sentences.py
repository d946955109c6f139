"""The rate of sentences with the right outcome, and wrong actions that no sentence may cause."""

from __future__ import annotations

import asyncio
import random
import re
from pathlib import Path

import pytest
import yaml

from tars.brains.reply.intents.understanding.intents import Understanding
from tests.sentences import __main__, home_assistant
from tests.sentences.outcomes import is_action, of_sentences
from tests.sentences.rates import OTHERS, OURS, PERSONAS, Rate, Sentence, kinds, measure, measured

LEAST = 0.95

TRAPS = """
not don't never unless except without until if when before after tomorrow yesterday friday every twice instead maybe almost why did should
no but cancelled minus
"""
"""Words that change the meaning of a command. No label may hold them; the task of a reminder may."""

NONSENSE = "parsecs blorp kitchen lights wobbly"
"""Words that can only be part of a name."""


@pytest.fixture(scope="module")
def ours() -> list[Rate]:
    return measure(list(kinds(OURS)))


@pytest.fixture(scope="module")
def others() -> list[Rate]:
    return measure(list(kinds(OTHERS)))


def test_at_least_95_percent_of_what_people_say_come_out_right(ours: list[Rate]) -> None:
    count = sum(rate.all for rate in ours)
    assert count >= 300
    assert sum(rate.right for rate in ours) >= LEAST * count, "\n".join(line for rate in ours for line in rate.wrong)


def test_no_sentence_does_what_was_not_wanted(ours: list[Rate], others: list[Rate]) -> None:
    assert [line for rate in (*ours, *others) for line in rate.wrong_actions] == []


def test_what_tars_cannot_do_is_declined(others: list[Rate]) -> None:
    assert sum(rate.all for rate in others) >= 100
    assert sum(rate.right for rate in others) >= LEAST * sum(rate.all for rate in others), "\n".join(
        w for rate in others for w in rate.wrong
    )


def with_one_more_word(word: str, said: Sentence, chance: random.Random) -> str:
    words = said.text.split()
    at = chance.randrange(len(words) + 1)
    return " ".join([*words[:at], word, *words[at:]])


@pytest.mark.parametrize("word", [*TRAPS.split(), *NONSENSE.split()])
def test_a_word_more_is_never_ignored(word: str) -> None:
    """With any additional word, a command is declined, or the word is part of the outcome."""
    commands = [said for _, group in kinds(OURS) for said in group if is_action(said.right[0]) and said.after is None]
    chance, understanding = random.Random(word), Understanding(PERSONAS)

    async def main() -> None:
        for said in chance.sample(commands, 60):
            text = with_one_more_word(word, said, chance)
            (outcome,) = of_sentences(understanding, [text], running=[], after=None, wake_word=said.wake_word)
            assert not is_action(outcome) or is_in(outcome, word) or in_front_of_a_name(text, word), f"{text} -> {outcome}"

    asyncio.run(main())


def is_in(outcome: str, word: str) -> bool:
    """Whether the word is part of the outcome."""
    return word in outcome.split() and (word in NONSENSE.split() or outcome.startswith(("remind", "alarm")))


def in_front_of_a_name(text: str, word: str) -> bool:
    """Whether it may be a part of a name that was recognised badly: "hey wobbly Jarvis, ..."."""
    return bool(re.match(rf"(\w+ )?{word} (\w+ )?(jarvis|mycroft|rhasspy|nabu|alexa|computer),", text.lower()))


@pytest.mark.parametrize(
    ("outcome", "is_one"),
    [
        ("set 600", True),
        ("alarm 7:00?", False),
        ("alarm 7:00", True),
        ("declined", False),
        ("humor", False),
        ("humor 75", True),
        ("left", False),
    ],
)
def test_what_an_action_is(outcome: str, is_one: bool) -> None:
    assert is_action(outcome) is is_one


def test_a_wrong_action_and_a_wrong_answer_are_told_apart() -> None:
    rate = measured(
        "kind",
        [Sentence("a", ("x",)), Sentence("b", ("x", "y")), Sentence("c", ("x",))],
        lambda said: {"a": "set 5", "b": "y", "c": "left"}[said.text],
    )
    assert (rate.all, rate.right) == (3, 1)
    assert rate.wrong_actions == ["a -> set 5, not x"]
    assert rate.wrong == ["a -> set 5, not x", "c -> left, not x"]
    assert __main__.any_wrong_action((rate,)) == 1


def test_sentences_of_home_assistant_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "tests/en"
    folder.mkdir(parents=True)
    tests = [
        {"sentences": ["a"], "intent": {"name": "HassStartTimer", "slots": {"minutes": 5, "seconds": 10, "name": ["pizza ", "pizza"]}}},
        {"sentences": ["b"], "intent": {"name": "HassStartTimer", "slots": {"minutes": 5, "conversation_command": "open"}}},
        {"sentences": ["c"], "intent": {"name": "HassIncreaseTimer", "slots": {"minutes": 5, "start_hours": 1}}},
        {"sentences": ["d"], "intent": {"name": "HassTurnOn"}},
        {"sentences": ["e"], "intent": {"name": "HassCancelAllTimers", "slots": {"area": "Kitchen"}}},
    ]
    (folder / "some.yaml").write_text(yaml.safe_dump({"language": "en", "tests": tests}))
    found = {said.text: said.right for _, sentences in home_assistant.kinds(tmp_path) for said in sentences}
    assert found == {"a": ("set 310 pizza",), "b": ("declined",), "c": ("add 300 to 3600",), "e": ("cancel all kitchen",)}
    with pytest.raises(FileNotFoundError, match="holds no sentences"):
        home_assistant.kinds(folder)
