"""What a request of the interface for other programs asks for. What is wrong with it is said in HTTPException."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from tars.runtime.config_values import read_name, read_sentence, read_span

LONGEST_BODY = 16 * 1024
"""Bytes. The longest text has 1,000 characters; JSON may write one with 12 bytes."""
BODY_LIMIT = 5.0
"""Seconds in which the body must come."""
KEY = re.compile(r"[!-~]{1,255}")
FIELDS = ("device", "text", "expires")
TIMER_FIELDS = ("device", "duration", "label")
LONGEST_TIMER = 86_400
"""Seconds; as long as one that was set by voice."""
LONGEST_LABEL = 100
KINDS = {bool: "true or false", int: "a whole number", str: "a text"}
"""What a value of a kind is called."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Wanted:
    """An announcement that a program wants."""

    device: str
    text: str
    seconds: float
    """How long it waits."""
    key: str
    """The header Idempotency-Key; empty: there is none."""


@dataclass(frozen=True)
class WantedTimer:
    """A timer that a program wants."""

    device: str
    seconds: float
    label: str
    """Empty: it is called by its length."""


async def read_wanted(request: Request, expiry: float) -> Wanted:
    """What the body and the headers of a request say. `expiry`: the seconds, if the body does not say them. Raises HTTPException."""
    key = read_key(request)
    said = await _read_known(request, FIELDS[:2], FIELDS)
    seconds = _seconds("expires", said.get("expires", expiry))
    return Wanted(_text(said, "device", read_name), _text(said, "text", read_sentence), seconds, key)


async def read_timer(request: Request) -> WantedTimer:
    """What the body of a request for a timer says. Raises HTTPException."""
    said = await _read_known(request, TIMER_FIELDS[:2], TIMER_FIELDS)
    seconds = _seconds("duration", said["duration"])
    if not 1 <= seconds <= LONGEST_TIMER:
        raise HTTPException(400, "duration must be one second to 24 hours")
    label = _text(said, "label", read_sentence).strip() if said.get("label", "") != "" else ""
    if len(label) > LONGEST_LABEL:
        raise HTTPException(400, f"label must be {LONGEST_LABEL} characters at most, not {len(label)}")
    return WantedTimer(_text(said, "device", read_name), seconds, label)


async def read_fields(request: Request, required: Mapping[str, type], optional: Mapping[str, type] | None = None) -> dict[str, Any]:
    """The fields of the body, each of its kind. Raises HTTPException for anything else."""
    kinds = {**required, **(optional or {})}
    said = await _read_known(request, list(required), list(kinds))
    for name, value in said.items():
        if type(value) is not kinds[name]:
            raise HTTPException(400, f"{name} must be {KINDS[kinds[name]]}, not {json.dumps(value):.40}")
    return said


def read_key(request: Request) -> str:
    """The header Idempotency-Key; empty: there is none. Raises HTTPException."""
    keys = request.headers.getlist("Idempotency-Key")
    if not keys:
        return ""
    if len(keys) > 1 or not KEY.fullmatch(keys[0]):
        raise HTTPException(400, "Idempotency-Key must be 1 to 255 letters, digits and signs of ASCII, without spaces, and be there once")
    return keys[0]


def read_query(request: Request, required: Sequence[str] = (), optional: Sequence[str] = ()) -> list[str]:
    """The values of the required parameters. Raises HTTPException if one is missing, or another one is there."""
    allowed = (*required, *optional)
    if unknown := sorted(request.query_params.keys() - set(allowed)):
        raise HTTPException(400, f"the parameter {unknown[0]!r} is unknown; allowed are {', '.join(allowed)}")
    if missing := [name for name in required if not request.query_params.get(name)]:
        raise HTTPException(400, f"the parameter {missing[0]} is missing; needed are {', '.join(required)}")
    return [request.query_params[name] for name in required]


async def _read_object(request: Request) -> dict[str, Any]:
    body = await _read_body(request)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"the body must be JSON in UTF-8: {error}") from None
    if not isinstance(said, dict):
        raise HTTPException(400, 'the body must be an object of JSON: {"device": "kitchen", "text": "Dinner is ready."}')
    return said


async def _read_body(request: Request) -> bytes:
    body = b""
    # What may follow is not read, so the connection must end.
    ends = {"Connection": "close"}
    try:
        async with asyncio.timeout(BODY_LIMIT):
            async for piece in request.stream():
                body += piece
                if len(body) > LONGEST_BODY:
                    raise HTTPException(413, f"the body is too long; at most {LONGEST_BODY} bytes are allowed", ends)
    except TimeoutError:
        raise HTTPException(408, f"the body must come within {BODY_LIMIT:g} s", ends) from None
    except ClientDisconnect:
        raise HTTPException(400, "the body is not complete", ends) from None
    return body


async def _read_known(request: Request, required: Sequence[str], allowed: Sequence[str]) -> dict[str, Any]:
    """The body, if it has the required fields and no unknown one."""
    said = await _read_object(request)
    if unknown := sorted(said.keys() - set(allowed)):
        raise HTTPException(400, f"{unknown[0]!r} is unknown; allowed are {', '.join(allowed)}")
    if missing := [name for name in required if name not in said]:
        raise HTTPException(400, f"{missing[0]} is missing; the body must have {' and '.join(required)}")
    return said


def _text(said: dict[str, Any], name: str, read: Callable[[str], Value]) -> Value:
    if not isinstance(said[name], str):
        raise HTTPException(400, f"{name} must be a text, not {json.dumps(said[name]):.40}")
    return _checked(name, read, said[name])


def _seconds(name: str, said: object) -> float:
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        raise HTTPException(400, f"{name} must be a number of seconds, or a text such as 30m, not {json.dumps(said):.40}")
    return _checked(name, read_span, str(said))


def _checked(name: str, read: Callable[[str], Value], text: str) -> Value:
    try:
        return read(text)
    except ValueError as error:
        raise HTTPException(400, f"{name} {error}") from None
