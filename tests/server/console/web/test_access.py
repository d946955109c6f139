"""Who may use the page, and what a request must show."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.routing import compile_path

from tars.runtime import clock
from tars.server.console.api_requests import LONGEST_BODY
from tars.server.console.web import access
from tars.server.console.web.access import Access, read_secret
from tars.server.console.web.routes import Web
from tars.server.memory_store import MemoryStore
from tests.in_process import server
from tests.server.console.test_app import EVERYWHERE, HERE, own, trusting
from tests.server.console.visiting import Visitor, secret_of

PASSWORD = "correct horse battery"
READS = (
    *("/api/events", "/api/log", "/api/pairing", "/api/settings", "/api/conversation?device=kitchen", "/api/recordings/a/b/1"),
    *("/api/devices", "/api/timers", "/api/announcements"),
)
CHANGES = (
    *(("POST", "/api/say"), ("POST", "/api/ask"), ("DELETE", "/api/announcements/1"), ("DELETE", "/api/timers")),
    ("POST", "/api/timers"),
    *(("POST", "/api/pairing"), ("DELETE", "/api/pairing"), ("POST", "/api/settings")),
)


def test_the_link_signs_in_and_its_cookie_opens_the_page(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            visitor = Visitor(tars.console)
            assert (await visitor.get("/")).headers["location"] == "/login"
            answer = await visitor.sign_in(secret_of(tmp_path))
            assert answer.status == 204
            _, *said = [part.strip() for part in answer.headers["set-cookie"].split(";")]
            assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(said)
            assert "Secure" not in said
            assert (await visitor.get("/")).status == 200
            for path in READS:
                assert (await visitor.get(path)).status in (200, 404), path

    with caplog.at_level(logging.DEBUG):
        asyncio.run(main())
    assert (tmp_path / "console.link").stat().st_mode & 0o777 == 0o600
    secret = secret_of(tmp_path)
    assert secret not in str([vars(record) for record in caplog.records]), "whoever reads the log must not get in"
    assert read_secret(tmp_path) == secret, "a link that was kept works after a restart"


def test_whoever_is_not_signed_in_sees_and_changes_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            for cookie in ("", "tars-1=1.2", f"tars-{tars.console.rpartition(':')[2]}=99999999999.{'0' * 64}"):
                visitor = Visitor(tars.console, cookie=cookie)
                assert (await visitor.get("/")).status == (await visitor.get("/talk")).status == 303
                for path in READS:
                    assert (await visitor.get(path)).status == 401, path
                for method, path in CHANGES:
                    assert (await visitor.ask(method, path, {}, {"Origin": tars.console})).status == 401, path

    asyncio.run(main())


def test_every_request_of_the_page_is_tried_here_and_documented() -> None:
    """One that is new must not be forgotten by the tests above."""
    documented = (Path(__file__).resolve().parents[4] / "docs/console.md").read_text()

    async def main() -> None:
        async with server(console=HERE) as tars:
            web = Web(tars.registry.config, tars.registry, MemoryStore())
            tried = [("GET", path.partition("?")[0]) for path in READS] + list(CHANGES)
            for method, path, _ in web._table:
                pattern = compile_path(f"/api{path}")[0]
                assert any(wanted == method and pattern.fullmatch(at) for wanted, at in tried), (method, path)
                assert f"/api/{path.split('/')[1]}" in documented, path

    asyncio.run(main())


def test_a_page_of_another_server_changes_nothing_with_the_cookie_of_this_one(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            visitor = Visitor(tars.console)
            await visitor.sign_in(secret_of(tmp_path))
            foreign: list[dict[str, str]] = [{}, {"Origin": "null"}, {"Origin": "http://localhost:1"}, {"Origin": f"{tars.console}0"}]
            foreign += [{"Origin": "https://evil.example"}, {"Origin": "https://127.0.0.1"}, {"Origin": "https://"}]
            for headers in foreign:
                for method, path in (*CHANGES, ("POST", "/logout"), ("POST", "/login")):
                    answer = await visitor.ask(method, path, {"device": "kitchen", "text": "x"}, headers)
                    assert answer.status == 403, (method, path, headers)
            assert (await visitor.get("/api/announcements")).data == {"announcements": []}
            assert (await visitor.post("/api/say", device="kitchen", text="Dinner.")).status == 202, "its own page does"

    asyncio.run(main())


def test_no_get_changes_anything(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            visitor = Visitor(tars.console)
            await visitor.sign_in(secret_of(tmp_path))
            for path in ("/logout", "/api/say", "/api/ask"):
                assert (await visitor.get(path)).status == 405, path
            assert "set-cookie" not in (await visitor.get(f"/login?secret={secret_of(tmp_path)}")).headers

    asyncio.run(main())


def test_every_answer_tells_the_browser_what_to_refuse(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            visitor = Visitor(tars.console)
            for signed_in in (False, True):
                if signed_in:
                    await visitor.sign_in(secret_of(tmp_path))
                for path in ("/", "/login", "/static/main.js", "/static/none.js", "/none", "/metrics", *READS):
                    answer = await visitor.get(path)
                    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
                    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
                    assert {rules["script-src"], rules["style-src"], rules["connect-src"]} == {"'self'"}
                    assert answer.headers["x-content-type-options"] == "nosniff"
                    assert answer.headers["referrer-policy"] == "no-referrer"

    asyncio.run(main())


def test_beyond_this_machine_the_page_is_encrypted_and_its_cookie_too(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=EVERYWHERE) as tars:
            assert (tmp_path / "console.link").read_text().startswith("https://")
            assert "0.0.0.0" not in (tmp_path / "console.link").read_text(), "the link leads here from elsewhere"
            visitor = Visitor(own(tars), trusting(tmp_path))
            answer = await visitor.sign_in(secret_of(tmp_path))
            assert "Secure" in [part.strip() for part in answer.headers["set-cookie"].split(";")]
            assert (await visitor.get("/")).status == 200
            token = (tmp_path / "console.token").read_text().strip()
            assert (await Visitor(own(tars), trusting(tmp_path)).sign_in(token)).status == 401, "who reads metrics may not speak"

    asyncio.run(main())


def test_a_password_signs_in_too_and_cannot_be_guessed_at_speed(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE, console_password=PASSWORD) as tars:
            visitor = Visitor(tars.console)
            assert (await visitor.sign_in(PASSWORD)).status == 204
            assert (await visitor.get("/")).status == 200
            stranger = Visitor(tars.console)
            for wrong in ("", "\ud800", PASSWORD[:-1], f"{PASSWORD} ", "\u00e9", *"12345"):
                assert (await stranger.sign_in(wrong)).status == 401
            assert (await stranger.sign_in(PASSWORD)).status == 429
            assert (await stranger.sign_in(secret_of(tmp_path))).status == 204, "whoever guesses locks nobody out"
            assert tars.registry.authenticator.refusals["wrong console secret"] == access.TRIES
            assert (await visitor.get("/")).status == 200, "who is signed in stays so"

    asyncio.run(main())


def test_an_empty_secret_signs_in_nobody_where_there_is_no_password(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            assert (await Visitor(tars.console).sign_in("")).status == 401

    asyncio.run(main())


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({}, 400, "secret is missing; the body must have secret"),
        ({"secret": 1}, 400, "secret must be a text, not 1"),
        ({"secret": "x" * LONGEST_BODY}, 413, f"the body is too long; at most {LONGEST_BODY} bytes are allowed"),
    ],
)
def test_a_login_that_cannot_be_read_says_why_as_json(tmp_path: Path, body: dict[str, object], status: int, error: str) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            answer = await Visitor(tars.console).post("/login", **body)
            assert (answer.status, answer.data) == (status, {"error": error})
            assert (answer.headers.get("connection") == "close") == (status == 413), "what may follow of it is not read"

    asyncio.run(main())


def test_signing_out_forgets_the_cookie(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            visitor = Visitor(tars.console)
            await visitor.sign_in(secret_of(tmp_path))
            assert "Max-Age=0" in (await visitor.post("/logout")).headers["set-cookie"]

    asyncio.run(main())


def _access(secret: str = "s" * 43, password: str = "") -> Access:
    return Access("http://127.0.0.1:7457", secret, password, lambda *_: None)


def test_a_cookie_ends_with_its_time_its_secret_and_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    end = str(int(clock.wall()) + 100)
    headers = Headers({"Cookie": f"tars-7457={end}.{_access()._signature(end)}"})
    assert _access().is_signed_in(headers)
    assert not _access("t" * 43).is_signed_in(headers)
    assert not _access(password=PASSWORD).is_signed_in(headers)
    later = str(int(end) + 1)
    assert not _access().is_signed_in(Headers({"Cookie": f"tars-7457={later}.{_access()._signature(end)}"}))
    monkeypatch.setattr(clock, "wall", lambda: int(end))
    assert not _access().is_signed_in(headers)


@pytest.mark.parametrize("value", ["", ".", "1", "1.", "x.y", "\u0661.x", "9" * 13 + ".x"])
def test_what_is_no_cookie_signs_in_nobody(value: str) -> None:
    assert not _access().is_signed_in(Headers(raw=[(b"cookie", f"tars-7457={value}".encode())]))


def test_a_link_that_is_cut_short_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "console.link").write_text("http://127.0.0.1:7457/login#short")
    assert len(read_secret(tmp_path)) >= 43
