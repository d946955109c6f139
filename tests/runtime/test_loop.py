from __future__ import annotations

import asyncio
import sys
import threading

import pytest

from tars.runtime import clock
from tars.runtime.loop import run_loop


def kind_of_loop(*, uvloop: bool) -> str:
    """The package of the loop that runs."""
    found: list[str] = []

    async def main() -> None:
        found.append(type(asyncio.get_running_loop()).__module__.partition(".")[0])

    run_loop(main(), uvloop=uvloop)
    return found[0]


def test_the_loop_is_that_of_uvloop_only_where_it_is_wanted_and_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert kind_of_loop(uvloop=True) == "uvloop", "a development dependency"
    assert kind_of_loop(uvloop=False) == "asyncio"
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert kind_of_loop(uvloop=True) == "asyncio"


@pytest.mark.parametrize("uvloop", [False, True])
def test_what_fails_ends_the_run_with_its_error(uvloop: bool) -> None:
    async def main() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_loop(main(), uvloop=uvloop)


@pytest.mark.parametrize("uvloop", [False, True])
def test_the_end_of_a_run_does_not_wait_for_a_thread(uvloop: bool) -> None:
    begun, ends = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        ends.wait()

    async def main() -> None:
        working = asyncio.get_running_loop().run_in_executor(None, work)
        while not begun.is_set():
            await clock.sleep_until(0)
        working.cancel()

    try:
        run_loop(main(), uvloop=uvloop)
        assert begun.is_set()
    finally:
        ends.set()
