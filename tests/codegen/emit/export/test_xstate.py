"""The configurations and implementations run under XState and do what the definitions say."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from codegen.definitions.model import Definitions
from codegen.definitions.semantics import Values
from codegen.definitions.test_cases import Cases
from codegen.emit.export import FOLDER
from tests.codegen.emit.export.conftest import Script
from tests.codegen.emit.export.walks import MACHINES, Move, every_row_and_cell, limits, move, random_walk

EXPORTS = Path(__file__).resolve().parents[4] / FOLDER
Name = tuple[str, str]


@pytest.fixture(params=MACHINES, ids="-".join)
def name(request: pytest.FixtureRequest) -> Name:
    found: Name = request.param
    return found


def files(name: Name, folder: Path = EXPORTS) -> tuple[Path, Path]:
    stem = "-".join(name)
    return folder / f"{stem}.xstate.json", folder / f"{stem}.xstate.mjs"


def came_of(done: dict[str, Any]) -> tuple[object, ...]:
    """What XState did, to compare with `expected`."""
    return done["outcome"], done["target"], done["after"], done["actions"], [tuple(emitted) for emitted in done["emits"]]


def expected(one: Move) -> tuple[object, ...]:
    return one.outcome, one.target, one.after, list(one.actions), list(one.emits)


def timers(definitions: Definitions, name: Name, state: str, context: Values) -> dict[str, float]:
    """The delayed events of a state that has just been entered, by the names that XState gives them; in milliseconds."""
    known = definitions.machine(*name).state(state)
    found = limits(definitions, known, context)
    return {timer(name, state, timeout.after): found[timeout.event] * 1000 for timeout in known.timeouts}


def timer(name: Name, state: str, delay: str) -> str:
    return f"xstate.after.{delay}.{'-'.join(name)}.{state}"


def every_move(definitions: Definitions, name: Name) -> list[tuple[Move, str]]:
    """Every row and cell with the event to send: its own, and for a limit of the state also the one that XState sends when it is over."""
    found = []
    machine = definitions.machine(*name)
    for one in every_row_and_cell(machine):
        found.append((one, one.event))
        running = machine.state(one.state).timeouts
        found += [(one, timer(name, one.state, timeout.after)) for timeout in running if timeout.event == one.event]
    return found


def check(definitions: Definitions, name: Name, script: Script, folder: Path = EXPORTS) -> None:
    """Every row and cell from a start of its own, with what it arms and cancels."""
    moves = every_move(definitions, name)
    results = script("xstate.cjs", *files(name, folder), given={"moves": [asdict(replace(one, event=event)) for one, event in moves]})
    for (one, event), done in zip(moves, results, strict=True):
        assert came_of(done) == expected(one), f"{event}: {one}"
        assert done["armed"] == (timers(definitions, name, one.target, one.after) if one.entered else {}), one
        assert done["cancelled"] == (list(timers(definitions, name, one.state, one.context)) if one.entered else []), one


def walk(definitions: Definitions, name: Name, script: Script, steps: Iterable[Values], context: Values | None = None) -> Any:
    """One actor, step by step."""
    given = {"walk": list(steps), "context": context, "actions": definitions.machine(*name).actions}
    return script("xstate.cjs", *files(name), given=given)


def test_every_row_and_cell_is_as_defined(definitions: Definitions, name: Name, script: Script) -> None:
    check(definitions, name, script)


def test_a_long_random_walk_is_the_same(definitions: Definitions, name: Name, script: Script) -> None:
    moves = random_walk(definitions.machine(*name), 500)
    for one, done in zip(moves, walk(definitions, name, script, map(asdict, moves)), strict=True):
        assert came_of(done) == expected(one), one


def test_limits_pass_on_time(definitions: Definitions, name: Name, script: Script) -> None:
    machine = definitions.machine(*name)
    for path in Cases(machine).paths:
        for event, seconds in limits(definitions, machine.state(path.state), path.after).items():
            steps: list[Values] = [{"event": step, "payload": payload} for step, payload, _ in path.steps]
            *_, before, passed = walk(definitions, name, script, [*steps, {"wait": seconds * 1000 - 1}, {"wait": 1}], path.context)
            assert (before["target"], before["actions"], before["emits"]) == (path.state, [], [])
            assert came_of(passed)[1:] == expected(move(machine, path.state, path.after, event, {}))[1:]


@pytest.mark.parametrize(
    ("suffix", "old", "new"),
    [
        ("json", '"target": "LISTENING"', '"target": "IDLE"'),
        ("json", '"guard": "not gaps"', '"guard": "gaps"'),
        ("json", '"play_error",', ""),
        ("json", '"answer_limit": {', '"session_limit": {'),
        ("json", "ignored: turn takes it", "turn takes it"),
        ("mjs", "event.reason == 'epoch_changed'", "event.reason != 'epoch_changed'"),
        ("mjs", "session: ({ context, event }) => event.session", "session: ({ context, event }) => context.session"),
        ("mjs", "reason: 'no_answer'", "reason: 'button'"),
        ("mjs", '"answer_limit": 12000', '"answer_limit": 13000'),
        ("mjs", '"raise no_answer": raise({ type: "no_answer" })', '"raise no_answer": raise({ type: "stop" })'),
    ],
)
def test_a_fault_in_the_files_is_noticed(definitions: Definitions, script: Script, tmp_path: Path, suffix: str, old: str, new: str) -> None:
    name = ("session", "device")
    for file in files(name):
        shutil.copy(file, tmp_path)
    faulty = tmp_path / f"session-device.xstate.{suffix}"
    text = faulty.read_text()
    assert old in text
    faulty.write_text(text.replace(old, new))
    with pytest.raises(AssertionError):
        check(definitions, name, script, tmp_path)
