"""`install-service`: shows a unit of systemd. With `--yes` it is written, and started now and after each start of the machine."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from pwd import struct_passwd
from typing import Any

from tars.errors import ConfigError
from tars.runtime.command_line import VARIABLE_OF_FILE, option, read_options, variable
from tars.runtime.config import readers
from tars.runtime.config_file import Taken
from tars.runtime.program import Config, Program
from tars.runtime.state import write_private

HEAD = "# Written by `{name} install-service`, checksum {checksum}. Put changes of your own into `{edit}`."
WATCHDOG = 30
"""Seconds after which systemd starts a program again whose event loop hangs."""
SUPERVISED = f"""\
Type=notify
WatchdogSec={WATCHDOG}
ExecReload=kill -HUP $MAINPID
Restart=on-failure
RestartSec=5
TimeoutStartSec=300
TimeoutStopSec=5"""
"""How systemd starts, watches and stops either program. The models of a small machine may load for minutes."""
LIMITED = """\
StartLimitIntervalSec=900
StartLimitBurst=100"""
"""A program that ends at once is started again for about ten minutes: a sound card or a disk may come late."""
PRIVATE = """\
UMask=0077
LimitCORE=0"""
"""What it writes is for its user only. A core file would hold what people have said."""


@dataclass(frozen=True)
class Unit:
    """A unit of systemd, and how it is installed."""

    name: str
    """The program's name; also that of the service."""
    file: Path
    """Where the unit is written."""
    text: str
    """Its lines, without the first one, which says who has written it."""
    folders: Sequence[Path] = ()
    """Those that it writes."""
    owner: struct_passwd | None = None
    """As whom it runs; None: as the user who calls."""
    systemctl: Sequence[str] = ("systemctl",)
    """The command of the manager that runs it."""
    lingering: str = ""
    """The user whose manager is to run without a login; empty: the manager is that of the system."""
    hint: str = ""
    """What to do if the file cannot be written."""

    @property
    def head(self) -> str:
        """The first line."""
        return HEAD.format(name=self.name, checksum=_checksum(self.text), edit=self.edit)

    @property
    def edit(self) -> str:
        """The command with which the user changes the service."""
        return " ".join([*self.systemctl, "edit", self.name])

    @property
    def commands(self) -> list[list[str]]:
        """What makes systemd run it, now and at each start of the machine."""
        call = list(self.systemctl)
        steps = [[*call, "daemon-reload"], [*call, "enable", self.name], [*call, "restart", self.name]]
        return [*steps, *([["loginctl", "enable-linger", self.lingering]] if self.lingering else [])]

    @property
    def journal(self) -> str:
        """The command that shows its log."""
        return f"journalctl {'--user-unit' if '--user' in self.systemctl else '--unit'} {self.name} --follow"


def install(unit: Unit, say: Callable[[str], object], *, yes: bool, run: Callable[[Sequence[str]], object] | None = None) -> None:
    """Show the unit; with `yes` also write it and have systemd run it. Raises ConfigError, also if the user has changed the one there.

    `run` carries out a command, and raises ConfigError if it fails.
    """
    text = f"{unit.head}\n{unit.text}"
    say(text)
    before = _read(unit.file)
    if before is not None and not is_unchanged(before):
        raise ConfigError(
            f"{unit.file} is there, and is not as `{unit.name} install-service` has written it. It stays as it is. "
            f"Move it away, call this again, and put your changes into `{unit.edit}`"
        )
    commands = "\n".join(f"    {' '.join(command)}" for command in unit.commands)
    if not yes:
        what = "is not there yet" if before is None else "is this one already" if before == text else "is an earlier one"
        say(f"# Nothing was changed: {unit.file} {what}. With --yes this unit is written there, followed by:\n{commands}")
        return
    for folder in unit.folders:
        _make(folder, unit)
    _write(unit, text)
    for command in unit.commands:
        (run or carry_out)(command)
    say(f"# {unit.file} is written, and {unit.name} runs, now and after each start of this machine. What it says:\n    {unit.journal}")


def is_unchanged(text: str) -> bool:
    """Whether a unit is as `install-service` of this or another version has written it."""
    head, _, rest = text.partition("\n")
    written = re.fullmatch(r"# Written by `[\w-]+ install-service`, checksum (\w{16})\..*", head)
    return written is not None and written[1] == _checksum(rest)


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read {file}: {getattr(error, 'strerror', 'it is not UTF-8 text')}") from None


def _make(folder: Path, unit: Unit) -> None:
    """Make a folder that is missing, and those above it, for the user of the service: it could not make them itself."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in missing:
            if unit.owner is not None:
                os.chown(path, unit.owner.pw_uid, unit.owner.pw_gid)
    except OSError as error:
        raise ConfigError(f"cannot make {folder}: {error.strerror}{unit.hint}") from None


def _write(unit: Unit, text: str) -> None:
    try:
        unit.file.parent.mkdir(parents=True, exist_ok=True)
        write_private(unit.file.parent, unit.file.name, text)
        unit.file.chmod(0o644)
    except (OSError, ConfigError):
        raise ConfigError(f"cannot write {unit.file}{unit.hint}") from None


def carry_out(command: Sequence[str]) -> None:
    """Run a command. Raises ConfigError if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ConfigError(f"cannot call `{' '.join(command)}`: {error.strerror}. Does systemd run here?") from None
    if done.returncode:
        raise ConfigError(f"`{' '.join(command)}` has failed: {' '.join(done.stderr.split()) or f'status {done.returncode}'}")


# --- what is in a unit -------------------------------------------------------------------------------------------------------------


def options_of(program: Program[Any], argv: Sequence[str], environ: Mapping[str, str]) -> dict[str, str]:
    """The options of this call, for a service: with absolute paths. Raises ConfigError for variables, which a service does not have."""
    own = {variable(key) for key in readers(program.kind)}
    if lost := sorted(own & set(environ)):
        raise ConfigError(f"a service does not have the variables of this terminal: write {', '.join(lost)} into a file for --config")
    _, options = read_options(program, argv, Taken({}))
    if file := environ.get(VARIABLE_OF_FILE):
        options.setdefault("config", file)
    paths = {"config", *(key for key, form in program.options.items() if form in ("FILE", "DIR"))}
    return {key: str(Path(text).absolute()) if key in paths else text for key, text in options.items()}


def exec_start(name: str, options: Mapping[str, str]) -> str:
    """The command line of a service: the program that is installed beside this Python, and its options. Raises ConfigError."""
    program = Path(sys.executable).with_name(name)
    if not program.exists():
        raise ConfigError(f"there is no {program}: install TARS into this environment first, as `Install` in docs/operations.md says")
    return " ".join(map(quoted, [str(program), *(word for key, text in options.items() for word in (option(key), text))]))


def with_absolute_paths(config: Config, options: Mapping[str, str]) -> Config:
    """The configuration as the service has it, with these options. Raises ConfigError for a relative path from elsewhere."""
    paths = {item.name: value for item in fields(config) if isinstance(value := getattr(config, item.name), Path)}  # type: ignore[arg-type]
    for key, path in paths.items():
        if not path.is_absolute() and key not in options:
            raise ConfigError(f"{key} is {path}, but a service has another working directory: write {path.absolute()}")
    return replace(config, **{key: path.absolute() for key, path in paths.items()})  # type: ignore[type-var]


def quoted(word: str) -> str:
    """A word of ExecStart, as systemd reads it back."""
    safe = word.replace("%", "%%").replace("$", "$$")
    return safe if re.fullmatch(r"[\w@%+=:,./$-]+", safe) else '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'


def setting(name: str, paths: Iterable[Path]) -> str:
    """A line with these paths, each once; no line without any."""
    words = [quoted(str(path)).replace("$$", "$").replace(":", "\\:") for path in dict.fromkeys(paths)]
    return f"{name}={' '.join(words)}\n" if words else ""
