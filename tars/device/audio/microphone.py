"""A microphone, through PortAudio: what the device captures, at its rate and on its channels, becomes blocks of 16 kHz mono."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import soxr

from tars.device.audio import Captured, FromMicrophone, Missed
from tars.device.audio.card import NOUN, Form, form_of
from tars.device.audio.kept import Kept
from tars.device.audio.stream import Stream
from tars.runtime import clock
from tars.samples import BLOCK, RATE, WIDTH, Samples, to_pcm

log = logging.getLogger(__name__)

BLOCK_SECONDS = BLOCK / RATE
QUEUE_LIMIT = 125
"""Microphone blocks, 10 s, that wait for a busy event loop before the next ones are lost."""


class _Raw(NamedTuple):
    """One block as it came: all channels."""

    data: bytes
    at: float
    """When its last sample was captured."""
    lost: int
    """Blocks that were lost up to then, because too many waited."""
    overruns: int
    """Times up to then that the system lost sound before we came for it."""


class PortAudioMicrophone:
    """One channel of a microphone, at 16 kHz in blocks of 80 ms, whatever rate and however many channels the device has.

    What is known to be lost is posted as Missed, so that capture offsets still measure time. How much the system itself has lost
    (`overruns`), nobody knows. A device that goes away is opened again when it is back.
    """

    def __init__(self, name: str = "default", channel: int = 1) -> None:
        """`name`: as `card.find` takes it. `channel`: from 1."""
        self._name, self._channel = name, channel
        self.delay = 0.0
        """Seconds between the air and this program, as the device has them."""
        self.lost = 0
        """Blocks thrown away because too many waited for the event loop."""
        self.overruns = 0
        """Times that the system threw sound away before we came for it; how much, it does not say."""
        self._waiting: deque[_Raw] = deque()
        self._told = (0, 0)
        """`lost` and `overruns` as they were last logged."""
        self._kept: Kept | None = None
        self._form = Form(RATE, 1)
        self._resampler: soxr.ResampleStream | None = None
        self._rest: Samples = np.empty(0, np.int16)
        """Samples that are not a block yet."""
        self._heard_at: float | None = None
        """When the last sample was captured that was posted or declared missed; None before the first."""
        self._reopened = False
        self._open_from = -math.inf
        """What was captured before this moment is not posted. Infinite: muted."""

    @property
    def counts(self) -> dict[str, float]:
        """Blocks lost here, and times that the system lost sound."""
        return {"lost_blocks": self.lost, "overruns": self.overruns}

    def start(self, post: Callable[[FromMicrophone], None]) -> None:
        """Open the device and begin. Raises ConfigError."""
        loop = asyncio.get_running_loop()

        def capture(data: Any, _frames: int, _time: Any, status: Any) -> None:
            if self._open_from == math.inf:
                return
            self.overruns += status.input_overflow
            if len(self._waiting) == QUEUE_LIMIT:
                self.lost += 1
                return
            self._waiting.append(_Raw(bytes(data), clock.now(), self.lost, self.overruns))
            loop.call_soon_threadsafe(self._deliver, post)

        def open_it() -> Stream:
            form = form_of("input", self._name, rate=RATE, channel=self._channel)
            self._form, self._reopened = form, self._heard_at is not None
            stream = Stream("input", self._name, form, round(BLOCK_SECONDS * form.rate), capture)
            self.delay = stream.delay / form.rate
            return stream

        self._kept = Kept(f"{NOUN['input']} {self._name!r}", open_it, post, released=self._open_from == math.inf)

    def mute(self) -> None:
        """Close the device, and post nothing more."""
        self._open_from = math.inf
        if self._kept:
            self._kept.release()

    def unmute(self) -> None:
        """Open the device again. If it was not closed yet, what it captured until now is not posted either."""
        self._open_from, self._reopened = clock.now(), True
        if self._kept:
            self._kept.reopen()

    async def close(self) -> None:
        """Release the device."""
        if self._kept:
            await self._kept.close()

    def _deliver(self, post: Callable[[FromMicrophone], None]) -> None:
        """Hand over what one block from the device makes, in the event loop."""
        raw = self._waiting.popleft()
        if raw.at - BLOCK_SECONDS < self._open_from:
            return
        lost = raw.lost - self._told[0]
        if (raw.lost, raw.overruns) != self._told:
            if lost or raw.overruns.bit_count() == 1:  # 1, 2, 4, 8, ...: a machine that is too slow does not fill its log
                told = "microphone: so far this program, busy, lost %d blocks, and the system lost sound %d times"
                log.warning(told, raw.lost, raw.overruns)
            self._told = (raw.lost, raw.overruns)
        away = raw.at - BLOCK_SECONDS - self._heard_at if self._reopened and self._heard_at is not None else lost * BLOCK_SECONDS
        if away > 0:
            away += len(self._rest) / RATE  # it was heard, but never posted
        if self._reopened or lost or self._heard_at is None:
            self._begin_anew()
        if away > 0:
            post(Missed(round(away * RATE)))
        self._heard_at = raw.at
        for block in self._blocks(raw.data):
            post(Captured(block))

    def _begin_anew(self) -> None:
        """What comes does not follow what came before."""
        self._reopened = False
        self._rest = np.empty(0, np.int16)
        rate = self._form.rate
        self._resampler = soxr.ResampleStream(rate, RATE, 1, dtype="int16") if rate != RATE else None

    def _blocks(self, interleaved: bytes) -> list[bytes]:
        """The whole blocks at 16 kHz that are there with these samples of all channels."""
        channels = self._form.channels
        if channels == 1 and self._resampler is None and not len(self._rest) and len(interleaved) == BLOCK * WIDTH:
            return [interleaved]  # nearly every microphone, and nothing to compute
        mono = np.frombuffer(interleaved, np.int16)[min(self._channel, channels) - 1 :: channels]
        if self._resampler is not None:
            mono = self._resampler.resample_chunk(np.ascontiguousarray(mono))
        samples = np.concatenate([self._rest, mono])
        whole = len(samples) - len(samples) % BLOCK
        self._rest = samples[whole:]
        return [to_pcm(samples[at : at + BLOCK]) for at in range(0, whole, BLOCK)]
