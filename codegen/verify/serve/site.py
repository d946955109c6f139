"""What the pages show, by its path: documents, sources, the simulator and its answers, traces. Nothing here opens a socket.

The definitions are read again when a file of them has changed, so that a page that is loaded again shows what is there.
"""

from __future__ import annotations

import html
import json
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any

from codegen.definitions.model import Definitions
from codegen.emit import diagrams, docs, export, web
from codegen.load import MACHINES, SPECS
from codegen.verify.explore.machines.exploration import Configuration, configurations
from codegen.verify.serve import documents
from codegen.verify.serve.past import pairs
from codegen.verify.serve.simulation import Simulation
from codegen.verify.specs import Specs, load_all
from codegen.verify.trace_files import TraceError

HERE = Path(__file__).resolve().parent / "web"
STATIC = {f"/web/{file.name}": file for file in HERE.iterdir() if file.suffix != ".html"}
"""What pages need of this folder, by its path."""
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/html",
    ".svg": "image/svg+xml",
}
HOME = f"/{diagrams.FOLDER}/index.md"
SIMULATION, TRACES = "/api/simulation", "/api/traces"


@dataclass(frozen=True)
class Answer:
    """What is said to a request."""

    body: str
    type: str = "text/plain"
    status: HTTPStatus = HTTPStatus.OK
    location: str = ""
    """Where it is instead."""


class RequestError(ValueError):
    """A request that cannot be answered; the text says what is allowed."""


@dataclass
class Loaded:
    """The definitions of one moment, and what is made of them when it is asked for."""

    definitions: Definitions | None
    specs: Specs
    findings: list[str]
    texts: dict[str, str] = field(default_factory=dict)
    """Documents, sources, and what pages need, by path."""
    dots: dict[str, str] = field(default_factory=dict)
    """What is drawn, by path."""
    simulations: dict[str, Simulation] = field(default_factory=dict)
    """By the name of the configuration."""


class Site:
    """All pages of a folder of definitions."""

    def __init__(self, folder: Path, traces: Sequence[Path] = ()) -> None:
        self._folder, self._traces = folder, tuple(traces)
        self._lock = Lock()
        """One request at a time: a simulation is not made for two."""
        self._stamp: object = None
        self._loaded = Loaded(None, Specs(), [])

    def loaded(self) -> Loaded:
        """The definitions as they are now."""
        stamp = [(file.name, file.stat().st_mtime_ns) for file in sorted(self._folder.glob("*.yaml"))]
        if stamp != self._stamp:
            self._stamp, self._loaded = stamp, _load(self._folder)
        return self._loaded

    def get(self, path: str) -> Answer:
        """The answer to GET."""
        with self._lock:
            now = self.loaded()
            if path in STATIC:
                return Answer(STATIC[path].read_text(encoding="utf-8"), TYPES[STATIC[path].suffix])
            if now.findings or now.definitions is None:
                found = "".join(f"<li><code>{html.escape(finding)}</code></li>" for finding in now.findings)
                return self._page("Findings", f"<h1>The definitions have findings</h1><ul>{found}</ul>", HTTPStatus.CONFLICT)
            return self._answer(now, now.definitions, path)

    def _answer(self, now: Loaded, definitions: Definitions, path: str) -> Answer:
        match path:
            case "/":
                return Answer("", status=HTTPStatus.FOUND, location=HOME)
            case "/simulator" | "/traces":
                name = path.removeprefix("/")
                body = (HERE / f"{name}.html").read_text(encoding="utf-8")
                return self._page(f"{definitions.system.name} {name}".strip(), body, script=name)
            case "/api/traces":
                return self._past(now, definitions)
        if path in now.dots:
            return Answer(diagrams.render(now.dots[path], styled=not path.startswith("/web/")), TYPES[".svg"])
        if path not in now.texts:
            return self._page("Not found", f"<h1>There is no page {html.escape(path)}</h1>", HTTPStatus.NOT_FOUND)
        text, kind = now.texts[path], Path(path).suffix
        if kind == ".md":
            return self._page(documents.title(text), _actions(definitions, path) + documents.to_html(text, _known(now, path)))
        if path.startswith(f"/{MACHINES}/"):
            return self._page(path.removeprefix("/"), f"<h1>{html.escape(path[1:])}</h1>{documents.source(text)}")
        return Answer(text, TYPES.get(kind, "text/plain"))

    def post(self, path: str, body: bytes) -> Answer:
        """The answer to POST: what comes of a path of steps."""
        with self._lock:
            now = self.loaded()
            if path != SIMULATION:
                return Answer(f"there is no {path}; there is {SIMULATION}", status=HTTPStatus.NOT_FOUND)
            if now.findings or now.definitions is None:
                return _json({"problem": "\n".join(now.findings)}, HTTPStatus.CONFLICT)
            try:
                return _json(_simulated(now, now.definitions, body))
            except RequestError as error:
                return _json({"problem": str(error)}, HTTPStatus.BAD_REQUEST)

    def _past(self, now: Loaded, definitions: Definitions) -> Answer:
        try:
            return _json({"pairs": pairs(definitions, now.specs, self._traces) if self._traces else []})
        except (TraceError, OSError) as error:
            return _json({"problem": str(error)}, HTTPStatus.CONFLICT)

    def _page(self, title: str, body: str, status: HTTPStatus = HTTPStatus.OK, script: str = "") -> Answer:
        links = [("Documents", HOME), ("Simulator", "/simulator"), *([("Traces", "/traces")] if self._traces else [])]
        text = (HERE / "page.html").read_text(encoding="utf-8")
        parts = {
            "title": html.escape(title),
            "links": "".join(f'<li><a href="{target}">{name}</a></li>' for name, target in links),
            "script": f'<script type="module" src="/web/{script}.js"></script>' if script else "",
            "body": body,
        }
        for name, value in parts.items():
            text = text.replace(f"{{{name}}}", value, 1)
        return Answer(text, TYPES[".html"], status)


def _load(folder: Path) -> Loaded:
    definitions, specs, findings = load_all(folder)
    if definitions is None or findings:
        return Loaded(definitions, specs, list(map(str, findings)))
    texts = docs.emit(definitions) | export.emit(definitions)
    texts |= {f"web/{path.rpartition('/')[2]}": text for path, text in web.emit(definitions).items()}
    texts |= {f"{MACHINES}/{name}": text for name, text in definitions.sources.items()}
    if (folder / SPECS).is_file():
        texts[f"{MACHINES}/{SPECS}"] = (folder / SPECS).read_text(encoding="utf-8")
    dots = {path.removesuffix(".dot") + ".svg": dot for path, dot in diagrams.emit(definitions).items()}
    dots |= {f"web/{path.rpartition('/')[2]}": dot for path, dot in web.drawings(definitions).items()}
    return Loaded(
        definitions,
        specs,
        [] if definitions.system.link else ["system.yaml has no `link`: there is nothing to simulate"],
        {f"/{path}": text for path, text in texts.items()},
        {f"/{path}": dot for path, dot in dots.items()},
    )


def _actions(definitions: Definitions, path: str) -> str:
    """What a document of a machine offers beside its text."""
    for machine in definitions.machines:
        if path == f"/{diagrams.FOLDER}/{diagrams.stem(machine)}.md":
            return f'<p><a class="action" href="/simulator#show={machine.role}.{machine.name}">Open in the simulator</a></p>'
    return ""


def _known(now: Loaded, path: str) -> documents.Known:
    """Where the links of the document at a path lead."""

    def known(target: str) -> str | None:
        file = target.partition("#")[0]
        where = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
        return target if where in now.texts or where in now.dots else None

    return known


def _simulated(now: Loaded, definitions: Definitions, body: bytes) -> dict[str, Any]:
    known = {one.name: one for one in configurations(definitions)}
    asked, path = _asked(body, known)
    if asked.name not in now.simulations:
        now.simulations[asked.name] = Simulation(definitions, now.specs, asked)
    simulation = now.simulations[asked.name]
    walked = simulation.walk(path)
    return {
        "configurations": list(known),
        "configuration": asked.name,
        "specs": simulation.specs,
        "moments": walked.moments,
        "problem": walked.problem,
    }


def _asked(body: bytes, known: dict[str, Configuration]) -> tuple[Configuration, list[str]]:
    """The configuration and the path of a request. Raises RequestError."""
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise RequestError(f"not JSON: {error}") from None
    path = asked.get("path", []) if isinstance(asked, dict) else None
    if not isinstance(path, list) or not all(isinstance(name, str) for name in path):
        raise RequestError("a request is an object with `path`, a list of the names of steps")
    name = asked.get("configuration") or next(iter(known))
    if name not in known:
        raise RequestError(f"there is no configuration {name!r}; there are: {', '.join(known)}")
    return known[name], path


def _json(value: object, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False), TYPES[".json"], status)
