"""`tars-pi tune`: shows how loud the microphone is and how sure each wake word's model, and suggests thresholds."""

from __future__ import annotations

import asyncio
import math
import shutil
import signal
from collections.abc import Mapping
from typing import Any, TextIO

from tars.device.audio import Captured, Microphone, MicrophoneEnded, SoundFailed
from tars.device.audio.levels import level_of
from tars.device.wake.engines import load
from tars.device.wake.peaks import Follower
from tars.device.wake.words import Words
from tars.errors import ConfigError
from tars.samples import BLOCK, RATE, to_samples

BAR = 20
"""Characters of the bar that shows the level: one for each 3 dB from -60 dBFS."""

QUIET_AFTER_FILE = RATE
"""Samples of silence after a recording's end in which its last word may still be found."""

WELCOME = "Say each wake word as you will, from where you will be, ten times. Then talk of other things. Ctrl-C shows what follows."


class Display:
    """A line that is renewed in place on a terminal; elsewhere a line for each second. What happens stands in lines of its own."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._live = out, out.isatty()
        self._level = -math.inf
        self._scores: dict[str, float] = {}
        self._blocks = 0

    def show(self, level: float, scores: Mapping[str, float]) -> None:
        """The peak of one block in dBFS, and the scores of the words."""
        self._level = max(self._level, level)
        self._scores = {name: max(score, self._scores.get(name, 0.0)) for name, score in scores.items()}
        self._blocks += 1
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            self._out.write(f"\r{self._line()[:width]}\x1b[K")
        elif self._blocks * BLOCK >= RATE:
            self._out.write(f"{self._line()}\n")
        else:
            return
        self._out.flush()
        self._level, self._scores, self._blocks = -math.inf, {}, 0

    def say(self, *lines: str) -> None:
        """Lines that stay."""
        if not lines:
            return
        self._out.write("\r\x1b[K" * self._live + "".join(f"{line}\n" for line in lines))
        self._out.flush()

    def _line(self) -> str:
        filled = round(min(max(self._level + 60, 0), 60) / 60 * BAR)
        level = "  silent" if self._level == -math.inf else f"{self._level:4.0f} dB"
        return "  ".join([f"{level} [{'#' * filled:<{BAR}}]", *(f"{name} {score:.2f}" for name, score in self._scores.items())])


async def tune(microphone: Microphone, words: Words, out: TextIO) -> None:
    """Listen until Ctrl-C, SIGTERM, or the end of a recording; then say what was heard. Raises ConfigError when something is missing."""
    if not words:
        raise ConfigError("there is nothing to tune: wake_word is none; name a word, as in `tars-pi tune --wake-word hey_jarvis`")
    scorer = await asyncio.to_thread(load, words)
    display = Display(out)
    followers = [Follower(name, threshold) for name, threshold in scorer.thresholds.items()]
    items: asyncio.Queue[Any] = asyncio.Queue()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, items.put_nowait, None)
    at, last = 0, math.inf
    try:
        microphone.start(items.put_nowait)
        display.say(WELCOME)
        while at < last and (item := await items.get()) is not None:
            if isinstance(item, SoundFailed):
                raise ConfigError(item.reason)
            if isinstance(item, MicrophoneEnded):
                last = at + QUIET_AFTER_FILE
            elif isinstance(item, Captured):
                at += BLOCK
                scores = await asyncio.to_thread(scorer.score, item.pcm)
                display.show(level_of(to_samples(item.pcm)).peak, scores)
                display.say(*(str(peak) for one in followers if (peak := one.take(scores[one.word], at))))
    finally:
        await microphone.close()
    display.say(*(str(peak) for one in followers if (peak := one.end())), *(line for one in followers for line in one.summary()))
