"""What was received of an utterance before its brain is open."""

from __future__ import annotations

from collections.abc import Iterator

from tars.core.capture_ring import RING_SECONDS
from tars.errors import RemoteError
from tars.samples import BLOCK, RATE, WIDTH

HELD_SECONDS = RING_SECONDS + 20
"""Audio that is held at most: all that a device can have kept, and what comes while the brain opens."""
MOST_GAPS = 1000
"""Gaps in it at most. Outages and microphones that go away leave a few."""


class HeldSpeech:
    """Samples in a row, in one buffer, and the gaps between them. Held is what it takes in bytes, in however many pieces it came."""

    __slots__ = ("_at", "_gaps", "_pcm")

    def __init__(self, at: int) -> None:
        """`at`: the offset of the first sample."""
        self._at = at
        self._pcm = bytearray()
        self._gaps: list[tuple[int, int]] = []
        """So many bytes before it, so many samples lost."""

    @property
    def samples(self) -> int:
        """How many are held, without those that are lost."""
        return len(self._pcm) // WIDTH

    def add(self, piece: bytes | int) -> None:
        """The next samples, PCM16, or how many are lost. What is lost in a row is one gap. Raises RemoteError when it is too much."""
        if isinstance(piece, bytes):
            self._pcm += piece
            if self.samples > HELD_SECONDS * RATE:
                raise RemoteError(f"more than {HELD_SECONDS} s of sound before the brain has opened")
        else:
            before = self._gaps.pop()[1] if self._gaps and self._gaps[-1][0] == len(self._pcm) else 0
            self._gaps.append((len(self._pcm), before + piece))
            if len(self._gaps) > MOST_GAPS:
                raise RemoteError(f"more than {MOST_GAPS} gaps in the sound before the brain has opened")

    def pieces(self) -> Iterator[tuple[int, bytes | int]]:
        """All of it in order: an offset, and samples of at most a block, or how many are lost there."""
        at, taken = self._at, 0
        for end, lost in (*self._gaps, (len(self._pcm), 0)):
            for start in range(taken, end, BLOCK * WIDTH):
                pcm = bytes(self._pcm[start : min(end, start + BLOCK * WIDTH)])
                yield at, pcm
                at += len(pcm) // WIDTH
            taken = end
            if lost:
                yield at, lost
                at += lost
