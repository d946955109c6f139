"""The files of the page: whole, known to browsers that have them, and no others."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from pathlib import Path

from tests.in_process import server
from tests.server.console.test_app import HERE
from tests.server.console.visiting import Visitor

STATIC = Path(str(files("tars.server.console"))) / "static"
LONGEST = 400
"""Lines of a script or style written by hand, as of a module."""


def test_every_file_is_answered_as_it_is_and_once() -> None:
    async def main() -> None:
        async with server(console=HERE) as tars:
            visitor = Visitor(tars.console)
            for path in STATIC.glob("*.*"):
                answer = await visitor.get(f"/static/{path.name}")
                assert (answer.status, answer.body) == (200, path.read_bytes())
                known = {"If-None-Match": answer.headers["etag"]}
                assert (await visitor.ask("GET", f"/static/{path.name}", None, known)).status == 304
            assert (await visitor.get("/static/main.js")).headers["content-type"].startswith("text/javascript")
            assert (await visitor.get("/static/session-server.svg")).headers["content-type"].startswith("image/svg+xml")

    asyncio.run(main())


def test_no_path_leads_anywhere_else(tmp_path: Path) -> None:
    (tmp_path / "console.css").write_text("secret")

    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            visitor = Visitor(tars.console)
            up = ("../console.py", "%2e%2e/console.py", "..%2fconsole.py", "../../../pyproject.toml")
            for path in (*up, str(tmp_path / "console.css"), "", ".", "main.js/", "/main.js"):
                assert (await visitor.get(f"/static/{path}")).status == 404, path

    asyncio.run(main())


def test_scripts_are_short_and_of_this_project() -> None:
    for path in STATIC.rglob("*.*"):
        lines = path.read_text().splitlines()
        assert len(lines) <= LONGEST, path.name
        assert max(map(len, lines)) <= 400, f"{path.name}: no minified code of others"


def test_no_script_makes_html_of_text() -> None:
    for path in STATIC.rglob("*.js"):
        for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "srcdoc"):
            assert sink not in path.read_text(), path.name
