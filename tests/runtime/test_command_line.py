from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import tars
from tars.device.settings import PROGRAM as DEVICE
from tars.errors import ConfigError
from tars.runtime import entry
from tars.runtime.command_line import commands_of, completion, describe
from tars.runtime.config import load
from tars.runtime.program import Program, docstrings
from tars.server.settings import PROGRAM as SERVER

PROGRAMS: dict[str, Program[Any]] = {"tars-pi": DEVICE, "tars-server": SERVER}
COMMANDS = [(program, command) for program in PROGRAMS.values() for command in ("", *commands_of(program))]


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


# --- commands ----------------------------------------------------------------------------------------------------------------------


def test_every_command_but_the_one_that_runs_ends_with_its_terminal() -> None:
    words = {form.partition(" ")[0] for program in PROGRAMS.values() for form in commands_of(program)}
    assert words - {"run"} == set(entry.COMMANDS)


# --- help --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("program", "command"), COMMANDS, ids=lambda item: item if isinstance(item, str) else item.name)
def test_help_fits_a_terminal_of_80_columns_and_ends_with_an_example(program: Program[Any], command: str) -> None:
    said = describe(program, command.split())
    assert max(len(line) for line in said.splitlines()) <= 80
    assert f"usage: {program.name} {command}".rstrip() in said
    assert f"\n  {program.name} " in said.partition("\nexample")[2]


@pytest.mark.parametrize("columns", ["1", "2", "3", "20"])
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_help_has_all_its_words_in_the_narrowest_terminal(program: Program[Any], columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = describe(program, ["run"])
    monkeypatch.setenv("COLUMNS", columns)
    narrow = describe(program, ["run"])
    assert max(len(line) for line in narrow.splitlines()) > 18, "what cannot be broken stands on a line of its own"
    assert "".join(narrow.split()) == "".join(whole.split())


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_the_overview_has_all_commands_and_options_with_their_defaults_on_a_screen(program: Program[Any]) -> None:
    said = " ".join(describe(program).split())
    for form, command in commands_of(program).items():
        assert f" {form} {command.does} " in said
    for key in program.options:
        default = getattr(program.kind, key, None)
        assert f"(default: {default})" in said or default is None
    assert len(describe(program).splitlines()) <= 63


def test_help_for_a_command_has_its_own_options_only_and_says_all_of_them() -> None:
    said = describe(DEVICE, ["tune"])
    assert "--microphone SOUND" in said
    assert "--server" not in said
    assert "hw:CARD,DEVICE" in said
    assert "hw:CARD,DEVICE" not in describe(DEVICE)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_help_for_the_default_command_explains_every_setting(program: Program[Any]) -> None:
    said = "".join(describe(program, ["run"]).split())
    for doc in docstrings(program.kind).values():
        assert "".join(doc.split()) in said
    assert "session_timeout30" in said


def test_help_for_the_first_word_of_several_commands_lists_them() -> None:
    said = describe(SERVER, ["key"])
    assert said.startswith("usage: tars-server key COMMAND [OPTIONS]")
    assert "key add NAME" in said
    assert "key remove NAME" in said
    assert "doctor" not in said


def test_help_for_an_unknown_command_is_the_overview() -> None:
    assert describe(DEVICE, ["docter"]) == describe(DEVICE)


@pytest.mark.parametrize("argv", [["doctor", "-h"], ["--help", "doctor"], ["--speaker", "none", "doctor", "--help"]])
def test_help_is_asked_for_anywhere(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        load(DEVICE, argv, {"TARS_LOG": "nonsense"})
    assert ended.value.code == 0
    assert capsys.readouterr().out == describe(DEVICE, ["doctor"]) + "\n"


def test_help_that_nobody_can_read_is_an_error() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([sys.executable, "-m", "tars.device", "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "standard output cannot be written (No space left on device)\n")


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["completion", "bash"], ["--sever"]])
@pytest.mark.parametrize("module", ["tars.device", "tars.server"])
def test_help_version_completion_and_mistakes_do_not_wait_for_the_imports_of_the_program(module: str, words: list[str]) -> None:
    """On a Raspberry Pi Zero they take seconds."""
    command = [sys.executable, "-X", "importtime", "-m", module, *words]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    loaded = {line.rpartition("|")[2].strip() for line in said.splitlines() if line.startswith("import time:")}
    assert "tars.runtime.config" in loaded
    assert not loaded & {"asyncio", "numpy", "websockets", "statemachine", "yaml"}
    assert ("shtab" in loaded) == ("completion" in words)


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        load(DEVICE, ["--version"], {})
    assert capsys.readouterr().out == f"tars-pi {tars.__version__}\n"


@pytest.mark.parametrize(
    ("program", "argv", "command"),
    [
        (DEVICE, ["install-service"], "install-service"),
        (DEVICE, ["--yes", "install-service"], "install-service --yes"),
        (SERVER, ["install-service", "anna", "--yes", "--port", "1"], "install-service anna --yes"),
        (SERVER, ["forget", "--yes", "device", "kitchen"], "forget device kitchen --yes"),
        (SERVER, ["forget", "day", "2026-11-30"], "forget day 2026-11-30"),
    ],
)
def test_yes_is_the_last_word_of_a_command_that_changes_something(program: Program[Any], argv: list[str], command: str) -> None:
    assert load(program, argv, {})[0] == command


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (["doctor", "--yes"], "--yes goes with install-service [USER], forget device NAME, forget day DATE, not with doctor"),
        (["forget", "day", "yesterday"], "DATE of `forget day DATE` must be a day such as 2026-11-30, not 'yesterday'"),
        (["forget", "day", "2026-02-30"], "DATE of `forget day DATE` must be a day such as 2026-11-30, not '2026-02-30'"),
    ],
)
def test_a_wrong_day_and_a_yes_in_vain_are_refused(argv: list[str], problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(SERVER, argv, {})
    assert str(raised.value) == problem


# --- completion --------------------------------------------------------------------------------------------------------------------

OFFERED = [
    (
        "",
        {"run", "pair", "doctor", "tune", "fetch-models", "install-service", "completion"}
        | {"status", "watch", "mute", "unmute", "volume", "gpio"},
    ),
    ("--speaker none do", {"doctor"}),
    ("--mi", {"--microphone"}),
    ("tune --w", {"--wake-word"}),
    ("install-service --y", {"--yes"}),
    ("completion ", {"bash", "zsh", "fish"}),
    ("--wake-word ", {"hey_jarvis", "okay_nabu", "alexa", "hey_mycroft", "hey_tars", "none"}),
    ("--config kitch", {"kitchen.yaml"}),
]
"""What is typed behind `tars-pi ` before the tab key is pressed -> what the shell offers."""


def bash(script: Path, typed: str, folder: Path) -> set[str]:
    code = (
        'source "$1"; COMP_LINE="tars-pi $2"; COMP_WORDS=($COMP_LINE); [[ $COMP_LINE == *" " ]] && COMP_WORDS+=("")\n'
        "COMP_POINT=${#COMP_LINE}; COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); complete -p tars-pi >registered\n"
        "read -r -a words <registered; for ((i = 0; i < ${#words[@]}; i++)); do [[ ${words[i]} == -F ]] && function=${words[i + 1]}; done\n"
        '$function tars-pi "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", code, "bash", script, typed], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return {line.strip() for line in done.stdout.splitlines()}


def fish(script: Path, typed: str, folder: Path) -> set[str]:
    code = "source $argv[1]; complete -C $argv[2]"
    done = subprocess.run(["fish", "-N", "-c", code, script, f"tars-pi {typed}"], cwd=folder, capture_output=True, text=True, check=True)
    return {line.partition("\t")[0] for line in done.stdout.splitlines()}


@pytest.mark.parametrize("shell", [bash, fish])
@pytest.mark.parametrize(("typed", "offered"), OFFERED)
def test_the_shell_completes_commands_options_values_and_files(shell: Any, typed: str, offered: set[str], tmp_path: Path) -> None:
    (tmp_path / "kitchen.yaml").touch()
    script = tmp_path / "script"
    script.write_text(completion(DEVICE, shell.__name__) + "\n")
    assert shell(script, typed, tmp_path) == offered


def test_a_command_of_several_words_is_completed_word_by_word(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(completion(SERVER, "bash").replace("tars-server", "tars-pi") + "\n")
    assert bash(script, "key ", tmp_path) == {"add", "list", "remove"}
    assert bash(script, "key remove --st", tmp_path) == {"--state"}
    assert bash(script, "devices ", tmp_path) == {"rename", "revoke"}
    assert bash(script, "pair --st", tmp_path) == {"--state"}


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("fetch", "fetch-models "),
        ("--mi", "--microphone "),
        ("tune --w", "tune --wake-word "),
        ("--config kitch", "--config kitchen.yaml "),
    ],
)
def test_zsh_completes_what_is_unique(typed: str, completed: str, tmp_path: Path) -> None:
    (tmp_path / "kitchen.yaml").touch()
    (tmp_path / "_tars-pi").write_text(completion(DEVICE, "zsh") + "\n")
    line = tmp_path / "line"
    os.mkfifo(line)
    prepare = (
        f"fpath=({tmp_path} $fpath); autoload -Uz compinit; compinit -u -D; zle -N tell; bindkey '^X' tell\n"
        f'tell() {{ print -r -- "$BUFFER|" >{line} }}; cd {tmp_path}\n'
    )
    outside, inside = pty.openpty()
    with subprocess.Popen(["zsh", "-f", "-i"], stdin=inside, stdout=inside, stderr=inside, start_new_session=True) as running:
        os.close(inside)
        os.write(outside, f"{prepare}tars-pi {typed}\t\x18".encode())
        assert line.read_text() == f"tars-pi {completed}|\n"
        running.kill()
    os.close(outside)
