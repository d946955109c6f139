from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fresh import __main__ as fresh
from tests.fresh import getting_started
from tests.fresh.getting_started import Failed
from tests.fresh.report import Row
from tests.fresh.root import PATH, ROOT, Debian


class FakeDebian(Debian):
    """Nothing is run: the demo passes, the tests do not."""

    def run(self, line: str, log: Path) -> int:
        log.write_text(f"{line} said this\n")
        return 0 if line.endswith("demo") else 2

    def version_of_python(self) -> str:
        return "3.13.5"


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    @contextmanager
    def made(debian: str) -> Iterator[Debian]:
        yield FakeDebian(tmp_path / debian)

    def followed(debian: str, _: Path) -> Iterator[Row]:
        yield Row(debian, "3.13.5", "./run server", 0, 48.0, "Next")
        if debian == "12":
            raise Failed("./run pi has not said so")

    monkeypatch.setattr(fresh, "fresh", made)
    monkeypatch.setattr(getting_started, "try_out", followed)
    monkeypatch.setattr(fresh, "what_is_missing", list)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(fresh, "OUT", tmp_path / "out")


@pytest.mark.usefixtures("fakes")
def test_a_guide_is_followed_to_its_end_or_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert fresh.main(["--command", "getting-started", "--debian", "13"]) == 0
    assert fresh.main(["--command", "getting-started"]) == 1
    assert "./run pi has not said so" in capsys.readouterr().out


@pytest.mark.usefixtures("fakes")
def test_every_command_runs_on_every_debian_and_one_failure_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert fresh.main(["--command", "demo", "test"]) == 1
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| 1")]
    assert [row.split(" | ")[:4] for row in rows] == [
        [f"| {debian}", "3.13.5", f"`./run {command}`", status]
        for debian in ("12", "13")
        for command, status in (("demo", "0"), ("test", "2"))
    ]


@pytest.mark.usefixtures("fakes")
def test_one_command_on_one_debian(capsys: pytest.CaptureFixture[str]) -> None:
    assert fresh.main(["--debian", "13", "--command", "demo"]) == 0
    said = capsys.readouterr().out
    assert "| 13 | 3.13.5 | `./run demo` | 0 |" in said
    assert "./run test" not in said
    assert "| 12 |" not in said


def test_a_machine_that_cannot_make_a_root_is_told_what_it_lacks() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.fresh"], cwd=ROOT, capture_output=True, text=True, check=False, env={"PATH": ""})
    assert done.returncode == 2
    assert "the command debootstrap (Debian package debootstrap)" in done.stdout


def test_a_command_is_given_the_variables_of_its_root_and_no_others() -> None:
    command = Debian(Path("/there"), {"https_proxy": "proxy:1"}).command("sh", "-c", "true")
    assert command[command.index("env") :] == ["env", "-i", f"PATH={PATH}", "HOME=/root", "https_proxy=proxy:1", "sh", "-c", "true"]
    assert {"--mount", "--pid", "--kill-child"} <= set(command)
