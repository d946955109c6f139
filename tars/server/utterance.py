"""The utterance of one turn as its brain was given it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tars.brains import Caller, Hearing
from tars.samples import RATE, WIDTH
from tars.server import recordings

HEARD_GAP = RATE // 4
"""Samples of silence, at most, that the brain hears for a gap: enough to separate two words, too few to end an utterance."""


def silence_for_gap(samples: int) -> bytes:
    """The PCM16 that the brain hears in place of so many lost samples."""
    return bytes(min(samples, HEARD_GAP) * WIDTH)


class Utterance:
    """The audio of one turn, and how long the user has been silent in it. Everything is counted in samples received, not in time."""

    def __init__(self, turn: int, wake: int, pcm: bytes = b"", silent: int = 0, at: int = 0) -> None:
        """`wake`: its first samples that may hold the wake word. `pcm`: PCM16 that an earlier brain session was given.

        `at`: the capture offset of its first sample.
        """
        self.at = at
        self.turn = turn
        self.wake = wake
        self.silent = silent
        """Samples since speech was heard last. Negative: the sound in front of the wake word, which is not the user's silence."""
        self._pieces = [pcm] if pcm else []

    @property
    def pcm(self) -> bytes:
        """All samples so far, PCM16."""
        return b"".join(self._pieces)

    def add(self, pcm: bytes) -> None:
        """More samples, PCM16."""
        self._pieces.append(pcm)

    def count(self, pcm: bytes, hearing: Hearing) -> int:
        """Count these samples as silence or speech; the samples of silence up to now."""
        self.silent = self.silent + len(pcm) // WIDTH if hearing is Hearing.SILENCE else 0
        return self.silent

    def take(self) -> bytes:
        """All samples so far, which are forgotten here."""
        pcm = self.pcm
        self._pieces = []
        return pcm

    async def save(self, folder: Path | None, caller: Caller) -> None:
        """Write what was heard to a recording in the folder, if there is one, and forget it. A worker thread writes."""
        pcm = self.take()
        if pcm and folder is not None:
            loop = asyncio.get_running_loop()
            writing = loop.run_in_executor(None, recordings.record, folder, caller.device, caller.session, self.turn, pcm)
            await asyncio.shield(writing)  # a session that is cancelled here keeps its recording
