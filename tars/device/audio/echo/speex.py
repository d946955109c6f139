"""The echo canceller of libspeexdsp, the Debian package libspeexdsp1, called through ctypes."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_int, c_void_p
from functools import cache
from typing import Any

import numpy as np

from tars.device.audio.echo import PACKAGE
from tars.errors import ConfigError
from tars.samples import RATE, Samples

FRAME = 160
"""Samples, 10 ms, that the library takes at a time."""
TAIL = 4_000
"""Samples, 250 ms: for so long after it was played a sound is looked for in what the microphone hears."""
LATE = FRAME
"""Samples that what comes out is later than what went in."""
NOISE_SUPPRESSION = 0
"""Decibels by which steady noise is lowered. The wake words are trained in noise: none."""

SET_RATE, SET_NOISE, SET_ECHO_STATE = 24, 18, 24
"""Numbers of requests in speex_echo.h, and two in speex_preprocess.h."""


@cache
def library() -> Any:
    """The library, its functions declared. Raises ConfigError."""
    try:
        speex = ctypes.CDLL("libspeexdsp.so.1")
    except OSError as error:
        raise ConfigError(f"echo cancellation needs the library libspeexdsp, which is not installed: {PACKAGE}") from error
    speex.speex_echo_state_init.restype = speex.speex_preprocess_state_init.restype = c_void_p
    speex.speex_echo_state_init.argtypes = speex.speex_preprocess_state_init.argtypes = [c_int, c_int]
    speex.speex_echo_cancellation.argtypes = [c_void_p] * 4
    speex.speex_preprocess_run.argtypes = [c_void_p] * 2
    speex.speex_echo_ctl.argtypes = speex.speex_preprocess_ctl.argtypes = [c_void_p, c_int, c_void_p]
    for name in ("echo_state_reset", "echo_state_destroy", "preprocess_state_destroy"):
        getattr(speex, f"speex_{name}").argtypes = [c_void_p]
    return speex


class Speex:
    """One canceller. It learns how the room changes a sound on its way from the speaker to the microphone."""

    def __init__(self) -> None:
        """It has learnt nothing yet. Raises ConfigError without the library."""
        self._library = library()
        self._echo = self._library.speex_echo_state_init(FRAME, TAIL)
        self._residue = self._library.speex_preprocess_state_init(FRAME, RATE)
        rate, noise = c_int(RATE), c_int(NOISE_SUPPRESSION)
        self._library.speex_echo_ctl(self._echo, SET_RATE, byref(rate))
        self._library.speex_preprocess_ctl(self._residue, SET_ECHO_STATE, self._echo)
        self._library.speex_preprocess_ctl(self._residue, SET_NOISE, byref(noise))

    def clean(self, heard: Samples, played: Samples) -> Samples:
        """What was heard without what was played, LATE samples later. Both are whole frames, equally long.

        What the filter leaves of the echo, it lowers where it is louder than the user.
        """
        heard, played, cleaned = np.ascontiguousarray(heard), np.ascontiguousarray(played), np.empty(len(heard), np.int16)
        for at in range(0, len(heard), FRAME):
            near, far, out = (part[at : at + FRAME].ctypes.data for part in (heard, played, cleaned))
            self._library.speex_echo_cancellation(self._echo, near, far, out)
            self._library.speex_preprocess_run(self._residue, out)
        return cleaned

    def forget(self) -> None:
        """Learn anew."""
        self._library.speex_echo_state_reset(self._echo)

    def __del__(self) -> None:
        """Free what the library has allocated."""
        if hasattr(self, "_residue"):
            self._library.speex_preprocess_state_destroy(self._residue)
            self._library.speex_echo_state_destroy(self._echo)
