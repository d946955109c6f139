"""Somebody speaks over an answer: the two real programs, their models, and a room around a virtual sound card."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from tars.demo.voice import say
from tars.runtime import clock
from tars.samples import RATE, Samples
from tests.device.audio.echo.room import REPLY, Room, Sound, silence
from tests.device.audio.echo.virtual_room import STEP, VirtualRoom, virtual_room
from tests.programs import Program, program, read_trace, tars_pi, url_of

QUESTION = "Who are you?"
HEADSET = Room(loudest=1e-6)
"""Nothing of the speaker reaches the microphone."""
BEFORE = 3.0
"""Seconds of the answer that are heard before somebody speaks over it."""
AUDIBLE = 300
"""A piece is heard if a sample of it is above this: -41 dB of full scale."""
START = 60.0
"""Seconds that a busy machine has for what takes some seconds."""
SECOND = RATE // STEP
"""Pieces in a second."""


class Conversation:
    """One session, in which the same question is asked again and again."""

    def __init__(self, room: VirtualRoom, pi: Program, trace: Path) -> None:
        self.room, self.pi = room, pi
        self._trace = trace
        self._answers = 0

    def begin(self) -> None:
        """The button opens the session."""
        self.pi.press_enter()
        self.pi.says("turn NO_TURN -> USER_TURN", within=START)

    def ask(self) -> int:
        """Ask, and wait for the answer; the piece in which it begins to be heard."""
        self.room.say(np.concatenate([silence(0.5), 0.5 * spoken(QUESTION), silence(1)]))
        self._answers += 1
        self.pi.says("THINKING -> SPEAKING", self._answers, within=START)
        before = self.moment
        self.room.wait(lambda: any(map(self.is_audible, range(before, self.moment))))
        return next(at for at in range(before, self.moment) if self.is_audible(at))

    def speak_over(self, sound: Sound, answer: int) -> None:
        """Say this over the answer that begins in that piece."""
        self.room.wait(lambda: self.moment >= answer + BEFORE * SECOND)
        self.room.say(sound)

    @property
    def moment(self) -> int:
        """Pieces that have passed through the room."""
        return len(self.room.played)

    def is_audible(self, at: int) -> bool:
        """Whether the speaker is heard in that piece."""
        return bool(np.abs(self.room.played[at].astype(np.int32)).max() > AUDIBLE)

    def heard(self, begin: int, end: int) -> Samples:
        """What the speaker has played."""
        return np.concatenate(self.room.played[begin:end])

    def times_of(self, event: str) -> list[float]:
        """When the device has taken this event, in seconds since the epoch."""
        lines = read_trace(self._trace)
        return [datetime.fromisoformat(line["time"]).timestamp() for line in lines if line["event"] == event and line["outcome"] == "taken"]


def spoken(text: str) -> Sound:
    """Of TARS's own voice, without silence around it, in the room."""
    return Room().said(say(text) / 32768)


@contextmanager
def conversation(folder: Path, room: Room) -> Iterator[Conversation]:
    """Both programs run, with all that a device can have on, and TARS answers the question with REPLY. Needs the virtual sound card.

    The first answer is longer than it takes the device to learn the room, and a headset: 12 s.
    """
    config, trace = folder / "server.yaml", folder / "device.jsonl"
    config.write_text(f'personas: {{TARS: {{humor: 0, greeting: "{REPLY}"}}}}\n')
    options: list[str | Path] = ["--microphone", "default", "--speaker", "default", "--trace", trace]
    with (
        virtual_room(room) as around,
        program("tars.server", "--brain", "offline", "--port", "0", "--config", config, "--trace", folder / "server.jsonl") as server,
        tars_pi(url_of(server, within=START), *options, wake_word="hey_jarvis", TARS_INTERRUPTION="speech") as pi,
    ):
        pi.says("continuity UNLINKED -> LINKED", within=START)
        yield Conversation(around, pi, trace)
        pi.stop()
        server.stop()


@dataclass(frozen=True)
class Paused:
    """An answer that was paused because somebody spoke. Seconds."""

    noticed: float
    """From the moment at which the microphone has captured the beginning of the word, until the device has noticed it."""
    silent: float
    """From then until the speaker is heard for the last time."""
    begins: int
    ends: int
    """The pieces in which the silence begins, and in which the speaker is heard again, or the last one that has passed."""

    @property
    def silence(self) -> float:
        """How long nothing is heard."""
        return (self.ends - self.begins) / SECOND


def pause(talk: Conversation, text: str, answer: int, times: int, ends: str, number: int = 1) -> Paused:
    """Say this over the answer that begins in that piece, and wait for the line that ends the pause, and for 2 s more.

    `times`, `number`: how often the device has paused by then, and how often that line was there.
    """
    talk.speak_over(0.4 * spoken(text), answer)
    asked = clock.wall()
    talk.pi.says("-> PAUSED", times, within=30)
    talk.pi.says(ends, number, within=30)
    end = talk.moment
    talk.room.wait(lambda: talk.moment >= end + 2 * SECOND)
    noticed = talk.times_of("speech_noticed")[times - 1]
    first = next(at for at, passed in enumerate(talk.room.passed) if passed >= noticed)
    # The card still plays what it has taken. The longest silence since then is the pause: those of the voice are shorter.
    audible = [at for at in range(first, talk.moment) if talk.is_audible(at)]
    edges = [first - 1, *audible, talk.moment]
    begins, again = max(((a + 1, b) for a, b in pairwise(edges)), key=lambda run: run[1] - run[0])
    captured = next(moment for moment in talk.room.loud if moment > asked)
    return Paused(noticed - captured, talk.room.passed[begins - 1] - noticed, begins, again)
