"""Tools that come with TARS, and those of other packages, which are really installed in a folder."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tars.brains import tools
from tars.brains.reply.timers import Timers
from tars.brains.tools import BUILT_IN, ToolContext, current_time, find_tools, set_timer
from tars.errors import ConfigError


def install(folder: Path, source: str, *entries: str) -> None:
    """A package `house` with this module, which offers these entries as tools."""
    (folder / "house.py").write_text(source)
    info = folder / "house-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: house\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("\n".join([f"[{tools.GROUP}]", *entries, ""]))


@pytest.fixture(autouse=True)
def _site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "house", raising=False)


def test_without_other_packages_there_are_those_of_tars() -> None:
    assert list(find_tools().values()) == list(BUILT_IN)


def test_a_function_of_another_package_is_found_under_the_name_of_its_entry(tmp_path: Path) -> None:
    install(tmp_path, 'def on(room: str) -> str:\n    """Light."""\n    return room\n', "light_on = house:on")
    assert find_tools()["light_on"]("kitchen") == "kitchen"


@pytest.mark.parametrize(
    ("source", "entry", "problem"),
    [
        ("", "on = house:on", r"tool 'on' of the package 'house' \(house:on\) cannot be loaded .* repair or uninstall the package"),
        ("import nowhere", "on = house:on", "cannot be loaded .*nowhere"),
        ("on = 3", "on = house:on", "must be a function, not int"),
        ("def on(): pass", "on = house:on", "needs a docstring: the model reads there what the tool does"),
        ('def on():\n    """On."""', "set_timer = house:on", "there is another tool of this name; uninstall one of the two packages"),
        ('def on(light: "Lamp"):\n    """On."""', "on = house:on", "has a parameter whose type is not known: name 'Lamp' is not defined"),
    ],
)
def test_what_is_no_tool_is_named_with_its_package(tmp_path: Path, source: str, entry: str, problem: str) -> None:
    install(tmp_path, source, entry)
    with pytest.raises(ConfigError, match=problem):
        find_tools()


def test_the_time_is_that_of_this_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.runtime.clock.local_time", lambda: datetime(2026, 11, 3, 9, 5))
    assert current_time() == "Tuesday, 3 November 2026, 09:05"


def test_a_timer_is_one_of_the_device() -> None:
    async def main() -> None:
        context = ToolContext("kitchen", "session/1/set_timer/1", timers := Timers(), print)
        assert await set_timer(context, 90) == "the 90 second timer runs for 90 seconds"
        assert await set_timer(context, 0) == "a timer runs for 1 to 86400 seconds"
        assert [timer.seconds for timer in timers.running()] == [90]
        timers.close()

    asyncio.run(main())
