"""Checks of model files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tars.brains.model_files import checked
from tars.errors import ConfigError


def test_the_right_file_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "model"
    file.write_bytes(b"weights")
    assert checked(file, None) == file
    assert checked(file, hashlib.sha256(b"weights").hexdigest()) == file


def test_another_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "model"
    file.write_bytes(b"other weights")
    with pytest.raises(ConfigError, match=r"damaged or another version.*pip install --force-reinstall"):
        checked(file, hashlib.sha256(b"weights").hexdigest())


def test_a_missing_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is missing.*pip install --force-reinstall"):
        checked(tmp_path / "nothing", None)
