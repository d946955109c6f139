"""The library takes any system of two nodes: a lamp and its switch, which have nothing in common with TARS, go through every command."""

from __future__ import annotations

import importlib
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from codegen.__main__ import main
from codegen.load import ROOT
from codegen.verify.promela.spin import missing_tools
from codegen.verify.serve import past
from tests.lamp.explored import defined
from tests.lamp.runner import Node

LAMP = Path(__file__).parent / "machines"
GIVEN = ["--definitions", str(LAMP)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that is generated from the lamp, as a package of another name."""
    root = tmp_path_factory.mktemp("lamp")
    assert main([*GIVEN, "--root", str(root), "--package", "hall_light"]) == 0
    return root


@pytest.fixture(scope="module")
def package(written: Path) -> Iterator[ModuleType]:
    """The generated package, imported."""
    sys.path.insert(0, str(written))
    yield importlib.import_module("hall_light.generated")
    sys.path.remove(str(written))


def evening(package: ModuleType) -> tuple[Node, Node]:
    """The switch joins the lamp, is pressed, and there is light."""
    wiring = {node: importlib.import_module(f"{package.__name__}.{node}.wiring").WIRING for node in ("switch", "lamp")}
    events = {node: importlib.import_module(f"{package.__name__}.{node}.events") for node in ("switch", "lamp")}
    limits = importlib.import_module(f"{package.__name__}.limits").Limits()
    clock = itertools.count()
    switch, lamp = Node(wiring["switch"], limits, clock), Node(wiring["lamp"], limits, clock)
    switch.post(events["switch"].Powered())
    switch.post(events["switch"].Dialled())
    switch.sent.clear()
    lamp.deliver("call", {"offers": False, "same_process": False, "same_book": False}, None)
    ((answer, values, number),) = lamp.sent
    switch.deliver(answer, values, number)
    lamp.sent.clear()
    switch.post(events["switch"].Pressed(press="p1"))
    ((toggle, _, number),) = switch.sent
    lamp.deliver(toggle, {"press": "p1"}, number)
    lamp.post(events["lamp"].Warmed(press="p1"))
    ((lit, _, number),) = lamp.sent
    switch.deliver(lit, {"press": "p1"}, number)
    return switch, lamp


def traces(nodes: tuple[Node, Node], folder: Path) -> list[str]:
    """Their traces as files."""
    paths = [folder / "switch.jsonl", folder / "lamp.jsonl"]
    for path, node in zip(paths, nodes, strict=True):
        path.write_text("\n".join(node.lines) + "\n")
    return [str(path) for path in paths]


def run_tests(root: Path, tests: str, *, status: int = 0) -> str:
    """What pytest says of tests of the package below a folder."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(root), tests]
    done = subprocess.run(command, cwd=root, env={"PYTHONPATH": f"{root}:{ROOT}"}, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_code_tests_diagrams_and_documents_are_written(written: Path) -> None:
    for file in (
        "hall_light/generated/switch/caller.py",
        "hall_light/generated/messages.py",
        "hall_light/generated/web/light-lamp.svg",
        "tests/generated/test_light_lamp.py",
        "docs/generated/bond-switch.svg",
        "docs/generated/system.md",
        "docs/generated/exports/asyncapi.yaml",
        "docs/generated/exports/light-lamp.scxml",
    ):
        assert (written / file).exists(), file
    assert main([*GIVEN, "--root", str(written), "--package", "hall_light", "--check"]) == 0
    texts = [file.read_text().lower() for file in written.rglob("*") if file.suffix in (".md", ".py", ".yaml", ".dot")]
    assert not [text for text in texts if "device" in text or "microphone" in text]


def test_the_generated_tests_pass(written: Path) -> None:
    assert " passed" in run_tests(written, "tests/generated")


def test_the_generated_machines_run(package: ModuleType) -> None:
    switch, lamp = evening(package)
    assert {name: machine.state for name, machine in switch.machines.items()} == {
        "caller": "THERE",
        "bond": "JOINED",
        "light": "RELAXED",
    }
    assert lamp.machines["light"].variables() == {"press": "p1"}


def test_its_traces_are_replayed(package: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = traces(evening(package), tmp_path)
    assert main(["replay", *files, *GIVEN, "--draw"]) == 0
    said = capsys.readouterr().out
    assert "light RELAXED -> BUSY: emit toggle" in said
    assert "hall: 4 messages arrived" in said


def test_its_traces_are_seen_step_by_step(package: ModuleType, tmp_path: Path) -> None:
    traces(evening(package), tmp_path)
    (pair,) = past.pairs(*defined(), [tmp_path])
    lights = [(moment["states"].get("switch.light"), moment["states"].get("lamp.light")) for moment in pair["moments"]]
    assert lights[-4:] == [("BUSY", "RELAXED"), ("BUSY", "BUSY"), ("BUSY", "RELAXED"), ("RELAXED", "RELAXED")]


def test_a_trace_that_is_not_what_the_definitions_allow_is_found(
    package: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    switch, lamp = evening(package)
    lamp.lines = [line for line in lamp.lines if json.loads(line)["event"] != "toggle"]
    assert main(["replay", *traces((switch, lamp), tmp_path), *GIVEN]) == 1
    assert "warmed is taken, but it is outdated here: bond JOINED, light RELAXED" in capsys.readouterr().out


def test_its_coverage_is_reported(package: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = traces(evening(package), tmp_path)
    assert main(["coverage", "--trace", *files, "--out", str(tmp_path / "report"), *GIVEN]) == 0
    assert re.search(r"light \(lamp\) +rows 2/6 33 %", capsys.readouterr().out)
    assert "RELAXED" in (tmp_path / "report" / "index.html").read_text()


def test_it_is_explored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explore", *GIVEN, "--out", str(tmp_path), "--report", str(tmp_path / "page.md")]) == 0
    said = capsys.readouterr().out
    assert "1,329 states" in said
    assert "holds  light_or_complaint" in said
    assert "12 of 12 specs hold" in said
    assert "# Verification" in (tmp_path / "page.md").read_text()


def test_what_is_broken_is_told(written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A switch that complains although there is light. The test that is written fails on its machines, and passes on those of the lamp."""
    broken = tmp_path / "machines"
    broken.mkdir()
    for file in LAMP.glob("*.yaml"):
        broken.joinpath(file.name).write_text(
            file.read_text().replace("- {event: lit, target: RELAXED}", "- {event: lit, target: RELAXED, actions: [complain]}")
            if file.name == "light.yaml"
            else file.read_text().replace('holds: cause == "lit" or does.complain', 'holds: (cause == "lit") != does.complain')
        )
    assert main(["--definitions", str(broken), "--root", str(tmp_path), "--package", "hall_light"]) == 0
    out = tmp_path / "out"
    assert main(["explore", "--definitions", str(broken), "--package", "hall_light", "--out", str(out)]) == 1
    said = capsys.readouterr().out
    assert "BROKEN light_or_complaint" in said
    assert "switch" in (out / "light_or_complaint.txt").read_text()
    test = str(out / "test_light_or_complaint.py")
    assert "AssertionError: whoever pressed gets light, or hears that there is none" in run_tests(tmp_path, test, status=1)
    assert "1 passed" in run_tests(written, test)


@pytest.mark.skipif(bool(missing_tools()), reason="needs spin and gcc")
@pytest.mark.verify
def test_spin_agrees_in_every_state(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["promela", *GIVEN, "--safety", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "SPIN: 1,329 states" in said
    assert "exploration: 1,329 states" in said
    assert "0 differences, 0 broken" in said


@pytest.mark.verify
def test_faults_are_planted_and_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["mutate", *GIVEN, "--only", "effect dropped: switch.light"])
    said = capsys.readouterr().out
    assert "effect dropped: 5 planted" in said, said
    assert "UNEXPLAINED" not in said, said
