"""A microphone that does not hear the speaker."""

from __future__ import annotations

from collections.abc import Callable

from tars.device.audio import Captured, FromMicrophone, Missed
from tars.device.audio.echo.canceller import EchoCanceller
from tars.device.audio.microphone import PortAudioMicrophone
from tars.runtime import clock
from tars.samples import to_pcm, to_samples


class EchoCancelledMicrophone:
    """Every block of another microphone, without the echo in it."""

    def __init__(self, microphone: PortAudioMicrophone, canceller: EchoCanceller) -> None:
        """Nothing is opened before `start`."""
        self._microphone, self._canceller = microphone, canceller

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
                    at = clock.now() - self._microphone.delay
                    item = Captured(to_pcm(self._canceller.clean(to_samples(pcm), at)))
                case Missed(samples):
                    self._canceller.missed(samples)
            post(item)

        self._microphone.start(take)

    async def close(self) -> None:
        """Release the device."""
        await self._microphone.close()
