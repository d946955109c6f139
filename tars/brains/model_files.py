"""Checks of model files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tars.errors import ConfigError


def checked(file: Path, sha256: str | None, extra: str = "server") -> Path:
    """The file, if it exists and has that hash (None: any hash). `extra` brings it. Raises ConfigError with the remedy."""
    reinstall = f"pip install --force-reinstall -e '.[{extra}]' in the TARS folder"
    if not file.is_file():
        raise ConfigError(f"model file {file} is missing: correct its path in the configuration, or, if none is given there, {reinstall}")
    if sha256 is not None:
        with file.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != sha256:
            raise ConfigError(
                f"model file {file} is damaged or another version (sha256 {found[:12]}..., expected {sha256[:12]}...): {reinstall}"
            )
    return file
