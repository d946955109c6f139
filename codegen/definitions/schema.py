"""The second layer: a file has the shape that its JSON Schema in `schemas/` describes."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from codegen.definitions.places import Finding
from codegen.definitions.yaml_reader import Document

CODES = {
    "S001": "a key that the schema does not know",
    "S002": "a key is missing",
    "S003": "a value of the wrong type, form or range",
}

WORDS = {
    "array": "a list",
    "object": "a mapping",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}
"""JSON's types as a writer of YAML calls them."""

SCHEMAS = Path(__file__).with_name("schemas")


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def check(document: Document) -> set[Finding]:
    """Everything in the document that its schema does not allow, each at its key or value."""
    name = document.name.removesuffix(".yaml")
    name = name if name in ("messages", "system", "specs") else "machine"
    return {finding for error in _validator(name).iter_errors(document.value) for finding in _findings(document, error)}


# `error: Any`: in the package's types every part of an error may be unset; one that a validator yields has them all.
def _findings(document: Document, error: Any) -> Iterator[Finding]:
    steps = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        allowed = error.schema["properties"]
        for key in error.instance:
            if key not in allowed:
                yield Finding(document.keys[*steps, key], "S001", f"{key} is not a key here; {nearest(key, allowed)}")
    elif error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                yield Finding(document.mark(steps), "S002", f"{key} is missing")
    elif "propertyNames" in error.absolute_schema_path:  # the path leads to the mapping, the instance is the key
        yield Finding(document.keys[*steps, error.instance], "S003", _wrong(error))
    else:
        yield Finding(document.values[steps], "S003", _wrong(error))


def _wrong(error: Any) -> str:
    """What is there, and what should be."""
    match error.instance:
        case None:
            value = "nothing"
        case bool():
            value = str(error.instance).lower()
        case dict():
            value = "a mapping"
        case list():
            value = "a list"
        case _:
            value = str(error.instance)
    match error.validator:
        case "type":
            types = error.validator_value
            wanted = [WORDS[name] for name in ([types] if isinstance(types, str) else types)]
            return f"expected {' or '.join(wanted)}, found {value}"
        case "enum":
            return f"{value} is not allowed; {nearest(value, error.validator_value)}"
        case "pattern":
            return f"expected {error.schema['description']}; found {value}"
        case _:
            return str(error.message)


def nearest(name: str, allowed: Iterable[str], *, listed: bool = True) -> str:
    """What was probably meant, else all that is allowed, if it is to be listed."""
    names = sorted(allowed)
    if close := difflib.get_close_matches(name, names, n=1):
        return f"did you mean {close[0]}?"
    return f"allowed: {', '.join(names) or 'none'}" if listed else "nothing there is like it"
