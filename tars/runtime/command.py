"""How a command ends: with a sentence and a status, never with a traceback for what the user can mend."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

from tars.errors import ConfigError, TarsError


def run_command(action: Callable[[], int]) -> NoReturn:
    """Exit with the status that `action` returns; with 1 and a sentence for each TarsError that it raises."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - it was closed by whoever started us; it stays open as long as we run
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


class _Threads(ThreadPoolExecutor):
    """The loop's threads. The end of the loop waits for none of them."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work."""
        super().shutdown(wait=False, cancel_futures=True)


def run_loop(main: Coroutine[Any, Any, None]) -> None:
    """`asyncio.run`, which does not wait for threads at its end."""

    async def run() -> None:
        asyncio.get_running_loop().set_default_executor(_Threads(thread_name_prefix="work"))
        await main

    asyncio.run(run())


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
