"""The rules that messages.yaml must keep by itself: T2xx."""

from __future__ import annotations

from codegen.definitions.model import Messages
from codegen.definitions.schema import nearest
from codegen.lint.machine import unusable
from codegen.lint.rules import Problems, Rules
from codegen.lint.values import types

rule = Rules[Messages]()

# What generated classes and modules already use.
RESERVED_MESSAGES = frozenset({"class_var", "message"})
RESERVED_FIELDS = frozenset({"correlation", "fields", "largest", "numbered", "optional", "sender", "type"})


@rule("T201", "a stamped, optional or correlation field that is no field")
def undeclared(messages: Messages) -> Problems:
    """What is stamped, optional or compared travels in the message."""
    for message in messages.messages:
        fields = types(message.fields)
        for word, names in (("stamped", message.stamped), ("optional", message.optional), ("correlation", message.correlation)):
            for name in names:
                if name not in fields:
                    yield message.mark, f"{message.name}: {word} {name} is not declared; {nearest(name, fields)}"


@rule("T202", "a field that stands twice: in the envelope, the fields or the derived facts")
def doubled(messages: Messages) -> Problems:
    """A name means one thing in a message."""
    for message in messages.messages:
        taken = {field.name for field in messages.envelope}
        for field in (*message.fields, *message.derived):
            if field.name in taken:
                yield field.mark, f"{message.name}: {field.name} is a field already"
            taken.add(field.name)


@rule("T203", "a message or field with a name that generated Python cannot have")
def unusable_name(messages: Messages) -> Problems:
    """Python's words and the attributes of every message are taken."""
    for message in messages.messages:
        if unusable(message.name, RESERVED_MESSAGES):
            yield message.mark, f"message {message.name}: the name is taken in Python"
        for field in (*message.fields, *message.derived):
            if unusable(field.name, RESERVED_FIELDS):
                yield field.mark, f"{message.name}.{field.name}: the name is taken in Python"


@rule("T204", "a message of the core with a field that the core does not stamp")
def unstamped(messages: Messages) -> Problems:
    """No row emits a message with `machine: false`, so only the core can fill its fields."""
    for message in messages.messages:
        for field in message.fields:
            if not message.machine and field.name not in message.stamped:
                yield field.mark, f"{message.name}: nothing fills {field.name}; stamp it"


@rule("T205", "a text or an object that travels and has no largest size")
def unlimited(messages: Messages) -> Problems:
    """The other side decides how long a text is: whoever keeps or logs it needs to know the most."""
    for owner, fields in (("envelope", messages.envelope), *((message.name, message.fields) for message in messages.messages)):
        for field in fields:
            if field.type in ("str", "marks", "object") and field.largest is None:
                yield field.mark, f"{owner}: {field.name} has no largest size; write {field.type}<=N"


@rule("T206", "an optional field that cannot be left out")
def not_optional(messages: Messages) -> Problems:
    """Only a text that a row does not read can be missing, and those come last: so do the fields with a default in Python."""
    for message in messages.messages:
        last = len(message.fields) - len(message.optional)
        for number, field in enumerate(message.fields):
            if field.name not in message.optional:
                continue
            if field.type != "str" or field.name not in message.stamped:
                yield field.mark, f"{message.name}: {field.name} must be a stamped text, for it is optional"
            elif number < last:
                yield field.mark, f"{message.name}: {field.name} is optional; it must stand behind all fields that are not"
