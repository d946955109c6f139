"""YAML with places: plain values as YAML 1.2 reads them, and for each the line and column where it stands.

PyYAML reads YAML 1.1, where a bare `on`, `off`, `yes` or `no` is a boolean and two such keys merge silently. Here only `true` and
`false` are booleans, only decimal numbers are numbers, a key is text and stands once, and an alias is refused, for it has two places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from codegen.definitions.places import Finding, Mark

CODES = {
    "Y001": "the file cannot be read as YAML",
    "Y002": "a key stands twice in one mapping",
    "Y003": "something that YAML allows and definitions do not: a tag, an alias, a key that is not text",
}

TAG = "tag:yaml.org,2002:"
PLAIN: dict[str, Callable[[str], object]] = {
    f"{TAG}null": lambda _: None,
    f"{TAG}bool": lambda text: text == "true",
    f"{TAG}int": int,
    f"{TAG}float": float,
    f"{TAG}str": str,
}
"""How the text of a scalar becomes a plain value."""

Steps = tuple[str | int, ...]
"""The keys and indices from a document's root to a value."""


class _Loader(yaml.SafeLoader):
    """Composes nodes as YAML 1.2 resolves them."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own protocol: a subclass replaces its parent's table

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse an alias or a tag, compose anything else."""
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it out
        problem = "an alias" if isinstance(event, yaml.AliasEvent) else "a tag" if event.tag else None
        if problem:
            raise yaml.composer.ComposerError(None, None, f"{problem} is not allowed", event.start_mark)
        return super().compose_node(parent, index)


for _kind, _form, _first in (
    ("null", r"(~|null|)", ["~", "n", ""]),
    ("bool", r"(true|false)", ["t", "f"]),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(TAG + _kind, re.compile(f"^{_form}$"), _first)


@dataclass
class Document:
    """One file: its text, its value, and where each part of it stands."""

    name: str
    text: str
    value: Any = None
    values: dict[Steps, Mark] = field(default_factory=dict)
    keys: dict[Steps, Mark] = field(default_factory=dict)

    def mark(self, steps: Steps) -> Mark:
        """Where the thing at these steps begins: at its key, if it has one."""
        return self.keys.get(steps) or self.values[steps]

    @property
    def root(self) -> Cursor:
        """The whole document."""
        return Cursor(self, ())


@dataclass(frozen=True)
class Cursor:
    """One value of a document, and the way to those below it. What is absent is empty."""

    document: Document
    steps: Steps

    @property
    def value(self) -> Any:
        """The plain value."""
        value = self.document.value
        for step in self.steps:
            value = value[step]
        return value

    @property
    def name(self) -> str:
        """The key under which it stands."""
        return str(self.steps[-1])

    @property
    def mark(self) -> Mark:
        """Where it begins."""
        return self.document.mark(self.steps)

    def get(self, key: str, default: Any = "") -> Any:
        """The plain value under a key of this mapping."""
        return self.value.get(key, default)

    def below(self, key: str) -> Iterator[Cursor]:
        """Each entry of the mapping or list under a key, in order; a single value stands for a list of it."""
        below = self.get(key, [])
        if isinstance(below, dict | list):
            for step in below if isinstance(below, dict) else range(len(below)):
                yield Cursor(self.document, (*self.steps, key, step))
        else:
            yield Cursor(self.document, (*self.steps, key))


def read(path: Path) -> tuple[Document, set[Finding]]:
    """One file. A document that could not be parsed has no places."""
    document = Document(path.name, "")
    findings: set[Finding] = set()
    try:
        document.text = path.read_text(encoding="utf-8")
        root = yaml.compose(document.text, Loader=_Loader)
    except (OSError, UnicodeDecodeError, yaml.reader.ReaderError, yaml.MarkedYAMLError) as error:
        return document, {_unreadable(document, error)}
    if root is None:
        return document, {Finding(Mark(path.name, 1, 1), "Y001", "the file is empty")}
    document.value = _construct(document, root, (), findings)
    return document, findings


def _unreadable(document: Document, error: OSError | UnicodeDecodeError | yaml.reader.ReaderError | yaml.MarkedYAMLError) -> Finding:
    """The error of a reader or parser, with its place."""
    mark, code, problem = Mark(document.name, 1, 1), "Y001", str(error)
    match error:
        case OSError():
            problem = f"the file cannot be read: {error.strerror}"
        case UnicodeDecodeError():
            mark, problem = _mark_after(document.name, error.object[: error.start].decode()), "a byte that is not UTF-8"
        case yaml.reader.ReaderError():
            mark = _mark_after(document.name, document.text[: error.position])
            problem = f"a character that YAML does not allow: U+{error.character:04X}"
        case _:
            mark = _mark(document, error.problem_mark) if error.problem_mark else mark
            code = "Y003" if isinstance(error, yaml.composer.ComposerError) else "Y001"
            problem = ": ".join(part for part in (error.context, error.problem) if part)
    return Finding(mark, code, problem)


def _mark_after(name: str, before: str) -> Mark:
    return Mark(name, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _mark(document: Document, mark: yaml.Mark) -> Mark:
    return Mark(document.name, mark.line + 1, mark.column + 1)


def _construct(document: Document, node: yaml.Node, steps: Steps, findings: set[Finding]) -> Any:
    """The plain value of a node; notes where it and all below it stand."""
    document.values[steps] = _mark(document, node.start_mark)
    if isinstance(node, yaml.MappingNode):
        return _construct_mapping(document, node, steps, findings)
    if isinstance(node, yaml.SequenceNode):
        return [_construct(document, item, (*steps, index), findings) for index, item in enumerate(node.value)]
    return PLAIN[node.tag](node.value)


def _construct_mapping(document: Document, node: yaml.MappingNode, steps: Steps, findings: set[Finding]) -> dict[str, Any]:
    """A mapping; the first of two equal keys stays."""
    mapping: dict[str, Any] = {}
    for key, value in node.value:
        mark = _mark(document, key.start_mark)
        if key.tag != f"{TAG}str":
            findings.add(Finding(mark, "Y003", "a key must be text; quote it"))
        elif key.value in mapping:
            findings.add(Finding(mark, "Y002", f"{key.value} stands already in line {document.keys[*steps, key.value].line}"))
        else:
            document.keys[*steps, key.value] = mark
            mapping[key.value] = _construct(document, value, (*steps, key.value), findings)
    return mapping
