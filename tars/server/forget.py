"""The command `tars-server forget`: deletes all that is known of a device, or of a day. It runs beside the server.

A running server appends to its trace and its log. They are put aside before lines are taken out, and the server begins new files by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.growing_file import day_of, put_aside
from tars.runtime.keeping import Kind, growing
from tars.samples import RATE, WIDTH
from tars.server.last_seen import drop_seen, read_last_seen
from tars.server.log_lines import Belongs, count_lines, of_day, of_device, remove_lines
from tars.server.recordings import RECORDING, is_of
from tars.server.settings import ServerConfig
from tars.server.state_folder import FILE, is_served, open_store
from tars.server.store.forgetting import Forgetting, Found, counted
from tars.server.store.redis_forget import ForgettingRedis
from tars.server.store.sqlite_forget import ForgettingSqlite

ROUNDS = 6
"""How often it is looked for what a running server has written meanwhile. Twice in a row there must be nothing."""
PAUSE = 1.5
"""Seconds before each look. In half a second a running server sees that a key is gone, and closes the link."""
STILL_WRITTEN = "a running server still writes of {device}: it is connected. Switch it off, or stop the server, and run this again"


@dataclass(frozen=True)
class Wanted:
    """What is to be forgotten: a device or a day. The other one is None."""

    device: str | None = None
    day: date | None = None

    def __str__(self) -> str:
        return self.device or str(self.day)

    def lines(self, file_day: date) -> Belongs:
        """Its lines, in a file of that day."""
        return of_device(self.device) if self.device else of_day(self.day or file_day, file_day)

    def has_recording(self, name: str, day: date) -> bool:
        """Whether a recording of this name, made at that day, is its."""
        return is_of(name, self.device) if self.device else day == self.day


async def forget(wanted: Wanted, config: ServerConfig, say: Callable[[str], object], *, yes: bool) -> None:
    """Show what is known; with `yes` delete it. Raises ConfigError, also if a running server goes on writing of a device."""
    with closing(forgetting_store(config)) as store:
        found = find(wanted, config, store)
        for item in found:
            say(f"  {item.what}")
        if not found and not (yes and wanted.device and is_running(config)):
            say(f"Nothing is known of {wanted} in {places(config)}.")
            return
        if not yes:
            say("Nothing was deleted. With --yes all of that is, for good.")
            return
        await delete(wanted, config, store)
        store.compact()
    if not found:
        say(f"Nothing is known of {wanted} in {places(config)}. What a running server had in memory is dropped.")
        return
    say(f"{wanted} is forgotten here. What systemd has of the log, and backups, are not changed.")


def forgetting_store(config: ServerConfig) -> Forgetting:
    """The store that the settings name. Raises ConfigError."""
    if config.store != "sqlite":
        return ForgettingRedis(config.store)
    open_store(config.state).close()  # made, if it is missing
    return ForgettingSqlite(config.state / FILE)


def places(config: ServerConfig) -> str:
    """Where it is looked: with the settings of another server, nothing would be found."""
    values = {"state": config.state, "record": config.record, "trace": config.trace, "log_file": config.log_file}
    return ", ".join(f"{name} {value or '(none)'}" for name, value in values.items())


async def delete(wanted: Wanted, config: ServerConfig, store: Forgetting) -> None:
    """Delete what is known, and what a running server writes of it until it has noticed. Raises ConfigError."""
    served = is_running(config)
    if not (served and wanted.device):
        await _delete(wanted, config, store, served=served)
        return
    store.begin_forgetting(wanted.device)
    try:
        await _delete(wanted, config, store, served=served)
    finally:
        store.end_forgetting(wanted.device)


def is_running(config: ServerConfig) -> bool:
    """Whether a server runs that may know more than its files say. Of one with a Redis nobody knows."""
    return is_served(config.state) or config.store != "sqlite"


async def _delete(wanted: Wanted, config: ServerConfig, store: Forgetting, *, served: bool) -> None:
    empty = 0
    for _ in range(ROUNDS if wanted.device else 1):
        for item in in_state(wanted, config, store):
            item.delete()
        for kind in kinds(config):
            put_current_aside(kind, wanted)
        if served:
            await clock.sleep_until(clock.now() + PAUSE)
        for item in in_files(wanted, config):
            item.delete()
        empty = 0 if find(wanted, config, store) else empty + 1
        if empty == (2 if served else 1):  # a busy server may see late that the key is gone
            return
    if wanted.device:
        raise ConfigError(STILL_WRITTEN.format(device=wanted.device))


def find(wanted: Wanted, config: ServerConfig, store: Forgetting) -> list[Found]:
    """All that is known. Raises ConfigError."""
    return [*in_state(wanted, config, store), *in_files(wanted, config)]


def in_state(wanted: Wanted, config: ServerConfig, store: Forgetting) -> list[Found]:
    """What is in the state folder. Raises ConfigError."""
    if wanted.device is None:
        return list(store.saved_on(wanted.day or date.min))
    seen = wanted.device in read_last_seen(config.state)
    when = [Found("when it was last seen", partial(drop_seen, config.state, wanted.device))] if seen else []
    return [*store.known(wanted.device), *when]


# --- files -------------------------------------------------------------------------------------------------------------------------


def in_files(wanted: Wanted, config: ServerConfig) -> list[Found]:
    """What is in recordings, traces and logs. Raises ConfigError."""
    try:
        return [*_recordings(wanted, config), *(item for kind in kinds(config) for item in _lines(wanted, kind))]
    except OSError as error:
        raise _cannot(error) from None


def kinds(config: ServerConfig) -> list[Kind]:
    """The files with lines."""
    return [*growing("trace", config.trace), *growing("log", config.log_file)]


def put_current_aside(kind: Kind, wanted: Wanted) -> None:
    """If the file that is written now has lines of it, give it another name: whoever writes it begins a new one. Raises ConfigError."""
    path = kind.folder / kind.current
    try:
        day = day_of(path.stat().st_mtime)
        if count_lines(path, wanted.lines(day)):
            put_aside(path, day)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise _cannot(error) from None


def _recordings(wanted: Wanted, config: ServerConfig) -> Iterator[Found]:
    if config.record is None or not config.record.exists():
        return
    files = [file for file in Kind("", config.record, RECORDING).files() if wanted.has_recording(file.path.name, day_of(file.changed))]
    if files:
        seconds = sum(file.size for file in files) / (RATE * WIDTH)
        what = f"{counted(len(files), 'recording')} in {config.record}, {seconds:.0f} s"
        yield Found(what, lambda: _unlink([file.path for file in files]))


def _lines(wanted: Wanted, kind: Kind) -> Iterator[Found]:
    """The lines in each file. Those of the current file are deleted when it was put aside."""
    if not kind.folder.exists():
        return
    for file in kind.files():
        belongs = wanted.lines(file_day(file.path.name, kind) or day_of(file.changed))
        if lines := count_lines(file.path, belongs):
            remove = partial(_remove, file.path, belongs) if file.path.name != kind.current else lambda: None
            yield Found(f"{counted(lines, 'line')} of the {kind.what} {file.path}", remove)


def file_day(name: str, kind: Kind) -> date | None:
    """The day in the name of a file that was put aside; None: there is none, or somebody else has named the file."""
    aside = kind.names.fullmatch(name)
    try:
        return date.fromisoformat(aside["day"]) if aside else None
    except ValueError:
        return None


def _remove(path: Path, belongs: Belongs) -> None:
    try:
        remove_lines(path, belongs)
    except OSError as error:
        raise _cannot(error) from None


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _cannot(error) from None


def _cannot(error: OSError) -> ConfigError:
    return ConfigError(f"cannot read or change {error.filename}: {error.strerror}. Run this as the user of the server")
