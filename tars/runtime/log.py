"""The log: a few words and named values, `log.info("linked", server=url)`, on standard error or in a file.

As text a line for people: `22:41:03.120 device INFO  linked  server=ws://tars:7456 attempt=2`. As json one object a line: time (ISO 8601,
UTC), node, level, message, fields, and traceback if there is one.

Nothing here waits: log_writer.py writes the lines. Values, lines and tracebacks are cut, and control characters are escaped.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TextIO

from tars.errors import ConfigError
from tars.runtime.log_writer import END_LIMIT, FileTarget, LogHandler, StreamTarget

LEVELS = {"DEBUG": ("DEBUG", "2"), "INFO": ("INFO", "0"), "WARNING": ("WARN", "33"), "ERROR": ("ERROR", "31"), "CRITICAL": ("FATAL", "31")}
"""Level -> its word in a line of text, and its colour on a terminal: faint, none, yellow, red."""

VALUE, LINE = 400, 4096
"""A value is cut at so many characters, a line without its traceback at so many bytes."""
TRACEBACK = (4, 24)
"""Of a long traceback, so many lines are written from its beginning and so many from its end; each is cut like a value."""


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
        self._logger.log(level, text, extra={"values": values}, exc_info=error if isinstance(error, BaseException) else None)


log = Log("tars")


def setup(kind: Literal["text", "json"], node: str, file: Path | None = None) -> None:
    """Send the log to this file, or to standard error: our lines from INFO on, those of packages from WARNING on.

    Raises ConfigError if the file cannot be opened.
    """
    try:
        target = StreamTarget(sys.stderr) if file is None else FileTarget(file)
    except OSError as error:
        raise ConfigError(f"cannot write the log to {file}: {error.strerror}; choose another log_file") from None
    end()
    handler = LogHandler(target)
    handler.setFormatter(JsonLines(node) if kind == "json" else TextLines(node, colours=file is None and wants_colours(sys.stderr)))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("tars").setLevel(logging.INFO)


def end(limit: float = END_LIMIT) -> bool:
    """Write what is queued, within that many seconds, and log nothing from here on; whether everything was written."""
    root = logging.getLogger()
    ours = [handler for handler in root.handlers if isinstance(handler, LogHandler)]
    for handler in ours:
        root.removeHandler(handler)
    written = [handler.end(limit) for handler in ours]
    return all(written)


def wants_colours(stream: TextIO) -> bool:
    """Whether this is a terminal whose user does not mind colours (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class TextLines(logging.Formatter):
    """Local time, node, level, text, `name=value`; an indented traceback below."""

    def __init__(self, node: str, *, colours: bool) -> None:
        super().__init__()
        self._node = node
        self._colours = colours

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback below where there is one."""
        time = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S.%f")[:-3]
        word, colour = LEVELS.get(record.levelname, (record.levelname, "0"))
        level = f"\x1b[{colour}m{word:<5}\x1b[0m" if self._colours else f"{word:<5}"
        line = f"{time} {self._node} {level} {escaped(cut(message_of(record)))}"
        if values := pairs(_values(record)):
            line += f"  {values}"
        return "\n  ".join([_cut_line(line), *_traceback(record)])


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, node: str) -> None:
        super().__init__()
        self._node = node

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, object] = {"time": iso(record.created), "node": self._node, "level": record.levelname.lower()}
        message, values = message_of(record), _values(record)
        for limit in (VALUE, VALUE // 20):
            fields = {name: _short(value, limit) for name, value in values.items()}
            written = _json(line | {"message": cut(message, limit), "fields": fields})
            if len(written) <= LINE:
                break
        else:
            written = _json(line | {"message": cut(message, limit), "fields": {"cut": len(values)}})
        return f"{written[:-1]}, {_json({'traceback': chr(10).join(trace)})[1:]}" if (trace := _traceback(record)) else written


def _values(record: logging.LogRecord) -> Mapping[str, object]:
    values: Mapping[str, object] = getattr(record, "values", {})
    return values


def message_of(record: logging.LogRecord) -> str:
    """Its text, with its arguments if they fit."""
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - a log must survive a package whose message and arguments do not fit
        return str(record.msg)


def _traceback(record: logging.LogRecord) -> list[str]:
    """Its lines; none if there is no traceback."""
    if not record.exc_info:
        return []
    lines = [cut(escaped(line)) for line in "".join(traceback.format_exception(*record.exc_info)).rstrip("\n").split("\n")]
    first, last = TRACEBACK
    if (more := len(lines) - first - last) > 0:
        lines[first:-last] = [f"... ({more} lines more)"]
    return lines


def _cut_line(line: str) -> str:
    data = line.encode(errors="backslashreplace")
    return line if len(data) <= LINE else f"{data[: LINE - 40].decode(errors='ignore')}... ({len(data) - LINE + 40} bytes more)"


def _short(value: object, limit: int) -> object:
    """A value for JSON: as it is, or as cut text if it is long."""
    if isinstance(value, int | float | None):
        return _plain(value)
    if isinstance(value, dict | list | tuple) and len(json_line({"": value})) <= limit:
        return _plain(value)
    return cut(say(value), limit)


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


def cut(text: str, limit: int = VALUE) -> str:
    """The beginning of a long text, and how much more there is."""
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text) - limit} more)"


def escaped(text: str) -> str:
    """The text with its control characters escaped."""
    return text if text.isprintable() else json.dumps(text)[1:-1]


def pairs(values: Mapping[str, Any]) -> str:
    """`name=value` for each. Text with spaces, quotes or `=` is quoted, control characters are escaped, and long text is cut."""
    return " ".join(f"{name}={_word(value)}" for name, value in values.items())


def _word(value: object) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else cut(say(value))
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
