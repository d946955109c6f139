from __future__ import annotations

import asyncio
import io
import math
import os
from collections.abc import Callable

import pytest

from tars.device.audio import FromMicrophone, SoundFailed
from tars.device.wake.tune import Display, tune
from tars.device.wake.words import Words, read_words
from tars.errors import ConfigError
from tars.testing import FakeMicrophone


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_one_line_is_renewed_and_what_happens_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.get_terminal_size", lambda *_: os.terminal_size((120, 24)))
    out = Terminal()
    display = Display(out)
    display.show(-30.0, {"alexa": 0.25, "hey_jarvis": 0.0})
    display.say("heard")
    display.show(-math.inf, {"alexa": 0.0, "hey_jarvis": 1.0})
    assert out.getvalue().split("\r") == [
        "",
        " -30 dB [##########          ]  alexa 0.25  hey_jarvis 0.00\x1b[K",
        "\x1b[Kheard\n",
        "  silent [                    ]  alexa 0.00  hey_jarvis 1.00\x1b[K",
    ]


def test_a_narrow_terminal_keeps_the_line_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.get_terminal_size", lambda *_: os.terminal_size((40, 24)))
    out = Terminal()
    Display(out).show(-30.0, {f"word_{number}": 0.5 for number in range(9)})
    assert len(out.getvalue().strip("\r").removesuffix("\x1b[K")) == 39


def test_elsewhere_there_is_a_line_for_each_second_with_the_highest_of_it() -> None:
    out = io.StringIO()
    display = Display(out)
    for number in range(26):
        display.show(-30.0 if number == 4 else -60.0, {"alexa": 0.75 if number == 7 else 0.1})
    assert out.getvalue().splitlines() == [
        " -30 dB [##########          ]  alexa 0.75",
        " -60 dB [                    ]  alexa 0.10",
    ]


def test_without_a_word_there_is_nothing_to_tune() -> None:
    with pytest.raises(ConfigError, match="there is nothing to tune: wake_word is none; name a word"):
        asyncio.run(tune(FakeMicrophone(), Words(), io.StringIO()))


def test_a_microphone_that_stops_ends_it_with_a_sentence() -> None:
    class Stopping(FakeMicrophone):
        def start(self, post: Callable[[FromMicrophone], None]) -> None:
            post(SoundFailed("the microphone has stopped"))

    with pytest.raises(ConfigError, match="the microphone has stopped"):
        asyncio.run(tune(Stopping(), read_words("hey_jarvis"), io.StringIO()))
