"""The events of OpenAI's Realtime interface, checked with the vendor's own types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from openai.types.realtime import RealtimeClientEvent, RealtimeServerEvent, RealtimeSessionCreateRequest, SessionUpdateEvent
from pydantic import BaseModel, ValidationError


def _by_type(union: Any) -> dict[str, Any]:
    """The classes of a union of events, by the value of their field `type`."""
    return {get_args(each.model_fields["type"].annotation)[0]: each for each in get_args(get_args(union)[0])}


CLIENT, SERVER = _by_type(RealtimeClientEvent), _by_type(RealtimeServerEvent)


class RefusedError(Exception):
    """The vendor answers an event with an error."""

    def __init__(self, code: str, message: str, param: str | None = None, *, fault: bool = True) -> None:
        """`fault`: whether the client has made a mistake; False: it could not know better."""
        super().__init__(message)
        self.code, self.param, self.fault = code, param, fault


def read_json(frame: str | bytes) -> dict[str, Any]:
    if not isinstance(frame, str):
        raise RefusedError("invalid_value", "a binary message")
    try:
        raw = json.loads(frame)
    except ValueError as error:
        raise RefusedError("invalid_json", f"no JSON: {error}") from error
    if not isinstance(raw, dict):
        raise RefusedError("invalid_json", "no JSON object")
    return raw


def read_event(raw: dict[str, Any]) -> Any:
    """The event, as the vendor's own type. Raises RefusedError."""
    kind = raw.get("type")
    if kind not in CLIENT:
        raise RefusedError("invalid_value", f"Invalid value: {kind!r}. Supported values are: {', '.join(CLIENT)}.", "type")
    try:
        event = CLIENT[kind].model_validate_json(json.dumps(raw), strict=True)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise RefusedError("invalid_type", f"{kind}: {where}: {error.errors()[0]['msg']}", where) from error
    if (name := next(unknown_fields(event), None)) is not None:
        raise RefusedError("unknown_parameter", f"Unknown parameter: '{name}'.", name)
    return event


def unknown_fields(value: Any, place: str = "") -> Iterator[str]:
    """The fields that the vendor's types do not have: these types take any."""
    if isinstance(value, BaseModel):
        yield from (f"{place}{name}" for name in value.model_extra or {})
        for name in value.model_fields_set - set(value.model_extra or {}):
            yield from unknown_fields(getattr(value, name), f"{place}{name}.")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from unknown_fields(each, f"{place[:-1]}[{number}].")


def session_changes(event: SessionUpdateEvent, model: str, rate: int) -> dict[str, Any]:
    """What the event changes of a session of that model, whose sound has that rate. Raises RefusedError."""
    wanted = event.session
    if not isinstance(wanted, RealtimeSessionCreateRequest):
        raise RefusedError("invalid_value", "this is no session for transcription", "session.type")
    changes = wanted.model_dump(exclude_unset=True)
    if changes.get("model", model) != model:
        raise RefusedError("invalid_value", "the model of a session cannot be changed", "session.model")
    sound = changes.get("audio") or {}
    for way in ("input", "output"):
        if (form := (sound.get(way) or {}).get("format")) is not None and form != {"type": "audio/pcm", "rate": rate}:
            raise RefusedError("invalid_value", f"the format {form} is not PCM of {rate} Hz", f"session.audio.{way}.format")
    return changes


def silence_that_ends_a_turn(session: dict[str, Any]) -> int | None:
    """Milliseconds; None: the client ends turns."""
    listening = (session.get("audio") or {}).get("input") or {}
    detection = listening.get("turn_detection", {})
    return None if detection is None else detection.get("silence_duration_ms") or 500


def merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Only the fields that are there are changed."""
    both = dict(old)
    for name, value in new.items():
        before = both.get(name)
        both[name] = merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return both
