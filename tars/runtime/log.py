"""The log: a few words and named values, `log.info("linked", server=url)`, on standard error or in a file.

As text a line for people: `22:41:03.120 device INFO  linked  server=ws://tars:7456 attempt=2`. As json one object a line: time (ISO 8601,
UTC), node, level, message, fields, and traceback if there is one.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any, Literal, TextIO

from tars.errors import ConfigError

LEVELS = {"DEBUG": ("DEBUG", "2"), "INFO": ("INFO", "0"), "WARNING": ("WARN", "33"), "ERROR": ("ERROR", "31"), "CRITICAL": ("FATAL", "31")}
"""Level -> its word in a line of text, and its colour on a terminal: faint, none, yellow, red."""


class Log:
    """Writes lines. If a field called `error` holds an exception, its traceback is written too."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, text: str, /, **values: object) -> None:
        """For those who look for a fault."""
        self._write(logging.DEBUG, text, values)

    def info(self, text: str, /, **values: object) -> None:
        """Something happened as intended."""
        self._write(logging.INFO, text, values)

    def warning(self, text: str, /, **values: object) -> None:
        """Something that somebody should look at, but not at once."""
        self._write(logging.WARNING, text, values)

    def error(self, text: str, /, **values: object) -> None:
        """Something does not work."""
        self._write(logging.ERROR, text, values)

    def _write(self, level: int, text: str, values: dict[str, object]) -> None:
        error = values.get("error")
        self._logger.log(level, "%s", text, extra={"values": values}, exc_info=error if isinstance(error, BaseException) else None)


log = Log("tars")


def setup(kind: Literal["text", "json"], node: str, file: Path | None = None) -> None:
    """Send the log to this file, or to standard error: our lines from INFO on, those of packages from WARNING on.

    Raises ConfigError if the file cannot be opened.
    """
    try:
        handler = _Handler(sys.stderr) if file is None else _FileHandler(file, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write the log to {file}: {error.strerror}; choose another log_file") from None
    handler.setFormatter(JsonLines(node) if kind == "json" else TextLines(node, colours=file is None and wants_colours(sys.stderr)))
    root = logging.getLogger()
    for older in [older for older in root.handlers if isinstance(older, _Handler | _FileHandler)]:
        root.removeHandler(older)
        older.close()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("tars").setLevel(logging.INFO)


class _Handler(logging.StreamHandler[TextIO]):
    """A type of our own, by which `setup` recognises its handler."""


class _FileHandler(WatchedFileHandler):
    """A file. It is opened again when it was renamed or deleted. Lines that a full disk does not take are lost."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line. If the file cannot be opened again, that is tried at the next line."""
        try:
            super().emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in `logging`
        """Carry on without the line."""


def wants_colours(stream: TextIO) -> bool:
    """Whether this is a terminal whose user does not mind colours (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class TextLines(logging.Formatter):
    """Local time, node, level, text, `name=value`; a traceback below."""

    def __init__(self, node: str, *, colours: bool) -> None:
        super().__init__()
        self._node = node
        self._colours = colours

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback below where there is one."""
        time = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S.%f")[:-3]
        word, colour = LEVELS.get(record.levelname, (record.levelname, "0"))
        level = f"\x1b[{colour}m{word:<5}\x1b[0m" if self._colours else f"{word:<5}"
        line = f"{time} {self._node} {level} {record.getMessage()}"
        if values := pairs(_values(record)):
            line += f"  {values}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, node: str) -> None:
        super().__init__()
        self._node = node

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, object] = {
            "time": iso(record.created),
            "node": self._node,
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            "fields": _values(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json_line(line)


def _values(record: logging.LogRecord) -> Mapping[str, object]:
    values: Mapping[str, object] = getattr(record, "values", {})
    return values


# --- values as text, for the log and the trace -----------------------------------------------------------------------------------


def iso(moment: float) -> str:
    """Seconds since the epoch as ISO 8601 in UTC with microseconds."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds")


def say(value: object) -> str:
    """Any value as text; an exception with its kind."""
    try:
        return f"{type(value).__name__}: {value}" if isinstance(value, BaseException) else str(value)
    except Exception:  # noqa: BLE001 - a log must survive whatever a foreign object's __str__ does
        return f"<{type(value).__name__}>"


def pairs(values: Mapping[str, Any]) -> str:
    """`name=value` for each. Text with spaces, quotes or `=` is quoted, and control characters are escaped."""
    return " ".join(f"{name}={_word(value)}" for name, value in values.items())


def _word(value: object) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else say(value)
    plain = text.isprintable()
    return text if plain and text and not set(text) & set(' "=') else json.dumps(text, ensure_ascii=not plain)


def json_line(values: Mapping[str, object]) -> str:
    """One JSON object on one line. Values that JSON cannot hold become text."""
    try:
        return _json(values)
    except (TypeError, ValueError, RecursionError):
        return _json({name: _plain(value) for name, value in values.items()})


def _plain(value: object) -> object:
    """The value, or its text if JSON cannot hold it: a key of another type, a number that is not finite, a value that holds itself."""
    try:
        _json(value)
    except (TypeError, ValueError, RecursionError):
        return say(value)
    return value


def _json(value: object) -> str:
    # ASCII only: every terminal and every encoding can show it.
    return json.dumps(value, default=say, allow_nan=False)
