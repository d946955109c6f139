"""Counts what happens. It looks at the steps and marks that runners trace anyway; no frame of sound is among them."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics

from tars import __version__
from tars.brains import NO_WAKE_WORDS
from tars.core.effects import Traced
from tars.core.server import ServerEndpoint
from tars.generated.server import events
from tars.generated.server.session import SessionState
from tars.generated.server.turn import TurnState
from tars.runtime import clock
from tars.server.admission import LEGACY
from tars.server.console import metrics
from tars.server.console.metrics import Metric

MOST_WORDS = 50
"""Wake words that are counted apart. A device may name its word as it likes; those beyond are `other`."""
MOST_NAMES = 10_000
"""Devices that are counted apart. Where no device needs a key, anybody may make up names; the one known for longest is given up."""
LAG_INTERVAL = 0.5
"""Seconds between two looks at the lag of the event loop."""
IN_SESSION = (SessionState.HOTWORD_DETECTED, SessionState.ACTIVE_SESSION)


@dataclass(slots=True)
class OfDevice:
    """What is counted of one device."""

    sessions: int = 0
    links_lost: int = 0


class Counting:
    """All that is counted, in the registry of Prometheus' client and, of each device, in `devices`."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # else each counter has a series more, which nobody reads
        self.registry = CollectorRegistry()
        self.devices: dict[str, OfDevice] = {}
        self._words: set[str] = set()
        self._thinking_since: dict[str, float] = {}
        self._links_opened = self._counter(metrics.LINKS_OPENED)
        self._links_lost = self._counter(metrics.LINKS_LOST)
        self._resumes = self._counter(metrics.RESUMES)
        self._not_resumed = self._counter(metrics.NOT_RESUMED)
        self._lost_samples = self._counter(metrics.LOST_SAMPLES)
        self.violations = 0
        """Links that were closed because the device did what the protocol does not allow."""
        self._sessions = self._counter(metrics.SESSIONS)
        self._sessions_ended = self._counter(metrics.SESSIONS_ENDED)
        self._wake_words = self._counter(metrics.WAKE_WORDS)
        self._turns = self._counter(metrics.TURNS)
        self._barge_ins = self._counter(metrics.BARGE_INS)
        self._answer = self._histogram(metrics.ANSWER)
        self._answer_stage = self._histogram(metrics.ANSWER_STAGE)
        self._brain_failures = self._counter(metrics.BRAIN_FAILURES)
        self._loop_lag = self._histogram(metrics.LOOP_LAG)
        Gauge(metrics.BUILD.name, metrics.BUILD.meaning, metrics.BUILD.labels, registry=self.registry).labels(__version__).set(1)
        ProcessCollector(namespace="tars", registry=self.registry)

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.name, metric.meaning, tuple(metric.labels), registry=self.registry)

    def _histogram(self, metric: Metric) -> Histogram:
        return Histogram(metric.name, metric.meaning, tuple(metric.labels), registry=self.registry, buckets=metric.buckets)

    async def watch_loop(self) -> None:
        """Look at the lag of the event loop, until this is cancelled."""
        while True:
            due = clock.now() + LAG_INTERVAL
            await clock.sleep_until(due)
            self._loop_lag.observe(max(clock.now() - due, 0.0))

    # --- steps and marks -----------------------------------------------------------------------------------------------------

    def observe(self, step: Traced, core: ServerEndpoint) -> None:
        """A step of this device's core, or a mark."""
        if step.machine is None:
            self._observe_mark(step)
        elif step.outcome == "taken":
            match step.machine:
                case "continuity":
                    self._observe_continuity(step)
                case "session":
                    self._observe_session(step, core.woken_by)
                case "turn":
                    self._observe_turn(step)

    def _observe_mark(self, mark: Traced) -> None:
        match mark.event:
            case "answered":
                for stage, seconds in mark.payload["stages"].items():
                    self._answer_stage.labels(stage).observe(seconds)
            case "gap":
                self._lost_samples.inc(mark.payload["samples"])
            case "not_resumed":
                self._not_resumed.labels(mark.payload["reason"]).inc()
            case "refused":
                self.violations += 1

    def _observe_continuity(self, step: Traced) -> None:
        if step.event == events.Hello.name:
            self._links_opened.inc()
        elif step.event == events.Lost.name:
            self._links_lost.inc()
            self._of(step.device).links_lost += 1
        if ServerEndpoint.send_unacknowledged_again.__name__ in step.effects:
            self._resumes.inc()

    def _observe_session(self, step: Traced, woken_by: str) -> None:
        if step.event == events.HotwordDetected.name:
            self._sessions.inc()
            self._of(step.device).sessions += 1
            if woken_by not in NO_WAKE_WORDS:
                self._wake_words.labels(self._word(woken_by)).inc()
        elif step.event == events.BrainFailed.name:
            self._brain_failures.labels("opening" if step.source == SessionState.HOTWORD_DETECTED else "conversation").inc()
        elif step.event == events.BrainLate.name:
            self._brain_failures.labels("late").inc()
        if step.source in IN_SESSION and step.target not in IN_SESSION:
            self._sessions_ended.labels(step.event).inc()

    def _observe_turn(self, step: Traced) -> None:
        if step.target == step.source:
            return
        since = self._thinking_since.pop(step.device, None)
        if step.target == TurnState.SPEAKING and since is not None:
            self._answer.observe(clock.now() - since)
        if step.target == TurnState.USER_TURN:
            self._turns.inc()
            if step.event in (events.BargeIn.name, events.InterruptionMeant.name):
                self._barge_ins.inc()
        elif step.target == TurnState.THINKING:
            self._thinking_since[step.device] = clock.now()

    # --- bounds --------------------------------------------------------------------------------------------------------------

    def _word(self, model: str) -> str:
        if model not in self._words:
            if len(self._words) >= MOST_WORDS:
                return "other"
            self._words.add(model)
        return model

    def forget(self, device: str) -> None:
        """The device is forgotten."""
        self.devices.pop(device, None)
        self._thinking_since.pop(device, None)

    def _of(self, device: str) -> OfDevice:
        """What is counted of this device. An old device has another name on each connection: it is counted with the others only."""
        if device.startswith(LEGACY):
            return OfDevice()
        if device not in self.devices and len(self.devices) >= MOST_NAMES:
            del self.devices[next(iter(self.devices))]
        return self.devices.setdefault(device, OfDevice())
