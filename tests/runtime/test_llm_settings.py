"""The settings of a language model, which are a group, and the parts of a brain, which a file gives as a mapping."""

from __future__ import annotations

from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.runtime.llm_settings import LlmSettings
from tars.server.settings import load
from tests.runtime.test_config import from_file


def test_a_setting_of_a_group_is_given_by_file_and_variable(tmp_path: Path) -> None:
    llm = LlmSettings(url="http://tars:8080/v1", model="llama3.2", timeout=4)
    file = from_file(tmp_path, "server", "llm:\n  url: http://tars:8080/v1/\n  model: llama3.2\n  timeout: 4\n")
    environ = {"TARS_LLM_URL": "http://tars:8080/v1", "TARS_LLM_MODEL": "llama3.2", "TARS_LLM_TIMEOUT": "4"}
    assert file.llm == load([], environ)[1].llm == llm


def test_a_file_may_give_the_parts_of_a_brain_as_a_mapping(tmp_path: Path) -> None:
    text = "hear=whisper reply=intents,llm speak=hibari"
    assert from_file(tmp_path, "server", "brain: {hear: whisper, reply: [intents, llm], speak: hibari}\n").brain == text
    assert load(["--brain", text], {})[1].brain == text


@pytest.mark.parametrize(
    ("key", "text", "complaint"),
    [
        ("url", "tars:8080", "must be http://HOST:PORT/PATH or https://..., without a user name, not 'tars:8080'"),
        ("url", "http://[::1", "must be http://HOST:PORT/PATH or https://..., without a user name, not 'http://[::1'"),
        ("url", "http://me:x@tars/v1", "must be http://HOST:PORT/PATH or https://..., without a user name, not 'http://me:x@tars/v1'"),
        ("timeout", "0", "must be more than 0 seconds, not '0'"),
        ("tokens_a_day", "-1", "must be 0 or more, not '-1'"),
        ("tools", "some", "must be on or off, not 'some'"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(tmp_path: Path, key: str, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load([], {f"TARS_LLM_{key.upper()}": text})
    assert str(refused.value) == f"TARS_LLM_{key.upper()} {complaint}"
    with pytest.raises(ConfigError) as refused:
        from_file(tmp_path, "server", f"llm:\n  {key}: '{text}'\n")
    assert f"llm.{key} in " in str(refused.value)
    assert str(refused.value).endswith(f"line 2 {complaint}")


def test_the_key_is_not_shown_with_its_configuration() -> None:
    assert "sk-secret" not in repr(load([], {"TARS_LLM_KEY": "sk-secret"})[1])
