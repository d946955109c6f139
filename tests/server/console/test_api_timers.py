"""Timers that another program or the page sets: they ring as those that were set by voice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tars.server.push import timers
from tests.in_process import device, server
from tests.redis_server import RedisServer
from tests.server.connections import add_keys
from tests.server.console.calling import KEY, Client, called
from tests.server.console.test_app import HERE


def test_a_timer_is_set_listed_and_rings() -> None:
    async def main() -> None:
        async with called() as (tars, client), device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            made = await client.post("/api/timers", device="kitchen", duration="10m")
            assert made.status == 201
            assert {name: made.data[name] for name in ("device", "label", "kind", "seconds")} == {
                "device": "kitchen",
                "label": "10 minute",
                "kind": "timer",
                "seconds": 600,
            }
            assert (await client.get("/api/timers")).data["timers"] == [made.data]
            assert (await client.post("/api/timers", device="kitchen", duration=1, label=" tea ")).data["label"] == "tea"
            assert (await tars.steps.event("timer_due")).payload == {"label": "tea"}
            assert [one["label"] for one in (await client.get("/api/timers")).data["timers"]] == ["10 minute"]

    asyncio.run(main())


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"device": "kitchen"}, "duration is missing; the body must have device and duration"),
        ({"device": "kitchen", "duration": "soon"}, "duration must be a number of seconds, or one with s, m, h or d"),
        ({"device": "kitchen", "duration": True}, "duration must be a number of seconds, or a text such as 30m, not true"),
        ({"device": "kitchen", "duration": "25h"}, "duration must be one second to 24 hours"),
        ({"device": "kitchen", "duration": 0.5}, "duration must be one second to 24 hours"),
        ({"device": "the kitchen", "duration": 5}, "device must be 1 to 64 letters"),
        ({"device": "kitchen", "duration": 5, "label": "a" * 101}, "label must be 100 characters at most, not 101"),
        ({"device": "kitchen", "duration": 5, "label": 0}, "label must be a text, not 0"),
        ({"device": "kitchen", "duration": 5, "kind": "alarm"}, "'kind' is unknown; allowed are device, duration, label"),
    ],
)
def test_a_timer_that_cannot_be_is_explained(body: dict[str, Any], error: str) -> None:
    async def main() -> None:
        async with called() as (tars, client):
            answer = await client.post("/api/timers", **body)
            assert (answer.status, answer.data["error"][: len(error)]) == (400, error)
            assert tars.registry.timers.running() == []

    asyncio.run(main())


def test_a_device_has_no_more_timers_than_so_many_and_an_unknown_one_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "MOST", 1)

    async def main() -> None:
        add_keys(tmp_path, "kitchen")
        async with called(state=tmp_path) as (_, client):
            for status in (201, 503):
                assert (await client.post("/api/timers", device="kitchen", duration="1h")).status == status
            assert (await client.post("/api/timers", device="hall", duration="1h")).status == 404

    asyncio.run(main())


def test_of_several_servers_each_sets_timers_of_a_device(redis: RedisServer) -> None:
    async def main() -> None:
        async with (
            server(store=redis.url, console=HERE, api_key=KEY) as one,
            server(store=redis.url, console=HERE, api_key=KEY) as other,
            device(one.url) as kitchen,
        ):
            await kitchen.steps.states(continuity="LINKED")
            for console, label in ((one.console, "tea"), (other.console, "eggs")):
                made = await Client(console).post("/api/timers", device="kitchen", duration="1h", label=label)
                assert (made.status, made.data["label"], made.data["seconds"]) == (201, label, 3600)
            assert [timer.label for timer in one.registry.timers.running()] == ["tea", "eggs"]
            assert other.registry.timers.running() == []

    asyncio.run(main())
