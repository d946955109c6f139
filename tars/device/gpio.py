"""The command `gpio`: a button, a switch and lights on GPIO pins, as a client of the control interface, in a process of its own."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tars.device.control import socket_path
from tars.device.control.client import ControlClient, GoneError, NotRunningError
from tars.device.gpio_settings import GpioSettings
from tars.device.settings import DeviceConfig
from tars.errors import ConfigError
from tars.generated.device.connection import ConnectionState
from tars.runtime.log import log

if TYPE_CHECKING:
    from gpiozero import LED, RGBLED, Button

HOLD = 1.0
"""Seconds for which the button is held to mute or unmute."""
BOUNCE = 0.02
"""Seconds in which contacts that bounce count once."""
RETRY = 1.0
"""Seconds between two attempts to reach tars-pi."""
NOTHING = "nothing is wired: set a pin, such as gpio.button or gpio.led, in the file or a variable such as TARS_GPIO_BUTTON"
UNUSABLE = "the GPIO pins cannot be used: {}. This user must be in the group gpio, and no other program may use the same pins"
NOT_INSTALLED = "gpiozero is not installed: pip install -e '.[gpio]' in the TARS folder"


@dataclass(frozen=True)
class Light:
    """How the lights look. `colour`: red, green, blue, each 0 or 1. `on` and `off`: seconds; `off` 0: no blinking."""

    colour: tuple[int, int, int]
    on: float = 1.0
    off: float = 0.0


GONE = Light((1, 0, 1), 0.1, 2.9)
LIGHTS: Mapping[str, Light] = {
    "muted": Light((1, 0, 0)),
    "not linked": Light((1, 1, 0), 0.1, 1.9),
    "idle": Light((0, 0, 0)),
    "listening": Light((0, 1, 0)),
    "thinking": Light((0, 0, 1), 0.3, 0.3),
    "speaking": Light((0, 0, 1)),
}
"""What the device does -> how the lights show it. While tars-pi does not run, they show GONE."""
MUTED_LED = Light((1, 1, 1), 0.1, 0.4)
"""A light of one colour cannot show red: it blinks fast while the microphone is muted."""


def shown(state: Mapping[str, Any]) -> str:
    """The one thing that the lights show: first that the microphone is muted, then what the device does, then that it has no server."""
    if state["muted"]:
        return "muted"
    if state["activity"] == "idle" and not state["linked"] and state["states"]["connection"] != ConnectionState.DISCONNECTED:
        return "not linked"  # it is wanted: with connection: per_session it is not, outside of sessions
    return str(state["activity"])


def _errors() -> tuple[type[Exception], ...]:
    """What is raised when pins cannot be used: by gpiozero, and by the library below it, of which RPi.GPIO raises RuntimeError."""
    from gpiozero.exc import GPIOZeroError

    # Only gpiozero imports such a library: it may make a file in the current folder, and start a thread.
    own = [module.error for name in ("lgpio", "pigpio") if (module := sys.modules.get(name)) is not None]
    return (GPIOZeroError, OSError, ValueError, RuntimeError, *own)


@contextmanager
def _pins_in_use() -> Iterator[None]:
    """Raises ConfigError if pins cannot be used, or not any more."""
    try:
        yield
    except _errors() as error:
        raise ConfigError(UNUSABLE.format(error)) from None


class Panel:
    """What is wired to the pins. `send` is called with each command, from a thread of gpiozero. Its methods raise ConfigError."""

    def __init__(self, pins: GpioSettings, send: Callable[[str], None], hold: float = HOLD) -> None:
        """Take the pins. Raises ConfigError."""
        try:
            import gpiozero  # noqa: F401 - whether it is there
        except ImportError:
            raise ConfigError(NOT_INSTALLED) from None
        if (None in (pins.red, pins.green, pins.blue)) and (pins.red, pins.green, pins.blue) != (None, None, None):
            raise ConfigError("a light of three colours needs all of gpio.red, gpio.green and gpio.blue")
        self._send = send
        self._held = False
        self.button: Button | None = None
        self.switch: Button | None = None
        self.led: LED | None = None
        self.rgb: RGBLED | None = None
        try:
            with _pins_in_use():
                self._take(pins, hold)
        except ConfigError:
            self.close()
            raise
        if (self.button, self.switch, self.led, self.rgb) == (None, None, None, None):
            raise ConfigError(NOTHING)

    def _take(self, pins: GpioSettings, hold: float) -> None:
        """Take the pins, one after the other."""
        from gpiozero import LED, RGBLED, Button

        if pins.button is not None:
            self.button = Button(pins.button, bounce_time=BOUNCE, hold_time=hold)
            self.button.when_held, self.button.when_released = self._hold, self._release
        if pins.mute_switch is not None:
            self.switch = Button(pins.mute_switch, bounce_time=BOUNCE)
            self.switch.when_pressed, self.switch.when_released = lambda: self._send("mute"), lambda: self._send("unmute")
        self.led = LED(pins.led) if pins.led is not None else None
        self.rgb = RGBLED(pins.red, pins.green, pins.blue, pwm=False) if pins.red is not None else None

    def _hold(self) -> None:
        self._held = True
        self._send("toggle")

    def _release(self) -> None:
        held, self._held = self._held, False
        if not held:
            self._send("button")

    @property
    def wants_mute(self) -> bool:
        """Whether the switch says that the microphone is muted."""
        with _pins_in_use():
            return self.switch is not None and self.switch.is_pressed

    def show(self, what: str) -> None:
        """Light up for a word of LIGHTS, or any other word: tars-pi does not run."""
        with _pins_in_use():
            self._light_up(what)

    def _light_up(self, what: str) -> None:
        light = LIGHTS.get(what, GONE)
        if self.rgb is not None:
            if light.off:
                self.rgb.blink(light.on, light.off, on_color=light.colour)
            else:
                self.rgb.color = light.colour
        if self.led is not None:
            single = MUTED_LED if what == "muted" else light
            if single.off:
                self.led.blink(single.on, single.off)
            elif any(single.colour):
                self.led.on()
            else:
                self.led.off()

    def close(self) -> None:
        """Let go of the pins: all lights are out. What fails is a line in the log."""
        for device in (self.button, self.switch, self.led, self.rgb):
            try:
                with _pins_in_use():
                    if device is not None:
                        device.close()
            except ConfigError as error:
                log.warning(str(error))


class Desk:
    """Joins a panel with the tars-pi at this socket, whenever it runs."""

    def __init__(self, path: Path, pins: GpioSettings, hold: float = HOLD) -> None:
        """Raises ConfigError if the pins cannot be used."""
        self._path = path
        self._client: ControlClient | None = None
        self.panel = Panel(pins, self._send, hold)

    def _send(self, command: str) -> None:
        """A press that comes while tars-pi does not run is lost, with a line in the log."""
        client = self._client
        if client is None:
            log.warning("the command is lost: tars-pi does not run", command=command)
            return
        try:
            client.send(command)
        except NotRunningError as error:
            log.warning("the command is lost", command=command, reason=error)

    def serve(self) -> None:
        """Show what tars-pi does until it stops: then NotRunningError is raised."""
        with ControlClient(self._path) as client:
            self._client = client
            log.info("joined", device=client.state["device"])
            try:
                self._follow(client)
            finally:
                self._client = None
                self.panel.show("gone")

    def _follow(self, client: ControlClient) -> None:
        if self.panel.wants_mute and not client.state["muted"]:
            client.send("mute")
        what = shown(client.state)
        self.panel.show(what)
        for event in client.events():
            if event["event"] == "error":
                log.warning("tars-pi has refused a command", reason=event["reason"])
            if event.get("muted") is False and self.panel.wants_mute:
                client.send("mute")  # the switch has the last word
            if (now := shown(client.state)) != what:
                what = now
                self.panel.show(what)


def run(config: DeviceConfig) -> None:
    """Join the pins with tars-pi until SIGINT, SIGTERM, or the end of the terminal: then all lights are out.

    Raises ConfigError if the pins or the settings cannot be used.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` has SIGHUP
            signal.signal(number, lambda *_: sys.exit(0))
    desk = Desk(socket_path(config), config.gpio)
    never = threading.Event()
    waits = False
    with closing(desk.panel):
        desk.panel.show("gone")
        while True:
            try:
                desk.serve()
            except GoneError as error:
                waits = False
                log.info(str(error))
            except NotRunningError as error:
                if not waits:
                    log.warning(str(error))
                waits = True
            never.wait(RETRY)
