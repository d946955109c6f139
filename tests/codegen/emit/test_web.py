"""What pages of the web get: each state and row can be found in the drawing by the name that a trace has for it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from codegen.definitions.model import Definitions
from codegen.emit import web
from codegen.emit.diagrams import DARK, render
from codegen.emit.text import place
from codegen.load import ROOT, load
from tests.codegen.emit.test_diagrams import needs_dot

LAMP = ROOT / "tests/lamp/machines"


def found(kind: str, svg: str) -> list[str]:
    return re.findall(rf'<g data-{kind}="([^"]+)"', svg)


def drawn(definitions: Definitions, stem: str) -> str:
    return render(web.drawings(definitions)[f"{web.folder(definitions)}/{stem}.svg"], styled=False)


@needs_dot
def test_each_state_and_each_row_is_one_group_of_the_drawing(definitions: Definitions) -> None:
    for machine in definitions.machines:
        svg = drawn(definitions, f"{machine.name}-{machine.role}")
        assert sorted(found("state", svg)) == sorted(state.name for state in machine.states)
        assert sorted(found("row", svg)) == sorted(place(row.mark) for row in machine.rows)


@needs_dot
def test_the_arrows_of_a_move_have_the_name_of_its_box(definitions: Definitions) -> None:
    svg = drawn(definitions, "session-device")
    boxes = re.findall(r'data-move="([^"]+)" class="node"', svg)
    arrows = re.findall(r'data-move="([^"]+)" class="edge"', svg)
    assert "LISTENING:HOTWORD_DETECTED" in boxes
    assert sorted(arrows) == sorted(boxes * 2)


@needs_dot
def test_no_element_has_an_id_and_a_strict_page_takes_it(definitions: Definitions) -> None:
    svg = drawn(definitions, "turn-server")
    assert not re.findall(r"<style|<script| (?:id|style)=", svg)


def test_the_style_sheet_has_the_dark_colours_of_all_diagrams() -> None:
    assert all(f'svg.diagram [fill="{light}"]{{fill:{dark}}}' in web.style() for light, dark in DARK.items())


def test_the_index_names_rows_as_a_trace_does(definitions: Definitions) -> None:
    index: Any = web.index(definitions)
    session = next(one for one in index["machines"] if (one["node"], one["machine"]) == ("device", "session"))
    lines = (ROOT / "machines/session.yaml").read_text().splitlines()
    for cell in session["rows"] + session["ignored"]:
        file, _, number = cell["row"].partition(":")
        assert file == "session.yaml"
        assert f"{{event: {cell['event']}," in lines[int(number) - 1]


def test_another_system_has_its_own_place(tmp_path: Path) -> None:
    definitions, _ = load(LAMP)
    assert definitions is not None
    assert {Path(path).parent.as_posix() for path in web.emit(definitions)} == {"lamp/generated/web"}
    assert {Path(path).name for path in web.drawings(definitions)} == {
        f"{machine.name}-{machine.role}.svg" for machine in definitions.machines
    }


@pytest.mark.parametrize("name", ["diagram.js", "diagram.css", "machines.json"])
def test_an_installed_program_has_it(name: str) -> None:
    import tars

    assert (Path(tars.__file__).parent / "generated/web" / name).exists()
    json.loads((Path(tars.__file__).parent / "generated/web/machines.json").read_text())
