"""What a device says of itself reaches its server and those who look there, with real connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest

from tars.device import status_reports
from tars.device.control.commands import Mute
from tars.device.status_reports import StatusReports
from tars.generated.messages import DeviceStatus
from tars.runtime.runner import Tell
from tests.in_process import RunningDevice, RunningServer, device, server, until
from tests.server.connections import hello, new_device, say
from tests.server.console.scraping import scrape

HERE = "127.0.0.1:0"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_reports, "INTERVAL", 0.01)
    monkeypatch.setattr(status_reports, "SPACING", 0.0)


@asynccontextmanager
async def reporting(kitchen: RunningDevice) -> AsyncIterator[StatusReports]:
    reports = StatusReports(kitchen.device_runner)
    keeping = asyncio.create_task(reports.keep())
    yield reports
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping


def reported(tars: RunningServer, name: str = "kitchen") -> DeviceStatus | None:
    runner = tars.registry.runners.get(name)
    return runner.reported if runner else None


def test_a_mute_and_what_was_counted_are_in_the_metrics() -> None:
    async def main() -> None:
        async with server(console=HERE) as tars, device(tars.url) as kitchen, reporting(kitchen):
            await until(lambda: reported(tars))
            page = await scrape(tars.console)
            assert page.value("tars_device_muted", device="kitchen") == 0
            assert page.value("tars_device_gaps_total", device="kitchen") == 0
            assert page.value("tars_device_echo_delay_seconds", device="kitchen") is None, "there is no echo cancellation"
            kitchen.speaker.underruns = 3
            kitchen.device_runner.post(Mute(muted=True))
            await until(lambda: (now := reported(tars)) and now.muted and now.counts["gaps"] == 3)
            page = await scrape(tars.console)
            assert page.value("tars_device_muted", device="kitchen") == 1
            assert page.value("tars_device_gaps_total", device="kitchen") == 3

    asyncio.run(main())


def test_a_mute_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_reports, "INTERVAL", 60.0)

    async def main() -> None:
        async with server() as tars, device(tars.url) as kitchen, reporting(kitchen):

            def is_told(muted: bool) -> bool:
                return (now := reported(tars)) is not None and now.muted is muted

            await until(lambda: reported(tars))
            for muted in (True, False):
                kitchen.device_runner.post(Mute(muted))
                await until(partial(is_told, muted))

    asyncio.run(main())


def test_it_is_said_again_on_each_link_and_only_if_something_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            told = list[Tell]()
            post = kitchen.device_runner.post

            def noting(item: object) -> None:
                if isinstance(item, Tell):
                    told.append(item)
                post(item)

            monkeypatch.setattr(kitchen.device_runner, "post", noting)
            async with reporting(kitchen) as reports:
                await until(lambda: reported(tars))
                assert not reports._report(), "nothing has changed"
                assert len(told) == 1
                (socket,) = kitchen.device_runner.sockets.values()
                socket.abort()
                await until(lambda: reported(tars) is None)
                await until(lambda: reported(tars))
                assert len(told) == 2

    asyncio.run(main())


def test_a_server_that_does_not_want_it_gets_none() -> None:
    async def main() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            kitchen.device_runner.core.takes_status = False  # as after the welcome of an older one
            reports = StatusReports(kitchen.device_runner)
            assert not reports._report()
            kitchen.device_runner.core.takes_status = True
            assert reports._report()

    asyncio.run(main())


def test_what_is_no_number_is_left_out_and_harms_nobody() -> None:
    async def main() -> None:
        async with server(console=HERE) as tars, new_device(tars) as connection:
            await say(connection, hello("hall"))
            strange = {"gaps": "many", "underruns": True, "overruns": {}, "drift_ppm": 12, "of a later version": 1}
            await say(connection, DeviceStatus(False, strange))
            await until(lambda: reported(tars, "hall"))
            page = await scrape(tars.console)
            assert page.value("tars_device_clock_drift_ratio", device="hall") == pytest.approx(12e-6)
            for name in ("gaps", "underruns", "overruns"):
                assert page.value(f"tars_device_{name}_total", device="hall") is None

    asyncio.run(main())
