"""The interface for other programs while another program has locked the store."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tars.errors import ConfigError
from tars.runtime import clock
from tars.server.console import api
from tars.server.push.announcements import Announcements
from tars.server.state_folder import open_store
from tests.in_process import until
from tests.server.console.calling import KEY, called
from tests.server.console.raw import connect


class Locked:
    """Another program, which can lock the store of a server."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.refused = folder, 0
        monkeypatch.setattr("tars.server.state_folder.LOCK_LIMIT", 0.01)
        for name in ("find", "end"):
            monkeypatch.setattr(Announcements, name, self.counted(getattr(Announcements, name)))

    def counted(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            try:
                return method(*arguments)
            except ConfigError:
                self.refused += 1
                raise

        return call

    @contextmanager
    def locks(self) -> Iterator[None]:
        """It is locked meanwhile."""
        with closing(open_store(self.folder)) as store, store.transaction():
            yield

    async def is_noticed(self) -> None:
        """The server has tried in vain to use it, more than once."""
        enough = self.refused + 2
        await until(lambda: self.refused >= enough)


def pass_time(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """So many seconds pass at once."""
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + seconds)


def test_a_store_that_is_locked_for_a_while_loses_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        other = Locked(tmp_path, monkeypatch)
        async with called(state=tmp_path) as (tars, client):
            asking = asyncio.create_task(client.post("/api/ask", device="kitchen", text="When?"))
            await until(lambda: tars.registry.announcements.next_for("kitchen"))
            with other.locks():
                await other.is_noticed()
            with closing(open_store(tmp_path)) as store:
                rows = Announcements(store)
                rows.end(rows.may_be_spoken()[0].id, "answered", "soon")
            answer = await asking
            assert (answer.status, answer.data.get("answer")) == (200, "soon")

    asyncio.run(main())


def test_a_store_that_stays_locked_does_not_hide_that_the_question_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        other = Locked(tmp_path, monkeypatch)
        async with called(state=tmp_path) as (tars, client):
            asking = asyncio.create_task(client.post("/api/ask", device="kitchen", text="When?"))
            await until(lambda: tars.registry.announcements.next_for("kitchen"))
            with other.locks():
                await other.is_noticed()
                pass_time(monkeypatch, api.WAIT_LIMIT)
                answer = await asking
            assert (answer.status, answer.data.get("outcome")) == (202, "waits")
            assert (await client.get(f"/api/announcements/{answer.data['id']}")).data["outcome"] == "waits"

    asyncio.run(main())


def test_a_question_is_withdrawn_once_the_store_is_free_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"device": "kitchen", "text": "When?"})

    async def main() -> None:
        other = Locked(tmp_path, monkeypatch)
        async with called(state=tmp_path) as (tars, client):
            _, writer = await connect(client.url)
            head = f"POST /api/ask HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write((head + body).encode())
            await until(lambda: tars.registry.announcements.next_for("kitchen"))
            with other.locks():
                writer.close()
                await writer.wait_closed()
                await other.is_noticed()
            await until(lambda: tars.registry.announcements.next_for("kitchen") is None)

    asyncio.run(main())
