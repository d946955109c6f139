"""A process that is measured."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tars.runtime import clock
from tests.bench.bare_server import READY
from tests.bench.bench import Bench
from tests.bench.processes import settle


def test_the_figures_of_a_process_are_its_own(tmp_path: Path) -> None:
    async def story() -> None:
        with Bench(tmp_path).process("tests.bench.bare_server", 0) as process:
            assert await process.port(READY) > 0
            await settle(process)
            assert 0.01 < process.cpu() < clock.now() - process.started
            assert 10_000 < process.resident() < 200_000
            idle = process.cpu()
            await settle(process)
            assert process.cpu() - idle < 0.02
        await process.ends()

    asyncio.run(story())


def test_what_a_process_says_in_place_of_what_is_expected_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        with Bench(tmp_path).process("tests.bench.engine") as process:
            await process.says(READY)

    with pytest.raises(RuntimeError, match=r"(?s)tests.bench.engine has not said 'ready'.*IndexError"):
        asyncio.run(story())
