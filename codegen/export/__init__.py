"""Back end: the definitions in the formats of other tools, one module a format, all written to `docs/generated/exports/`."""

from __future__ import annotations

from codegen.emit_diagrams import FOLDER as DOCUMENTS
from codegen.export import asyncapi, scxml
from codegen.model import Definitions

FOLDER = f"{DOCUMENTS}/exports"
FORMATS = (scxml.emit, asyncapi.emit)


def emit(definitions: Definitions) -> dict[str, str]:
    """Every export by its path."""
    return {f"{FOLDER}/{name}": text for write in FORMATS for name, text in write(definitions).items()}
