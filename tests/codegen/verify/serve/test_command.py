from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.load import ROOT
from codegen.verify.serve.command import main
from tests.codegen.emit.test_diagrams import needs_dot
from tests.lamp.explored import LAMP
from tests.programs import PATIENCE

GIVEN = ["--definitions", str(LAMP)]


def started(*arguments: str | Path) -> str:
    """What the command prints; then Ctrl-C ends it."""
    command = [sys.executable, "-m", "codegen", "serve", "--port", "0", *GIVEN, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    return said.strip()


@needs_dot
def test_it_says_where_it_is_and_ends_at_control_c(tmp_path: Path) -> None:
    assert started().startswith("http://127.0.0.1:")
    assert started("--trace", tmp_path).endswith("/traces")


@needs_dot
def test_steps_of_a_file_are_a_link_to_the_simulator(tmp_path: Path) -> None:
    file = tmp_path / "x.steps.json"
    file.write_text(json.dumps({"spec": "x", "configuration": "as usual", "steps": ["switch.powered", "lamp.call:new"]}))
    assert started("--steps", file).endswith("/simulator#configuration=as%20usual&steps=switch.powered,lamp.call:new")


@pytest.mark.parametrize(
    ("text", "said"), [("{}", "not what `explore` writes"), ("x", "not what `explore` writes"), (None, "No such file")]
)
def test_a_file_that_holds_no_steps_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str) -> None:
    file = tmp_path / "x.steps.json"
    if text is not None:
        file.write_text(text)
    assert main([*GIVEN, "--steps", str(file)]) == 2
    assert said in capsys.readouterr().out


def test_findings_are_printed_and_nothing_is_served(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(LAMP, tmp_path / "machines")
    light = tmp_path / "machines/light.yaml"
    light.write_text(light.read_text().replace("target: BUSY", "target: BUZY", 1))
    assert main(["--definitions", str(tmp_path / "machines")]) == 2
    assert "BUZY is not declared" in capsys.readouterr().out


@needs_dot
@pytest.mark.parametrize("port", ["-1", "70000"])
def test_a_port_that_cannot_be_taken_is_named(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert main([*GIVEN, "--port", port]) == 2
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().out
