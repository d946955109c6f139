"""Small words for generated Markdown: the banner, tables, links that work on disk and on a forge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codegen.definitions.model import Field
from codegen.definitions.places import Mark
from codegen.emit.text import COMMAND


def page(source: str, *parts: str) -> str:
    """A whole document: its banner, then the parts that are not empty, a blank line between them."""
    return (
        "\n\n".join((f"<!-- Written by `{COMMAND}` from {source}; do not edit. -->", *(part.strip("\n") for part in parts if part))) + "\n"
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table without the columns that are empty in every row; nothing at all if there are no rows."""
    listed = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    kept = [column for column in range(len(headings)) if any(row[column] for row in listed)]
    lines = [[headings[column] for column in kept], ["---"] * len(kept), *([row[column] for column in kept] for row in listed)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) if listed else ""


def section(heading: str, *parts: str) -> str:
    """A heading with its parts; nothing at all if they are all empty."""
    filled = [part for part in parts if part]
    return "\n\n".join((heading, *filled)) if filled else ""


def code(text: str) -> str:
    """Text as code, or nothing."""
    return f"`{text}`" if text else ""


def codes(texts: Iterable[str]) -> str:
    """Several pieces of code in a row."""
    return ", ".join(map(code, texts))


def line(mark: Mark) -> str:
    """A link to the line of the definition."""
    return f"[{mark.line}](../../machines/{mark.file}#L{mark.line})"


def typed(fields: Iterable[Field]) -> str:
    """Fields with their types: `visit: id`, `at: int`."""
    return codes(f"{field.name}: {field.type}" for field in fields)
