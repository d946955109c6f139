"""What a device tells its server while somebody looks: the steps of its machines, how loud it is, and how near a wake word came.

It is told after the sound that waits, and at most so often: a link that is slow carries speech first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

from tars.core.effects import Traced
from tars.device.wake import WakeWord
from tars.engine import Machine
from tars.generated.messages import MachineStep, Message, SoundLevel
from tars.runtime import clock
from tars.runtime.runner import Tell
from tars.samples import to_samples

LONGEST = 60
"""Seconds that one request counts, at most."""
MOST_STEPS = 20
"""Steps in a second. More are left out: the next one says in which state the machine is."""
INTERVAL = 1.0
"""Seconds between two levels."""
FULL_SCALE = 32768
SILENCE = -96.0
"""The level of no sound at all, in dB: that of less than one step of 16 bit."""


class Watched:
    """Whether somebody looks, and what is told."""

    def __init__(self, post: Callable[[object], None]) -> None:
        """`post` has the runner send a message."""
        self._post = post
        self._generation = 0
        self._until = 0.0
        self._second, self._steps = 0.0, 0
        """When the second began in which so many steps were told."""
        self._loudest = 0
        self._level_due = 0.0
        self._unheard = True
        """Whether what was near before nobody looked is still to be forgotten."""

    def begin(self, generation: int, seconds: int, machines: Iterable[Machine]) -> None:
        """The server wants to be told for so many seconds, on this link. It learns the states at once."""
        now = clock.now()
        self._unheard = self._unheard or now >= self._until
        self._generation, self._until = generation, now + min(seconds, LONGEST)
        if seconds:
            for machine in machines:
                state = machine.state.value
                self._tell(MachineStep(machine.machine, "", state, state, "", ""))

    def observe(self, happened: object) -> None:
        """A step of a machine."""
        now = clock.now()
        if now >= self._until or not isinstance(happened, Traced) or happened.machine is None:
            return
        if now - self._second >= 1.0:
            self._second, self._steps = now, 0
        self._steps += 1
        if self._steps <= MOST_STEPS:
            source, target = happened.source or "", happened.target or ""
            self._tell(MachineStep(happened.machine, happened.event, source, target, happened.outcome or "", happened.row or ""))

    def hear(self, pcm: bytes, wake_word: WakeWord, now: float) -> None:
        """One block of the microphone."""
        if now >= self._until:
            return
        if self._unheard:
            wake_word.take_nearest()
            self._unheard, self._loudest, self._level_due = False, 0, now + INTERVAL
        self._loudest = max(self._loudest, int(np.abs(to_samples(pcm).astype(np.int32)).max(initial=0)))
        if now >= self._level_due:
            self._level_due = now + INTERVAL
            near = wake_word.take_nearest()
            self._tell(SoundLevel(_level(self._loudest), near.model, round(near.score, 3), round(near.threshold, 3)))
            self._loudest = 0

    def _tell(self, message: Message) -> None:
        self._post(Tell(self._generation, message))


def _level(loudest: int) -> float:
    return round(max(SILENCE, 20 * math.log10(loudest / FULL_SCALE)), 1) if loudest else SILENCE
