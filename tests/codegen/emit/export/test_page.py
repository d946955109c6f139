"""What docs/exports.md says can be typed as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.codegen.emit.export.conftest import Script

ROOT = Path(__file__).resolve().parents[4]
PAGE = (ROOT / "docs/exports.md").read_text()
EXAMPLES = dict(re.findall(r"(?ms)^## (\w+)\n.*?^```\w+\n(.*?)^```$", PAGE))
"""Heading -> the first block below it."""


def said(command: list[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_the_example_of_scxml_runs() -> None:
    assert said([sys.executable, "-c", EXAMPLES["SCXML"]]) == "DISCONNECTED 4\n"


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("XState", ["emit started", "chime", "emit hotword_detected", "HOTWORD_DETECTED { session: 'kitchen-1', gaps: false }"]),
        ("Mermaid", ['"arrows":[["root_start","IDLE"']),
        ("AsyncAPI", ['{"findings":[],"operations":{"from_device":["hello"']),
    ],
)
def test_the_examples_for_node_run(heading: str, words: list[str], script: Script) -> None:
    output = said(["bash", "-c", EXAMPLES[heading].replace(".venv/", f"{sys.prefix}/")])
    for word in words:
        assert word in output


@pytest.mark.parametrize("package", ["@asyncapi/parser", "mermaid", "xstate"])
def test_the_page_names_the_versions_that_are_tested(package: str) -> None:
    (version,) = re.findall(rf'"{package}": "([\d.]+)"', (ROOT / "tests/package.json").read_text())
    assert version in PAGE
