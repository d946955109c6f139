"""AsyncAPI 3 for the wire, from the server's side: one WebSocket, what a device sends over it, and what it is sent."""

from __future__ import annotations

from typing import Any

import yaml

from codegen.definitions.model import Definitions, Field, FieldType, Message
from codegen.emit.reference import example
from codegen.emit.text import COMMAND

FILE = "asyncapi.yaml"
LARGEST = 2**63 - 1
PORT = 7456
"""Where a server listens unless told otherwise."""
SOUND = """
Sound, in binary frames; every other message is a text frame. A header of 12 bytes, big-endian: 0xA1, flags (1 byte), stream (2),
offset of the first sample (8). Then samples: 16,000 a second, mono, signed 16 bit, little-endian."""
DESCRIPTION = """
One WebSocket a device. `hello` and `welcome` come first. Numbered messages (`seq`) are applied exactly once and in order, also over
a link that was lost. What is promised beyond the form of the messages is in docs/protocol.md."""
SCHEMAS: dict[FieldType, dict[str, Any]] = {
    "int": {"type": "integer", "minimum": 0, "maximum": LARGEST},
    "counter": {"type": "integer", "minimum": 1, "maximum": LARGEST},
    "float": {"type": "number"},
    "str": {"type": "string"},
    "id": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
    "bool": {"type": "boolean"},
    "marks": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0, "maximum": LARGEST}},
    "object": {"type": "object"},
}


def emit(definitions: Definitions) -> dict[str, str]:
    """The one file by its name."""
    text = yaml.safe_dump(document(definitions), sort_keys=False, allow_unicode=True, width=120)
    return {FILE: f"# Written by `{COMMAND}` from machines/messages.yaml and machines/system.yaml; do not edit.\n{text}"}


def document(definitions: Definitions) -> dict[str, Any]:
    """The whole of it. `x-routes`: from which machine to which. `x-correlation`: the fields that make a message outdated."""
    messages = definitions.messages.messages
    names = [message.name for message in messages] + ["sound"]
    dialect = f"tars.v{definitions.messages.protocol}"
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"TARS, {dialect}", "version": str(definitions.messages.protocol), "description": " ".join(DESCRIPTION.split())},
        "defaultContentType": "application/json",
        "servers": {"tars-server": {"host": f"localhost:{PORT}", "protocol": "ws"}},
        "channels": {
            "link": {
                "address": "/",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
                "bindings": {"ws": _handshake(dialect)},
            }
        },
        "operations": {
            "from_device": _operation("receive", "What a device says.", [m.name for m in messages if m.sender != "server"]),
            "to_device": _operation("send", "What the server says.", [m.name for m in messages if m.sender != "device"]),
        },
        "components": {
            "messages": {message.name: _message(definitions, message) for message in messages} | {"sound": _sound()},
            "schemas": dict(SCHEMAS),
        },
    }


def _handshake(dialect: str) -> dict[str, Any]:
    """The binding of the WebSocket: what the request that opens it must and may carry."""
    headers = {"Sec-WebSocket-Protocol": {"const": dialect}, "Authorization": {"type": "string", "pattern": "^Bearer tars_"}}
    required = ["Sec-WebSocket-Protocol"]
    return {"method": "GET", "headers": {"type": "object", "required": required, "properties": headers}, "bindingVersion": "0.1.0"}


def _operation(action: str, summary: str, names: list[str]) -> dict[str, Any]:
    messages = [{"$ref": f"#/channels/link/messages/{name}"} for name in [*names, "sound"]]
    return {"action": action, "summary": summary, "channel": {"$ref": "#/channels/link"}, "messages": messages}


def _message(definitions: Definitions, message: Message) -> dict[str, Any]:
    envelope = tuple(field for field in definitions.messages.envelope if message.numbered or field.name != "seq")
    fields = (*envelope, *message.fields)
    properties = {"type": {"const": message.name}} | {field.name: _schema(field) for field in fields}
    routes = [route for route in definitions.system.routes if route.via_link and route.source.event == message.name]
    extensions = {
        "x-correlation": list(message.correlation),
        "x-routes": [f"{route.source} to {target}" for route in routes for target in route.targets],
    }
    return {
        "name": message.name,
        "summary": " ".join(message.doc.split()),
        "payload": {"type": "object", "required": list(properties), "properties": properties},
        "examples": [{"payload": example(definitions, message)}],
    } | {name: value for name, value in extensions.items() if value}


def _schema(field: Field) -> dict[str, Any]:
    """A reference, and the field's meaning where it has one; `allOf`, for older readers take nothing beside a reference."""
    reference = {"$ref": f"#/components/schemas/{field.type}"}
    return {"allOf": [reference], "description": " ".join(field.doc.split())} if field.doc else reference


def _sound() -> dict[str, Any]:
    return {
        "name": "sound",
        "summary": " ".join(SOUND.split()),
        "contentType": "application/octet-stream",
        "payload": {"type": "string", "format": "binary"},
    }
