"""What a conversation remembers, as text."""

from __future__ import annotations

import json

import pytest

from tars.brains.memory import LONGEST, LastTurn, Memory, from_text
from tars.brains.parts import Action, Exchange
from tars.brains.speech import Spoken

ACTION = Action("set_timer", {"label": "tea", "audio": 1}, "It is set.")
LAST = LastTurn("And then?", [ACTION], Spoken(["It is noon.", "It is late."], [1000, 2000]))


@pytest.mark.parametrize("last", [None, LAST, LastTurn("Stop", [], Spoken(["It is."], [10]), "It")])
def test_it_is_read_as_it_was_written(last: LastTurn | None) -> None:
    memory = Memory("Jarvis", [Exchange("Grüße", "Hello.", (ACTION,)), Exchange("time", "")], last)
    assert from_text(memory.to_text()) == memory


def test_a_question_without_an_answer_is_not_written_for_it_is_heard_again() -> None:
    assert from_text(Memory("TARS", [], LastTurn("And then?", [ACTION])).to_text()).last is None


def test_the_oldest_exchanges_are_left_out_where_there_are_too_many() -> None:
    exchanges = [Exchange(f"question {number}", "word " * 100) for number in range(200)]
    text = Memory("TARS", exchanges, LAST).to_text()
    kept = from_text(text)
    assert len(text) <= LONGEST
    assert len(kept.exchanges) > 10
    assert kept.exchanges == exchanges[-len(kept.exchanges) :]
    assert kept.last == LAST


LONG = [Action("search", {"for": "noon"}, "page " * 1_000), Action("search", {"for": "late"}, "page " * 2_000), ACTION]


def test_what_tools_did_in_the_newest_turn_is_left_out_before_its_words_are() -> None:
    last = LastTurn("And then?", LONG, Spoken(["It is noon."], [1000]))
    kept = from_text(Memory("TARS", [Exchange("time", "Noon.")], last).to_text())
    assert kept == Memory("TARS", [], LastTurn("And then?", LONG[1:], last.spoken))
    kept = from_text(Memory("TARS", [Exchange("time", "Noon."), Exchange("And then?", "It is noon.", tuple(LONG))]).to_text())
    assert kept == Memory("TARS", [Exchange("And then?", "It is noon.", tuple(LONG[1:]))])


def test_words_that_are_too_many_are_not_kept() -> None:
    last = LastTurn("All of it?", [ACTION], Spoken(["word " * LONGEST], [1000]))
    assert from_text(Memory("TARS", [Exchange("time", "Noon.")], last).to_text()) == Memory("TARS", [])


GOOD = json.loads(Memory("TARS", [Exchange("a", "b", [ACTION])], LAST).to_text())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "[]",
        "{}",
        json.dumps(GOOD | {"persona": 1}),
        json.dumps(GOOD | {"exchanges": [{"asked": "a"}]}),
        json.dumps(GOOD | {"exchanges": [{"asked": "a", "said": 1, "actions": []}]}),
        json.dumps(GOOD | {"exchanges": [{"asked": "a", "said": "b", "actions": [[]]}]}),
        json.dumps(GOOD | {"last": {"asked": "a"}}),
        json.dumps(GOOD | {"last": GOOD["last"] | {"spoken": {"sentences": [1], "ends": []}}}),
    ],
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_text(text)
