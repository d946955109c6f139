"""What a running server drops when the command `forget` deletes a device beside it. The console and `LastSeen` drop what they have."""

from __future__ import annotations

from tars.generated.server import events
from tars.server.device_registry import DeviceRegistry


def drop_device(registry: DeviceRegistry, device: str) -> None:
    """Nothing is to be known of this device any more. One that is linked goes on, and is known by what it does from now on."""
    registry.leave(device)
    registry.tokens.forget(device)
    runner = registry.runners.get(device)
    if runner is not None and not runner.core.linked:
        runner.post(events.Stop())
