"""The AsyncAPI document is understood by AsyncAPI's own parser, and describes what the codec really says and refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from codegen.definitions.model import Definitions
from codegen.emit.export import FOLDER
from codegen.emit.export.asyncapi import FILE
from codegen.emit.reference import example
from tars.core.codec import HEADER, MAGIC, SUBPROTOCOL, V1, Control
from tars.errors import RemoteError
from tars.generated.messages import MESSAGES
from tars.server.settings import ServerConfig
from tests.codegen.emit.export.conftest import Script

PATH = Path(__file__).resolve().parents[4] / FOLDER / FILE
DOCUMENT: dict[str, Any] = yaml.safe_load(PATH.read_text())
NUMBERS = [-1, 0, 1, 2**63 - 1, 2**63, 0.5]
TEXTS = ["", "a", "a b", "a" * 64, "a" * 65, "ä", *("ä" * size for size in (128, 129, 200, 201, 255, 256))]
OBJECTS = [{str(number): number for number in range(size)} for size in (8, 9, 16, 17)]
ODD: list[Any] = [None, True, False, *NUMBERS, *TEXTS, *OBJECTS, {}, {"1": 5}, {"1": -1}, {"1": "x"}, []]
"""Values that some type of the wire takes and another refuses."""


def sender(message: str) -> str:
    """Whose codec may say it."""
    return "server" if MESSAGES[message].sender == "server" else "device"


def described(message: str, data: object) -> bool:
    """Whether the document allows it."""
    schema = {**DOCUMENT, "$ref": f"#/components/messages/{message}/payload"}
    return Draft7Validator(schema).is_valid(data)


def decoded(message: str, data: object) -> bool:
    """Whether the codec takes it."""
    try:
        return bool(V1(sender(message)).decode(json.dumps(data)))
    except RemoteError:
        return False


def test_the_parser_finds_nothing_wrong_and_both_directions_whole(script: Script) -> None:
    read = script("asyncapi.cjs", PATH)
    assert read["findings"] == []
    for operation, other in (("from_device", "server"), ("to_device", "device")):
        assert set(read["operations"][operation]) == {"sound"} | {name for name, kind in MESSAGES.items() if kind.sender != other}


@pytest.mark.parametrize(
    ("old", "new"), [("action: receive", "action: receives"), ("'#/components/messages/gap'", "'#/components/messages/gaps'")]
)
def test_the_parser_notices_a_fault(script: Script, tmp_path: Path, old: str, new: str) -> None:
    text = PATH.read_text()
    assert old in text
    (tmp_path / FILE).write_text(text.replace(old, new))
    assert script("asyncapi.cjs", tmp_path / FILE)["findings"] != []


@pytest.mark.parametrize("message", MESSAGES)
def test_what_the_codec_says_is_described(definitions: Definitions, message: str) -> None:
    kind = MESSAGES[message]
    data = example(definitions, definitions.messages.message(message))
    values: dict[str, Any] = {name: data[name] for name in kind.fields}
    (frame,) = V1(sender(message)).encode(Control(kind(**values), 7 if kind.numbered else None, 3))
    said = json.loads(frame)
    assert described(message, said)
    properties = DOCUMENT["components"]["messages"][message]["payload"]["properties"]
    assert list(properties) == list(said), "the fields of the document are not those of the wire, in its order"


@pytest.mark.parametrize("message", MESSAGES)
def test_what_the_codec_refuses_is_not_described(message: str) -> None:
    (shown,) = (one["payload"] for one in DOCUMENT["components"]["messages"][message]["examples"])
    assert described(message, shown)
    assert decoded(message, shown)
    for name in shown:
        absent = {other: value for other, value in shown.items() if other != name}
        optional = name in MESSAGES[message].optional
        if name != "ack":  # the codec takes its absence for 0
            assert decoded(message, absent) == optional, name
        assert described(message, absent) == optional, name
        for odd in ODD:
            if MESSAGES[message].fields.get(name) == "float" and odd == 2**63:
                continue  # the codec takes it as 2.0 ** 63 only; to a schema both are one
            changed = shown | {name: odd}
            assert described(message, changed) == decoded(message, changed), f"{name}: {odd!r}"


def test_what_is_said_beside_the_messages_is_so() -> None:
    header = DOCUMENT["channels"]["link"]["bindings"]["ws"]["headers"]["properties"]["Sec-WebSocket-Protocol"]
    assert header == {"const": SUBPROTOCOL}
    assert DOCUMENT["servers"]["tars-server"]["host"] == f"localhost:{ServerConfig().port}"
    assert (
        f"{HEADER.size} bytes, big-endian: 0x{MAGIC:X}, flags (1 byte), stream (2)"
        in DOCUMENT["components"]["messages"]["sound"]["summary"]
    )
    assert HEADER.format == ">BBHQ"
