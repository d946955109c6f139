from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from codegen.definitions.places import Mark
from codegen.definitions.yaml_reader import read
from tests.codegen.cases import SOUND

MACHINES = Path(__file__).parents[3] / "machines"
DEFINITIONS = [*sorted(MACHINES.glob("*.yaml")), *sorted(SOUND.glob("*.yaml"))]


def value_of(text: str, directory: Path) -> Any:
    (directory / "some.yaml").write_text(text)
    document, findings = read(directory / "some.yaml")
    assert not findings
    return document.value


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_definition_reads_the_same_as_yaml_1_2(path: Path) -> None:
    document, findings = read(path)
    assert not findings
    assert document.value == YAML(typ="safe", pure=True).load(path.read_text())


@pytest.mark.parametrize("word", ["on", "off", "yes", "no", "True", "FALSE", "12:30:00", "1_000", "0x1F", "2020-01-01", "<<", "=", "str?"])
def test_what_only_yaml_1_1_understands_is_text(word: str, tmp_path: Path) -> None:
    assert value_of(f"key: {word}\n", tmp_path) == {"key": word}


@pytest.mark.parametrize("word", ["on", "off", "yes", "no"])
def test_a_key_that_yaml_1_1_reads_as_a_boolean_is_text(word: str, tmp_path: Path) -> None:
    assert value_of(f"{word}: 1\n", tmp_path) == {word: 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("010", 10),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("'1'", "1"),
    ],
)
def test_plain_values(text: str, value: object, tmp_path: Path) -> None:
    found = value_of(f"key: {text}\n", tmp_path)["key"]
    assert (found, type(found)) == (value, type(value))


def test_a_thing_with_a_key_stands_at_its_key_and_an_item_where_it_begins(tmp_path: Path) -> None:
    (tmp_path / "some.yaml").write_text("a:\n  b: [1, {c: 2}]\n")
    document, _ = read(tmp_path / "some.yaml")
    assert document.mark(("a", "b")) == Mark("some.yaml", 2, 3)
    assert document.values["a", "b"] == Mark("some.yaml", 2, 6)
    assert document.mark(("a", "b", 1)) == Mark("some.yaml", 2, 10)
    assert document.mark(("a", "b", 1, "c")) == Mark("some.yaml", 2, 11)


def test_below_gives_each_entry_and_nothing_for_what_is_absent(tmp_path: Path) -> None:
    (tmp_path / "some.yaml").write_text("mapping: {x: 1, y: 2}\nlist: [3, 4]\nsingle: 5\n")
    root = read(tmp_path / "some.yaml")[0].root
    assert [(at.name, at.value) for at in root.below("mapping")] == [("x", 1), ("y", 2)]
    assert [at.value for at in root.below("list")] == [3, 4]
    assert [at.value for at in root.below("single")] == [5]
    assert list(root.below("absent")) == []
