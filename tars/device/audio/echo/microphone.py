"""A microphone that does not hear the speaker."""

from __future__ import annotations

from collections.abc import Callable

from tars.device.audio import Captured, FromMicrophone, Missed, SpeechNoticed
from tars.device.audio.echo.canceller import EchoCanceller
from tars.device.audio.echo.speech import SpeechDetector
from tars.device.audio.microphone import PortAudioMicrophone
from tars.runtime import clock
from tars.samples import Samples, to_pcm, to_samples


class EchoCancelledMicrophone:
    """Every block of another microphone, without the echo in it; and whether somebody speaks while something is played."""

    def __init__(self, microphone: PortAudioMicrophone, canceller: EchoCanceller, speech: SpeechDetector | None = None) -> None:
        """Nothing is opened before `start`. `speech`: what notices it; None: nobody wants to know."""
        self._microphone, self._canceller, self._speech = microphone, canceller, speech

    @property
    def counts(self) -> dict[str, float]:
        """Those of the other microphone, and what is known of the echo: milliseconds, millionths and decibels."""
        state = self._canceller.state
        known = {"echo_delay_ms": state.delay, "drift_ppm": state.drift, "echo_lowered_db": state.suppression}
        return self._microphone.counts | {name: round(value, 1) for name, value in known.items() if value is not None}

    def start(self, post: Callable[[FromMicrophone], None]) -> None:
        """Open the device and begin. Raises ConfigError."""

        def take(item: FromMicrophone) -> None:
            match item:
                case Captured(pcm):
                    block = to_samples(pcm)
                    cleaned = self._canceller.clean(block, clock.now() - self._microphone.delay)
                    post(Captured(to_pcm(cleaned)))
                    if (at := self._speech_in(block)) is not None:
                        post(SpeechNoticed(at))
                    return
                case Missed(samples):
                    self._canceller.missed(samples)
            post(item)

        self._microphone.start(take)

    def _speech_in(self, block: Samples) -> int | None:
        """The capture offset at which speech began that is noticed in this block, while something is played."""
        if self._speech is None:
            return None
        if self._canceller.reference is None:
            self._speech.pause()
            return None
        before = self._speech.hear(block, self._canceller.reference, aligned=self._canceller.knows_delay)
        return None if before is None else max(0, self._canceller.captured - before)

    def mute(self) -> None:
        """Close the device, and post nothing more."""
        self._microphone.mute()

    def unmute(self) -> None:
        """Open the device again."""
        self._microphone.unmute()

    async def close(self) -> None:
        """Release the device."""
        await self._microphone.close()
