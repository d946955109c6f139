"""The pages on the system and on the messages."""

from __future__ import annotations

import json
import re

import pytest

from codegen.definitions.model import Definitions
from codegen.emit import docs
from codegen.emit.reference import BY_TYPE, example

FITS = {"int": int, "counter": int, "float": float, "str": str, "bool": bool, "id": str, "marks": dict, "object": dict}


@pytest.fixture
def pages(definitions: Definitions) -> dict[str, str]:
    return {path.removeprefix("docs/generated/"): text for path, text in docs.emit(definitions).items()}


def section(page: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its level."""
    level = heading.split(maxsplit=1)[0]
    return page.split(f"\n{heading}\n", 1)[1].split(f"\n{level} ", 1)[0]


def test_the_system_page_has_every_wire_limit_and_rule_of_delivery(definitions: Definitions, pages: dict[str, str]) -> None:
    system, page = definitions.system, pages["system.md"]
    marks = [item.mark for group in (system.nodes, system.routes, system.outside, system.correlation, system.limits) for item in group]
    assert all(f"(../../machines/system.yaml#L{mark.line})" in page for mark in marks)
    assert all(f"- {rule}" in page for rule in system.delivery)
    assert all(relation.expr in page for relation in system.relations)


def test_every_field_of_every_message_is_explained(definitions: Definitions, pages: dict[str, str]) -> None:
    for message in definitions.messages.messages:
        part = section(pages["messages.md"], f"### {message.name}")
        for field in message.fields:
            line = next(line for line in part.splitlines() if line.startswith(f"| `{field.name}` | {field.written} |"))
            assert ("stamped" if field.name in message.stamped else "row") in line
        assert all(f"| `{fact.name}` | {fact.type} | derived; does not travel |" in part for fact in message.derived)


def test_every_example_is_json_with_the_fields_and_types_of_its_message(definitions: Definitions, pages: dict[str, str]) -> None:
    for message in definitions.messages.messages:
        shown = re.search(r"```json\n(.*)\n```", section(pages["messages.md"], f"### {message.name}"))
        assert shown is not None
        data = json.loads(shown[1])
        assert data == example(definitions, message)
        assert list(data) == ["type", *(["seq"] if message.numbered else []), "ack", *(field.name for field in message.fields)]
        assert all(isinstance(data[field.name], FITS[field.type]) for field in message.fields)


def test_every_example_value_is_of_use(definitions: Definitions) -> None:
    fields = [(message, field) for message in definitions.messages.messages for field in message.fields]
    assert set(definitions.messages.examples) <= {field.name for _, field in fields} | {
        f"{message.name}.{field.name}" for message, field in fields
    }
    assert set(BY_TYPE) == set(FITS)
