"""The doctor asks both services a question for real."""

from __future__ import annotations

import asyncio

from tars.brains import BrainSettings
from tars.brains.doctor import examine
from tars.runtime.realtime_settings import GeminiLiveSettings, OpenAiRealtimeSettings
from tests.brains.realtime.gemini_fake import FakeGeminiLive
from tests.brains.realtime.openai_fake import FakeOpenAIRealtime
from tests.brains.realtime.services import NOON, settings_for


def examined(name: str, **settings: str) -> tuple[bool, str]:
    """What the doctor says of a brain whose service has these settings besides those that reach the fake."""

    async def main() -> tuple[bool, str]:
        fake = FakeOpenAIRealtime(NOON) if name == "openai" else FakeGeminiLive(NOON)
        async with fake.running():
            service = settings_for(fake, **settings)
            if isinstance(service, OpenAiRealtimeSettings):
                (check,) = await examine("openai-realtime", BrainSettings(openai_realtime=service))
            else:
                assert isinstance(service, GeminiLiveSettings)
                (check,) = await examine("gemini-live", BrainSettings(gemini_live=service))
            assert check.name == "brain"
            return check.ok, check.text

    return asyncio.run(main())


def test_a_question_is_asked_aloud(name: str) -> None:
    ok, text = examined(name)
    assert ok
    assert text.startswith("answered “It is exactly high noon.” with 1.0 s of sound, the first of it after ")


def test_a_key_that_is_missing_and_one_that_is_refused_are_said_with_what_to_do(name: str) -> None:
    group = "openai_realtime" if name == "openai" else "gemini_live"
    assert examined(name, key="") == (False, f"{group}.key is missing: the service needs it")
    ok, text = examined(name, key="wrong")
    assert not ok
    assert f"correct {group}.key" in text


def test_a_service_that_is_not_there_is_said_with_what_to_do(name: str) -> None:
    ok, text = examined(name, url="ws://127.0.0.1:1")
    assert not ok
    assert text.endswith(f"is this machine online, and {'openai_realtime' if name == 'openai' else 'gemini_live'}.url right?")
