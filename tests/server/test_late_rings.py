"""Timers that wait for devices that are away."""

from __future__ import annotations

import pytest

from tars.server import late_rings
from tars.server.late_rings import LateRings


def test_timers_wait_for_their_device_in_their_order_and_ring_once() -> None:
    waiting = LateRings()
    for device, label in [("kitchen", "tea"), ("bedroom", "nap"), ("kitchen", "eggs")]:
        waiting.add(device, label)
    assert waiting.take("kitchen") == ["tea", "eggs"]
    assert waiting.take("kitchen") == []
    assert waiting.take("bedroom") == ["nap"]


def test_a_device_with_many_timers_loses_its_own_oldest_and_no_other_device_loses_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_rings, "MOST", 2)
    waiting = LateRings()
    waiting.add("bedroom", "nap")
    for label in ("tea", "eggs", "cake"):
        waiting.add("kitchen", label)
    assert waiting.take("kitchen") == ["eggs", "cake"]
    assert waiting.take("bedroom") == ["nap"]


def test_of_too_many_devices_the_oldest_is_given_up(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(late_rings, "MOST_DEVICES", 2)
    waiting = LateRings()
    for device in ("kitchen", "bedroom", "bath"):
        waiting.add(device, "tea")
    assert [waiting.take(device) for device in ("kitchen", "bedroom", "bath")] == [[], ["tea"], ["tea"]]
    assert "timers wait for too many devices; those of one are given up" in caplog.messages


def test_whoever_keeps_them_is_told_of_each_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_rings, "MOST_DEVICES", 1)
    told: list[tuple[str, list[str]]] = []
    late = LateRings(lambda device, labels: told.append((device, [*labels])))
    late.add("kitchen", "tea")
    late.add("kitchen", "eggs")
    assert late.take("bath") == []
    late.take("kitchen")
    late.rung("kitchen", "tea")
    late.rung("kitchen", "tea")
    late.rung("kitchen", "eggs")
    assert told == [("kitchen", ["tea"]), ("kitchen", ["tea", "eggs"]), ("kitchen", ["eggs"]), ("kitchen", [])]
    told.clear()
    late.add("kitchen", "tea")
    late.add("bath", "tea")
    assert told == [("kitchen", ["tea"]), ("kitchen", []), ("bath", ["tea"])]


def test_what_a_device_is_told_is_due_until_that_is_recorded_or_the_device_has_ended() -> None:
    due: dict[str, list[str]] = {}
    late = LateRings(lambda device, labels: due.update({device: [*labels]}))
    for label in ("tea", "eggs", "eggs"):
        late.ring("kitchen", label)
    assert due == {"kitchen": ["tea", "eggs", "eggs"]}
    late.rung("kitchen", "eggs")
    late.add("kitchen", "eggs")  # it could not be told
    assert due == {"kitchen": ["eggs", "tea"]}
    late.ended("kitchen")
    assert due == {"kitchen": ["eggs"]}, "it was told the other one, or that was handed back"
    late.ring("kitchen", "nap")
    late.rename("kitchen", "hall")
    assert due == {"kitchen": [], "hall": ["eggs"]}
    late.ring("hall", "nap")
    late.forget("hall")
    assert late.take("hall") == []
