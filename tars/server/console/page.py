"""The page of metrics, in pieces: between two of them the event loop takes what has come in, however many devices there are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.core import Metric as Family

from tars.runtime import clock
from tars.server.admission import LEGACY
from tars.server.console import metrics
from tars.server.console.counting import Counting, OfDevice
from tars.server.console.metrics import Metric
from tars.server.device_registry import DeviceRegistry
from tars.server.runner import ServerDeviceRunner
from tars.server.store.fleet_counts import BOUNDS
from tars.server.store.fleet_sessions import FleetSessions

AT_ONCE = 50
"""Devices that are looked at, or lines that are written, before the event loop goes on: 0.3 ms."""

Item = TypeVar("Item")
LINKS = [(protocol, encrypted) for protocol in ("tars.v1", "legacy") for encrypted in ("yes", "no")]
"""The labels of `tars_links`."""


@dataclass(frozen=True)
class Device:
    """One device at this moment."""

    runner: ServerDeviceRunner | None
    """None: it is away, and nothing is kept of it."""
    counted: OfDevice

    @property
    def linked(self) -> float:
        """Whether it has a link."""
        return float(self.runner is not None and self.runner.core.linked)

    @property
    def round_trip(self) -> float | None:
        """In seconds; None: there is no link, or it was not measured."""
        return self.runner.core.link.liveness.round_trip if self.runner is not None and self.runner.core.linked else None

    @property
    def muted(self) -> float | None:
        """Whether it is muted; None: nobody knows."""
        reported = self.runner.reported if self.runner is not None else None
        return None if reported is None else float(reported.muted)

    def count(self, name: str, unit: float = 1) -> float | None:
        """What the device has counted under that name; None: it has not said a number."""
        reported = self.runner.reported if self.runner is not None else None
        value = reported.counts.get(name) if reported is not None else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        return value * unit


OF_DEVICES: Mapping[Metric, Callable[[Device], float | None]] = {
    metrics.DEVICE_LINKED: lambda device: device.linked,
    metrics.DEVICE_ROUND_TRIP: lambda device: device.round_trip,
    metrics.DEVICE_SESSIONS: lambda device: device.counted.sessions,
    metrics.DEVICE_LINKS_LOST: lambda device: device.counted.links_lost,
    metrics.DEVICE_MUTED: lambda device: device.muted,
    metrics.DEVICE_LOST_BLOCKS: lambda device: device.count("lost_blocks"),
    metrics.DEVICE_OVERRUNS: lambda device: device.count("overruns"),
    metrics.DEVICE_GAPS: lambda device: device.count("gaps"),
    metrics.DEVICE_UNDERRUNS: lambda device: device.count("underruns"),
    metrics.DEVICE_ECHO_DELAY: lambda device: device.count("echo_delay_ms", 1e-3),
    metrics.DEVICE_DRIFT: lambda device: device.count("drift_ppm", 1e-6),
    metrics.DEVICE_ECHO_LOWERED: lambda device: device.count("echo_lowered_db"),
}
"""A metric of each device -> its value; None: there is none."""

OF_FLEET: Mapping[Metric, Callable[[FleetSessions], float | Mapping[str, float]]] = {
    metrics.STORE_REACHABLE: lambda fleet: fleet.reachable,
    metrics.STORE_COMMANDS: lambda fleet: fleet.counts.commands,
    metrics.STORE_ERRORS: lambda fleet: fleet.counts.errors,
    metrics.STORE_WRITES: lambda fleet: fleet.counts.writes,
    metrics.STORE_HELD: lambda fleet: fleet.held,
    metrics.LEASES: lambda fleet: fleet.leases,
    metrics.LEASES_TAKEN: lambda fleet: fleet.counts.taken,
    metrics.LEASES_LOST: lambda fleet: fleet.counts.lost,
    metrics.SESSIONS_GONE_ON: lambda fleet: fleet.counts.gone_on,
}
"""A metric of several servers -> its value, or one for each value of its label. The histogram is not among them."""


async def write_page(registry: DeviceRegistry, counting: Counting) -> AsyncIterator[bytes]:
    """The page of this moment, in Prometheus' text format 0.0.4. Other callbacks of the event loop run between its pieces."""
    yield _text(await _sums(registry, counting))
    await clock.sleep_until(0)
    yield generate_latest(counting.registry)
    here = {name for name in registry.runners if not name.startswith(LEGACY)}
    # Where devices need keys, one that is shut out or has another name is not on the page any more.
    batches = _batches(sorted(here | (registry.authenticator.names or counting.devices.keys())))
    for metric, value_of in OF_DEVICES.items():
        for number, batch in enumerate(batches):
            await clock.sleep_until(0)
            devices = [(name, Device(registry.runners.get(name), counting.devices.get(name, OfDevice()))) for name in batch]
            text = _text([_family(metric, [((name,), value_of(device)) for name, device in devices])])
            yield text if number == 0 else _without_header(text)


async def _sums(registry: DeviceRegistry, counting: Counting) -> list[Family]:
    """What is known of all devices together, and not counted as it happens."""
    links: Counter[tuple[str, str]] = Counter(dict.fromkeys(LINKS, 0))
    sessions = 0
    for batch in _batches(list(registry.runners.values())):
        for runner in batch:
            sessions += runner.core.in_session
            if (socket := runner.sockets.get(runner.core.link.generation)) is not None:
                links[socket.subprotocol or "legacy", "no" if socket.certificate is None else "yes"] += 1
        await clock.sleep_until(0)
    refusals = dict(registry.authenticator.refusals) | {"protocol violation": counting.violations}
    return [
        _family(metrics.LINKS, links.items()),
        _family(metrics.SESSIONS_ACTIVE, [((), sessions)]),
        _family(metrics.REFUSALS, [((kind,), count) for kind, count in refusals.items()]),
        *_of_fleet(registry.fleet),
    ]


def _of_fleet(fleet: FleetSessions | None) -> list[Family]:
    """What is known of the Redis that several servers share. None: there is none, and no metric of it has a value."""
    families = [_family(metric, _samples(value_of(fleet)) if fleet else ()) for metric, value_of in OF_FLEET.items()]
    times = HistogramMetricFamily(metrics.STORE_WRITE_SECONDS.name, metrics.STORE_WRITE_SECONDS.meaning)
    if fleet is not None:
        took = fleet.counts.write_seconds
        times.add_metric((), list(zip(map(str, (*BOUNDS, "+Inf")), accumulate(took.counts), strict=True)), took.sum)
    return [*families, times]


def _samples(value: float | Mapping[str, float]) -> list[tuple[Sequence[str], float | None]]:
    """The one value of a metric, or one for each value of its label."""
    return [((label,), one) for label, one in value.items()] if isinstance(value, Mapping) else [((), float(value))]


def _batches(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[at : at + AT_ONCE] for at in range(0, len(items), AT_ONCE)]


def _family(metric: Metric, values: Iterable[tuple[Sequence[str], float | None]]) -> Family:
    """The samples of a metric: the values of its labels, and its own; None: there is none."""
    kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    family = kind(metric.name, metric.meaning, labels=tuple(metric.labels))
    for labels, value in values:
        if value is not None:
            family.add_metric(labels, value)
    return family


class _Families(CollectorRegistry):
    """What the client of Prometheus writes as text."""

    def __init__(self, families: Iterable[Family]) -> None:
        super().__init__()
        self._families = families

    def collect(self) -> Iterable[Family]:
        """All of them."""
        return self._families


def _text(families: Iterable[Family]) -> bytes:
    return generate_latest(_Families(families))


def _without_header(text: bytes) -> bytes:
    """The samples only: a metric has one header, before its first sample."""
    return b"".join(line for line in text.splitlines(keepends=True) if not line.startswith(b"#"))
