"""The site over HTTP, for this machine only: on 127.0.0.1, and only for requests that name it so.

Another page in the same browser can send requests here. It cannot read the answers, and no request changes anything.
"""

from __future__ import annotations

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from codegen.verify.serve.site import Answer, Site

ADDRESS = "127.0.0.1"
LARGEST = 1_000_000
"""Bytes of a request at most."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
OF_A_DRAWING = "default-src 'none'; style-src 'unsafe-inline'"
"""A diagram that is opened by itself has its dark colours in it."""


class Server(ThreadingHTTPServer):
    """Serves a site until it is closed. A thread a connection: browsers open some that they do not use. Raises OSError."""

    daemon_threads = True

    def __init__(self, site: Site, port: int) -> None:
        super().__init__((ADDRESS, port), Handler)
        self.site = site
        self.hosts = {f"{name}:{self.server_port}" for name in (ADDRESS, "localhost")}
        """How a browser may call it: a name of another server that leads here is refused."""

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{ADDRESS}:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Server
    timeout = 60

    def do_GET(self) -> None:
        """Send a page, or what a page needs."""
        if self._is_allowed():
            self._send(self.server.site.get(unquote(urlsplit(self.path).path)))

    def do_POST(self) -> None:
        """Answer a question of a page."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            self.close_connection = True
            self._send(Answer(f"a request has at most {LARGEST} bytes", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
        elif self._is_allowed():
            self._send(self.server.site.post(urlsplit(self.path).path, self.rfile.read(int(length))))

    def _is_allowed(self) -> bool:
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        if host in self.server.hosts and origin in (None, f"http://{host}"):
            return True
        self.close_connection = True
        allowed = " or ".join(sorted(self.server.hosts))
        self._send(Answer(f"this server answers to {allowed} only", status=HTTPStatus.FORBIDDEN))
        return False

    def _send(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        if answer.location:
            self.send_header("Location", answer.location)
        self.send_header("Content-Type", f"{answer.type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", OF_A_DRAWING if answer.type == "image/svg+xml" else POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""
