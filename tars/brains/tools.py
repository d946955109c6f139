"""Tools: functions that a language model may call. A plain function with types and a docstring is one; see docs/brains.md."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

from tars.errors import ConfigError
from tars.runtime import clock

if TYPE_CHECKING:
    from tars.brains.reply.timers import Timers

GROUP = "tars.tools"
"""The group of entry points in which other packages offer tools."""

LONGEST_TIMER = 24 * 3600
"""Seconds."""

Function = Callable[..., Any]


@dataclass(frozen=True)
class ToolContext:
    """For whom a tool is called. A tool gets it if its first parameter is annotated with this class; the model does not see it."""

    device: str
    """The name of the device that was spoken to."""
    key: str
    """SESSION/AT/TOOL/NUMBER. It is the same when the utterance is answered again after a crash: a tool that acts on something outside
    passes it on, or looks it up, so that it acts once."""
    timers: Timers
    """The timers of the device."""
    ring: Callable[[str], None]
    """`ring(label)` makes the device ring."""


def current_time() -> str:
    """Tell the date and the time of day, here and now."""
    now = clock.local_time()
    return f"{now:%A}, {now.day} {now:%B %Y}, {now:%H:%M}"


async def set_timer(context: ToolContext, seconds: int, label: str = "") -> str:
    """Start a timer. It makes the device ring.

    Args:
        context: The device.
        seconds: How long it runs, 1 to 86400.
        label: What it is for, such as "pasta".

    """
    if not 1 <= seconds <= LONGEST_TIMER:
        return f"a timer runs for 1 to {LONGEST_TIMER} seconds"
    timer = context.timers.set(label or f"{seconds} second", seconds, context.ring)
    return f"the {timer.name} runs for {seconds} seconds"


BUILT_IN: Sequence[Function] = (current_time, set_timer)


def find_tools() -> dict[str, Function]:
    """Every tool by its name: those built in, and those of other packages. Raises ConfigError, naming the package, for what is none."""
    found = {function.__name__: function for function in BUILT_IN}
    for entry in entry_points(group=GROUP):
        function = _load(entry)
        if found.setdefault(entry.name, function) is not function:
            raise ConfigError(f"{_named(entry)}: there is another tool of this name; uninstall one of the two packages")
    return found


def _load(entry: EntryPoint) -> Function:
    try:
        function: Function = entry.load()
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{_named(entry)} cannot be loaded ({error}): repair or uninstall the package") from error
    if not inspect.isfunction(function):
        raise ConfigError(f"{_named(entry)} must be a function, not {type(function).__name__}")
    if not inspect.getdoc(function):
        raise ConfigError(f"{_named(entry)} needs a docstring: the model reads there what the tool does")
    try:
        inspect.signature(function, eval_str=True)
    except NameError as error:
        raise ConfigError(f"{_named(entry)} has a parameter whose type is not known: {error}") from error
    return function


def _named(entry: EntryPoint) -> str:
    return f"tool {entry.name!r} of the package {entry.dist.name if entry.dist else 'unknown'!r} ({entry.value})"


def wants_context(function: Function) -> bool:
    """Whether the first parameter of the function is a ToolContext."""
    first = next(iter(inspect.signature(function, eval_str=True).parameters.values()), None)
    return first is not None and first.annotation is ToolContext
