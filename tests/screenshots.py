"""`python -m tests.screenshots [NAME...]` takes the pictures of the documentation in a real browser: `docs/screenshots/NAME.png`.

Each part of the project that has pages lists its pictures: a name, and what has a page show it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser import chromium, watched
from tests.codegen.verify.serve import pictures as of_codegen
from tests.isolation import isolate
from tests.replayed import keeping
from tests.server.console import pictures as of_console

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parent.parent / "docs/screenshots"
PICTURES: dict[str, Callable[[Page], AbstractContextManager[None]]] = {**of_codegen.PICTURES, **of_console.PICTURES}
SIZE = {"width": 1280, "height": 960}


def main() -> None:
    """Take those that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(PICTURES)} (default: all)")
    names = parser.parse_args().names or list(PICTURES)
    if unknown := [name for name in names if name not in PICTURES]:
        parser.error(f"there is no picture {unknown[0]}; there are: {', '.join(PICTURES)}")
    isolate()
    FOLDER.mkdir(exist_ok=True)
    with chromium() as browser:
        for name in names:
            # Nothing moves: a picture that is taken again is the same.
            context = browser.new_context(viewport=SIZE, reduced_motion="reduce", color_scheme="light")  # type: ignore[arg-type]
            with keeping(), context, watched(context.new_page()) as page, PICTURES[name](page):
                page.wait_for_load_state("networkidle")
                page.screenshot(path=FOLDER / f"{name}.png")
            sys.stdout.write(f"{FOLDER / name}.png\n")


if __name__ == "__main__":
    main()
