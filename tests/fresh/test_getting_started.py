from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.fresh import getting_started
from tests.fresh.getting_started import DIGITS, GUIDE, Failed, Running
from tests.fresh.report import commands
from tests.fresh.root import Debian


class Here(Debian):
    """This machine."""

    def command(self, *words: str) -> list[str]:
        return [word.replace("cd /root/tars && ", "") for word in words]


def test_the_guide_has_five_commands_and_none_holds_an_address_or_a_key() -> None:
    lines = commands(GUIDE.read_text(), blocks=5)
    assert len(lines) == 5
    assert not [line for line in lines if re.search(r"--server|--host|wss?:|\d+\.\d+|tars_|--ca|--state", line)]
    assert [DIGITS in line for line in lines] == [False, False, False, True, False]
    assert GUIDE.read_text().count("```sh") == 6, "these five, and what makes services of them"


def test_a_command_is_waited_for_until_it_says_what_is_promised_or_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getting_started, "LOOK", 0.0)
    line = f"{sys.executable} -c \"import os; print('digits 492817 of', os.environ['NAME'])\""
    command = Running(Here(tmp_path), line, tmp_path / "log", NAME="attic")
    assert command.says(r"digits (\d{6}) of attic")[1] == DIGITS
    with pytest.raises(Failed, match=r"has not said 'more', but:\ndigits 492817"):
        command.says("more")
    command.process.wait()
