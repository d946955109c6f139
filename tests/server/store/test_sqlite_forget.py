"""What `forget` tells the server of a SQLite."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tars.runtime import clock
from tars.server.state_folder import FILE
from tars.server.store.rows import FORGETTING_LIMIT
from tars.server.store.sqlite_forget import ForgettingSqlite


def test_a_command_that_was_killed_tells_nothing_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    began = 1_800_000_000.0
    monkeypatch.setattr(clock, "wall", lambda: began)
    with closing(ForgettingSqlite(tmp_path / FILE)) as store:
        assert store.being_forgotten() == set()
        store.begin_forgetting("kitchen")
        assert store.being_forgotten() == {("kitchen", began)}
        monkeypatch.setattr(clock, "wall", lambda: began + FORGETTING_LIMIT)
        assert store.being_forgotten() == set()
