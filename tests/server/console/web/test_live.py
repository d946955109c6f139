"""What open pages are told: joined, bounded, and nothing while none is open."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tars.core.effects import Traced
from tars.generated.messages import MachineStep
from tars.runtime import clock
from tars.server.console.web import live
from tars.server.console.web.live import DEVICES_AT_ONCE, MOST_PAGES, MOST_STEPS, Live, Page
from tests.in_process import RunningServer, device, server, until
from tests.server.console.looking import looked_at
from tests.server.console.test_app import HERE
from tests.server.console.visiting import Visitor, secret_of


def step(device: str, number: int = 0) -> Traced:
    return Traced("server", device, "turn", f"event_{number}", {}, "THINKING", "SPEAKING", {}, "taken", "turn.yaml:1")


def pages_of(tars: RunningServer) -> set[Page]:
    """The pages that are open."""
    (live,) = [owner for seen in tars.registry.observers if isinstance(owner := getattr(seen, "__self__", None), Live)]
    return live.pages


async def told(stream: AsyncIterator[bytes]) -> Any:
    return json.loads((await anext(stream)).removeprefix(b"data: "))


def test_a_page_that_reads_slowly_gets_the_last_steps_and_how_many_are_missing() -> None:
    async def main() -> None:
        async with server(console=HERE) as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            lives, page = Live(tars.registry), Page("kitchen")
            stream = lives.stream(page)
            await told(stream)
            await told(stream)
            for number in range(1000):
                lives.observe(step("kitchen", number), tars.registry.runners["kitchen"].core)
                lives.observe(step("bath", number), tars.registry.runners["kitchen"].core)
            lives.take_told("bath", MachineStep("turn", "drained", "", "", "", ""))
            assert len(page.steps) == MOST_STEPS, "nothing grows while it does not read"
            now = await told(stream)
            assert [one["event"] for one in now["steps"]] == [f"event_{number}" for number in range(1000 - MOST_STEPS, 1000)]
            assert now["missing"] == 1000 - MOST_STEPS
            assert [one["name"] for one in now["devices"]] == ["kitchen", "bath"], "each device once"
            await stream.aclose()  # type: ignore[attr-defined]
            assert lives.pages == set()

    asyncio.run(main())


def test_one_message_holds_so_many_devices_and_the_next_one_the_rest() -> None:
    async def main() -> None:
        async with server(console=HERE) as tars:
            page = Page("", {f"d{number:03}": None for number in range(100)}, refreshed=float("inf"))
            names = []
            while page.changed:
                some = [one["name"] for one in page.take(tars.registry)["devices"]]
                assert len(some) <= DEVICES_AT_ONCE
                names += some
            assert names == sorted(names)
            assert len(set(names)) == 100

    asyncio.run(main())


def test_pages_beyond_the_limit_are_refused_and_one_that_closes_makes_room(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=HERE) as tars:
            visitor = Visitor(tars.console)
            await visitor.sign_in(secret_of(tmp_path))
            pages = pages_of(tars)
            pages.update(Page("") for _ in range(MOST_PAGES))
            assert (await visitor.get("/api/events")).status == 503
            pages.clear()
            assert (await visitor.get("/api/events")).status == 200
            await until(lambda: not pages)

    asyncio.run(main())


def test_a_device_is_asked_again_while_somebody_looks_and_after_a_new_link_and_not_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "ASK_AGAIN", 0.0)
    monkeypatch.setattr(live, "INTERVAL", 0.0)

    async def main() -> None:
        async with server(console=HERE) as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            heard: list[object] = []
            tars.registry.watchers.append(lambda name, message: heard.append((name, message)))
            stream = Live(tars.registry).stream(Page("kitchen"))
            await told(stream)
            await told(stream)
            await until(lambda: len(heard) >= 4)
            first = len(heard)
            await told(stream)
            await until(lambda: len(heard) >= first + 4)
            await stream.aclose()  # type: ignore[attr-defined]

    asyncio.run(main())


def test_a_device_that_nobody_looks_at_any_more_tells_nothing_more() -> None:
    async def main() -> None:
        async with server(console=HERE) as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            watched = vars(kitchen.device_runner.watched)
            lives = Live(tars.registry)
            streams = [lives.stream(Page("kitchen")) for _ in range(2)]
            for stream in streams:
                await told(stream)
            await until(lambda: watched["_until"] > clock.now())
            await streams[0].aclose()  # type: ignore[attr-defined]
            await kitchen.is_called()
            assert watched["_until"] > clock.now(), "somebody else still looks"
            await streams[1].aclose()  # type: ignore[attr-defined]
            await until(lambda: watched["_until"] <= clock.now())

    asyncio.run(main())


def test_a_page_that_is_hidden_closes_its_stream_and_opens_it_when_it_is_seen(tmp_path: Path) -> None:
    async def main() -> None:
        async with looked_at(tmp_path) as (tars, browser):
            await browser.see("h1")
            pages = pages_of(tars)
            await until(lambda: len(pages) == 1)
            hide = "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
            hide += " document.dispatchEvent(new Event('visibilitychange')); }"
            await browser.do(lambda page: page.evaluate(hide, True))
            await until(lambda: not pages)
            await browser.do(lambda page: page.evaluate(hide, False))
            await until(lambda: len(pages) == 1)

    asyncio.run(main())
