from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from tars.errors import ConfigError
from tars.runtime import clock
from tars.server.push.timers import DeviceTimers, KeptTimer
from tars.server.state_folder import Store
from tests.in_process import until

Result = TypeVar("Result")


class Bench:
    """The timers of devices over a store, and what has rung."""

    def __init__(self, store: Store, tasks: asyncio.TaskGroup) -> None:
        self.rung: list[tuple[str, str]] = []
        self.rows = store.timers
        self.locked = False
        self.timers = DeviceTimers(store, self.work, tasks, lambda device, label: self.rung.append((device, label)))

    async def work(self, use: Callable[[], Result]) -> Result:
        if self.locked:
            raise ConfigError("locked")
        return use()

    async def keeps(self, *labels: str) -> None:
        """Wait until the timers with these labels are in the store, and no others."""
        await until(lambda: sorted(timer.label for timer in self.rows.all()) == sorted(labels))


@asynccontextmanager
async def running(store: Store) -> AsyncIterator[Bench]:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(store, tasks)
        await bench.timers.load()
        yield bench
        bench.timers.close()


def test_timers_outlive_the_server_as_they_were_set(store: Store) -> None:
    async def main() -> None:
        async with running(store) as bench:
            timers = bench.timers.of("kitchen")
            assert bench.timers.of("kitchen") is timers
            timers.set("eggs", 300, print)
            timers.set("call mum", 3600, print, kind="reminder")
            timers.cancel([timers.set("tea", 60, print)])
            bench.timers.of("bath").set("towel", 100, print)
            await bench.keeps("eggs", "call mum", "towel")
        async with running(store) as bench:
            eggs, mum = bench.timers.of("kitchen").running()
            assert (eggs.label, eggs.seconds, mum.label, mum.kind) == ("eggs", 300, "call mum", "reminder")
            assert 290 < eggs.left <= 300
            (changed,) = [bench.timers.of("kitchen").change(eggs, 60)]
            assert changed.seconds == 300
            assert [timer.label for timer in bench.timers.of("bath").running()] == ["towel"]

    asyncio.run(main())


def test_the_timers_of_a_device_ring_under_its_new_name(store: Store) -> None:
    async def main() -> None:
        async with running(store) as bench:
            bench.timers.of("kitchen").set("eggs", 0.05, lambda label: bench.rung.append(("kitchen", label)))
            bench.timers.of("kitchen").set("call mum", 600, print, kind="reminder")
            bench.timers.rename("kitchen", "hall")
            bench.timers.rename("attic", "cellar")
            await until(lambda: bench.rung)
            assert bench.rung == [("hall", "eggs")]
            await bench.keeps("call mum")
            (mum,) = bench.rows.all()
            assert (mum.device, mum.kind, mum.seconds) == ("hall", "reminder", 600)
            assert bench.timers.of("kitchen").running() == []

    asyncio.run(main())


def test_a_timer_that_has_rung_is_gone_and_one_that_was_due_meanwhile_rings_at_the_start(store: Store) -> None:
    now = clock.wall()
    soon, later, over = (
        KeptTimer("kitchen", "tea", "timer", 180, now + 0.05),
        KeptTimer("kitchen", "roast", "timer", 3600, now + 60),
        KeptTimer("kitchen", "eggs", "timer", 300, now - 1000),
    )
    store.timers.replace("kitchen", [over, soon, later])

    async def main() -> None:
        async with running(store) as bench:
            assert bench.rung[0] == ("kitchen", "eggs")
            await until(lambda: len(bench.rung) == 2)
            assert bench.rung[1] == ("kitchen", "tea")
            await bench.keeps("roast")
            (roast,) = bench.timers.of("kitchen").running()
            assert roast.seconds == 3600, "as long as it was set for, though a minute is left"

    asyncio.run(main())


def test_a_timer_that_waits_for_its_device_outlives_the_server_too(store: Store) -> None:
    async def main() -> None:
        async with running(store) as bench:
            bench.timers.of("kitchen").set("tea", 100, print)
            bench.timers.late("kitchen", ["eggs", "pasta"])
            await bench.keeps("eggs", "pasta", "tea")
        async with running(store) as bench:
            assert bench.rung == [("kitchen", "eggs"), ("kitchen", "pasta")]
            bench.timers.late("kitchen", [])
            await bench.keeps("tea")
            bench.timers.close()
            bench.timers.late("kitchen", ["pasta"])
            await asyncio.to_thread(lambda: None)
            await bench.keeps("tea")

    asyncio.run(main())


def test_a_store_that_is_locked_costs_the_timers_that_are_set_meanwhile_and_nothing_else(store: Store) -> None:
    async def main() -> None:
        async with running(store) as bench:
            bench.locked = True
            await bench.timers.load()
            bench.timers.of("kitchen").set("tea", 100, print)
            await asyncio.to_thread(lambda: None)
            bench.locked = False
            assert bench.rows.all() == []
            bench.timers.of("kitchen").set("eggs", 100, print)
            await bench.keeps("tea", "eggs")

    asyncio.run(main())
