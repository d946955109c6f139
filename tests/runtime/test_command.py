from __future__ import annotations

import pytest

from tars.errors import BrainError, ConfigError, RemoteError
from tars.runtime.command import run_command


def failing_with(error: BaseException) -> int:
    """An action that fails."""
    raise error


@pytest.mark.parametrize("status", [0, 1, 3])
def test_the_status_of_the_action_is_that_of_the_command(status: int) -> None:
    with pytest.raises(SystemExit) as ended:
        run_command(lambda: status)
    assert ended.value.code == status


def test_what_the_user_can_mend_is_one_sentence_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_command(lambda: failing_with(ConfigError("plug it in")))
    assert ended.value.code == 1
    assert capsys.readouterr() == ("", "plug it in\n")


def test_of_several_things_each_is_a_sentence_however_they_are_nested(capsys: pytest.CaptureFixture[str]) -> None:
    inner = ExceptionGroup("inner", [RemoteError("two"), BrainError("three")])
    with pytest.raises(SystemExit) as ended:
        run_command(lambda: failing_with(ExceptionGroup("outer", [ConfigError("one"), inner])))
    assert ended.value.code == 1
    assert capsys.readouterr().err == "one\ntwo\nthree\n"


@pytest.mark.parametrize("error", [KeyError("ours"), ExceptionGroup("mixed", [ConfigError("plug it in"), KeyError("ours")])])
def test_a_bug_of_ours_is_shown_as_one(error: Exception) -> None:
    with pytest.raises(type(error)) as raised:
        run_command(lambda: failing_with(error))
    assert raised.value is error
