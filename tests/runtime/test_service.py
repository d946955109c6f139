from __future__ import annotations

import os
import pwd
from collections.abc import Sequence
from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.runtime.service import Unit, exec_start, install, is_unchanged, options_of, quoted, setting, with_absolute_paths
from tars.server.settings import PROGRAM, load


class Desk:
    """Installs a unit; what was said and what was called."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "system" / "tars-server.service"
        self.lines: list[str] = []
        self.called: list[str] = []

    def install(self, text: str = "[Service]\n", *, yes: bool = True, folders: Sequence[Path] = ()) -> None:
        unit = Unit("tars-server", self.file, text, folders, pwd.getpwuid(os.getuid()), hint=". Call this through sudo")
        install(unit, self.lines.append, yes=yes, run=lambda command: self.called.append(" ".join(command)))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


CALLS = ["systemctl daemon-reload", "systemctl enable tars-server", "systemctl restart tars-server"]


def test_without_yes_the_unit_is_shown_and_nothing_is_done(desk: Desk, tmp_path: Path) -> None:
    desk.install(yes=False, folders=[tmp_path / "state"])
    assert "[Service]" in desk.lines[0]
    assert f"{desk.file} is not there yet" in desk.lines[1]
    assert all(call in desk.lines[1] for call in CALLS)
    assert (desk.called, list(tmp_path.iterdir())) == ([], [])


def test_with_yes_it_is_written_and_started_and_the_journal_is_named(desk: Desk) -> None:
    desk.install()
    assert desk.file.read_text() == desk.lines[0]
    assert desk.file.stat().st_mode & 0o777 == 0o644
    assert desk.called == CALLS
    assert "journalctl --unit tars-server" in desk.lines[1]
    assert [path.name for path in desk.file.parent.iterdir()] == [desk.file.name]


def test_a_unit_of_an_earlier_version_is_replaced_and_that_is_said_before(desk: Desk) -> None:
    desk.install("[Service]\nNice=1\n")
    desk.install(yes=False)
    assert "is an earlier one" in desk.lines[-1]
    desk.install()
    assert "Nice" not in desk.file.read_text()
    desk.install(yes=False)
    assert "is this one already" in desk.lines[-1]


@pytest.mark.parametrize("yes", [False, True])
@pytest.mark.parametrize("what", ["changed", "foreign", "head"])
def test_a_unit_that_the_user_has_changed_or_written_stays(desk: Desk, yes: bool, what: str) -> None:
    desk.install()
    own = {"changed": desk.file.read_text() + "Nice=1\n", "foreign": "[Service]\n", "head": desk.file.read_text().replace("#", "# my", 1)}
    desk.file.write_text(own[what])
    desk.called.clear()
    with pytest.raises(ConfigError, match=r"It stays as it is\. Move it away.*`systemctl edit tars-server`"):
        desk.install("[Service]\nNice=2\n", yes=yes)
    assert (desk.file.read_text(), desk.called) == (own[what], [])


def test_an_empty_file_is_no_unit_of_ours() -> None:
    assert not is_unchanged("")


def test_folders_that_the_service_could_not_make_are_made_for_it(desk: Desk, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir(mode=0o755)
    desk.install(folders=[tmp_path / "new" / "state", there])
    assert (tmp_path / "new" / "state").stat().st_mode & 0o777 == 0o700
    assert there.stat().st_mode & 0o777 == 0o755, "what is there stays as it is"


def test_who_may_not_write_there_is_told_what_to_do(desk: Desk, tmp_path: Path) -> None:
    desk.file = tmp_path / "file" / "tars-server.service"
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError) as raised:
        desk.install()
    assert str(raised.value) == f"cannot read {desk.file}: Not a directory"


def test_a_command_that_fails_is_named_with_what_it_says(tmp_path: Path) -> None:
    unit = Unit("tars-server", tmp_path / "u.service", "", systemctl=("sh", "-c", "echo no bus >&2; exit 3"))
    with pytest.raises(ConfigError, match=r"has failed: no bus"):
        install(unit, lambda _: None, yes=True)
    unit = Unit("tars-server", tmp_path / "u.service", "", systemctl=(str(tmp_path / "systemctl"),))
    with pytest.raises(ConfigError, match=r"No such file or directory\. Does systemd run here\?"):
        install(unit, lambda _: None, yes=True)


# --- what is in a unit -------------------------------------------------------------------------------------------------------------


def test_the_service_gets_the_options_of_the_call_with_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    argv = ["install-service", "--yes", "--record", "heard", "--host", "0.0.0.0"]
    options = options_of(PROGRAM, argv, {"TARS_CONFIG": "main.yaml"})
    assert options == {"host": "0.0.0.0", "record": str(tmp_path / "heard"), "config": str(tmp_path / "main.yaml")}
    assert exec_start("tars-server", options).partition(" ")[2] == f"--host 0.0.0.0 --record {tmp_path}/heard --config {tmp_path}/main.yaml"
    _, config = load(argv, {})
    assert with_absolute_paths(config, options).record == tmp_path / "heard"


def test_variables_and_relative_paths_that_the_service_would_not_have_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="write TARS_HOST, TARS_LIMITS_BRAIN_LIMIT into a file for --config"):
        options_of(PROGRAM, [], {"TARS_LIMITS_BRAIN_LIMIT": "3", "TARS_HOST": "::", "TARS_SPEAKER": "none"})
    file = tmp_path / "main.yaml"
    file.write_text("log_file: tars.log\n")
    _, config = load(["--config", str(file)], {})
    with pytest.raises(ConfigError, match=r"log_file is tars\.log, but a service has another working directory: write /"):
        with_absolute_paths(config, {})


def test_a_program_that_is_not_installed_cannot_be_a_service() -> None:
    with pytest.raises(ConfigError, match=r"there is no .*/tars-nobody: install TARS"):
        exec_start("tars-nobody", {})


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("a-1.0", "a-1.0"),
        ("two words", '"two words"'),
        ("100%", "100%%"),
        ("$HOME", "$$HOME"),
        ('say "x\\"', '"say \\"x\\\\\\""'),
    ],
)
def test_a_word_is_read_back_as_it_was(word: str, written: str) -> None:
    assert quoted(word) == written


def test_paths_stand_on_one_line_each_once() -> None:
    assert setting("BindPaths", [Path("/a b"), Path("/c:d"), Path("/a b")]) == 'BindPaths="/a b" /c\\:d\n'
    assert setting("BindPaths", []) == ""
