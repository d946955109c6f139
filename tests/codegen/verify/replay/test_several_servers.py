"""Traces of several servers of one device: another one goes on where the one before was recorded."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tars.core.server import ServerEndpoint
from tars.core.snapshot import from_bytes, restore_record, take_snapshot, to_bytes
from tars.generated.server import events
from tests.codegen.traces import Lines, Traces, told
from tests.pair import RESUME, Pair
from tests.replayed import keeping


class Fleet:
    """A device that speaks to the first of two servers, which share a store."""

    def __init__(self) -> None:
        self.pair = Pair(limits=RESUME).start()
        self.session = self.pair.converse()
        self.pair.speak(10)
        self.pair.pass_time(1)
        self.first: ServerEndpoint = self.pair.server
        self.takeover = 0
        """So many lines has the first server written when the second one begins."""

    def record(self) -> dict[str, Any]:
        """What the store has of the device by now."""
        return from_bytes(to_bytes(take_snapshot(self.first)))

    def the_user_pauses(self) -> None:
        """The server that has the device thinks, and has not yet said so."""
        self.pair.at_server(events.SpeechEnded(self.session, 1))

    def take_over(self, record: dict[str, Any], *, may_be_old: bool = False) -> None:
        """The second server has the device, with this record."""
        pair = self.pair
        pair.cut(noticed=False)
        self.takeover = len(self.lines())
        pair.server = restore_record(record, "kitchen", RESUME, random.Random(1), epoch=self.first.epoch, now=pair.now)
        pair.server.may_be_old = may_be_old
        pair._begins(pair.server)
        pair.device_lost()
        pair.pass_time(3)

    def lines(self) -> Lines:
        """All lines of both servers."""
        return told(self.pair)["server"]

    def traces(self, folder: Path) -> Traces:
        """Everything that has happened, the files of each server apart."""
        lines = self.lines()
        sides = {"device": told(self.pair)["device"], "first": lines[: self.takeover], "second": lines[self.takeover :]}
        return Traces(folder, sides)

    def fenced(self, traces: Traces) -> None:
        """The first server lives, and notices a while after the takeover."""
        before = len(self.lines())
        self.pair._tell(self.first.handle(events.Fenced(), self.pair.now))
        traces.sides["first"] += self.lines()[before:]

    def answer(self) -> None:
        """The server that has the device answers, and the conversation ends."""
        self.the_user_pauses()
        self.pair.carry()
        self.pair.reply(self.session, 1, bytes(3200))
        self.pair.pass_time(1)
        self.pair.heard(1, 1600)
        self.pair.pass_time(1)
        self.pair.button()
        self.pair.pass_time(5)


def test_another_server_goes_on_where_the_first_one_was_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fleet = Fleet()
    record = fleet.record()
    fleet.the_user_pauses()
    fleet.take_over(record)
    fleet.answer()
    assert fleet.traces(tmp_path).main() == 0
    output = capsys.readouterr().out
    assert "first.jsonl" in output
    assert "1 steps of the server from here on are left out" in output


@pytest.mark.not_replayed("the lines of two servers are in one stream until they are in two files")
def test_what_a_server_does_that_has_lost_its_device_is_left_out(tmp_path: Path) -> None:
    with keeping():
        fleet = Fleet()
        fleet.take_over(fleet.record())
        fleet.answer()
        traces = fleet.traces(tmp_path)
        fleet.fenced(traces)
    assert traces.findings() == []


def test_a_device_that_was_told_more_than_was_recorded_begins_anew(tmp_path: Path) -> None:
    fleet = Fleet()
    record = fleet.record()
    fleet.the_user_pauses()
    fleet.pair.carry()
    fleet.take_over(record, may_be_old=True)
    fleet.pair.pass_time(5)
    assert fleet.traces(tmp_path).findings() == []


def told_before_it_was_recorded(fleet: Fleet, folder: Path) -> Traces:
    """The device has heard that the server thinks. The second server does not know it, and resumes the session all the same."""
    record = fleet.record()
    fleet.the_user_pauses()
    fleet.pair.carry()
    fleet.take_over(record | {"outbox": fleet.record()["outbox"]})
    return fleet.traces(folder)


def begins_elsewhere(fleet: Fleet, folder: Path) -> Traces:
    """The second server begins in a turn in which the first one never was."""
    fleet.take_over(fleet.record())
    traces = fleet.traces(folder)
    traces.line("second", "begins")["payload"]["machines"]["turn"]["context"]["turn"] = 7
    return traces


def begins_linked(fleet: Fleet, folder: Path) -> Traces:
    """The second server takes the connection of the first one for its own."""
    fleet.take_over(fleet.record())
    traces = fleet.traces(folder)
    traces.line("second", "begins")["payload"]["machines"]["continuity"]["state"] = "LINKED"
    return traces


@pytest.mark.not_replayed("the second server does what it must not")
@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (told_before_it_was_recorded, "user_turn_end is message 2; the server has sent only 1 on this link"),
        (begins_linked, "continuity begins in LINKED with empty; a life begins in UNLINKED, or where an earlier one was"),
        (
            begins_elsewhere,
            "turn begins in USER_TURN with turn=7 reply_complete=False; a life begins in NO_TURN, or where an earlier one was",
        ),
    ],
)
def test_what_no_record_explains_is_found(fault: Callable[[Fleet, Path], Traces], complaint: str, tmp_path: Path) -> None:
    with keeping():
        assert any(complaint in finding for finding in fault(Fleet(), tmp_path).findings())


def test_the_lives_of_two_files_are_in_the_order_in_which_they_began(tmp_path: Path) -> None:
    """Back and forth between two servers, each of which has one file."""
    fleet = Fleet()
    fleet.take_over(fleet.record())
    back = len(fleet.lines())
    fleet.first = fleet.pair.server
    fleet.pair.pass_time(1)
    takeover = fleet.takeover
    fleet.take_over(fleet.record())
    fleet.answer()
    traces, lines = fleet.traces(tmp_path), fleet.lines()
    traces.sides |= {"first": lines[:takeover] + lines[back:], "second": lines[takeover:back]}
    assert traces.findings() == []
    assert json.loads((tmp_path / "first.jsonl").read_text().splitlines()[-1])["time"] > traces.sides["second"][-1]["time"]
