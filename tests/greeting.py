"""The greeting of a made-up device."""

from __future__ import annotations

from typing import Any

from tars.generated.messages import PROTOCOL, Hello

NOTHING: dict[str, Any] = {"sid": "", "token": "", "epoch": "", "sent": 0, "received": {}, "heard": {}, "state": {}}
"""What a device says that has nothing to resume."""


def greeting(name: str, **offer: Any) -> Hello:
    """A greeting; an offer to resume if it says of what."""
    return Hello(PROTOCOL, name, "b", **({"resume": bool(offer)} | NOTHING | offer))
