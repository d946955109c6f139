"""Names of TARS in recognised text."""

from __future__ import annotations

import pytest

from tars.brains import spoken
from tars.brains.reply.intents.understanding.names import Names
from tars.brains.reply.intents.understanding.words import plain


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("hey_jarvis", "hey jarvis"),
        ("okay_nabu", "okay nabu"),
        ("alexa", "alexa"),
        ("alexa_v0.1", "alexa"),
        ("computer_v2", "computer"),
        ("Hey-Tars_v1.3", "hey tars"),
        ("ok_robot_2", "ok robot"),
        ("button", ""),
        ("legacy", ""),
        ("none", ""),
        ("", ""),
        ("_v2", ""),
    ],
)
def test_the_wake_word_of_a_model_follows_from_its_name(model: str, words: str) -> None:
    assert spoken(model) == words


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hey Jarvis, what time is it?", "what time is it?"),
        ("Hey, Jarvis! What time is it?", "What time is it?"),
        ("Hey Jervis what time is it?", "what time is it?"),
        ("A Jarvis, what time is it?", "what time is it?"),
        ("Jarvis, what time is it?", "what time is it?"),
        ("Hey Jar vis, what time is it?", "what time is it?"),
        ("vis, what time is it?", "what time is it?"),
        ("Alexa, what time is it?", "what time is it?"),
        ("Okay Nabu, what time is it?", "what time is it?"),
        ("OK, Naboo. What time is it?", "What time is it?"),
        ("And then he said hey Jarvis, what time is it?", "what time is it?"),
        ("Hey Jarvis, what does hey Jarvis mean?", "what does hey Jarvis mean?"),
        ("Hey Jarvis.", ""),
        ("What time is it?", "What time is it?"),
        ("Hey Charles, what time is it?", "Hey Charles, what time is it?"),
        ("Is it late?", "Is it late?"),
        ("His visa, please.", "His visa, please."),
        ("", ""),
    ],
)
def test_everything_up_to_the_wake_word_is_dropped(text: str, rest: str) -> None:
    assert Names().of_first_turn(text, lambda _: False) == rest


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("What is the date, Jarvis?", "What is the date,"),
        ("What is the date, hey Jarvis?", "What is the date,"),
        ("Set a timer, Jarvis, for five minutes.", "Set a timer, for five minutes."),
        ("Tell me more. Jarvis, what is the date?", "what is the date?"),
        ("And then he said hey Jarvis.", ""),
        ("What is the date, Jarvis, in Tokyo?", "in Tokyo?"),
    ],
)
def test_in_a_first_turn_what_precedes_the_name_counts_if_it_is_understood(text: str, meant: str) -> None:
    understood = {"What is the date,", "Set a timer, for five minutes.", "what is the date?"}
    assert Names().of_first_turn(text, understood.__contains__) == meant


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Computer, what time is it?", "what time is it"),
        ("What time is it, computer?", "what time is it"),
        ("Hey computer, stop, computer.", "stop"),
        ("Set a timer, computer, for a minute", "set a timer for a minute"),
        ("What is a computer", "what is a"),
        ("Jarvis, computer, stop", "stop"),
        ("Computers are fast", "computers are fast"),
    ],
)
def test_a_custom_wake_word_is_removed_at_both_ends(text: str, bare: str) -> None:
    assert plain(next(Names("computer").readings(text))) == bare


HEARD = ("Hey TARS,", "Hey Tars", "Hey, TARS,", "A tars,", "Hey Tarz.", "Hey T.A.R.S.,", "Hey Taz,", "TARS,", "Tars")


@pytest.mark.parametrize("heard", HEARD)
def test_hey_tars_is_removed_however_it_is_recognised(heard: str) -> None:
    names = Names(spoken("hey_tars"))
    assert names.meant(f"{heard} what time is it?", lambda text: "time" in text, wake_word=True) == "what time is it"
    assert names.meant(heard, lambda _: False, wake_word=True) == ""


def test_a_name_at_the_end_may_be_somebody_who_is_asked_for() -> None:
    assert "let me talk to TARS" in Names("", ["hey marvin"]).readings("Marvin, let me talk to TARS")
    assert "let me talk to Marvin" in Names("hey jarvis", ["hey marvin"]).readings("Hey Jervis, let me talk to Marvin")


def test_the_sentence_as_it_is_comes_before_the_one_without_any_name() -> None:
    readings = [plain(reading) for reading in Names("computer").readings("Set a computer timer")]
    assert list(dict.fromkeys(readings)) == ["set a computer timer", "set a timer"]


@pytest.mark.parametrize("text", ["Computer", "Hey, computer!", "Alexa?", "Jarvis, Jarvis."])
def test_nothing_but_a_name(text: str) -> None:
    assert Names("computer").is_only_a_name(text)


@pytest.mark.parametrize("text", ["", "Hey", "Computer, stop", "My computer", "Alexander"])
def test_more_than_a_name_or_none(text: str) -> None:
    assert not Names("computer").is_only_a_name(text)
