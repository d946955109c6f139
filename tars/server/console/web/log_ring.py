"""The last lines of the log, in memory."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from tars.runtime.log import cut, escaped, message_of, pairs
from tars.server.console.web import Json

MOST_LINES = 500


class LogRing(logging.Handler):
    """Keeps the last lines. Any thread may log; the pages are told on the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, tell: Callable[[Json], object]) -> None:
        super().__init__()
        self.lines: deque[Json] = deque(maxlen=MOST_LINES)
        self._loop, self._tell = loop, tell

    def emit(self, record: logging.LogRecord) -> None:
        """One more line."""
        line = {
            "at": round(record.created, 3),
            "level": record.levelname.lower(),
            "text": escaped(cut(message_of(record))),
            "values": pairs(getattr(record, "values", {})),
        }
        self.lines.append(line)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, line)
