"""The trace: one JSON object a line for each event of each machine, written at once, so that another program can follow it live.

| key | meaning |
| --- | --- |
| time | when it was written: ISO 8601, UTC, microseconds; comparable between the programs of one machine, and sorted as text |
| clock | the same moment in seconds on a clock of this machine that never jumps |
| node, device | `device` or `server`, and the device's name |
| machine | whose event it is; null for what no machine took: an outdated event, a mark such as `first_sample_received` |
| event, payload | what happened |
| from, to | the machine's state before and after |
| context | the machine's variables afterwards |
| outcome | `taken`, `ignored`, `forbidden` or `outdated`; null for a mark |
| effects | the actions and emitted events of the row, in order |
| row | the row, or the reason to ignore, in the definitions: `session.yaml:58` |
| session | the voice session it belongs to |
| message | the number of the message that it came with |
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from tars.core.effects import Traced
from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.growing_file import GrowingFile
from tars.runtime.log import iso, json_line, log, pairs


class Trace:
    """The file that `--trace` names; with None, nothing. Lines are appended: after a restart the earlier ones are still there.

    Raises ConfigError when the file cannot be opened. A full disk ends the trace with a warning. It does not end the program.
    A file that is made here only its owner can read. A pipe or a terminal is refused: who does not read it would stop the program.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: GrowingFile | None = None
        self._open()

    def _open(self) -> None:
        if self._path is not None:
            try:
                self._file = GrowingFile(self._path, _opened)
            except OSError as error:
                raise ConfigError(f"cannot write the trace to {self._path}: {error.strerror}; choose another --trace") from None

    def reopen(self) -> None:
        """Open the file again: it was renamed or deleted, or the disk was full and is not any more."""
        self.close()
        try:
            self._open()
        except ConfigError as error:
            log.error("there is no trace from here on", reason=error)

    def write(self, traced: Traced) -> None:
        """Write one line, whole and at once."""
        if self._file is None:
            return
        line = json_line(as_line(traced)).encode() + b"\n"
        try:
            # On the event loop, not in a thread: a line only goes to the system's cache, and the last one before a crash is not lost.
            while line:
                line = line[os.write(self._file.descriptor, line) :]
        except OSError as error:
            log.warning("the trace ends here, it cannot be written any more", file=self._path, reason=error.strerror)
            self.close()

    def close(self) -> None:
        """Nothing is written any more."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _opened(path: Path) -> int:
    """A descriptor of the file, to append to it. Raises OSError, also for what is no file; opening it waits for nobody."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        raise _no_file() if error.errno == errno.ENXIO else error from None  # a pipe that nobody reads, or a socket
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode) or (stat.S_ISCHR(mode) and not os.isatty(descriptor)):  # a device such as /dev/null
        return descriptor
    os.close(descriptor)
    raise _no_file()


def _no_file() -> OSError:
    return OSError(errno.EINVAL, "it is no file, and the program would wait for whoever reads it")


def as_line(traced: Traced) -> dict[str, object]:
    """The object of one line, now."""
    return {
        "time": iso(clock.wall()),
        "clock": round(clock.now(), 6),
        "node": traced.node,
        "device": traced.device,
        "machine": traced.machine,
        "event": traced.event,
        "payload": dict(traced.payload),
        "from": traced.source,
        "to": traced.target,
        "context": dict(traced.context),
        "outcome": traced.outcome,
        "effects": list(traced.effects),
        "row": traced.row,
        "session": traced.session,
        "message": traced.message,
    }


def describe(traced: Traced) -> str:
    """One line for people: machine, states, event, what followed.

    `session      LISTENING -> HOTWORD_DETECTED        hotword (model=hey_jarvis score=0.98)   chime, emit hotword_detected`
    """
    moved = traced.source != traced.target
    states = f"{traced.source} -> {traced.target}" if moved else traced.source or ""
    event = f"{traced.event} ({pairs(traced.payload)})" if traced.payload else traced.event
    result = ", ".join(traced.effects) if traced.outcome in ("taken", None) else f"{traced.outcome} {traced.row or ''}"
    return f"{traced.machine or '':<10}   {states:<34}   {event}   {result}".rstrip()
