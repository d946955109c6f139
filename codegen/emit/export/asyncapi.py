"""AsyncAPI 3 for the messages, from the listener's side: one WebSocket, what the dialer sends over it, and what it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from codegen.definitions.model import Definitions, Field, FieldType, Message
from codegen.emit.reference import example
from codegen.emit.text import COMMAND, dialect

FILE = "asyncapi.yaml"
LARGEST = 2**63 - 1
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
    messages, said, link = definitions.messages.messages, definitions.messages.asyncapi, definitions.link
    binary = said.get("binary")
    frames = [binary["name"]] if binary else []
    names = [message.name for message in messages] + frames
    name = dialect(definitions)
    return {
        "asyncapi": "3.0.0",
        "info": _info(definitions),
        "defaultContentType": "application/json",
        "servers": {said.get("listener", link.listener): {"host": said.get("host", "localhost"), "protocol": "ws"}},
        "channels": {
            "link": {
                "address": "/",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
                "bindings": {"ws": _handshake(name, said.get("headers", {}))},
            }
        },
        "operations": {
            f"from_{link.dialer}": _operation(
                "receive", f"What a {link.dialer} says.", [m.name for m in messages if m.sender != link.listener] + frames
            ),
            f"to_{link.dialer}": _operation(
                "send", f"What the {link.listener} says.", [m.name for m in messages if m.sender != link.dialer] + frames
            ),
        },
        "components": {
            "messages": {message.name: _message(definitions, message) for message in messages}
            | ({binary["name"]: _binary(binary)} if binary else {}),
            "schemas": dict(SCHEMAS),
        },
    }


def _info(definitions: Definitions) -> dict[str, Any]:
    title = ", ".join(part for part in (definitions.system.name, dialect(definitions)) if part)
    description = " ".join(str(definitions.messages.asyncapi.get("description", "")).split())
    info = {"title": title, "version": str(definitions.messages.protocol), "description": description}
    return {key: value for key, value in info.items() if value}


def _handshake(name: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """The binding of the WebSocket: what the request that opens it must and may carry."""
    headers = {"Sec-WebSocket-Protocol": {"const": name}, **more}
    required = ["Sec-WebSocket-Protocol"]
    return {"method": "GET", "headers": {"type": "object", "required": required, "properties": headers}, "bindingVersion": "0.1.0"}


def _operation(action: str, summary: str, names: list[str]) -> dict[str, Any]:
    messages = [{"$ref": f"#/channels/link/messages/{name}"} for name in names]
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
        "payload": {
            "type": "object",
            "required": [name for name in properties if name not in message.optional],
            "properties": properties,
        },
        "examples": [{"payload": example(definitions, message)}],
    } | {name: value for name, value in extensions.items() if value}


def _schema(field: Field) -> dict[str, Any]:
    """A reference, and what else is known of the field; `allOf`, for older readers take nothing beside a reference."""
    reference = {"$ref": f"#/components/schemas/{field.type}"}
    beside: dict[str, Any] = {}
    if field.largest is not None:
        beside["maxLength" if field.type == "str" else "maxProperties"] = field.largest
    if field.doc:
        beside["description"] = " ".join(field.doc.split())
    return {"allOf": [reference]} | beside if beside else reference


def _binary(binary: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": binary["name"],
        "summary": " ".join(binary["summary"].split()),
        "contentType": "application/octet-stream",
        "payload": {"type": "string", "format": "binary"},
    }
