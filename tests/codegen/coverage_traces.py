"""Traces that tests write for coverage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Lines = list[dict[str, Any]]
Write = Callable[[Lines | str], Path]
