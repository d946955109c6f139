"""What the page shows of each device, as JSON."""

from __future__ import annotations

from tars.runtime import clock
from tars.server.admission import LEGACY
from tars.server.console.web import Json
from tars.server.console.web.fleet import linked_elsewhere, place_of
from tars.server.device_registry import DeviceRegistry
from tars.server.runner import ServerDeviceRunner


def names(registry: DeviceRegistry) -> list[str]:
    """The devices that have a key, or are here now or with another server."""
    elsewhere = linked_elsewhere(registry.fleet) if registry.fleet else set[str]()
    return sorted(registry.runners.keys() | registry.authenticator.names | elsewhere)


def describe(registry: DeviceRegistry, name: str) -> Json:
    """One device. One that is not here has no machines."""
    runner = registry.runners.get(name)
    here: Json = {"name": name, "old": name.startswith(LEGACY), "linked": False, "in_session": False, "server": {}}
    if registry.fleet and not (runner and runner.core.linked):
        here |= place_of(registry.fleet, name)
    return here | (_of_runner(runner) if runner else {})


def _of_runner(runner: ServerDeviceRunner) -> Json:
    core = runner.core
    status = core.status(clock.now())
    socket = runner.sockets.get(core.link.generation)
    return {
        "linked": core.linked,
        "in_session": core.in_session,
        "server": dict(status.states),
        "session": status.session,
        "muted": runner.reported is not None and runner.reported.muted,
        "can_be_watched": "watch" in core.abilities,
        "encrypted": None if socket is None else socket.certificate is not None,
        "link_age": _rounded(status.link_age, 0),
        "last_frame": _rounded(status.last_frame, 0),
        "round_trip": _rounded(status.round_trip, 4),
        "unacknowledged": status.unacknowledged,
        "reply_waits": status.reply_waits,
        "speech_waits": status.speech_waits,
        "resumes": status.resumes,
        "not_resumed": dict(status.not_resumed),
        "refused": status.refused,
        "lost_samples": status.lost_samples,
        "dropped_samples": status.dropped_samples,
        "duplicates": status.duplicates,
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
