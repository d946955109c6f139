"""How a command ends: with a sentence and a status. What the user can correct is never a traceback."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NoReturn

from tars.errors import ConfigError, TarsError

COMPLAINT_LIMIT = 0.3
"""Seconds that the end of a program may wait for its last words to be written."""
COMPLAINING = "complaint"
"""The name of the thread that writes them. If it is left, nobody reads standard error."""


def run_command(action: Callable[[], int]) -> NoReturn:
    """Exit with the status that `action` returns; with 1 and a sentence for each TarsError that it raises."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - standard error was closed when the program was started; it stays open to the end
    try:
        status = action()
    except TarsError as error:
        status = tell([error])
    except BaseExceptionGroup as group:
        ours, foreign = group.split(TarsError)
        if ours is None or foreign is not None:
            raise
        status = tell(leaves(ours))
    sys.exit(status)


def say(text: str) -> None:
    """Print a line on standard output, at once. Raises ConfigError if nobody can read it: a full disk, a pipe that was closed."""
    try:
        if sys.stdout is not None:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer would fail once more when the process ends.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - it stays open to the end
        raise ConfigError(f"standard output cannot be written ({error.strerror})") from None


def tell(errors: Iterator[BaseException] | list[TarsError]) -> int:
    """Print each error's text; the exit status."""
    complain("".join(f"{error}\n" for error in errors))
    return 1


def complain(text: str) -> None:
    """Write to standard error, for COMPLAINT_LIMIT at most: perhaps nobody reads it."""
    writing = threading.Thread(target=_write, args=(text,), name=COMPLAINING, daemon=True)
    writing.start()
    writing.join(COMPLAINT_LIMIT)


def _write(text: str) -> None:
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def leaves(group: BaseExceptionGroup[Any]) -> Iterator[BaseException]:
    """The errors in a group and in the groups inside it."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from leaves(error)
        else:
            yield error
