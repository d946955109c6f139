"""From what the user writes to a microphone or speaker. What only the other kind of it needs is not imported."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from tars.device.audio import Microphone, Speaker
from tars.device.audio.echo import PACKAGE
from tars.device.settings import FILE, EchoCancellation, Interruption
from tars.device.wake.words import NONE
from tars.errors import ConfigError

if TYPE_CHECKING:
    from tars.device.audio.echo.speech import SpeechDetector

log = logging.getLogger(__name__)


def open_microphone(spec: str, channel: int = 1) -> Microphone:
    """`default`, a device's name or a part of it, or `file:PATH`; `channel` is that of a device, from 1. Raises ConfigError.

    Reads the file, so not for the event loop; a device is opened by `start`.
    """
    if spec.startswith(FILE):
        from tars.device.audio.files import FileMicrophone

        return FileMicrophone(Path(spec.removeprefix(FILE)))
    from tars.device.audio.microphone import PortAudioMicrophone

    return PortAudioMicrophone(spec, channel)


def open_both(
    microphone: str, channel: int, speaker: str, echo_cancellation: EchoCancellation, interruption: Interruption = "wake-word"
) -> tuple[Microphone, Speaker]:
    """Both as configured. Where both are devices, the microphone does not hear the speaker, if that is wanted. Raises ConfigError."""
    speech = make_detector(microphone, speaker, echo_cancellation, interruption)
    if not is_cancelled(microphone, speaker, echo_cancellation):
        return open_microphone(microphone, channel), open_speaker(speaker)
    from tars.device.audio.echo.canceller import EchoCanceller
    from tars.device.audio.echo.microphone import EchoCancelledMicrophone
    from tars.device.audio.echo.played import Played
    from tars.device.audio.echo.speex import Speex
    from tars.device.audio.microphone import PortAudioMicrophone
    from tars.device.audio.speaker import PortAudioSpeaker

    played = Played()
    heard = EchoCancelledMicrophone(PortAudioMicrophone(microphone, channel), EchoCanceller(played, Speex()), speech)
    return heard, PortAudioSpeaker(speaker, played)


def make_detector(microphone: str, speaker: str, echo_cancellation: EchoCancellation, interruption: Interruption) -> SpeechDetector | None:
    """What notices speech over an answer, loaded; None: nothing is to be noticed, or not both are devices.

    Raises ConfigError if something is missing.
    """
    if interruption != "speech" or not are_devices(microphone, speaker):
        return None
    if not is_cancelled(microphone, speaker, echo_cancellation):
        raise ConfigError(f"interruption: speech needs echo cancellation: set echo_cancellation to speex; {PACKAGE}")
    from tars.device.audio.echo.speech import SpeechDetector

    return SpeechDetector()


def are_devices(microphone: str, speaker: str) -> bool:
    """Whether both are sound devices, between which there may be an echo."""
    return not microphone.startswith(FILE) and speaker != NONE and not speaker.startswith(FILE)


def is_cancelled(microphone: str, speaker: str, echo_cancellation: EchoCancellation) -> bool:
    """Whether the echo is cancelled with these settings. Raises ConfigError if it has to be and cannot."""
    if not are_devices(microphone, speaker) or echo_cancellation == "off":
        return False
    from tars.device.audio.echo.speex import library

    try:
        library()
    except ConfigError as error:
        if echo_cancellation == "speex":
            raise
        log.info("%s", error)
        return False
    return True


def open_speaker(spec: str) -> Speaker:
    """`default`, a part of a device's name, `file:PATH` or `none`. What it needs is opened by `start`, which may raise ConfigError."""
    if spec == "none" or spec.startswith(FILE):
        from tars.device.audio.files import FileSpeaker, NullSpeaker

        return NullSpeaker() if spec == "none" else FileSpeaker(Path(spec.removeprefix(FILE)))
    from tars.device.audio.speaker import PortAudioSpeaker

    return PortAudioSpeaker(spec)
