"""`python -m codegen`: what is committed is current, and the check can tell when it is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from codegen.__main__ import expected, main
from codegen.definitions.model import Definitions
from codegen.load import ROOT

FOLDERS = ("tars/generated", "tests/generated", "docs/generated")

GENERATED: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
"""What was generated already, by the texts of the definitions."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the definitions and of everything generated from them."""
    for folder in ("machines", *FOLDERS):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.fixture(autouse=True)
def generated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same definitions give the same texts, which take two seconds; here they are asked for a dozen times."""

    def once(definitions: Definitions) -> dict[str, str]:
        sources = tuple(sorted(definitions.sources.items()))
        if sources not in GENERATED:
            GENERATED[sources] = expected(definitions)
        return dict(GENERATED[sources])

    monkeypatch.setattr("codegen.__main__.expected", once)


def check(checkout: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(["--check", "--root", str(checkout)])
    return status, capsys.readouterr().out


def test_what_is_committed_is_current() -> None:
    assert main(["--check"]) == 0


@pytest.mark.parametrize(
    ("file", "edited"),
    [
        ("tars/generated/device/session.py", "LISTENING"),
        ("tests/generated/test_turn_server.py", "USER_TURN"),
        ("docs/generated/messages.md", "hotword_detected"),
        ("docs/generated/session-device.dot", "LISTENING"),
        ("docs/generated/exports/session-device.scxml", "LISTENING"),
        ("docs/generated/session-device.svg", "sha256"),
    ],
)
def test_an_edited_file_is_outdated(checkout: Path, capsys: pytest.CaptureFixture[str], file: str, edited: str) -> None:
    path = checkout / file
    text = path.read_text()
    assert edited in text
    path.write_text(text.replace(edited, edited[::-1]))
    status, said = check(checkout, capsys)
    assert status == 1
    assert f"{file}: outdated" in said


def test_a_missing_and_a_surplus_file_are_named(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "tars/generated/limits.py").unlink()
    (checkout / "docs/generated/extra.md").write_text("written by hand")
    status, said = check(checkout, capsys)
    assert status == 1
    assert "tars/generated/limits.py: missing" in said
    assert "docs/generated/extra.md: not generated from anything" in said


def test_writing_mends_all_of_it(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "tars/generated/limits.py").unlink()
    (checkout / "docs/generated/extra.md").write_text("written by hand")
    assert main(["--root", str(checkout)]) == 0
    assert "1 written, 1 removed" in capsys.readouterr().out
    assert check(checkout, capsys)[0] == 0


def test_one_changed_row_is_followed_by_code_tests_diagram_and_page(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    definition = checkout / "machines/connection.yaml"
    row = "{event: going_away, guard: not other_servers, target: "
    definition.write_text(definition.read_text().replace(f"{row}BACKOFF,", f"{row}CONNECTING,"))
    status, said = check(checkout, capsys)
    assert status == 1
    outdated = {line.split(":")[0] for line in said.splitlines() if line.endswith(": outdated")}
    assert {
        "tars/generated/device/connection.py",
        "tests/generated/test_connection_device.py",
        "docs/generated/connection-device.dot",
        "docs/generated/connection-device.svg",
        "docs/generated/connection-device.md",
    } <= outdated


def test_findings_are_printed_and_nothing_is_written(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    definition = checkout / "machines/session.yaml"
    definition.write_text(definition.read_text().replace("target: LISTENING", "target: LISTENIMG", 1))
    before = (checkout / "tars/generated/device/session.py").read_text()
    assert main(["--root", str(checkout)]) == 1
    said = capsys.readouterr().out
    assert "LISTENIMG" in said
    assert said.startswith("session.yaml:")
    assert (checkout / "tars/generated/device/session.py").read_text() == before
