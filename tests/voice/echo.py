"""`python -m tests.voice.echo`: what is heard and understood while TARS talks, with and without echo cancellation; some minutes.

Writes docs/reports/echo.md. Run it on a machine that does nothing else. `apt install flite` makes it complete.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from time import process_time

import numpy as np

from tars.brains.hear.recogniser import Recogniser
from tars.device.audio.sounds import CHIME
from tars.device.wake.engines import Scorer, load
from tars.device.wake.words import read_words
from tars.samples import BLOCK, RATE, Samples, to_pcm
from tests.device.audio.echo.room import BUFFER, Devices, Room, Sound, decibels, reply
from tests.sentences.rates import Sentence, measure
from tests.voice.calls import calls, flite, voices
from tests.voice.wake import table

REPORT = Path(__file__).resolve().parents[2] / "docs/reports/echo.md"
BEFORE, LATER = 4.0, 10.0
"""Seconds that TARS talks before somebody speaks: in the first reply after its start, and when it has talked before."""
LEVELS = (0, -6, -12)
"""Decibels of the user, measured against the echo at the microphone."""
ROOMS = {
    "a room, the first reply": (Room(), BEFORE),
    "a room, later": (Room(), LATER),
    "a room with more echo than direct sound, later": (Room(reverberation=0.5, direct=0.8), LATER),
    "clocks that differ by 100 millionths, later": (Room(ppm=100), LATER),
    "a delay of 200 ms more than the devices say, later": (Room(delay=0.2), LATER),
}
COMMANDS = {
    "Set a timer for ten minutes.": "set 600",
    "Set a timer for five minutes.": "set 300",
    "What time is it?": "time",
    "How much is two plus two?": "sum 4",
    "Cancel the timer.": "cancel",
    "Set a pasta timer for eight minutes.": "set 480 pasta",
    "What is the date?": "date",
    "Set a timer for twenty seconds.": "set 20",
    "Set a timer for half an hour.": "set 1800",
    "Set a green tea timer for three minutes.": "set 180 green tea",
}
"""What is said, and what should come of it."""


@dataclass(frozen=True)
class Scene:
    """Somebody speaks while TARS talks."""

    room: Room
    said: Sound
    level: int
    number: int
    before: float = LATER

    def sounds(self) -> tuple[Samples, Sound]:
        """What is captured, and what is played."""
        played = reply(self.before + len(self.said) / RATE + 1.5, begin=0.3 * self.number)
        echo = self.room.echo(played)
        user = np.zeros(len(played))
        at = round(self.before * RATE)
        user[at : at + len(self.said)] = self.room.said(self.said, seed=100 + self.number)
        user *= loudness(echo[at:]) / loudness(user) * 10 ** (self.level / 20)
        both = echo + user
        return self.room.captured(both * min(1.0, 0.9 / np.abs(both).max()), seed=self.number), played

    def heard(self, *, cancelled: bool) -> Samples:
        """What comes from the microphone."""
        captured, played = self.sounds()
        heard = Devices(self.room).hear(captured, played) if cancelled else captured
        return heard[round((self.before - 1) * RATE) :]


def loudness(sound: Sound) -> float:
    """Of the parts that are not silent."""
    return float(sound[np.abs(sound) > 0.05 * np.abs(sound).max()].std())


@cache
def scorer() -> Scorer:
    """The wake word as it is set up."""
    return load(read_words("hey_jarvis"))


def detected(sound: Samples) -> float | None:
    """Seconds to the end of the block in which the word is certain; None: it never is."""
    scorer().forget()
    for at in range(0, len(sound) - BLOCK + 1, BLOCK):
        if scorer().score(to_pcm(sound[at : at + BLOCK]))["hey_jarvis"] >= scorer().thresholds["hey_jarvis"]:
            return (at + BLOCK) / RATE
    return None


def wake_words(name: str, level: int, *, cancelled: bool) -> list[float | None]:
    """When each call is heard: seconds from its beginning."""
    room, before = ROOMS[name]
    scenes = [Scene(room, said, level, number, before) for number, said in enumerate(calls("hey_jarvis"))]
    moments = [detected(scene.heard(cancelled=cancelled)) for scene in scenes]
    return [None if moment is None else moment - 1 for moment in moments]


def false_alarms(*, cancelled: bool) -> int:
    """How often TARS calls itself in three minutes of its own talk."""
    room, alarms = Room(), 0
    for number in range(6):
        played = reply(30, begin=number)
        captured = room.captured(room.echo(played), seed=number)
        heard = Devices(room).hear(captured, played) if cancelled else captured
        alarms += detected(heard) is not None
    return alarms


@cache
def commands() -> list[tuple[str, Sound]]:
    """Each command by each voice that is not TARS's own."""
    return [(text, sound) for text in COMMANDS for sound in flite(text, stretches=(1.0,))[:2]]


@cache
def recogniser() -> Recogniser:
    return Recogniser(None)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def after_the_chime(said: Sound, number: int, *, cancelled: bool) -> Samples:
    """TARS has chimed, and somebody speaks 0.4 s after the chime has begun."""
    room = Room(noise=30)
    played = np.concatenate([np.zeros(RATE), CHIME / 32768, np.zeros(len(said) + 2 * RATE)])
    around = room.echo(played)
    at = round((1 + BUFFER + room.delay + 0.4) * RATE)
    around[at : at + len(said)] += 0.3 * room.said(said / np.abs(said).max(), seed=100 + number)
    captured = room.captured(around, seed=number)
    heard = Devices(room).hear(captured, played) if cancelled else captured
    return heard[at - round(0.3 * RATE) :]


def over_a_reply(level: int) -> Callable[..., Samples]:
    """TARS talks, and somebody speaks."""

    def heard(said: Sound, number: int, *, cancelled: bool) -> Samples:
        return Scene(Room(), said, level, number).heard(cancelled=cancelled)[round(0.7 * RATE) :]

    return heard


SITUATIONS = {f"over a reply, {level} dB": over_a_reply(level) for level in LEVELS} | {"after the chime": after_the_chime}


def understood(situation: str, *, cancelled: bool) -> tuple[int, int, int, int]:
    """Right outcomes and all, right words and all."""
    texts, right, every = [], 0, 0
    for number, (text, said) in enumerate(commands()):
        found = recogniser().recognise(SITUATIONS[situation](said, number, cancelled=cancelled))
        texts.append(Sentence(found, (COMMANDS[text],)))
        expected = words(text)
        blocks = SequenceMatcher(None, expected, words(found)).get_matching_blocks()
        right, every = right + sum(block.size for block in blocks), every + len(expected)
    (rate,) = measure([("commands", texts)])
    return rate.right, rate.all, right, every


def suppression(room: Room) -> tuple[float, float]:
    """Decibels, in the third second of a reply and after ten seconds."""
    played = reply(20)
    captured = room.captured(room.echo(played))
    cleaned = Devices(room).hear(captured, played)
    return decibels(captured, cleaned, 2, 3), decibels(captured, cleaned, 10, 20)


def cost() -> tuple[float, float]:
    """CPU ms for a block while something is played and while nothing is."""
    room, played = Room(), reply(40)
    captured, found = room.captured(room.echo(played)), []
    for sound in (played, np.zeros(len(played))):
        devices, spent = Devices(room), [0.0]
        clean: Callable[[Samples, float], Samples] = devices.canceller.clean

        def timed(block: Samples, at: float, clean: Callable[[Samples, float], Samples] = clean, spent: list[float] = spent) -> Samples:
            began = process_time()
            try:
                return clean(block, at)
            finally:
                spent[0] += process_time() - began

        devices.canceller.clean = timed  # type: ignore[method-assign]
        devices.hear(captured, sound)
        found.append(1000 * spent[0] / (len(captured) // BLOCK))
    return found[0], found[1]


# --- the report --------------------------------------------------------------------------------------------------------------------


def _wake_row(job: tuple[str, int]) -> tuple[list[float | None], list[float | None]]:
    name, level = job
    without, with_it = (wake_words(name, level, cancelled=cancelled) for cancelled in (False, True))
    return without, with_it


def _understood_row(situation: str) -> list[tuple[int, int, int, int]]:
    return [understood(situation, cancelled=cancelled) for cancelled in (False, True)]


def count(found: list[float | None]) -> str:
    return str(sum(moment is not None for moment in found))


def report() -> str:
    """Everything, measured now."""
    busy, idle = cost()
    jobs = [(name, level) for name in ROOMS for level in LEVELS]
    with ProcessPoolExecutor(2) as pool:
        recall = dict(zip(jobs, pool.map(_wake_row, jobs), strict=True))
        answers = dict(zip(SITUATIONS, pool.map(_understood_row, SITUATIONS), strict=True))
    alarms = [false_alarms(cancelled=cancelled) for cancelled in (False, True)]
    lowered = {name: suppression(room) for name, (room, _) in ROOMS.items()}
    moments = sorted(moment for _, found in recall.values() for moment in found if moment is not None)
    calls_heard = [
        [name, f"{lowered[name][0]:.0f}, {lowered[name][1]:.0f}", *(" / ".join(map(count, recall[name, level])) for level in LEVELS)]
        for name in ROOMS
    ]
    spoken = [[name, *(f"{right} / {right_words}" for right, _, right_words, _ in found)] for name, found in answers.items()]
    _, every, _, every_word = answers["after the chime"][0]
    false = f"Three minutes of TARS's own talk are taken for the word {alarms[0]} times without, {alarms[1]} times with it."
    machine = f"{platform.machine()}, {os.cpu_count()} shared cores, Python {platform.python_version()}"
    return f"""# Echo cancellation, measured

Written by `python -m tests.voice.echo`; not edited by hand. {machine}.
The room, the loudspeaker, which distorts, and both devices are computed. TARS talks, then somebody speaks while it talks on: after
{BEFORE:g} s in the first reply, else after {LATER:g} s. The level is the user's against the echo, at the microphone.

## The wake word over TARS's own voice

Calls of "hey jarvis" that are heard, of {len(calls("hey_jarvis"))}: without / with echo cancellation. {voices()}.
Suppression: by how many decibels the echo is lowered in the third second of a reply, and after ten seconds.

{table(["", "suppression, dB", *(f"{level} dB" for level in LEVELS)], calls_heard)}
With echo cancellation the word is certain {np.median(moments):.2f} s after it has begun (median; nine of ten within
{np.percentile(moments, 90):.2f} s). {false}

## Commands over TARS's own voice, and just after the chime

Right outcomes of {every} / right words of {every_word}: {len(COMMANDS)} commands by two voices of flite, recognised by whisper tiny.en.

{table(["", "without", "with echo cancellation"], spoken)}
## What it costs

CPU for a block of 80 ms: {busy:.2f} ms while something is played, {idle:.3f} ms while nothing is.
"""


def main() -> None:
    """Measure and write."""
    REPORT.write_text(report())
    sys.stderr.write(f"{REPORT} is written\n")


if __name__ == "__main__":
    main()
