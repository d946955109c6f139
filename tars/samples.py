"""The one form of sound inside TARS: 16 kHz, mono, signed 16 bit. On the wire and in rings it is bytes, little-endian."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
"""Samples a second, everywhere in TARS."""

WIDTH = 2
"""Bytes a sample."""

BLOCK = 1_280
"""Samples in a microphone block: 80 ms, the step of openWakeWord."""

Samples = NDArray[np.int16]
"""One-dimensional, int16, 16 kHz."""


def to_samples(pcm: bytes) -> Samples:
    """PCM16 little-endian bytes as samples."""
    return np.frombuffer(pcm, dtype="<i2").astype(np.int16, copy=False)


def to_pcm(samples: Samples) -> bytes:
    """Samples as PCM16 little-endian bytes."""
    return samples.astype("<i2", copy=False).tobytes()
