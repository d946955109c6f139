"""The settings of speech-to-speech services."""

from __future__ import annotations

from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.runtime.realtime_settings import GeminiLiveSettings, OpenAiRealtimeSettings
from tars.server.settings import load
from tests.runtime.test_config import from_file


def test_they_are_given_by_file_and_variable(tmp_path: Path) -> None:
    file = from_file(tmp_path, "server", "openai_realtime:\n  url: ws://tars:8000/realtime/\n  mcp: [http://a:1/mcp, http://b:2/mcp]\n")
    environ = {"TARS_OPENAI_REALTIME_URL": "ws://tars:8000/realtime", "TARS_OPENAI_REALTIME_MCP": "http://a:1/mcp,http://b:2/mcp"}
    expected = OpenAiRealtimeSettings("ws://tars:8000/realtime", mcp=("http://a:1/mcp", "http://b:2/mcp"))
    assert file.openai_realtime == load([], environ)[1].openai_realtime == expected
    assert load([], {"TARS_GEMINI_LIVE_VOICE": "Puck"})[1].gemini_live == GeminiLiveSettings(voice="Puck")


@pytest.mark.parametrize(
    "text", ["https://api.openai.com", "api.openai.com", "wss://", "wss://me:x@tars/a", "wss://tars/a?model=b", "ws://[::1"]
)
def test_a_wrong_address_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load([], {"TARS_GEMINI_LIVE_URL": text})
    allowed = "must be wss://HOST:PORT/PATH or ws://..., without a user name and without a query"
    assert str(refused.value) == f"TARS_GEMINI_LIVE_URL {allowed}, not {text!r}"


def test_a_key_is_not_shown() -> None:
    shown = repr(load([], {"TARS_GEMINI_LIVE_KEY": "AIza-secret", "TARS_OPENAI_REALTIME_KEY": "sk-secret"})[1])
    assert "secret" not in shown
