"""What is said for the report `voice`."""

from __future__ import annotations

CONVERSATION = (
    "What time is it?",
    "What is the date today?",
    "What day is it tomorrow?",
    "What is seven times eight?",
    "What is fifteen percent of eighty?",
    "How much is one hundred divided by four?",
    "Set a timer for fifty five minutes.",
    "How much time is left?",
    "Cancel the timer.",
    "Start a timer for twenty minutes.",
    "Add five minutes to the timer.",
    "Cancel all timers.",
    "Set a pasta timer for eighteen minutes.",
    "How long is left on the pasta timer?",
    "Cancel the pasta timer.",
    "Set a timer for one hour and thirty minutes.",
    "Stop the timer.",
    "Wake me up at seven in the morning.",
    "Cancel the alarm.",
    "Remind me to call mum in forty minutes.",
    "Cancel all reminders.",
    "What is your humor setting?",
    "Who are you?",
    "Tell me a joke.",
    "Is it Friday today?",
    "What is two plus two?",
    "What year is it?",
    "What month is it?",
    "How many days until Christmas?",
    "Say that again.",
    "What is the square root of eighty one?",
    "What week is it?",
)
"""Commands that are said one after another. None of them ends the session or rings during it."""

OTHERS = (
    "Turn on the office lights.",
    "Why is the sky blue?",
    "Tell me something about the moon.",
    "Play some jazz in the kitchen.",
    "Who was Isaac Newton?",
    "Set a timer.",
    "What is the weather in Paris?",
    "Add milk to the shopping list.",
)
"""What is no complete command of TARS."""
