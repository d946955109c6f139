"""Delivery of events and the limits, on the device's four machines with nothing around them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from tars.core.device_states import DeviceStates
from tars.core.effects import Effect, Traced
from tars.core.machines import JITTER, MachineSet
from tars.engine import Event
from tars.errors import ForbiddenEvent
from tars.generated.device import events
from tars.generated.device.wiring import WIRING
from tars.generated.limits import Limits

START = 50.0


class Notes:
    """Writes down what it is asked to do and to send."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, action: str) -> Callable[[Event], None]:
        return lambda cause: self.asked.append(action)

    def send(self, message: str, emitted: Event, now: float) -> None:
        self.asked.append(f"send {message}")


class Bare(MachineSet):
    """The device's machines, and what they ask for."""

    def __init__(self, seed: int = 1, **limits: Any) -> None:
        self.notes, self.effects = Notes(), list[Effect]()
        super().__init__(WIRING, "kitchen", Limits(**limits), random.Random(seed), DeviceStates().machines, self.notes, self.effects)

    @property
    def asked(self) -> list[str]:
        return self.notes.asked

    def state(self, machine: str) -> str:
        return str(self[machine].state)

    def states(self) -> list[str]:
        return [machine.state for machine in self]

    def take_effects(self) -> list[Effect]:
        taken = self.effects.copy()
        self.effects.clear()
        return taken

    def steps(self) -> list[tuple[str | None, str, str | None]]:
        """(machine, event, outcome) of everything that was delivered, once."""
        return [(t.machine, t.event, t.outcome) for t in self.take_effects() if isinstance(t, Traced)]


@pytest.fixture
def node() -> Bare:
    node = Bare()
    node.post(events.Start(), START)
    return node


def link(node: Bare, now: float = START) -> None:
    node.post(events.SocketOpened(1), now)
    node.deliver("welcome", {"resumed": False, "reason": "new", "utterance": False}, now, None)


def test_an_outside_event_is_followed_by_what_it_causes_in_order(node: Bare) -> None:
    assert node.steps() == [("session", "start", "taken"), ("connection", "started", "taken")]
    link(node)
    assert node.steps() == [
        ("connection", "socket_opened", "taken"),
        ("connection", "welcome", "taken"),
        ("continuity", "link_fresh", "taken"),
        ("session", "fresh", "ignored"),
    ]
    assert node.asked == ["open_socket", "send hello", "new_record"]


def test_one_outside_event_goes_to_several_machines_in_the_order_listed(node: Bare) -> None:
    link(node)
    node.take_effects()
    node.post(events.Hotword("s1", "hey_jarvis", 0.9, 100), START)
    assert node.steps() == [
        ("session", "hotword", "taken"),
        ("turn", "hotword", "ignored"),
        ("connection", "redial", "ignored"),
        ("connection", "wanted", "taken"),
    ]


def test_an_event_outside_its_time_is_stale_and_reaches_no_machine(node: Bare) -> None:
    node.take_effects()
    before = node.states()
    node.post(events.Start(), START)
    node.post(events.Drained("s1", 1), START)
    assert node.steps() == [(None, "start", "outdated"), (None, "drained", "outdated")]
    assert node.states() == before


def test_a_message_that_may_not_be_said_now_is_forbidden_and_changes_nothing(node: Bare) -> None:
    node.take_effects()
    before = node.states()
    with pytest.raises(ForbiddenEvent, match=r"session \(device\): event session_started is forbidden in LISTENING"):
        node.deliver("session_started", {"session": "s1"}, START, 7)
    assert node.states() == before
    (traced,) = (effect for effect in node.take_effects() if isinstance(effect, Traced))
    assert (traced.outcome, traced.row, traced.message) == ("forbidden", None, 7)
    link(node)
    assert node.state("connection") == "CONNECTED", "the node goes on"


def test_current_means_equal_in_a_state_that_has_one(node: Bare) -> None:
    message = events.SessionStarted("s1")
    assert not node.is_current(["session"], message)
    node.post(events.Hotword("s1", "hey_jarvis", 0.9, 100), START)
    assert node.is_current(["session"], message)
    assert not node.is_current(["session"], events.SessionStarted("s2"))
    node.post(events.Button("s3", 100), START)
    assert not node.is_current(["session"], message), "over"


def test_a_limit_passes_once_and_only_in_its_state(node: Bare) -> None:
    assert node.next_limit == START + 5, "greeting_limit"
    node.pass_limits(START + 4.9)
    assert node.state("connection") == "CONNECTING"
    node.pass_limits(START + 5)
    assert node.state("connection") == "BACKOFF"


def test_leaving_a_state_disarms_its_limit(node: Bare) -> None:
    link(node, START + 1)
    assert node.next_limit == START + 1 + 10, "stable_after, armed on entering"
    node.pass_limits(START + 11)
    assert node.next_limit is None
    assert node.state("connection") == "CONNECTED"


def test_a_row_without_a_target_does_not_arm_the_limit_anew(node: Bare) -> None:
    due = node.next_limit
    node.post(events.SocketOpened(1), START + 2)
    assert node.next_limit == due


def test_the_ladder_is_climbed_with_jitter_and_starts_over_only_after_a_stable_link() -> None:
    node = Bare()
    node.post(events.Start(), START)
    now, waits = START, []
    for _ in range(7):
        node.post(events.Failed(1, "refused"), now)
        assert node.next_limit is not None
        waits.append(node.next_limit - now)
        now = node.next_limit
        node.pass_limits(now)
    for wait, step in zip(waits, [1, 2, 4, 8, 16, 16, 16], strict=True):
        assert step <= wait <= step * (1 + JITTER)
    assert len({wait / step for wait, step in zip(waits, [1, 2, 4, 8, 16, 16, 16], strict=True)}) > 1, "each with its own jitter"
    link(node, now)
    node.post(events.Lost(1, "gone"), now + 9)
    assert node.next_limit is not None
    assert node.next_limit - (now + 9) >= 16, "a link of 9 s is not stable"
    node.pass_limits(node.next_limit)
    link(node, now + 30)
    node.pass_limits(now + 40)
    node.post(events.Lost(1, "gone"), now + 41)
    assert node.next_limit is not None
    assert node.next_limit - (now + 41) <= 1 * (1 + JITTER)


def test_many_limits_that_passed_happen_in_the_order_of_their_time() -> None:
    node = Bare(answer_limit=2)
    node.post(events.Start(), START)
    node.post(events.Hotword("s1", "hey_jarvis", 0.9, 100), START + 1)
    node.take_effects()
    node.pass_limits(START + 100)
    limits = [event for _, event, outcome in node.steps() if event in ("no_answer", "greeting_late", "retry") and outcome == "taken"]
    assert limits[:2] == ["no_answer", "greeting_late"]


def test_a_trace_line_says_all_about_a_step(node: Bare) -> None:
    link(node)
    node.take_effects()
    node.post(events.Hotword("s1", "hey_jarvis", 0.9, 100), START)
    traced = next(effect for effect in node.take_effects() if isinstance(effect, Traced))
    assert (traced.node, traced.device, traced.machine, traced.event) == ("device", "kitchen", "session", "hotword")
    assert traced.payload == {"session": "s1", "model": "hey_jarvis", "score": 0.9, "at": 100}
    assert (traced.source, traced.target, traced.outcome) == ("LISTENING", "HOTWORD_DETECTED", "taken")
    assert traced.context == {"session": "s1", "gaps": False}
    assert traced.effects == ("stop_speaker", "chime", "begin_utterance", "open_uplink", "emit hotword_detected", "emit wanted")
    assert traced.row is not None
    assert traced.row.startswith("session.yaml:")
    assert traced.session == "s1"


def test_the_first_line_of_a_trace_says_states_contexts_and_limits() -> None:
    node = Bare(device_grace=7)
    node.mark_beginning()
    (mark,) = node.take_effects()
    assert isinstance(mark, Traced)
    assert (mark.machine, mark.event, mark.session) == (None, "begins", None)
    machines = {name: (at["state"], at["context"]) for name, at in mark.payload["machines"].items()}
    assert machines["continuity"] == ("UNLINKED", {})
    assert machines["session"] == ("IDLE", {"session": "", "gaps": False})
    assert [*machines] == ["connection", "continuity", "session", "turn"]
    assert mark.payload["limits"] == asdict(Limits(device_grace=7))


def test_a_fault_in_an_action_harms_no_other_device_and_the_machines_can_go_on() -> None:
    one, other = Bare(), Bare()

    def fails(cause: Event) -> None:
        raise ZeroDivisionError

    one.notes.open_socket = fails  # type: ignore[attr-defined]
    with pytest.raises(ZeroDivisionError):
        one.post(events.Start(), START)
    other.post(events.Start(), START)
    for node in (one, other):
        link(node)
        assert (node.state("connection"), node.state("continuity"), node.state("session")) == ("CONNECTED", "LINKED", "LISTENING")


def test_every_action_of_a_row_has_a_method_on_the_real_nodes() -> None:
    from tars.core.device import DeviceEndpoint
    from tars.core.server import ServerEndpoint
    from tars.generated.device import wiring as device
    from tars.generated.server import wiring as server

    for kind, protocol in ((DeviceEndpoint, device.Actions), (ServerEndpoint, server.Actions)):
        asked = {name for name in vars(protocol) if not name.startswith("_")}
        inherited = [name for name in asked if getattr(kind, name) is getattr(protocol, name)]
        assert inherited == [], "an action inherited from the Protocol does nothing"
