from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from codegen import lint
from codegen.definitions import build, schema
from codegen.definitions.yaml_reader import read
from codegen.load import EQUIVALENT, ROOT, load
from tests.codegen.cases import SOUND, replace

MACHINES = ROOT / "machines"
WITH_SCHEMA = [path for path in (*sorted(MACHINES.glob("*.yaml")), *sorted(SOUND.glob("*.yaml"))) if path.name != EQUIVALENT]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    shutil.copytree(SOUND, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_the_definitions_of_tars_are_five_machines_in_eight_roles() -> None:
    definitions, _ = load(MACHINES)
    assert definitions is not None
    assert [(machine.name, machine.role) for machine in definitions.machines] == [
        ("announcement", "server"),
        ("connection", "device"),
        ("continuity", "device"),
        ("continuity", "server"),
        ("session", "device"),
        ("session", "server"),
        ("turn", "device"),
        ("turn", "server"),
    ]
    assert set(definitions.sources) == {path.name for path in MACHINES.glob("*.yaml")} - {"specs.yaml", "equivalent.yaml"}


@pytest.mark.parametrize("path", WITH_SCHEMA, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_definition_tells_editors_its_schema(path: Path) -> None:
    comment, _, schema = path.read_text().partition("\n")[0].partition("$schema=")
    assert comment == "# yaml-language-server: "
    kind = path.stem if path.name in ("messages.yaml", "system.yaml", "specs.yaml") else "machine"
    assert (path.parent / schema).resolve() == ROOT / "codegen/definitions/schemas" / f"{kind}.schema.json"


def test_findings_of_all_layers_come_in_one_run_sorted_by_place(directory: Path) -> None:
    replace(directory / "bell.yaml", "        entry: [chime]\n", "        entry: chime\n")
    replace(
        directory / "lamp.yaml",
        "          - {event: dawn, target: LOW}\n",
        "          - {event: dawn, target: OFF}\n          - {event: dawn}\n",
    )
    replace(directory / "messages.yaml", "    stamped: [visit]\n    fields", "    stamped: [visit, when]\n    fields")
    replace(directory / "system.yaml", "  doze: 60\n", "  doze: [60\n")
    definitions, findings = load(directory)
    assert definitions is None
    assert [f"{finding.mark} {finding.code}" for finding in findings] == [
        "bell.yaml:30:16 S003",
        "lamp.yaml:27:13 T101",
        "lamp.yaml:28:13 T110",
        "lamp.yaml:28:13 T116",
        "messages.yaml:6:3 T201",
        "system.yaml:18:10 Y001",
    ]


def test_what_a_rule_finds_does_not_keep_the_definitions_from_being_built(directory: Path) -> None:
    replace(directory / "system.yaml", "  doze: 60\n", "  doze: 50\n")
    definitions, findings = load(directory)
    assert [finding.code for finding in findings] == ["T331"]
    assert definitions is not None
    assert definitions.system.node("device").machines == ("bell", "lamp")


@pytest.mark.parametrize("name", ["messages.yaml", "system.yaml"])
def test_a_missing_file_is_a_finding(directory: Path, name: str) -> None:
    (directory / name).unlink()
    definitions, findings = load(directory)
    assert definitions is None
    assert [str(finding) for finding in findings] == [f"{name}:1:1: Y001 the file cannot be read: No such file or directory"]


def test_a_byte_that_is_no_utf_8_is_found_at_its_place(directory: Path) -> None:
    text = (directory / "lamp.yaml").read_bytes()
    (directory / "lamp.yaml").write_bytes(text.replace(b"saves power", b"saves \xff power"))
    _, findings = load(directory)
    assert [str(finding) for finding in findings] == ["lamp.yaml:13:20: Y001 a byte that is not UTF-8"]


def test_a_character_that_yaml_does_not_allow_is_found_at_its_place(directory: Path) -> None:
    replace(directory / "lamp.yaml", "        doc: saves power\n", "        doc: saves \a power\n")
    _, findings = load(directory)
    assert [str(finding) for finding in findings] == ["lamp.yaml:13:20: Y001 a character that YAML does not allow: U+0007"]


@pytest.mark.parametrize("text", ["null\n", "lamp\n", "[lamp]\n"])
def test_a_file_that_is_no_mapping_is_a_finding(directory: Path, text: str) -> None:
    (directory / "lamp.yaml").write_text(text)
    definitions, findings = load(directory)
    assert definitions is None
    assert [finding.code for finding in findings] == ["S003"]


@pytest.mark.parametrize(("number", "name"), list(enumerate(["bell.yaml", "messages.yaml", "system.yaml"])))
def test_the_examples_of_the_readme_have_no_findings(number: int, name: str, tmp_path: Path) -> None:
    example = re.findall(r"```yaml\n(.*?)```", (MACHINES / "README.md").read_text(), re.DOTALL)[number]
    (tmp_path / name).write_text(example)
    document, findings = read(tmp_path / name)
    findings |= schema.check(document)
    if name == "bell.yaml":
        findings |= lint.check(build.machines(document.root), None, None)
    if name == "messages.yaml":
        findings |= lint.check([], build.messages(document.root), None)
    assert findings == set()
