"""The program `tars-pi`: read the configuration, build the parts, run them, stop them."""

from __future__ import annotations

import asyncio
import encodings.idna  # noqa: F401 - the first name lookup would import it while the microphone is open, see tests/e2e/test_imports.py
import os
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial

from tars.device.audio import Microphone, Speaker
from tars.device.audio.devices import open_both, open_microphone
from tars.device.control.control import Control
from tars.device.keyboard import listen_for_enter
from tars.device.runner import DeviceRunner
from tars.device.settings import DeviceConfig, load
from tars.device.status_reports import StatusReports
from tars.device.trust import encryption_of
from tars.device.wake.detector import open_wake_words
from tars.errors import ConfigError
from tars.generated.device import events
from tars.runtime import clock
from tars.runtime.command import say
from tars.runtime.keeping import growing, keep
from tars.runtime.log import log
from tars.runtime.log import setup as setup_log
from tars.runtime.loop import run_loop
from tars.runtime.network import listen_for_network
from tars.runtime.notify import Notifier
from tars.runtime.signals import Deadline, signals

HOUR = 3600.0
"""Seconds from one report on the sound to the next."""


async def run(config: DeviceConfig, load_again: Callable[[], DeviceConfig]) -> None:
    """Run the device until SIGINT, SIGTERM, or the end of a recording. Raises ConfigError if a part cannot be opened or fails.

    `load_again` reads the settings after SIGHUP.
    """
    encryption_of(config)  # a mistake in it ends the program now, not at the first connection
    microphone, speaker = open_both(
        config.microphone, config.microphone_channel, config.speaker, config.echo_cancellation, config.interruption
    )
    wake_word = open_wake_words(config.wake_word)
    deadline = Deadline()
    service = Notifier()
    device_runner: DeviceRunner | None = None

    def stop() -> None:
        service.stopping()
        deadline.begin()
        if device_runner is not None:
            device_runner.stop()

    def reopen() -> None:
        if device_runner is not None:
            device_runner.trace.reopen()
            tasks.create_task(device_runner.read_key(load_again))

    with closing(service), signals(stop, reopen):
        async with asyncio.TaskGroup() as tasks:
            device_runner = DeviceRunner(config, microphone, speaker, wake_word, tasks, deadline)
            control = Control(config, device_runner, tasks)
            await control.open()
            listeners = [listen_for_enter(sys.stdin, device_runner.post), listen_for_network(partial(device_runner.post, events.Redial()))]
            words = str(config.wake_word)
            log.info("starting", device=config.device, server=config.server, microphone=config.microphone, wake_word=words)
            kept = [*growing("traces", config.trace), *growing("logs", config.log_file)]
            keeping = [
                tasks.create_task(keep(kept, days=config.keep_days, megabytes=config.keep_megabytes)),
                tasks.create_task(report_hourly(microphone, speaker)),
                tasks.create_task(StatusReports(device_runner).keep()),
            ]
            try:
                await device_runner.live(service.ready)
            finally:
                for task in keeping:
                    task.cancel()
                control.close()
                for stop_listening in listeners:
                    stop_listening()
                log.info("sound", **microphone.counts, **speaker.counts)
    deadline.cancel()
    if device_runner.failure:
        raise ConfigError(device_runner.failure)
    log.info("stopped")


async def report_hourly(microphone: Microphone, speaker: Speaker) -> None:
    """Log what was counted of the sound, each hour."""
    while True:
        await clock.sleep_until(clock.now() + HOUR)
        log.info("sound", **microphone.counts, **speaker.counts)


def doctor(config: DeviceConfig) -> int:
    """Check sound, wake word and server, and print the remedies; the exit status."""
    from tars.device.audio.doctor import check as check_sound
    from tars.device.doctor import check as check_server
    from tars.device.wake.doctor import check as check_wake_word
    from tars.runtime.doctor import report

    sound = check_sound(config.microphone, config.speaker, config.microphone_channel, config.echo_cancellation, config.interruption)
    return report([*sound, *check_wake_word(config.wake_word), *check_server(config)])


def command(words: str, config: DeviceConfig) -> int:
    """Carry out one command; the exit status. Raises TarsError."""
    setup_log(config.log, "device", config.log_file)
    if words == "doctor":
        return doctor(config)
    if words.partition(" ")[0] == "install-service":
        from tars.device.service import make_unit
        from tars.runtime.service import install

        install(make_unit(config, sys.argv[1:], os.environ), say, yes=words.endswith(" --yes"))
    elif words.partition(" ")[0] == "pair":
        from tars.device.pairing import ask_digits, pair

        run_loop(pair(config, words.partition(" ")[2] or ask_digits(say), say))
    elif words == "fetch-models":
        from tars.device.wake.models import fetch

        fetch(log.info)
    elif words == "tune":
        from tars.device.wake.tune import tune

        run_loop(tune(open_microphone(config.microphone, config.microphone_channel), config.wake_word, sys.stdout))
    elif words.partition(" ")[0] in ("status", "watch", "mute", "unmute", "volume"):
        from tars.device.control.terminal import carry_out

        carry_out(words, config)
    elif words == "gpio":
        from tars.device.gpio import run as run_gpio

        run_gpio(config)
    else:
        run_loop(run(config, lambda: load(sys.argv[1:], os.environ)[1]))
    return 0
