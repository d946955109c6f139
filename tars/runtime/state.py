"""Files in a state folder, which only their owner may read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from tars.errors import ConfigError


def private_file(folder: Path, name: str) -> int:
    """A descriptor of a file in the state folder that only its owner may read. Missing ones are made. Raises ConfigError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.fchmod(descriptor, 0o600)
    except OSError as error:
        raise _cannot_keep(folder, error) from None
    return descriptor


def write_private(folder: Path, name: str, text: str) -> None:
    """Replace a file in the state folder by this text, all or nothing, also if the power fails. Afterwards it is on the disk.

    Raises ConfigError.
    """
    new = f"{name}.new"
    descriptor = private_file(folder, new)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.truncate()
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        (folder / new).replace(folder / name)
        sync_folder(folder)
    except OSError as error:
        with suppress(OSError):
            (folder / new).unlink()
        raise _cannot_keep(folder, error) from None


def sync_folder(folder: Path) -> None:
    """Wait until files that were renamed in this folder have their new names on the disk too. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cannot_keep(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(f"cannot keep state in {folder}: {error.strerror}; choose another --state")
