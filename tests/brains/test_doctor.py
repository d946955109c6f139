"""The doctor tries the parts for real."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tars.brains import BrainSettings
from tars.brains.doctor import examine
from tars.brains.registry import GEMINI
from tars.runtime.doctor import Check
from tars.runtime.home_assistant_settings import HomeAssistantSettings
from tars.runtime.llm_settings import LlmSettings
from tars.runtime.wyoming_settings import WyomingSettings
from tests.brains.reply.home_assistant.fake_home_assistant import TOKEN, FakeHomeAssistant, Said, not_understood
from tests.brains.reply.llm.fake_openai import KEY, FakeOpenAI
from tests.brains.speak.elevenlabs_fake import FakeElevenLabs


def examined(brain: str, settings: BrainSettings | None = None) -> list[Check]:
    return list(asyncio.run(examine(brain, settings or BrainSettings())))


def test_the_offline_brain_speaks_hears_and_answers_a_question() -> None:
    speak, hear, reply = examined("offline")
    assert [check.name for check in (speak, hear, reply)] == ["speak hibari", "hear whisper", "reply intents"]
    assert all(check.ok for check in (speak, hear, reply))
    assert "spoke 1." in speak.text
    assert "heard “What time is it” in" in hear.text
    assert "answered “It is " in reply.text


def test_the_echo_brain_needs_nothing() -> None:
    assert [(check.name, check.ok) for check in examined("echo")] == [("brain", True)]


def test_a_wrong_path_is_found_and_the_rest_is_still_tried(tmp_path: Path) -> None:
    checks = examined("offline", BrainSettings(whisper_model=tmp_path, voice_model=tmp_path / "voice.onnx"))
    assert [(check.name, check.ok) for check in checks] == [("speak hibari", False), ("hear whisper", False), ("reply intents", True)]
    assert all("is missing: correct its path in the configuration" in check.text for check in checks if not check.ok)


def test_a_missing_package_is_found_and_the_rest_is_still_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("tars.brains.speak.hibari", "tars.brains.speak.voice"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "hibari", None)
    speak, *rest = examined("offline")
    assert (
        speak.text
        == "speak part 'hibari' needs the Python module hibari, which is not installed: pip install -e '.[server]' in the TARS folder"
    )
    assert all(check.ok for check in rest)


def test_an_unknown_brain_is_answered_with_the_known_ones() -> None:
    (check,) = examined("gemini")
    assert not check.ok
    assert "known brains are: echo, gemini-elevenlabs, gemini-live, home-assistant, llm, offline, openai-realtime" in check.text


def test_services_are_tried_for_real(wyoming: WyomingSettings) -> None:
    speak, hear, reply = examined("hear=wyoming reply=intents speak=wyoming", BrainSettings(wyoming=wyoming))
    assert [check.name for check in (speak, hear, reply)] == ["speak wyoming", "hear wyoming", "reply intents"]
    assert all(check.ok for check in (speak, hear, reply))
    assert "heard “What time is it” in" in hear.text


def test_gemini_and_elevenlabs_are_tried_for_real() -> None:
    async def main() -> list[Check]:
        async with FakeOpenAI(["It is noon."]).running() as llm, FakeElevenLabs([bytes(32_000)]).running() as account:
            llm.model = GEMINI.model
            settings = LlmSettings(url=llm.url, key=KEY)
            return list(await examine("gemini-elevenlabs", BrainSettings(llm=settings, elevenlabs=account.settings())))

    checks = asyncio.run(main())
    assert [check.name for check in checks] == ["speak elevenlabs", "speak hibari", "hear whisper", "reply intents", "reply llm"]
    assert all(check.ok for check in checks)
    assert "spoke 1.0 s of sound in" in checks[0].text
    assert "answered “It is noon.” in" in checks[-1].text


@pytest.mark.parametrize(
    ("said", "text"), [(Said("It is noon", "query_answer"), "answered “It is noon” in"), (not_understood(), "left “What time is it?” to")]
)
def test_home_assistant_is_tried_for_real(said: Said, text: str) -> None:
    async def main() -> None:
        async with FakeHomeAssistant([said]).running() as fake:
            settings = BrainSettings(home_assistant=HomeAssistantSettings(url=fake.url, token=TOKEN))
            *_, check = await examine("home-assistant", settings)
            assert (check.name, check.ok) == ("reply home-assistant", True)
            assert text in check.text

    asyncio.run(main())


def test_what_is_not_there_is_said_with_what_to_do() -> None:
    wyoming = WyomingSettings(hear="tcp://127.0.0.1:1", speak="tcp://127.0.0.1:1")
    house = HomeAssistantSettings(url="http://127.0.0.1:1", token=TOKEN)
    checks = examined("hear=wyoming reply=home-assistant speak=wyoming", BrainSettings(wyoming=wyoming, home_assistant=house))
    assert [check.ok for check in checks] == [False] * 3
    for check, setting in zip(checks, ("wyoming.speak", "wyoming.hear", "home_assistant.url"), strict=True):
        assert f"and {setting} right?" in check.text
    (piper, *_) = examined("hear=whisper reply=intents speak=piper")
    assert piper.text.startswith("piper_voice is missing: name the .onnx file of a Piper voice")
