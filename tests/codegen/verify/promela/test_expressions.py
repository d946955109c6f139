from __future__ import annotations

import pytest

from codegen.verify.promela.expressions import compared, folded, promela


def said(text: str) -> str:
    return promela(text, lambda name: name.replace(".", "_"), lambda name, word: f"{name.rpartition('.')[2]}_{word}")


@pytest.mark.parametrize(
    ("text", "promela_text"),
    [
        ("max_attempts == 0 or failures < max_attempts", "((max_attempts == 0) || (failures < max_attempts))"),
        ("min(attempt + 1, ceiling)", "(((attempt + 1)) < (ceiling) -> ((attempt + 1)) : (ceiling))"),
        ('device.session in ("IDLE", "LISTENING")', "((device_session == session_IDLE || device_session == session_LISTENING))"),
        ("brains == 1 if on else brains == 0", "(on -> (brains == 1) : (brains == 0))"),
        ("not payload.resumed and true", "(!(payload_resumed) && 1)"),
    ],
)
def test_an_expression_is_said_in_promela(text: str, promela_text: str) -> None:
    assert said(text) == promela_text


def test_what_promela_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Promela has no sum\(backoff\)"):
        said("sum(backoff) > 1")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("max_attempts == 0 or failures < max_attempts", "True"),
        ("max_attempts == 2 or failures < max_attempts", "failures < max_attempts"),
        ("not (gaps and payload.resumed)", "not payload.resumed"),
    ],
)
def test_constants_are_worked_out(text: str, left: str) -> None:
    assert folded(text, {"max_attempts": 0, "gaps": True}) == left


def test_an_empty_text_cannot_be_told_from_others() -> None:
    assert list(compared('payload.reason == "epoch_changed" and other == "word"', "payload.")) == ["epoch_changed"]
    with pytest.raises(ValueError, match="empty text"):
        list(compared('payload.reason == ""', "payload."))
