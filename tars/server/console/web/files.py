"""The files of the page, read once: there is no path that leads anywhere else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import Response

FOLDERS = {"static": "tars.server.console", "web": "tars.generated"}
"""Folder of package data -> its package. A file of either is `/static/PATH`; the second is what codegen writes for browsers."""
KINDS = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
    "wasm": "application/wasm",
}


@dataclass(frozen=True)
class File:
    """One file."""

    data: bytes
    kind: str
    tag: str


class Files:
    """All of them, by their path in the folder."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}
        for folder, package in FOLDERS.items():
            self._read(files(package) / folder)

    def _read(self, folder: Traversable, path: str = "") -> None:
        for entry in folder.iterdir():
            kind = KINDS.get(entry.name.rpartition(".")[2])
            if entry.is_dir():
                self._read(entry, f"{path}{entry.name}/")
            elif kind is not None:
                data = entry.read_bytes()
                self._files[path + entry.name] = File(data, kind, f'"{hashlib.sha256(data).hexdigest()[:16]}"')

    async def answer(self, request: Request) -> Response:
        """GET /static/PATH."""
        return self.page(request.path_params["name"], request)

    def page(self, name: str, request: Request) -> Response:
        """The file of this name, or that the browser has it already, or that there is none."""
        file = self._files.get(name)
        if file is None:
            return Response("there is no such file", 404, media_type="text/plain")
        headers = {"ETag": file.tag, "Cache-Control": "no-cache"}
        if request.headers.get("If-None-Match") == file.tag:
            return Response(status_code=304, headers=headers)
        return Response(file.data, headers=headers, media_type=file.kind)
