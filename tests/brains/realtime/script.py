"""What a fake of a speech-to-speech service does next: the steps of its scripts, the sound of its answers, and how it tells speech."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

import numpy as np

from tars.samples import Samples

LOUD = 1_000
"""A sample beyond this is speech."""

OUTPUT_RATE = 24_000
"""Samples a second of the answers of both services."""


@dataclass(frozen=True)
class Say:
    """The next samples of the answer, cut into pieces."""

    samples: int
    sizes: Sequence[int] = (960, 2_398, 2, 4_802)
    """The bytes of each piece, in turn. An odd number cuts a sample in two."""


@dataclass(frozen=True)
class Words:
    """The next words of the transcript of the answer, if the client wants one."""

    text: str


@dataclass(frozen=True)
class Heard:
    """The transcript of what the user said, if the client wants one."""

    text: str


@dataclass(frozen=True)
class Call:
    """The model calls a tool."""

    name: str
    arguments: dict[str, object] = field(default_factory=dict)
    id: str = "call_1"


@dataclass(frozen=True)
class Close:
    """The service closes the connection and says why."""

    code: int
    reason: str = ""


class Cut:
    """The connection is cut, without a word."""


class Stall:
    """Nothing more comes, and the connection stays."""


Step = Say | Words | Heard | Call | Close | Cut | Stall | asyncio.Event
"""What both services do. At an event the fake waits for the test."""


def tone(samples: int) -> Samples:
    """The first samples of an answer: a tone of 440 Hz, at OUTPUT_RATE."""
    sound: Samples = np.rint(8_000 * np.sin(2 * np.pi * 440 / OUTPUT_RATE * np.arange(samples))).astype(np.int16)
    return sound


def pieces(sound: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    """The sound in pieces of these sizes, in turn."""
    at = 0
    for size in cycle(sizes):
        if at >= len(sound):
            return
        yield sound[at : at + size]
        at += size


class LoudnessDetector:
    """Tells speech from silence by its loudness."""

    def __init__(self, silence: int) -> None:
        """`silence`: samples of silence that end speech."""
        self._silence = silence
        self.speaking = False
        self._quiet = 0

    def feed(self, samples: Samples) -> bool | None:
        """The next samples. True: speech has begun. False: it is over. None: neither."""
        if np.abs(samples.astype(np.int32)).max(initial=0) > LOUD:
            self._quiet = 0
            began, self.speaking = not self.speaking, True
            return True if began else None
        self._quiet += len(samples)
        if self.speaking and self._quiet >= self._silence:
            self.speaking = False
            return False
        return None
