"""The commands `tars-pi` and `tars-server`: the first moments of a process, before its imports, and the last ones."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

from tars.runtime.command import run_command

COMMANDS = ("doctor", "tune", "fetch-models", "key")
"""What ends with the terminal that it was started on. A program that runs decides itself what SIGHUP means."""


def start(program: str) -> NoReturn:
    """Run the `command` of the module of that name.

    Importing it takes half a second. Until it has something to save, a signal ends it at once.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own way is a traceback
    runs = not [word for word in sys.argv[1:] if word in COMMANDS]
    if runs and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as `nohup` has it
        signal.signal(signal.SIGHUP, lambda *_: None)
    try:
        run_command(lambda: int(import_module(program).command()))
    except SystemExit as end:
        _leave(end)
    except Exception:  # noqa: BLE001 - a fault of ours; it too waits for no thread
        traceback.print_exc()
        _leave(SystemExit(1))


def _leave(end: SystemExit) -> NoReturn:
    """End the process. Everything is closed, so signals change nothing now; a thread that still works, such as a lookup, is left behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if not [thread for thread in threading.enumerate() if thread is not threading.main_thread() and not thread.daemon]:
        raise end
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))
