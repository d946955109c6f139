"""Brains by name."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import product
from typing import get_args, get_type_hints

import pytest

from tars.brains import BrainSettings
from tars.brains.listening import PAUSES
from tars.brains.registry import BRAINS, FORM, GEMINI, PARTS, PRESETS, make_brain, read_composition, with_defaults
from tars.errors import ConfigError
from tars.runtime.llm_settings import LlmSettings
from tars.server.settings import ServerConfig

SEVERAL_VOICES = "hear=whisper reply=intents speak=elevenlabs,wyoming,hibari"
EVERY_PART = [f"hear={hear} reply={','.join(PARTS['reply'])} speak={speak}" for hear, speak in product(PARTS["hear"], PARTS["speak"])]


@pytest.mark.parametrize("name", [*BRAINS, *PRESETS, FORM, SEVERAL_VOICES, *EVERY_PART])
def test_every_known_brain_can_be_made(name: str) -> None:
    kinds = {"echo": "EchoBrain", "openai-realtime": "RealtimeBrain", "gemini-live": "RealtimeBrain"}
    assert type(make_brain(name)).__name__ == kinds.get(name, "ComposedBrain")


def test_a_preset_is_a_composition_with_a_name() -> None:
    assert read_composition(FORM) == PRESETS["llm"]


def test_a_preset_brings_settings_where_none_are_configured() -> None:
    preset = PRESETS["gemini-elevenlabs"]
    plain = with_defaults(preset, BrainSettings(llm=LlmSettings(key="mine"))).llm
    assert plain == replace(GEMINI, key="mine")
    chosen = LlmSettings(url="http://tars/v1", model="small")
    assert with_defaults(preset, BrainSettings(llm=chosen)).llm == chosen
    assert with_defaults(PRESETS["llm"], BrainSettings()).llm == LlmSettings()


def test_the_setting_chooses_the_pauses_that_end_an_utterance() -> None:
    made = {name: make_brain("offline", BrainSettings(end_of_speech=name)) for name in PAUSES}
    assert {name: brain._pauses for name, brain in made.items()} == PAUSES  # type: ignore[attr-defined]
    assert set(get_args(get_type_hints(ServerConfig)["end_of_speech"])) == set(PAUSES)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("gemini", "brain 'gemini' is unknown; known brains are: echo, gemini-elevenlabs, gemini-live, home-assistant, llm,"),
        ("hear=whisper speak=hibari", "brain: reply is missing; known parts are: intents, home-assistant, llm"),
        ("hear= reply=intents speak=hibari", "brain: hear is missing; known parts are: whisper, moonshine, wyoming"),
        ("hear=whisper reply=gemini speak=hibari", "brain: reply part 'gemini' is unknown; known parts are: intents, home-assistant, llm"),
        ("hear=whisper reply=intents speak=hibari ear=left", "brain: 'ear' is no kind of part; the kinds are: hear, reply, speak"),
        ("hear=whisper hear=whisper reply=llm speak=hibari", "brain: hear is there a second time; keep one of them"),
        ("hear=whisper,whisper reply=llm speak=hibari", "brain: hear takes one part, not whisper, whisper"),
        ("hear=whisper reply=llm speak=hibari,hibari", "brain: speak names a part twice: hibari, hibari"),
        ("hear=whisper reply=llm,intents,llm speak=hibari", "brain: reply names a part twice: llm, intents, llm"),
    ],
)
def test_a_mistake_in_a_composition_is_answered_with_what_is_allowed(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        make_brain(text)
    assert str(raised.value).startswith(problem)


def test_a_missing_package_is_answered_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tars.brains.hear.whisper", raising=False)
    monkeypatch.delitem(sys.modules, "tars.brains.hear.recogniser", raising=False)
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(ConfigError, match=r"hear part 'whisper' needs the Python module faster_whisper.*pip install -e '.\[server\]'"):
        make_brain("offline")


def test_the_echo_brain_needs_no_heavy_package() -> None:
    import subprocess

    program = "import sys; from tars.brains.registry import make_brain; make_brain('echo'); print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"faster_whisper", "text_to_num", "hibari", "onnxruntime", "soxr", "yaml"} & set(loaded)
