"""The messages of clients of Gemini's Live interface, checked with the vendor's own types."""

from __future__ import annotations

import json
from typing import Any

from google.genai.types import LiveClientMessage, RealtimeInputConfig
from pydantic import ValidationError

INVALID = 1007
"""How the vendor closes for what it cannot take."""


class WrongError(Exception):
    """The vendor closes the connection."""

    def __init__(self, reason: str, code: int = INVALID, *, fault: bool = True) -> None:
        """`fault`: whether the client has made a mistake; False: it could not know better."""
        super().__init__(reason)
        self.code, self.fault = code, fault


def read_message(frame: str | bytes) -> tuple[LiveClientMessage, RealtimeInputConfig]:
    """The message, as the vendor's own type, and what its set-up says of turns. Raises WrongError.

    The vendor's type of a set-up lacks the field realtimeInputConfig, which its interface and its client have.
    """
    try:
        raw = json.loads(frame)
    except ValueError as error:
        raise WrongError(f"Invalid JSON payload received. {error}") from error
    if not isinstance(raw, dict) or len(raw) != 1:
        raise WrongError("Invalid JSON payload received. A message has exactly one of setup, clientContent, realtimeInput, toolResponse.")
    config: Any = {}
    if isinstance(setup := raw.get("setup"), dict):
        config = setup.pop("realtimeInputConfig", None) or setup.pop("realtime_input_config", None) or {}
    try:
        return LiveClientMessage.model_validate_json(json.dumps(raw)), RealtimeInputConfig.model_validate(config)
    except ValidationError as error:
        first = error.errors()[0]
        name, *place = reversed([str(part) for part in first["loc"]])
        where = ".".join(reversed(place))
        raise WrongError(f"Invalid JSON payload received. Unknown name {name!r} at {where!r}: {first['msg']}"[:120]) from error
