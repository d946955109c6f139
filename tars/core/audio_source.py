"""What the link sends samples from: a buffer with the samples that an outbox names by offset."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from tars.core.codec import Audio


class Stretch(NamedTuple):
    """The next samples of a stream that can be sent: from `start` to before `end`. The samples before `start` are lost for good."""

    start: int
    end: int
    why: str = "overflow"
    """Why samples are lost, if any are."""


class AudioSource(Protocol):
    """A buffer with the samples that an outbox names by offset."""

    def stretch(self, start: int, end: int) -> Stretch:
        """Which samples from `start` to before `end` can be sent next, without a hole."""

    def read_samples(self, stream: int, start: int, end: int) -> Audio:
        """The samples from `start` to before `end`, as a piece of that stream."""
