from __future__ import annotations

import json
import posixpath
import re
import shutil
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from codegen.emit import web
from codegen.verify.serve.site import SIMULATION, Site
from tests.codegen.cases import replace
from tests.codegen.emit.test_diagrams import needs_dot
from tests.explored import MACHINES
from tests.lamp.explored import LAMP


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(LAMP, tmp_path / "machines")
    return tmp_path / "machines"


@pytest.fixture
def site(folder: Path) -> Site:
    return Site(folder)


def asked(site: Site, question: object) -> Any:
    return json.loads(site.post(SIMULATION, json.dumps(question).encode()).body)


def test_the_first_page_is_the_index_of_the_documents(site: Site) -> None:
    answer = site.get("/")
    assert answer.status is HTTPStatus.FOUND
    assert "<h1" in site.get(answer.location).body


@needs_dot
@pytest.mark.parametrize("machines", [LAMP, MACHINES], ids=["lamp", "tars"])
def test_every_link_of_every_document_leads_to_a_page_that_is_there(machines: Path) -> None:
    site, seen = Site(machines), set[str]()
    waiting = ["/docs/generated/index.md", "/simulator"]
    while waiting:
        page = waiting.pop()
        answer = site.get(page)
        assert answer.status is HTTPStatus.OK, page
        for target in re.findall(r'(?:href|src)="([^"]+)"', answer.body) if answer.type == "text/html" else ():
            path, _, anchor = target.partition("#")
            there = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
            if anchor and not there.startswith("/simulator"):
                assert f'id="{anchor}"' in site.get(there).body, f"{page}: {target}"
            if there not in seen:
                seen.add(there)
                waiting.append(there)
    assert {"/machines/light.yaml", "/machines/session.yaml"} & seen
    assert any(one.endswith(".svg") for one in seen)


def test_a_document_of_a_machine_leads_to_the_simulator(site: Site) -> None:
    assert 'href="/simulator#show=lamp.light"' in site.get("/docs/generated/light-lamp.md").body


@needs_dot
def test_pages_get_what_a_program_that_is_installed_gets(site: Site) -> None:
    assert json.loads(site.get("/web/machines.json").body)["nodes"] == ["switch", "lamp"]
    assert site.get("/web/diagram.css").body == web.style()
    assert "<style" not in site.get("/web/light-lamp.svg").body
    assert "<style" in site.get("/docs/generated/light-lamp.svg").body


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/web/../site.py", "/web/..", "/web/", "/machines/../machines/light.yaml", "/machines/none.yaml"]
)
def test_nothing_else_is_there(site: Site, path: str) -> None:
    assert site.get(path).status is HTTPStatus.NOT_FOUND


def test_a_name_of_a_page_cannot_bring_markup(site: Site) -> None:
    assert "<b>" not in site.get("/<b>").body


def test_the_simulator_answers_with_moments(site: Site) -> None:
    answer = asked(site, {"path": ["switch.powered"]})
    assert (answer["configuration"], answer["problem"]) == ("as usual", "")
    assert [moment["name"] for moment in answer["moments"]] == ["", "switch.powered"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"{", "not JSON: "),
        (b"[]", "`path`, a list of the names of steps"),
        (b'{"path": [1]}', "`path`, a list of the names of steps"),
        (b'{"path": [], "configuration": "odd"}', "there is no configuration 'odd'; there are: as usual"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_what_does(site: Site, body: bytes, problem: str) -> None:
    answer = site.post(SIMULATION, body)
    assert answer.status is HTTPStatus.BAD_REQUEST
    assert problem in json.loads(answer.body)["problem"]


def test_definitions_that_have_changed_are_read_again(site: Site, folder: Path) -> None:
    def said() -> str:
        return str(asked(site, {"path": ["switch.powered"]})["moments"][1]["moves"][0]["doc"])

    assert said() == ""
    row = "          - {event: powered, target: CALLING}"
    replace(folder / "caller.yaml", row, row.replace("}", ", doc: somebody has put a battery in}"))
    assert said() == "somebody has put a battery in"


def test_findings_are_shown_until_they_are_mended(site: Site, folder: Path) -> None:
    light = folder / "light.yaml"
    text = light.read_text()
    light.write_text(text.replace("target: BUSY", "target: BUZY", 1))
    page = site.get("/simulator")
    assert page.status is HTTPStatus.CONFLICT
    assert "T101 state BUZY is not declared" in page.body
    assert "T101" in asked(site, {"path": []})["problem"]
    light.write_text(text)
    assert site.get("/simulator").status is HTTPStatus.OK


def test_traces_that_cannot_be_read_are_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("not JSON\n")
    site = Site(folder, [tmp_path / "x.jsonl"])
    assert f"{tmp_path}/x.jsonl:1: not JSON" in json.loads(site.get("/api/traces").body)["problem"]
    assert 'href="/traces"' in site.get("/simulator").body
