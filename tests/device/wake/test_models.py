from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tars.device.wake import models
from tars.device.wake.models import FOR_TESTS, LICENCE, SHA256, WAKE_WORDS, fetch, fetched, folders, word_file
from tars.errors import ConfigError

CONTENT = {name: name.encode() for name in SHA256}
EXTRA = {name: name.encode() for name in FOR_TESTS}


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Instead of pip: makes the wheel, and remembers the commands."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        folder = Path(command[command.index("--dest") + 1])
        with zipfile.ZipFile(folder / "openwakeword-0.5.1-py3-none-any.whl", "w") as wheel:
            for name, content in {**CONTENT, **EXTRA, "silero_vad.onnx": b"unwanted"}.items():
                wheel.writestr(f"openwakeword/resources/models/{name}", content)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    for name, contents in (("SHA256", CONTENT), ("FOR_TESTS", EXTRA)):
        monkeypatch.setattr(models, name, {file: hashlib.sha256(content).hexdigest() for file, content in contents.items()})
    return commands


def test_the_models_that_were_fetched_are_the_ones_that_were_tried() -> None:
    assert {fetched(name).name for name in (*SHA256, *FOR_TESTS)} == {*SHA256, *FOR_TESTS}
    assert word_file("hey_jarvis").name == WAKE_WORDS["hey_jarvis"] == "hey_jarvis_v0.1.onnx"


def test_models_are_looked_for_in_the_environment_then_with_the_user() -> None:
    assert folders() == (Path(sys.prefix, "share/tars/models"), Path.home() / ".local/share/tars/models")


def test_fetching_brings_what_is_wanted_once_and_tells_the_licence(downloads: list[list[str]], tmp_path: Path) -> None:
    told: list[str] = []
    folder = tmp_path / "models"
    assert fetch(told.append, folder) == folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENT
    assert told[0] == LICENCE
    assert "CC BY-NC-SA 4.0" in LICENCE
    (folder / "alexa_v0.1.onnx").write_bytes(b"damaged")
    fetch(told.append, folder)
    fetch(told.append, folder)
    assert (folder / "alexa_v0.1.onnx").read_bytes() == CONTENT["alexa_v0.1.onnx"]
    assert [command[1:4] for command in downloads] == 2 * [["-m", "pip", "download"]]
    assert all("--no-deps" in command and command[-1] == "openwakeword==0.5.1" for command in downloads)


@pytest.mark.usefixtures("downloads")
def test_what_only_the_tests_need_is_fetched_for_them_only(tmp_path: Path) -> None:
    fetch(lambda _: None, tmp_path)
    assert not [name for name in EXTRA if (tmp_path / name).exists()]
    fetch(lambda _: None, tmp_path, also=EXTRA)
    assert {name: (tmp_path / name).read_bytes() for name in EXTRA} == EXTRA


def test_a_model_that_is_another_is_not_placed(downloads: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(models.SHA256, "melspectrogram.onnx", "0" * 64)
    with pytest.raises(ConfigError, match=r"melspectrogram\.onnx in openwakeword-0\.5\.1.* is not the model that was tried"):
        fetch(lambda _: None, tmp_path)
    assert not (tmp_path / "melspectrogram.onnx").exists()


@pytest.mark.parametrize("terminal", [True, False])
def test_the_progress_of_a_download_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, terminal: bool) -> None:
    asked: list[tuple[bool, bool]] = []

    def run(command: list[str], *, stdout: int | None, **_: Any) -> subprocess.CompletedProcess[str]:
        asked.append(("--quiet" in command, stdout == subprocess.DEVNULL))
        return subprocess.CompletedProcess(command, 1, None, "")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    with pytest.raises(ConfigError, match="could not be downloaded"):
        fetch(lambda _: None, tmp_path)
    assert asked == [(not terminal, not terminal)]


def test_a_download_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failed = subprocess.CompletedProcess[str]([], 1, "", "ERROR: No matching distribution\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(ConfigError, match=r"could not be downloaded.*No matching distribution"):
        fetch(lambda _: None, tmp_path)


def test_missing_and_damaged_models_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(models, "folders", lambda: (tmp_path / "nowhere", tmp_path))
    with pytest.raises(ConfigError, match=r"hey_jarvis_v0\.1\.onnx is not here; run `tars-pi fetch-models`"):
        word_file("hey_jarvis")
    (tmp_path / "hey_jarvis_v0.1.onnx").write_bytes(b"half a mod")
    with pytest.raises(ConfigError, match=r"hey_jarvis_v0\.1\.onnx: the wake word model is damaged; run `tars-pi fetch-models`"):
        word_file("hey_jarvis")


def test_a_user_without_a_home_directory_has_the_models_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_000_000)
    assert folders() == (Path(sys.prefix, "share/tars/models"),)
