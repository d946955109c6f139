"""Small words that all back ends share: banners, names, quoting, columns."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.definitions.model import Definitions, Emit, FieldType
from codegen.definitions.places import Mark

COMMAND = "python -m codegen"

PYTHON_TYPES: dict[FieldType, str] = {
    "int": "int",
    "counter": "int",
    "float": "float",
    "str": "str",
    "id": "str",
    "bool": "bool",
    "marks": "dict[str, int]",
    "object": "dict[str, object]",
}


def banner(source: str) -> str:
    """The first line of every generated Python file; no date, so that equal definitions give equal bytes."""
    return f"# Written by `{COMMAND}` from {source}; do not edit.\n"


def dialect(definitions: Definitions) -> str:
    """The name of the messages' version: `bell.v1`."""
    return f"{definitions.system.package}.v{definitions.messages.protocol}"


def camel(name: str) -> str:
    """`light_on` as a class name: `LightOn`."""
    return "".join(part.capitalize() for part in name.split("_"))


def place(mark: Mark) -> str:
    """File and line, the short form that traces and generated rows carry: `bell.yaml:58`."""
    return f"{mark.file}:{mark.line}"


def emit_text(emit: Emit) -> str:
    """What a row causes, with the values it gives: `over(why=late)`."""
    values = ", ".join(f"{name}={value}" for name, value in emit.values)
    return f"{emit.event}({values})" if values else emit.event


def python_type(kind: FieldType) -> str:
    """The Python type that carries a field."""
    return PYTHON_TYPES[kind]


def quoted(text: str, *, docstring: bool = False) -> str:
    """A Python string literal in double quotes; as a docstring on one line."""
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{escaped}"""' if docstring else f'"{escaped}"'


def comment_column(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Lines with their comments aligned in one column."""
    listed = list(pairs)
    width = max((len(line) for line, _ in listed), default=0)
    return [f"{line.ljust(width)}  # {comment}" for line, comment in listed]
