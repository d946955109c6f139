"""The page of the console: who may look, its files, and what it is told while somebody looks."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
"""An object that a page is told."""
