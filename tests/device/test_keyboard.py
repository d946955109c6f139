from __future__ import annotations

import asyncio
import logging
import os
import pty
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest

from tars.device.keyboard import Enter, listen_for_enter
from tests.in_process import until


@pytest.fixture(autouse=True)
def signals_as_they_were() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTTIN)
    yield
    signal.signal(signal.SIGTTIN, before)


@pytest.fixture(params=["pipe", "terminal"])
def keyboard(request: pytest.FixtureRequest) -> Iterator[tuple[IO[str], int]]:
    """The input of the program, and the descriptor into which the test types."""
    reading, typing = os.pipe() if request.param == "pipe" else reversed(pty.openpty())
    with os.fdopen(reading) as file:
        yield file, typing
    with suppress(OSError):
        os.close(typing)


def test_each_line_is_a_press_of_enter(keyboard: tuple[IO[str], int]) -> None:
    file, typing = keyboard
    pressed: list[Enter] = []

    async def main() -> None:
        stop = listen_for_enter(file, pressed.append)
        os.write(typing, b"\n")
        await until(lambda: len(pressed) == 1)
        os.write(typing, b"hello\n\n")
        await until(lambda: len(pressed) == 3)
        os.write(typing, b"no line yet")
        await asyncio.to_thread(lambda: None)
        assert len(pressed) == 3
        stop()
        os.write(typing, b"\n")
        await asyncio.to_thread(lambda: None)
        assert len(pressed) == 3, "nobody listens any more"

    asyncio.run(main())


def test_the_end_of_the_input_is_logged_once(keyboard: tuple[IO[str], int], caplog: pytest.LogCaptureFixture) -> None:
    file, typing = keyboard
    pressed: list[Enter] = []

    async def main() -> None:
        stop = listen_for_enter(file, pressed.append)
        os.write(typing, b"\n")
        await until(lambda: pressed)
        os.close(typing)
        await until(lambda: caplog.messages)
        await asyncio.to_thread(lambda: None)
        stop()

    with caplog.at_level(logging.INFO, "tars"):
        asyncio.run(main())
    assert caplog.messages == ["push-to-talk is off: standard input has ended"]
    assert len(pressed) == 1


def said_of(keyboard: IO[str] | None, caplog: pytest.LogCaptureFixture) -> list[str]:
    """The log lines about an input that is no keyboard."""

    async def main() -> None:
        listen_for_enter(keyboard, lambda _: pytest.fail("nobody pressed anything"))()

    with caplog.at_level(logging.INFO, "tars"):
        asyncio.run(main())
    return caplog.messages


def test_a_file_has_no_enter_key(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "lines").write_text("\n\n")
    with (tmp_path / "lines").open() as file:
        assert said_of(file, caplog) == ["push-to-talk is off: standard input is no terminal"]


def test_dev_null_has_no_enter_key(caplog: pytest.LogCaptureFixture) -> None:
    with Path(os.devnull).open() as file:
        assert said_of(file, caplog) == ["push-to-talk is off: standard input is no terminal"]


def test_no_standard_input_has_no_enter_key(caplog: pytest.LogCaptureFixture) -> None:
    assert said_of(None, caplog) == ["push-to-talk is off: there is no standard input"]
