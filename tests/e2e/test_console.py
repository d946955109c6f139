"""The console of `tars-server` as a process, on the event loop that it has there."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path

import pytest

from tars.server.console.console import TOKEN
from tests.programs import EXIT_LIMIT, SLACK, Program, tars_pi, tars_server
from tests.server.console.raw import connect, end_of
from tests.server.console.scraping import Page, scrape
from tests.server.console.test_app import trusting
from tests.sounds import quiet, write_wav


def url_of(program: Program) -> str:
    found = re.search(r"url=(\S+)", program.says(" console "))
    assert found
    return found[1].replace("0.0.0.0", "127.0.0.1")


@pytest.mark.parametrize("console", ["127.0.0.1:0", "0.0.0.0:0"])
def test_metrics_are_served_beside_a_device_and_end_with_the_server(tmp_path: Path, console: str) -> None:
    write_wav(tmp_path / "said.wav", quiet(60))
    heard = ["--microphone", f"file:{tmp_path / 'said.wav'}"]
    with tars_server("--state", tmp_path, TARS_CONSOLE=console) as (running, url), tars_pi(url, *heard) as pi:
        pi.says("continuity UNLINKED -> LINKED")
        shown = url_of(running)

        async def look() -> Page:
            silent = await connect(shown)
            pages = [await scrape(shown)] if shown.startswith("http:") else []
            if not pages:
                pages += [await scrape(shown, (tmp_path / TOKEN).read_text().strip(), trusting(tmp_path)) for _ in range(3)]
            assert running.stop(signal.SIGTERM) < EXIT_LIMIT + SLACK, "connections to the console do not delay it"
            assert await end_of(silent[0]) == b""
            silent[1].close()
            return pages[-1]

        page = asyncio.run(look())
        assert page.value("tars_device_linked", device="kitchen") == 1
        assert page.value("tars_links", protocol="tars.v1", encrypted="no") == 1


def test_a_port_that_was_set_and_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with tars_server(TARS_CONSOLE="127.0.0.1:0") as (running, _):
        at = url_of(running).partition("//")[2]
        second = Program("tars.server", "--brain", "echo", "--port", "0", "--state", tmp_path, TARS_CONSOLE=at)
        try:
            assert second.exits() == 1
            assert second.output.endswith("Set another `console`, or off")
            assert "Traceback" not in second.output
            assert " listening " not in second.output, "no device was served"
        finally:
            second.end()
