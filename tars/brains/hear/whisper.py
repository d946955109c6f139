"""The part `whisper`: hears with whisper and silero, on this machine."""

from __future__ import annotations

from tars.brains import BrainSettings
from tars.brains.hear.on_this_machine import Models, OnThisMachine
from tars.brains.hear.recogniser import Recogniser


class Whisper(OnThisMachine):
    """Whisper tiny.en, or the model of the setting `recogniser_model`."""

    def __init__(self, settings: BrainSettings, models: Models | None = None) -> None:
        """`models`: loaded models; None: `warm` loads them."""
        super().__init__(lambda: Recogniser(settings.whisper_model), models)
