"""What libraries in C write on their standard error: nobody reads it, and a thread that writes without end is made to stand still."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

UNBUFFERED = 2
"""`_IONBF` in C."""


@cache
def _c() -> ctypes.CDLL:
    library = ctypes.CDLL(None)
    library.fdopen.restype = ctypes.c_void_p
    return library


def _stderr() -> ctypes.c_void_p:
    """The variable `stderr` of C."""
    return ctypes.c_void_p.in_dll(_c(), "stderr")


def _file(descriptor: int) -> int:
    """A FILE of C that writes there at once."""
    made: int = _c().fdopen(descriptor, b"w")
    _c().setvbuf(ctypes.c_void_p(made), None, UNBUFFERED, 0)
    return made


@cache
def _nothing() -> int:
    return _file(os.open(os.devnull, os.O_WRONLY))


@cache
def _full() -> int:
    """A pipe that is full and that nobody reads."""
    _reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, bytes(4096))
    except BlockingIOError:
        os.set_blocking(writer, True)
    return _file(writer)


class _Where:
    """Where the variable leads. It may be asked for in several threads, and halted several times at a time."""

    def __init__(self) -> None:
        self._changing = Lock()
        self._usual: int | None = None
        self._halting = 0

    def hush(self) -> None:
        with self._changing:
            self._usual = _nothing()
            if not self._halting:
                _stderr().value = self._usual

    def halt(self) -> None:
        with self._changing:
            if not self._halting:
                self._usual = _stderr().value
            self._halting += 1
            _stderr().value = _full()

    def go_on(self) -> None:
        with self._changing:
            self._halting -= 1
            if not self._halting:
                _stderr().value = self._usual


_where = _Where()


def hush() -> None:
    """From now on it leads nowhere. Descriptor 2, and with it Python's own, stays as it is."""
    _where.hush()


@contextmanager
def halting() -> Iterator[None]:
    """Every thread that writes there meanwhile stands still for good, and costs nothing."""
    _where.halt()
    try:
        yield
    finally:
        _where.go_on()
