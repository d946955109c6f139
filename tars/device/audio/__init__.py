"""Microphones and speakers. A file takes the same way through the program as a device."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Protocol

from tars.errors import ConfigError
from tars.samples import Samples

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Captured:
    """One block from the microphone: 1,280 samples as PCM16 little-endian bytes, 16 kHz mono."""

    pcm: bytes


@dataclass(frozen=True)
class Missed:
    """So many samples, at 16 kHz, were not captured between the last block and the next: the device was away, or the program too busy."""

    samples: int


@dataclass(frozen=True)
class MicrophoneEnded:
    """The recording that served as microphone has been fed to its last sample; exact zeros follow."""


@dataclass(frozen=True)
class Heard:
    """How far the speaker has come: samples of stream `stream` that have left it."""

    stream: int
    samples: int


@dataclass(frozen=True)
class SoundFailed:
    """A microphone or speaker has stopped and does not go on by itself."""

    reason: str
    """A sentence for the user."""


@dataclass(frozen=True)
class SpeechNoticed:
    """Somebody speaks into the microphone while a reply is played. It is posted once for each beginning of speech."""

    at: int
    """The capture offset at which the speech began: samples, of which each block has 1,280, since the microphone was started."""


FromMicrophone = Captured | Missed | MicrophoneEnded | SpeechNoticed | SoundFailed
FromSpeaker = Heard | SoundFailed


def start_part(work: Coroutine[None, None, None], part: str, post: Callable[[SoundFailed], None]) -> asyncio.Task[None]:
    """The task of a microphone or speaker. What ends it, other than being cancelled, is posted and stands in the log."""

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            known = isinstance(error, ConfigError)
            log.error("the %s has failed", part, exc_info=None if known else error)
            post(SoundFailed(f"the {part} has failed: {error if known else repr(error)}"))

    task = asyncio.create_task(work, name=part)
    task.add_done_callback(ended)
    return task


class Microphone(Protocol):
    """One capture stream, open from start to close, except while it is muted."""

    @property
    def counts(self) -> dict[str, float]:
        """What was counted and measured so far, by name, for the log."""

    def start(self, post: Callable[[FromMicrophone], None]) -> None:
        """Open the device and call `post` on the event loop for every block, in order. Raises ConfigError.

        A device that goes away is opened again when it is back. If that cannot be, SoundFailed is posted: nobody is deaf unsaid.
        """

    def mute(self) -> None:
        """Close the device soon, and post nothing that it has captured from now on, also not what waits to be posted.

        Before `start`: the device is not opened.
        """

    def unmute(self) -> None:
        """Open the device again, soon, or once it is there. Before the next block, all that was not captured was posted as Missed."""

    async def close(self) -> None:
        """Release the device."""


class Speaker(Protocol):
    """Plays one reply at a time from its own buffer, and cues (chime, error, alarm) after what is playing."""

    gain: float
    """Each sample of a reply is multiplied by this, 0 to 1, when it is played. With 1 its bits are unchanged."""

    @property
    def counts(self) -> dict[str, float]:
        """What was counted so far, by name, for the log."""

    def start(self, post: Callable[[FromSpeaker], None]) -> None:
        """Open the device and call `post` on the event loop as a reply is heard: at least every 100 ms and at its last sample.

        A device that goes away is opened again when it is back. If that cannot be, SoundFailed is posted. Raises ConfigError.
        """

    def open(self, stream: int, rate: int) -> None:
        """A reply begins: stream number, and its samples a second."""

    def play(self, stream: int, samples: Samples) -> None:
        """More of the reply, played in real time once 0.2 s of it are there or have passed; another stream's samples are dropped."""

    def cue(self, samples: Samples) -> None:
        """A short sound of our own, as it is, at once after what is buffered; not counted as heard."""

    def pause(self) -> None:
        """Play nothing more of the reply, and keep it. Cues are played."""

    def resume(self) -> None:
        """Play the reply on from the sample at which it was paused."""

    def stop(self, keep: float = 0.0) -> None:
        """Drop what is buffered but for the next `keep` seconds and the cues behind them. With 0 silence follows at once.

        Nothing is kept of a reply that is paused.
        """

    async def close(self) -> None:
        """Release the device; a file is complete after this."""
