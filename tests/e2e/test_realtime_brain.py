"""A question from the microphone through a speech-to-speech service to the speaker, with both programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tars.brains.reply.llm import failures
from tests.brains.realtime import gemini_fake, openai_fake
from tests.brains.realtime.gemini_fake import FakeGeminiLive
from tests.brains.realtime.openai_fake import FakeOpenAIRealtime
from tests.brains.realtime.script import Heard, Say, Words
from tests.e2e.test_house_services import answered
from tests.in_thread import in_thread
from tests.sounds import read_wav

NOON = (Heard("What time is it?"), Words("It is noon."), Say(24_000))


def configuration(brain: str, url: str, key: str) -> str:
    url = url.replace("http", "ws", 1)
    if brain == "openai-realtime":
        return f"brain: {brain}\nopenai_realtime: {{url: '{url}/realtime', model: {openai_fake.MODEL}, key: {key}}}\n"
    return f"brain: {brain}\ngemini_live: {{url: '{url}{gemini_fake.SERVICE}', model: {gemini_fake.MODEL}, key: {key}}}\n"


@pytest.mark.parametrize(
    ("brain", "fake", "key"),
    [
        ("openai-realtime", FakeOpenAIRealtime(NOON), openai_fake.KEY),
        ("gemini-live", FakeGeminiLive(NOON), gemini_fake.KEY),
    ],
)
def test_a_question_is_heard_and_answered_by_the_service(
    brain: str, fake: FakeOpenAIRealtime | FakeGeminiLive, key: str, tmp_path: Path, trace_dir: Path
) -> None:
    with in_thread(fake):
        answer, log = answered(tmp_path, trace_dir, configuration(brain, fake.url, key))
    assert (answer["heard"], answer["text"]) == ("What time is it?", "It is noon.")
    assert len(fake.heard) > 16_000
    assert key not in log


@pytest.mark.parametrize("brain", ["openai-realtime", "gemini-live"])
def test_a_service_that_is_not_there_is_told_and_the_session_goes_on(brain: str, tmp_path: Path, trace_dir: Path) -> None:
    answer, log = answered(tmp_path, trace_dir, configuration(brain, "http://127.0.0.1:1", "none"))
    assert answer["text"] == failures.NOT_THERE
    assert "no connection to the realtime service" in log
    assert f"is this machine online, and {brain.replace('-', '_')}.url right?" in log
    assert read_wav(tmp_path / "heard.wav").any()
