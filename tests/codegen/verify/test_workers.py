"""Work on all cores."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Literal

import pytest

from codegen.verify.workers import on_all_cores


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_process_that_is_killed_ends_the_work_with_a_sentence(start: Literal["fork", "spawn"]) -> None:
    with pytest.raises(SystemExit, match=r"^one of \d+ processes was killed before it was done"), on_all_cores(start) as workers:
        workers.submit(signal.raise_signal, signal.SIGKILL).result()


def test_after_a_failure_what_has_not_begun_is_not_done(tmp_path: Path) -> None:
    def run() -> None:
        with on_all_cores("fork") as workers:
            for number in range(1000):
                workers.submit((tmp_path / str(number)).mkdir)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run()
    assert len(list(tmp_path.iterdir())) < 1000
