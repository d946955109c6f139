"""What is wired to GPIO pins: gpiozero's own mock pins, and a real control interface."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from tars.core.effects import Cue
from tars.device import gpio
from tars.device.control import socket_path
from tars.device.control.client import NotRunningError
from tars.device.gpio import LIGHTS, Desk, Panel, shown
from tars.device.gpio_settings import GpioSettings
from tars.errors import ConfigError
from tests.device.control.controlled import controlled
from tests.in_process import RunningDevice, until
from tests.programs import program

LONG = 3600.0
"""Seconds for which no test holds a button."""
ALL = GpioSettings(button=17, mute_switch=27, led=22, red=5, green=6, blue=13)


@pytest.fixture(autouse=True)
def pins(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockFactory]:
    """Pins that the test drives: a button connects its pin with ground, so it is pressed while that is low."""
    monkeypatch.setattr(gpio, "BOUNCE", None)
    factory = MockFactory()
    Device.pin_factory = factory
    yield factory
    factory.reset()
    factory.close()
    Device.pin_factory = None


@asynccontextmanager
async def desk(kitchen: RunningDevice, hold: float = LONG, before: Callable[[], None] = lambda: None) -> AsyncIterator[Desk]:
    """The pins joined with this device, until it stops. `before` is called when the pins are there, and are not joined yet."""
    joined = Desk(socket_path(kitchen.device_runner.config), ALL, hold)
    before()
    serving = asyncio.create_task(asyncio.to_thread(joined.serve))
    try:
        await until(lambda: joined._client is not None)
        yield joined
    finally:
        await joined_off(joined, serving)


async def joined_off(joined: Desk, serving: asyncio.Task[None]) -> None:
    """tars-pi has ended the connection."""
    if joined._client is not None:
        joined._client._socket.shutdown(2)
    with pytest.raises(NotRunningError):
        await serving
    joined.panel.close()


def test_a_press_is_the_button(tmp_path: Path, pins: MockFactory) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, _), desk(kitchen):
            pins.pin(17).drive_low()
            assert kitchen.steps.of("button") == [], "it may be held"
            pins.pin(17).drive_high()
            await kitchen.steps.states(session="HOTWORD_DETECTED")
            assert not kitchen.device_runner.core.muted

    asyncio.run(main())


def test_a_button_that_is_held_mutes_and_unmutes_and_is_no_press(tmp_path: Path, pins: MockFactory) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, _), desk(kitchen, hold=0.01) as joined:
            for muted in (True, False):
                pins.pin(17).drive_low()
                await until(lambda: kitchen.device_runner.core.muted is muted)  # noqa: B023 - used at once
                pins.pin(17).drive_high()
            assert joined._client is not None
            joined._client.send("volume", value=40)  # it comes after whatever the release has sent
            await until(lambda: kitchen.device_runner.loudness.volume == 40)
            assert kitchen.steps.of("button") == []

    asyncio.run(main())


def test_the_switch_mutes_and_has_the_last_word(tmp_path: Path, pins: MockFactory) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, _), desk(kitchen) as joined:
            pins.pin(27).drive_low()
            await until(lambda: kitchen.device_runner.core.muted)
            assert joined._client is not None
            joined._client.send("unmute")
            await until(lambda: [step.payload["muted"] for step in kitchen.steps.of("mute")] == [True, False, True])
            pins.pin(27).drive_high()
            await until(lambda: not kitchen.device_runner.core.muted)

    asyncio.run(main())


def test_a_switch_that_is_closed_at_the_start_mutes(tmp_path: Path, pins: MockFactory) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, _), desk(kitchen, before=pins.pin(27).drive_low):
            await until(lambda: kitchen.device_runner.core.muted)

    asyncio.run(main())


def test_the_lights_follow_the_device(tmp_path: Path, pins: MockFactory) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, control), desk(kitchen):
            colour = [pins.pin(number) for number in (5, 6, 13)]

            def lit(*wanted: int) -> Any:
                return until(lambda: tuple(int(pin.state) for pin in colour) == wanted)

            await lit(1, 1, 0)  # a flash of yellow: no server
            kitchen.press_enter()
            await lit(0, 1, 0)
            assert pins.pin(22).state
            kitchen.press_enter()
            control.observe(Cue("x"))
            await lit(1, 1, 0)
            pins.pin(27).drive_low()
            await lit(1, 0, 0)
        assert [int(pin.state) for pin in colour] == [0, 0, 0], "all lights are out at the end"

    asyncio.run(main())


def test_each_thing_that_a_device_does_has_a_light_of_its_own() -> None:
    idle = {"muted": False, "activity": "idle", "linked": True, "states": {"connection": "CONNECTING"}}
    words = [shown(idle | change) for change in ({}, {"linked": False}, {"muted": True, "activity": "speaking"})]
    words += [shown(idle | {"activity": activity}) for activity in ("listening", "thinking", "speaking")]
    assert words == ["idle", "not linked", "muted", "listening", "thinking", "speaking"]
    assert len({LIGHTS[word] for word in words} | {gpio.GONE}) == len(words) + 1
    assert shown(idle | {"linked": False, "activity": "listening"}) == "listening"
    assert shown(idle | {"linked": False, "states": {"connection": "DISCONNECTED"}}) == "idle", "no link is wanted"


def test_a_light_of_one_colour_blinks_while_muted_and_when_nothing_runs(pins: MockFactory) -> None:
    panel = Panel(GpioSettings(led=22), lambda _: None)
    for what, blinks in (("speaking", False), ("muted", True), ("gone", True), ("thinking", True), ("idle", False)):
        panel.show(what)
        assert (panel.led is not None and panel.led._blink_thread is not None) is blinks, what
    panel.close()


def test_a_press_while_nothing_runs_is_lost_with_a_line_in_the_log(
    tmp_path: Path, pins: MockFactory, caplog: pytest.LogCaptureFixture
) -> None:
    joined = Desk(tmp_path / "control.sock", GpioSettings(button=17), LONG)
    with caplog.at_level(logging.WARNING, "tars"):
        pins.pin(17).drive_low()
        pins.pin(17).drive_high()
    assert caplog.messages == ["the command is lost: tars-pi does not run"]
    with pytest.raises(NotRunningError, match="no tars-pi listens"):
        joined.serve()
    joined.panel.close()


@pytest.mark.parametrize(
    ("wired", "complaint"),
    [
        (GpioSettings(), "nothing is wired: set a pin"),
        (GpioSettings(red=5, green=6), "needs all of gpio.red, gpio.green and gpio.blue"),
        (GpioSettings(button=5, led=5), "the GPIO pins cannot be used: "),
    ],
)
def test_pins_that_cannot_be_used_are_refused(wired: GpioSettings, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        Panel(wired, lambda _: None)
    Panel(GpioSettings(led=5), lambda _: None).close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_and_a_terminal_that_is_closed_end_the_command_in_good_order(number: signal.Signals) -> None:
    """So that all lights are out; one that is killed leaves them as they are."""
    # Who runs the tests may have been told to ignore signals, and would pass that on.
    entry = ["env", f"--default-signal={number.name.removeprefix('SIG')}"]
    settings = {"GPIOZERO_PIN_FACTORY": "mock", "TARS_GPIO_LED": "22"}
    with program("tars.device", "gpio", entry=entry, **settings) as running:
        running.says("no tars-pi listens")
        running.stop(number)


@pytest.fixture
def lgpio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The library with which gpiozero reaches the pins of a Raspberry Pi. It makes a file in the current folder."""
    monkeypatch.chdir(tmp_path)
    return pytest.importorskip("lgpio")


def test_without_a_gpio_chip_a_sentence_says_so(lgpio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from gpiozero.pins.lgpio import LGPIOFactory

    monkeypatch.setattr(Device, "pin_factory", None)
    monkeypatch.setattr(Device, "_default_pin_factory", lambda: LGPIOFactory(chip=99))
    with pytest.raises(ConfigError, match=r"the GPIO pins cannot be used: .*can not open gpiochip.*must be in the group gpio"):
        Panel(GpioSettings(led=5), lambda _: None)


def test_pins_that_fail_later_are_told_in_a_sentence_and_the_others_are_let_go(
    pins: MockFactory, lgpio: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [lgpio.error("GPIO busy") for _ in range(3)]

    def busy_at_first(*_: object) -> bool:
        if failures:
            raise failures.pop()
        return False

    panel = Panel(GpioSettings(led=5, mute_switch=6), lambda _: None)
    monkeypatch.setattr(pins.pin(5), "_set_state", busy_at_first)
    monkeypatch.setattr(pins.pin(6), "_get_state", busy_at_first)
    monkeypatch.setattr(pins.pin(6), "close", busy_at_first)
    with pytest.raises(ConfigError, match="the GPIO pins cannot be used: 'GPIO busy'"):
        panel.show("speaking")
    with pytest.raises(ConfigError, match="the GPIO pins cannot be used: 'GPIO busy'"):
        _ = panel.wants_mute
    with caplog.at_level(logging.WARNING, "tars"):
        panel.close()
    assert len([message for message in caplog.messages if "'GPIO busy'" in message]) == 1
    assert panel.led is not None
    assert panel.led.closed, "it comes behind the switch"
