"""How a program begins and ends: signals, then its settings, then its imports, and the end of the process."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

from tars.runtime.command import COMPLAINING, complain, run_command

COMMANDS = (
    *("doctor", "tune", "fetch-models", "pair", "devices", "say", "ask", "key", "ca", "forget", "install-service", "completion"),
    *("status", "watch", "mute", "unmute", "volume", "gpio"),
)
"""All commands but `run`. They end when their terminal is closed. A program that runs decides itself what SIGHUP means."""


def start(program: str) -> NoReturn:
    """Run `tars.device` or `tars.server`: load its settings, then call `command` of its module `main` with them.

    The module `main` takes half a second to import on a fast machine, several on a Raspberry Pi Zero. Help and mistakes in the settings do
    not wait for it. Until the program has something to save, a signal ends it at once.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own way is a traceback
    runs = not [word for word in sys.argv[1:] if word in COMMANDS]
    if runs and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as `nohup` has it
        signal.signal(signal.SIGHUP, lambda *_: None)
    try:
        run_command(lambda: _run(program))
    except SystemExit as end:
        _leave(end)
    except Exception:  # noqa: BLE001 - a fault of ours; it too waits for no thread
        import traceback

        complain(traceback.format_exc())
        _leave(SystemExit(1))


def _run(program: str) -> int:
    """The exit status. Raises TarsError, and SystemExit after `--help` and the like."""
    words, config = import_module(f"{program}.settings").load(sys.argv[1:], os.environ)
    main = import_module(f"{program}.main")
    from tars.runtime import log

    try:
        return int(main.command(words, config))
    finally:
        log.end()  # before anything else is written to standard error


def _leave(end: SystemExit) -> NoReturn:
    """End the process. Everything is closed, so signals are ignored. A thread that still works, such as a lookup, is left behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    left = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    # What nobody reads still waits to be written: Python's own end would wait with it.
    unread = {thread.name for thread in left} & {"log", COMPLAINING}
    if not unread and all(thread.daemon for thread in left):
        raise end
    if COMPLAINING not in unread:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
    os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))
