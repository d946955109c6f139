from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from codegen.verify.explore import command
from codegen.verify.explore.command import main, report, walk_wire
from codegen.verify.explore.machines.exploration import configurations
from codegen.verify.explore.result import Result
from codegen.verify.explore.wire import exploration
from codegen.verify.serve.simulation import Simulation
from codegen.verify.specs import load_all
from tests.codegen.cases import replace
from tests.codegen.verify.explore.wire.test_exploration import NothingAgain
from tests.explored import defined
from tests.lamp.explored import LAMP

MACHINES = Path(__file__).parents[4] / "machines"


@pytest.fixture
def machines(tmp_path: Path) -> Path:
    shutil.copytree(MACHINES, tmp_path / "machines")
    return tmp_path / "machines"


@pytest.mark.verify
@pytest.mark.timeout(400)  # it explores, beside another worker that does
def test_a_broken_spec_is_printed_with_its_path_and_written_down(
    machines: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exploration, "DEFAULT", exploration.DEFAULT[:1])
    monkeypatch.setattr(command, "configurations", lambda definitions: configurations(definitions)[:1])
    forgotten = "          - {event: stop, target: IDLE, emit: [stopped]}\n"
    replace(machines / "session.yaml", forgotten, forgotten.replace("stopped", ""))
    page = tmp_path / "page.md"
    status = main(["--messages", "1", "--definitions", str(machines), "--out", str(tmp_path / "paths"), "--report", str(page)])
    said = capsys.readouterr().out
    assert status == 1
    assert "BROKEN stops_are_told_by_the_device: a device that is stopped says goodbye" in said
    assert "session LISTENING -> IDLE" in said
    assert "holds  privacy: " in said
    assert "states a second" in said
    assert "| `stops_are_told_by_the_device` | a device that is stopped says goodbye | `step` | **broken** |" in page.read_text()
    name = "stops_are_told_by_the_device"
    assert {f"{name}.txt", f"{name}.svg", f"{name}.steps.json", f"test_{name}.py"} <= {path.name for path in (tmp_path / "paths").iterdir()}


def test_the_steps_of_a_broken_spec_lead_there_in_the_simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machines = tmp_path / "machines"
    shutil.copytree(LAMP, machines)
    cold = "          - {event: cold, target: RELAXED, actions: [cool]}"
    replace(machines / "light.yaml", cold, cold.replace(", actions: [cool]", ""))
    monkeypatch.chdir(tmp_path)
    assert main(["--definitions", "machines"]) == 1
    told = json.loads((tmp_path / "reports/exploration/heats_while_busy.steps.json").read_text())
    definitions, specs, _ = load_all(machines)
    assert definitions is not None
    (configuration,) = [one for one in configurations(definitions) if one.name == told["configuration"]]
    walked = Simulation(definitions, specs, configuration).walk(told["steps"])
    assert not walked.problem
    broken = [[spec for spec, (verdict, _) in moment["specs"].items() if verdict == "broken"] for moment in walked.moments]
    assert broken == [[]] * (len(broken) - 1) + [["heats_while_busy"]]


def test_wrong_definitions_and_specs_are_named_and_nothing_is_explored(machines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(machines / "specs.yaml", "    holds: device.microphone != ", "    holds: device.michrophone != ")
    assert main(["--definitions", str(machines)]) == 2
    assert "P401 device.michrophone stands for nothing here; did you mean device.microphone?" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--messages", "0"], ["--messages", "many"]])
def test_a_bound_that_makes_no_sense_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "--messages" in capsys.readouterr().err


def test_a_spec_that_nobody_has_judged_does_not_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = frozenset(spec.name for spec in defined()[1].specs) - {"privacy"}
    well = report(defined()[1], [Result("nothing", 1, 0, 1.0, held, (), frozenset())], tmp_path)
    assert {spec.name for spec in well} == held
    assert "UNSAID privacy" in capsys.readouterr().out


def test_a_dead_row_is_one_that_no_configuration_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = frozenset(spec.name for spec in defined()[1].specs)
    results = [Result(name, 1, 0, 1.0, held, (), frozenset({"never", name})) for name in ("usual", "other")]
    assert {spec.name for spec in report(defined()[1], results, tmp_path)} == held - {"nothing_in_vain"}
    said = capsys.readouterr().out
    assert "BROKEN nothing_in_vain" in said
    assert "       never\n" in said
    assert "       usual\n" not in said


def test_a_promise_of_the_wire_that_is_broken_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    check = exploration.check
    monkeypatch.setattr(exploration, "check", lambda bounds, progress: check(bounds, progress, NothingAgain))
    result = walk_wire(exploration.DEFAULT[0])
    texts = {finding.spec: finding.text for finding in result.broken}
    assert "━━━ everything_arrives" in texts["everything_arrives"]
    assert all(finding.svg for finding in result.broken)


def test_the_promises_of_the_wire_are_those_of_the_specs() -> None:
    assert [spec.name for spec in defined()[1].of_kind("wire")] == list(exploration.PROPERTIES)
