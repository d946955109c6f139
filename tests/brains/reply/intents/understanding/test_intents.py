"""From texts to intents."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from tars.brains.reply.intents.understanding import intents
from tars.brains.reply.intents.understanding.arithmetic import Number, Undefined
from tars.brains.reply.intents.understanding.intents import LONGEST, LONGEST_TEXT, SENTENCES, Understanding
from tars.brains.reply.intents.understanding.names import Names
from tars.brains.reply.intents.understanding.slots import Slots
from tars.errors import ConfigError
from tars.runtime import clock
from tests.sentences.rates import OURS, kinds


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return Understanding()


def without_kind(slots: Slots) -> dict[str, object]:
    """The slots without the kind, which other tests check."""
    return {name: value for name, value in slots.items() if name != "kind"}


def result(value: int | Fraction) -> Slots:
    return {"calculation": Number(Fraction(value))}


WITHOUT_SLOTS = {
    "time": [
        "What time is it?",
        "what's the time",
        "What is the time right now?",
        "Tell me the time, please.",
        "Do you have the time?",
        "Can you tell me what time it is?",
        "Could you please tell me the time?",
    ],
    "date": [
        "What is the date?",
        "What's today's date?",
        "what day is it today",
        "What day is today?",
        "What is the date today?",
        "Which day of the week is it?",
        "Tell me the date.",
    ],
    "capabilities": [
        "What can you do?",
        "What can you do for me?",
        "What can I ask you?",
        "Help!",
        "how can you help me",
        "What else can you do?",
    ],
    "identity": ["Who are you?", "What are you?", "What's your name?", "Who is TARS?", "Introduce yourself.", "Are you a robot?"],
    "joke": ["Tell me a joke.", "Tell me another joke", "a joke please", "Make me laugh.", "Do you know any jokes?", "say something funny"],
    "repeat": [
        "Say that again.",
        "Repeat that, please.",
        "Can you repeat that?",
        "Once more.",
        "What did you say?",
        "Pardon?",
        "Say it once more",
    ],
    "ask_humor": [
        "What is your humor setting?",
        "What's your humour level?",
        "what is your humor",
        "How funny are you?",
        "What is your humor set to?",
    ],
    "set_timer": ["Set a timer.", "start a timer please"],
    "timer_left": [
        "How much time is left?",
        "How much time is left on the timer?",
        "How long is left on my timer",
        "How long do I have left?",
        "How much time do I have left on the timer?",
        "how long until the timer rings",
        "What timers do I have?",
        "Check my timers.",
    ],
    "cancel_timer": ["Cancel the timer.", "Stop the timer!", "turn off the timer", "delete my timer", "cancel timer"],
    "cancel_all_timers": ["Cancel all timers.", "Cancel all of my timers", "stop the timers", "delete every timer"],
    "goodbye": [
        "Goodbye.",
        "Goodbye, TARS!",
        "Bye bye",
        "Okay, bye.",
        "Good night.",
        "Thank you.",
        "Thanks, TARS.",
        "Thank you very much.",
        "No, thanks.",
        "That's all.",
        "That's all, thank you.",
        "That will be all.",
        "Thanks, goodbye",
        "Stop.",
        "Never mind.",
        "Go to sleep.",
        "end the conversation",
        "See you later",
    ],
}

WITH_SLOTS: list[tuple[str, str, Slots]] = [
    ("What is seven times eight?", "arithmetic", result(56)),
    ("What's 7 x 8?", "arithmetic", result(56)),
    ("How much is twenty one plus two?", "arithmetic", result(23)),
    ("What is 15% of 80?", "arithmetic", result(12)),
    ("What's the square root of 144?", "arithmetic", result(12)),
    ("Calculate 1,000 - 1.", "arithmetic", result(999)),
    ("12 divided by 5", "arithmetic", result(Fraction(12, 5))),
    ("Can you tell me what is 5 + 3?", "arithmetic", result(8)),
    ("Two plus two is what?", "arithmetic", result(4)),
    ("What is ten divided by zero?", "arithmetic", {"calculation": Undefined.DIVISION_BY_ZERO}),
    ("Set a timer for ten minutes.", "set_timer", {"duration": 600}),
    ("Set a timer for 10 minutes, please.", "set_timer", {"duration": 600}),
    ("Can you set a timer for one minute and thirty seconds?", "set_timer", {"duration": 90}),
    ("Start a ten-minute timer.", "set_timer", {"duration": 600}),
    ("set a timer for an hour and a half", "set_timer", {"duration": 5400}),
    ("Timer for five minutes", "set_timer", {"duration": 300}),
    ("five minute timer", "set_timer", {"duration": 300}),
    ("Wake me in half an hour.", "set_timer", {"duration": 1800}),
    ("Set a pasta timer for 10 minutes.", "set_timer", {"duration": 600, "label": "pasta"}),
    ("Set a ten minute pasta timer", "set_timer", {"duration": 600, "label": "pasta"}),
    ("set a timer for five minutes for the eggs", "set_timer", {"duration": 300, "label": "eggs"}),
    ("Set a 5 minute timer for the eggs.", "set_timer", {"duration": 300, "label": "eggs"}),
    ("Set a timer called green tea for three minutes.", "set_timer", {"duration": 180, "label": "green tea"}),
    ("How long is left on the pasta timer?", "timer_left", {"label": "pasta"}),
    ("How much time is left on the ten minute timer?", "timer_left", {"duration": 600}),
    ("How much time is left for the eggs?", "timer_left", {"label": "eggs"}),
    ("Cancel the pasta timer.", "cancel_timer", {"label": "pasta"}),
    ("cancel the ten minute timer", "cancel_timer", {"duration": 600}),
    ("Cancel the 30 second timer", "cancel_timer", {"duration": 30}),
    ("Set your humor to 75 percent.", "set_humor", {"percent": 75}),
    ("Set your humor to 75%.", "set_humor", {"percent": 75}),
    ("Set your humour setting to seventy five percent", "set_humor", {"percent": 75}),
    ("TARS, lower your humor to zero.", "set_humor", {"percent": 0}),
    ("Humor 100 percent.", "set_humor", {"percent": 100}),
    ("Set your humor to 200 percent.", "set_humor", {"percent": 200}),
]

NOT_UNDERSTOOD = [
    "Thank you for the pizza.",
    "Goodbye blue sky is a song.",
    "Stop the car.",
    "I said goodbye to my friend yesterday.",
    "That's all folks is what the pig says.",
    "Turn on the office lights.",
    "What is the meaning of life?",
    "What is seven?",
    "Set your humor to purple.",
    "",
    "Set a timer for ten minutes " + "please " * LONGEST,
    "x" * (LONGEST_TEXT + 1),
    "timer " * LONGEST + "timer",
]


@pytest.mark.parametrize(("text", "name"), [(text, name) for name, texts in WITHOUT_SLOTS.items() for text in texts])
def test_what_is_wanted(understanding: Understanding, text: str, name: str) -> None:
    intent = understanding.understand(text)
    assert intent is not None
    assert (intent.name, without_kind(intent.slots)) == (name, {})


@pytest.mark.parametrize(("text", "name", "slots"), WITH_SLOTS)
def test_what_is_wanted_and_about_what(understanding: Understanding, text: str, name: str, slots: Slots) -> None:
    intent = understanding.understand(text)
    assert intent is not None
    assert (intent.name, without_kind(intent.slots)) == (name, slots)


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_only_a_whole_utterance_is_understood(understanding: Understanding, text: str) -> None:
    assert understanding.understand(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Cancel the alarm.", "alarm"),
        ("Cancel all alarms.", "alarm"),
        ("Cancel the timer.", "timer"),
        ("Cancel all my reminders.", "reminder"),
        ("Wake me in ten minutes.", "alarm"),
        ("Remind me in ten minutes.", "reminder"),
        ("Set a countdown for ten minutes.", "timer"),
    ],
)
def test_how_a_timer_is_spoken_of(understanding: Understanding, text: str, kind: str) -> None:
    intent = understanding.understand(text)
    assert intent is not None
    assert intent.slots["kind"] == kind


def test_every_intent_and_every_answer_is_tried_by_a_sentence(understanding: Understanding) -> None:
    """Also by the sentences of tests/sentences. An intent that no sentence there has is not needed."""
    defined = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))
    said = [(said.text, Names(said.wake_word)) for _, sentences in kinds(OURS) for said in sentences]
    intents = {intent.name for text, names in said if (intent := understanding.understand(text, names))}
    assert intents == set(defined["intents"])
    for question, answers in defined["answers"].items():
        given = [understanding.answer_to(question, text, names) for text, names in said]
        assert {intent.name for intent in given if intent} == set(answers)


def test_missing_sentences_are_a_mistake_of_the_installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(intents, "SENTENCES", tmp_path / "intents.yaml")
    with pytest.raises(ConfigError, match=r"intents.yaml cannot be read .*: pip install"):
        Understanding()


@pytest.mark.parametrize(
    "text",
    [
        "timer " * LONGEST,
        "seven " * LONGEST,
        "1 " * LONGEST,
        "half past " * (LONGEST // 2),
        "set a pasta and " * (LONGEST // 4),
        "add 5 and 7 to " * (LONGEST // 5),
        "2 to the power of " * (LONGEST // 5),
        "hey jarvis " * (LONGEST // 2) + "x",
        "remind me to call mum at seven in " * (LONGEST // 8),
        "9" * LONGEST_TEXT,
    ],
)
def test_no_sentence_takes_long_to_match(understanding: Understanding, text: str) -> None:
    """A few milliseconds each. Patterns that backtrack exponentially would take minutes."""
    began = clock.now()
    assert understanding.understand(text) is None
    assert clock.now() - began < 1
