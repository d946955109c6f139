"""docs/brains.md says what is."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

from tars.brains import composed, speech
from tars.brains.hear.wyoming import FAILED
from tars.brains.registry import BRAINS, PARTS, PRESETS, make_brain
from tars.brains.reply.home_assistant import connection, part
from tars.brains.reply.llm import failures
from tars.brains.tools import BUILT_IN, find_tools
from tars.runtime.elevenlabs_settings import ElevenLabsSettings
from tars.runtime.home_assistant_settings import HomeAssistantSettings
from tars.runtime.llm_settings import LlmSettings
from tars.runtime.persona_settings import TARS, Persona
from tars.runtime.program import GIVEN
from tars.runtime.realtime_settings import GeminiLiveSettings, OpenAiRealtimeSettings
from tars.runtime.wyoming_settings import WyomingSettings
from tars.server.main import settings_of
from tars.server.settings import load

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "brains.md").read_text()


def rows(pattern: str) -> dict[str, list[str]]:
    """The rows of all tables whose first cell matches: what it names, and the other cells."""
    lines = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("|")]
    return {found[1]: cells for first, *cells in lines if (found := re.match(pattern, first))}


def blocks(language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", PAGE)


def test_every_preset_and_part_is_there() -> None:
    assert set(rows(r"\[`([\w-]+)`\]")) == {*PRESETS, *BRAINS} | {name for parts in PARTS.values() for name in parts}
    for name, preset in PRESETS.items():
        told = re.findall(r"`([\w-]+)`", rows(r"\[`([\w-]+)`\]\(#(?!the-part)")[name][0])
        assert told == [*preset.hear, *preset.reply, *preset.speak]


@pytest.mark.parametrize(
    ("group", "kind"),
    [
        ("llm", LlmSettings),
        ("openai_realtime", OpenAiRealtimeSettings),
        ("gemini_live", GeminiLiveSettings),
        ("wyoming", WyomingSettings),
        ("home_assistant", HomeAssistantSettings),
        ("elevenlabs", ElevenLabsSettings),
    ],
)
def test_every_setting_is_there_with_its_default(group: str, kind: type[Any]) -> None:
    documented = rows(rf"`{group}\.(\w+)`")
    assert list(documented) == [item.name for item in fields(kind)]
    for item in fields(kind):
        if item.default and item.default is not MISSING:
            default = item.default if isinstance(item.default, str) else f"{item.default:g}"
            assert documented[item.name][0].strip("`") == default, item.name


def test_every_setting_of_a_persona_is_there() -> None:
    documented = rows(r"`(\w+)`")
    assert set(documented) == {item.name for item in fields(Persona)} - set(GIVEN)
    assert documented["humor"][0] == str(TARS.humor)
    assert documented["farewell"][0] == TARS.farewell
    assert documented["greeting"][0] == Persona("NAME").introduction


@pytest.mark.parametrize("text", blocks("yaml"))
def test_every_configuration_makes_a_brain(tmp_path: Path, text: str) -> None:
    file = tmp_path / "server.yaml"
    file.write_text(text)
    config = load(["--config", str(file)], {})[1]
    assert make_brain(config.brain, settings_of(config))


LLM = {value for name, value in vars(failures).items() if name.isupper()} | {composed.LATE, speech.NO_ANSWER}
HOME_ASSISTANT = {connection.NOT_THERE, connection.REFUSED, connection.LOST, part.LATE, part.BROKEN, part.NOT_UNDERSTOOD}


@pytest.mark.parametrize(("table", "sentences"), [("what happened", LLM), ("what happened to Home Assistant", HOME_ASSISTANT)])
def test_every_sentence_about_a_failure_is_there(table: str, sentences: set[str]) -> None:
    told = PAGE[PAGE.index(f"| {table} |") :].partition("\n\n")[0].splitlines()[2:]
    assert {line.strip("| ").split(" | ")[1] for line in told} == sentences


def test_the_sentence_about_speech_recognition_is_there() -> None:
    assert FAILED in PAGE


def test_the_tool_that_is_shown_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (source,), (entry,) = blocks("python"), blocks("toml")
    (tmp_path / "my_house.py").write_text(source)
    info = tmp_path / "my_house-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-house\nVersion: 1\n")
    (info / "entry_points.txt").write_text(entry.replace('[project.entry-points."tars.tools"]', "[tars.tools]").replace('"', ""))
    monkeypatch.syspath_prepend(str(tmp_path))
    assert list(find_tools()) == [*(tool.__name__ for tool in BUILT_IN), "switch_light"]
    assert all(f"`{tool.__name__}`" in PAGE for tool in BUILT_IN)
