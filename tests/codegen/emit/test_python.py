"""The generated machines, of definitions that are not those of TARS: whatever is emitted is Python that says what the rows say."""

from __future__ import annotations

import ast
from dataclasses import replace

from codegen.definitions.model import Definitions
from codegen.emit import python
from codegen.load import load
from tests.codegen.cases import SOUND


def sound() -> Definitions:
    definitions, _ = load(SOUND)
    assert definitions is not None
    return replace(definitions, system=replace(definitions.system, package="house.bell", engine="house.engine"))


def test_every_module_is_python_in_the_folder_of_its_package() -> None:
    files = python.emit(sound())
    assert "house/bell/generated/device/bell.py" in files
    for path, text in files.items():
        assert path.startswith("house/bell/generated/")
        ast.parse(text)


def test_a_row_assigns_acts_and_emits_in_this_order() -> None:
    text = python.emit(sound())["house/bell/generated/device/bell.py"]
    assert "from house.engine import Event, Machine, Row, Timeout" in text
    body = text[text.index("def ringing_late_patient") :]
    places = [body.index(part) for part in ("self.context.tries = min(", "return (emits.Rang(", "    rows: ClassVar")]
    assert places == sorted(places)
    (row,) = (line.strip() for line in body.splitlines() if "ringing_late_patient" in line and "Row(" in line)
    assert row.endswith('BellState.RINGING, ("chime",), ringing_late_patient, guard=if_patient),'), row


def test_an_expression_reads_the_context_and_the_payload() -> None:
    bell = sound().machine("bell", "device")
    assert (
        python.expression(bell, "eager and payload.polite or tries < 2")
        == "self.context.eager and payload.polite or self.context.tries < 2"
    )
