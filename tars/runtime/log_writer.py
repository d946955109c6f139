"""Writes the log in a thread of its own, so that the event loop never waits for a disk, a pipe or a terminal.

What waits is bounded, and so is how often the same message is written. Lines beyond that are dropped and counted; one line says how many
once it can be written.
"""

from __future__ import annotations

import logging
import os
import select
from collections import Counter
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, RLock, Thread
from typing import Protocol, TextIO

from tars.runtime import clock
from tars.runtime.growing_file import GrowingFile

WAITING_LINES, WAITING_BYTES = 1_000, 512 * 1024
"""So much may wait to be written. It is what is kept in memory while nobody reads the log."""
RATE, BURST = 20.0, 100
"""Lines of the same message a second, and how many may come at once. The devices of a server that starts again come at once."""
MESSAGES = 256
"""Messages that are counted one by one. Further ones share one rate."""
TELL_EVERY = 1.0
"""Seconds between two lines that say how many lines of a message were dropped."""
END_LIMIT = 0.3
"""Seconds that the end of the program may wait for the log."""

TOO_MANY = f"more than {RATE:g} a second"
TOO_SLOW = "nobody reads the log fast enough"
UNWRITTEN = "the log could not be written"
ALL, OTHERS = "(all)", "(others)"


class Target(Protocol):
    """Where the log goes."""

    def write(self, data: bytes) -> int:
        """Write all of it, for as long as that takes; the bytes that were written, fewer after an error. Raises OSError or ValueError."""

    def close(self) -> None:
        """Nothing more is written."""


class StreamTarget:
    """Standard error. It is written past its buffer: at the end of the process, Python waits for a buffer that a thread is writing."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._descriptor: int | None = None
        with suppress(OSError, AttributeError):  # a stream of a test
            self._descriptor = stream.fileno()

    def write(self, data: bytes) -> int:
        """Write all of it."""
        if self._descriptor is not None:
            return write_all(self._descriptor, data)
        self._stream.write(data.decode())
        return len(data)

    def close(self) -> None:
        """Standard error stays open."""


class FileTarget:
    """A file. It is opened again when it was renamed or deleted, so that whoever rotates it need tell nobody."""

    def __init__(self, path: Path) -> None:
        """Raises OSError if the file cannot be opened."""
        self._file = GrowingFile(path, _opened)

    def write(self, data: bytes) -> int:
        """Write all of it."""
        return write_all(self._file.descriptor, data)

    def close(self) -> None:
        """Nothing more is written."""
        self._file.close()


def _opened(path: Path) -> int:
    """A descriptor of a log file, to append to it. Raises OSError."""
    # A pipe is opened only if somebody reads it: else opening would wait for a reader.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
    descriptor = os.open(path, flags, 0o600)
    os.set_blocking(descriptor, True)
    return descriptor


def write_all(descriptor: int, data: bytes) -> int:
    """Write all bytes, also where the other end of a pipe has made it non-blocking; the bytes written, fewer after an error."""
    written = 0
    with suppress(OSError):
        while written < len(data):
            try:
                written += os.write(descriptor, data[written:])
            except BlockingIOError:
                waiting = select.poll()
                waiting.register(descriptor, select.POLLOUT)
                waiting.poll()
    return written


class Rates:
    """How often each message may still be written."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, float]] = {}
        """Message -> lines that may come at once, and when that was so."""

    def allow(self, message: str, now: float) -> bool:
        """Whether one more line of this message may be written now."""
        if message not in self._left and len(self._left) >= MESSAGES:
            rested = now - BURST / RATE
            self._left = {name: left for name, left in self._left.items() if left[1] > rested}
            message = message if len(self._left) < MESSAGES else OTHERS
        left, since = self._left.get(message, (float(BURST), now))
        left = min(left + (now - since) * RATE, float(BURST))
        self._left[message] = max(left - 1, left % 1), now
        return left >= 1


class LogHandler(logging.Handler):
    """Formats a record at once and has it written later, in order. It never waits, and raises nothing."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._target = target
        self._rates = Rates()
        # It can be filled by a thread that is filling it already: a destructor may log.
        self._queue = SimpleQueue[bytes | Event | None]()
        # Each of these has one writer: whoever holds the handler's lock, and the thread.
        self._lines_in = self._bytes_in = self._lines_out = self._bytes_out = 0
        self._counting = RLock()
        self._dropped = Counter[tuple[str, str]]()
        """(message, why) -> lines that were dropped since that was last said. Changed under `_counting`."""
        self._torn = False
        """The last line was written in part only."""
        self._ended = False
        self._thread = Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record, or drop and count it."""
        message = str(record.msg)[:100]
        if self._ended:
            return
        if not self._rates.allow(message, clock.now()):
            self._drop(message, TOO_MANY)
        elif self._lines_in - self._lines_out >= WAITING_LINES or self._bytes_in - self._bytes_out >= WAITING_BYTES:
            self._drop(message, TOO_SLOW)
        else:
            data = self._encoded(record)
            self._lines_in += 1
            self._bytes_in += len(data)
            self._queue.put(data)

    def flush(self, limit: float = END_LIMIT) -> None:
        """Wait until all that is queued now is written, but not longer than that."""
        if not self._ended:
            written = Event()
            self._queue.put(written)
            written.wait(limit)

    def close(self) -> None:
        """Write what is queued, within END_LIMIT. Further records are ignored."""
        self.end()

    def end(self, limit: float = END_LIMIT) -> bool:
        """Write what is queued, within that many seconds; whether it was written."""
        if not self._ended:
            self._ended = True
            self._queue.put(None)
            super().close()
        self._thread.join(limit)
        return not self._thread.is_alive()

    def _encoded(self, record: logging.LogRecord) -> bytes:
        return self.format(record).encode(errors="backslashreplace") + b"\n"

    def _drop(self, message: str, why: str, lines: int = 1) -> None:
        with self._counting:
            # The first one wakes the thread, which says a little later how many there were.
            if not self._dropped:
                self._queue.put(b"")
            self._dropped[message if len(self._dropped) < MESSAGES else OTHERS, why] += lines

    # --- in the thread -------------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        told = clock.now()
        while (item := self._next()) is not None:
            if isinstance(item, Event):
                item.set()
            elif item:
                if not self._write(item):
                    self._drop(ALL, UNWRITTEN)
                self._lines_out += 1
                self._bytes_out += len(item)
            if self._dropped and clock.now() - told >= TELL_EVERY:
                told = clock.now()
                self._tell()
        self._tell()
        self._target.close()

    def _next(self) -> bytes | Event | None:
        """What is next in the queue; nothing while it is empty and dropped lines are to be told."""
        try:
            return self._queue.get(timeout=TELL_EVERY if self._dropped else None)
        except Empty:
            return b""

    def _tell(self) -> None:
        """Say what was dropped. What cannot be said is counted on."""
        with self._counting:
            dropped, self._dropped = self._dropped, Counter()
        for (message, why), lines in dropped.items():
            record = logging.LogRecord("tars", logging.WARNING, "", 0, "log lines dropped", (), None)
            record.values = {"lines": lines, "message": message, "reason": why}
            if not self._write(self._encoded(record)):
                self._drop(message, why, lines)

    def _write(self, data: bytes) -> bool:
        """Write a line, on a line of its own; whether all of it was written."""
        data = b"\n" + data if self._torn else data
        try:
            written = self._target.write(data)
        except (OSError, ValueError):  # ValueError: a stream that was closed
            return False
        self._torn = written < len(data) if written else self._torn
        return written == len(data)
