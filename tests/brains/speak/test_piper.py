"""The part `piper`."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import numpy as np
import pytest

from tars.brains import BrainSettings
from tars.brains.hear.on_this_machine import LoadedModel
from tars.brains.speak.piper import Piper
from tars.errors import BrainError, ConfigError
from tests.brains.conftest import Models
from tests.brains.wyoming_servers import VOICE


def warmed(voice: Path | None) -> Piper:
    part = Piper(BrainSettings(piper_voice=voice))
    asyncio.run(part.warm())
    return part


def recognised(recogniser: LoadedModel, part: Piper, sentence: str) -> str:
    async def main() -> str:
        return recogniser.recognise(np.concatenate([samples async for samples in part.say(sentence)]))

    return asyncio.run(main())


def test_what_it_says_is_understood(models: Models) -> None:
    part = warmed(VOICE)
    assert recognised(models.recogniser, part, "What time is it?") == "What time is it"
    assert recognised(models.recogniser, part, "...") == "", "there is nothing to say"


def test_a_voice_must_be_named_and_loaded_before_it_speaks() -> None:
    with pytest.raises(ConfigError, match=r"piper_voice is missing: name the .onnx file of a Piper voice"):
        warmed(None)
    with pytest.raises(BrainError, match="the voice of piper is not loaded"):
        asyncio.run(anext(Piper(BrainSettings(piper_voice=VOICE)).say("Noon.")))  # type: ignore[arg-type]


def test_a_file_that_is_no_voice_is_named(tmp_path: Path) -> None:
    file = tmp_path / "voice.onnx"
    with pytest.raises(ConfigError, match=r"voice\.onnx is missing"):
        warmed(file)
    file.write_bytes(b"sound")
    description = tmp_path / "voice.onnx.json"
    with pytest.raises(ConfigError, match=r"voice\.onnx\.json is missing"):
        warmed(file)
    for text in ("", "{}", "[]"):
        description.write_text(text)
        with pytest.raises(ConfigError, match=r"voice\.onnx and voice\.onnx\.json are not a voice that piper can speak with"):
            warmed(file)
    shutil.copy(f"{VOICE}.json", description)
    with pytest.raises(ConfigError, match="are not a voice that piper can speak with"):
        warmed(file)
