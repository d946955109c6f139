"""How kinds of values are read from text, whether a file, a variable or an option holds it.

A reader raises ValueError with what must be the case; the name of the setting goes before it: "port must be ...".
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from tars.errors import ConfigError
from tars.generated.limits import Limits

LONGEST_SENTENCE = 1000
"""Characters that a device is given to say at a time."""
LONGEST_SPAN = 365 * 86400.0
"""Seconds that a span of time may have."""


def one_of(*words: str) -> Callable[[str], str]:
    """Reads one of these words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be {' or '.join(filter(None, [', '.join(words[:-1]), words[-1]]))}, not {text!r}")
        return text

    return read


def read_number(text: str) -> float:
    """A finite number."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"must be a number, not {text!r}")
    return number


def read_whole(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"must be a whole number, not {text!r}") from None


def at_least(least: int) -> Callable[[str], int]:
    """Reads a whole number from `least` on."""

    def read(text: str) -> int:
        number = read_whole(text)
        if number < least:
            raise ValueError(f"must be {least} or more, not {text!r}")
        return number

    return read


def read_percent(text: str) -> int:
    """A part of a whole."""
    number = read_whole(text)
    if not 0 <= number <= 100:
        raise ValueError(f"must be 0 to 100, not {text!r}")
    return number


def read_seconds(text: str) -> float:
    """A span of time."""
    seconds = read_number(text)
    if seconds <= 0:
        raise ValueError(f"must be more than 0 seconds, not {text!r}")
    return seconds


def read_span(text: str) -> float:
    """A span of time: seconds, or a number with s, m, h or d."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    unit = units.get(text[-1:], 0)
    try:
        seconds = read_seconds(text[:-1]) * unit if unit else read_seconds(text)
    except ValueError:
        raise ValueError(f"must be a number of seconds, or one with s, m, h or d, such as 30m, not {text!r}") from None
    if seconds > LONGEST_SPAN:
        raise ValueError(f"must be 365d at most, not {text!r}")
    return seconds


def read_ladder(text: str) -> tuple[float, ...]:
    """The backoff ladder, in seconds. Its length is fixed: the machine's `attempt` is an index of it."""
    steps = tuple(read_seconds(step.strip()) for step in text.split(","))
    if len(steps) != len(Limits.backoff):
        raise ValueError(f"must be {len(Limits.backoff)} numbers of seconds, separated by commas, not {text!r}")
    return steps


def read_name(text: str) -> str:
    """A device's name: part of file names and log lines."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text):
        raise ValueError(f"must be 1 to 64 letters, digits, - and _, not {text!r}")
    return text


def read_digits(text: str) -> str:
    """The digits of a pairing."""
    if not re.fullmatch(r"[0-9]{6}", text):
        raise ValueError(f"must be the six digits that `tars-server pair` shows, such as 492817, not {text!r}")
    return text


def read_sentence(text: str) -> str:
    """What a device is to say."""
    if not text.strip() or len(text) > LONGEST_SENTENCE:
        raise ValueError(f"must be 1 to {LONGEST_SENTENCE} characters, not {len(text.strip())}")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("must be a text of Unicode") from None
    return text


def read_day(text: str) -> date:
    """A day."""
    try:
        return date.fromisoformat(text if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else "")
    except ValueError:
        raise ValueError(f"must be a day such as 2026-11-30, not {text!r}") from None


def read_text(text: str) -> str:
    """Any text."""
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def read_lines(text: str) -> tuple[str, ...]:
    """Any number of texts, each on a line of its own. A file gives them as a list."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def read_path(text: str) -> Path | None:
    """A path, from the working directory; `~` is the home directory, no text is no path."""
    try:
        return Path(text).expanduser() if text else None
    except RuntimeError:
        raise ValueError(f"must be a path; there is no such home directory: {text!r}") from None


def read_folder(text: str) -> Path:
    """A folder's path."""
    path = read_path(read_text(text))
    assert path is not None
    return path


def own_state() -> Path:
    """The folder for what must outlast the program: the one that systemd gives it, or one of its user. Raises ConfigError."""
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    try:
        return Path(given) if given else Path("~/.local/state/tars").expanduser()
    except RuntimeError:
        raise ConfigError("this user has no home directory to keep state in: name a folder with --state, or set HOME") from None


Text = Annotated[str, read_text]
Folder = Annotated[Path, read_folder]
OptionalPath = Annotated[Path | None, read_path]
Log = Annotated[Literal["text", "json"], one_of("text", "json")]
