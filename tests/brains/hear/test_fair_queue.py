"""Each device has its turn. The work of the tests waits for an event of its own."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tars.brains.hear.fair_queue import FairQueue
from tests.in_process import until


class Bench:
    """A queue, and work that a test lets end."""

    def __init__(self, at_once: int = 1) -> None:
        self.queue = FairQueue(at_once)
        self.begun: list[str] = []
        self._gates: dict[str, threading.Event] = {}

    def ask(self, name: str) -> asyncio.Task[str]:
        """Work of the device that the name begins with: `kitchen 1`."""
        gate = self._gates[name] = threading.Event()

        def work() -> str:
            self.begun.append(name)
            gate.wait()
            return name

        return asyncio.create_task(self.queue.run(name.split(maxsplit=1)[0], work))

    async def finish(self, name: str, then: str = "") -> None:
        """Let this work end; then that begins."""
        self._gates[name].set()
        if then:
            await until(lambda: then in self.begun)

    def close(self) -> None:
        """Let everything end."""
        for gate in self._gates.values():
            gate.set()
        self.queue.close()


def test_a_device_that_asks_for_much_waits_behind_the_others() -> None:
    async def main() -> None:
        bench = Bench()
        asked = [bench.ask(name) for name in ("kitchen 1", "kitchen 2", "kitchen 3", "bedroom 1", "bath 1")]
        await until(lambda: bench.begun)
        await bench.finish("kitchen 1", then="bedroom 1")
        await bench.finish("bedroom 1", then="bath 1")
        await bench.finish("bath 1", then="kitchen 2")
        await bench.finish("kitchen 2", then="kitchen 3")
        bench.close()
        assert [await task for task in asked] == ["kitchen 1", "kitchen 2", "kitchen 3", "bedroom 1", "bath 1"]

    asyncio.run(main())


def test_a_device_has_one_piece_of_work_at_a_time_though_more_threads_are_free() -> None:
    async def main() -> None:
        bench = Bench(at_once=2)
        first, second, other = bench.ask("kitchen 1"), bench.ask("kitchen 2"), bench.ask("bedroom 1")
        await until(lambda: len(bench.begun) == 2)
        assert bench.begun == ["kitchen 1", "bedroom 1"]
        bench.close()
        with pytest.raises(asyncio.CancelledError):
            await second
        assert (await first, await other) == ("kitchen 1", "bedroom 1")

    asyncio.run(main())


def test_work_that_nobody_waits_for_any_more_does_not_run_and_work_that_runs_keeps_its_place() -> None:
    async def main() -> None:
        bench = Bench()
        running, waiting = bench.ask("kitchen 1"), bench.ask("kitchen 2")
        await until(lambda: bench.begun)
        for task in (running, waiting):
            task.cancel()
        await asyncio.wait([running, waiting])
        third = bench.ask("kitchen 3")
        await until(lambda: len(asyncio.all_tasks()) == 2)
        assert bench.begun == ["kitchen 1"], "its thread still works"
        await bench.finish("kitchen 1", then="kitchen 3")
        bench.close()
        assert await third == "kitchen 3"
        assert bench.begun == ["kitchen 1", "kitchen 3"]

    asyncio.run(main())


def test_what_the_work_raises_is_raised_and_the_queue_goes_on() -> None:
    async def main() -> None:
        queue = FairQueue(1)
        with pytest.raises(ZeroDivisionError):
            await queue.run("kitchen", lambda: 1 // 0)
        assert await queue.run("kitchen", lambda: 7) == 7
        queue.close()

    asyncio.run(main())
