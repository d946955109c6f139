"""The pages of `python -m codegen serve` for the documentation; `python -m tests.screenshots` takes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

from codegen.verify.serve.command import fragment
from codegen.verify.serve.site import Site
from codegen.verify.serve.web_server import Server
from tests.codegen.traces import conversation, told
from tests.explored import MACHINES

if TYPE_CHECKING:
    from playwright.sync_api import Page

LISTENING = ["device.start", "device.socket_opened", "server.hello:new", "device.welcome:fresh"]
TALKING = [*LISTENING, "device.hotword", "server.hotword_detected", "server.brain_ready", "device.session_started"]
CUT = [*TALKING, "server.speech_ended", "link.breaks", "server.reply_started", "device.lost"]


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The site serves meanwhile; where."""
    with Server(site, 0) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.url
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def simulator(page: Page) -> Iterator[None]:
    """A reply begins while the connection is dead."""
    with served(Site(MACHINES)) as url:
        page.goto(f"{url}/simulator#{fragment('as usual', CUT)}")
        page.wait_for_selector('[aria-current="step"]')
        yield


@contextmanager
def traces(page: Page) -> Iterator[None]:
    """A conversation, at the wake word."""
    with TemporaryDirectory() as folder:
        for node, lines in told(conversation()).items():
            Path(folder, f"{node}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        with served(Site(MACHINES, [Path(folder)])) as url:
            page.goto(f"{url}/traces")
            page.locator(".steps button", has_text="hotword (").click()
            page.evaluate("() => scrollTo(0, 0)")
            yield


PICTURES = {"simulator": simulator, "traces": traces}
