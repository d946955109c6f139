"""How a command ends: with a sentence and a status, never with a traceback for what the user can mend."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from tars.errors import TarsError


def run_command(action: Callable[[], int]) -> NoReturn:
    """Exit with the status that `action` returns; with 1 and a sentence for each TarsError that it raises."""
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


def tell(errors: Iterator[BaseException] | list[TarsError]) -> int:
    """Print each error's text; the exit status."""
    for error in errors:
        sys.stderr.write(f"{error}\n")
    return 1


def leaves(group: BaseExceptionGroup[Any]) -> Iterator[BaseException]:
    """The errors in a group, whatever its nesting."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from leaves(error)
        else:
            yield error
