"""How complete a sentence is."""

from __future__ import annotations

import pytest

from tars.brains.parts import Completeness
from tars.brains.reply.intents.understanding.completeness import completeness
from tars.brains.reply.intents.understanding.intents import Understanding

U = Understanding()


def of(text: str) -> Completeness:
    return completeness(text, U.understand(text))


@pytest.mark.parametrize("text", ["What time is it?", "Set a timer for five minutes.", "What is seven times eight?", "Thank you.", "Stop."])
def test_a_whole_command(text: str) -> None:
    assert of(text) is Completeness.COMPLETE


@pytest.mark.parametrize(
    "text", ["Set a timer.", "Set a pasta timer.", "Ten minutes.", "Wake me at seven.", "Set an alarm.", "Remind me to call mum."]
)
def test_a_command_that_lacks_something(text: str) -> None:
    assert of(text) is Completeness.OPEN


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Turn on",
            "Could you turn off",
            "What is the",
            "What's",
            "How many",
            "Set a timer for",
            "Set",
            "Remind me",
            "Um",
            "Tell me a",
            "Call my",
        ),
        *("What is seven plus", "Remind me to call mum at", "Can you", "Wake me up at"),
    ],
)
def test_the_beginning_of_a_sentence(text: str) -> None:
    assert of(text) is Completeness.UNFINISHED


@pytest.mark.parametrize(
    "text", ["Turn on the lights", "Turn the lights on", "Turn it off", "Why is the sky blue", "Play some jazz", "What"]
)
def test_a_whole_sentence_is_not_unfinished(text: str) -> None:
    assert of(text) is not Completeness.UNFINISHED
