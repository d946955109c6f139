"""The WebSocket close codes that the two programs send."""

from __future__ import annotations

NORMAL = 1000
"""The device has said goodbye."""
GOING_AWAY = 1001
"""This side needs the connection no more, or a newer connection has replaced it."""
PROTOCOL_ERROR = 1002
"""The server does not speak tars.v1, which the device requires."""
POLICY_VIOLATION = 1008
"""The other side did what the protocol does not allow, or may not connect."""
INTERNAL_ERROR = 1011
"""A fault in this program."""
