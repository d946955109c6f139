"""The machines in JavaScript take every step of the generated tests, under node, as the definitions say."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codegen.definitions.model import Definitions, Ignored, Machine
from codegen.definitions.semantics import Taken, Values, step
from codegen.definitions.test_cases import Case, Cases
from codegen.emit.text import place
from codegen.emit.web import folder, javascript
from codegen.load import MACHINES, ROOT, load
from tests.codegen.emit.export.walks import random_walk

SCRIPT = Path(__file__).with_name("javascript.mjs")
Event = tuple[str, Values]


def definitions(where: Path = ROOT / MACHINES) -> Definitions:
    found, findings = load(where)
    assert found is not None, findings
    return found


class Walk:
    """Events that one machine takes, and what the definitions say of each."""

    def __init__(self, machine: Machine, state: str | None, context: Values | None) -> None:
        initial = {variable.name: variable.initial for variable in machine.context}
        self.given: dict[str, Any] = {"machine": machine.name, "state": state, "context": context, "events": []}
        self._machine, self._state, self._context = machine, state or machine.initial, dict(context or initial)
        self.expected: dict[str, Any] = {"begins": {"state": self._state, "context": self._context}, "steps": []}

    def take(self, event: str, payload: Values) -> Walk:
        """One more event."""
        self.given["events"].append([event, payload])
        machine, source = self._machine, self._state
        came = step(machine, source, self._context, event, payload)
        if isinstance(came, Taken):
            entered = came.row.target is not None
            emits = [{"name": emitted.event, "payload": emitted.payload} for emitted in came.emits]
            result = {"outcome": "taken", "row": place(came.row.mark), "actions": list(came.actions), "emits": emits, "entered": entered}
            self._state, self._context = came.target, came.context
        elif isinstance(came, Ignored):
            result = {"outcome": "ignored", "row": place(came.mark), "actions": [], "emits": [], "entered": False}
        else:
            result = {"outcome": "forbidden", "text": f"{machine.name} ({machine.role}): event {event} is forbidden in {source}; "}
        if result["outcome"] != "forbidden":
            result |= {"source": source, "target": self._state}
        self.expected["steps"].append(result | {"context": self._context, "state": self._state})
        return self


def walks(machine: Machine) -> Iterator[Walk]:
    """What the generated tests of the machine in Python take, and a long random walk."""
    cases = Cases(machine)
    yield Walk(machine, None, None)
    for case in cases.all_rows:
        yield begun(machine, case)
    for cell in cases.cells:
        usual = cases.domains.usual(cell.event)[0]
        yield Walk(machine, cell.state, usual).take(cell.event, cell.payload)
    for pair in cases.pairs:
        second = pair.second.case
        yield begun(machine, pair.first).take(second.row.event, second.payload)
        for third in pair.thirds:
            yield begun(machine, pair.first).take(second.row.event, second.payload).take(third.case.row.event, third.case.payload)
    for path in cases.paths:
        walk = Walk(machine, None, path.context)
        for event, payload, _ in path.steps:
            walk.take(event, payload)
        yield walk
    walk = Walk(machine, None, None)
    for move in random_walk(machine, 2000):
        walk.take(move.event, move.payload)
    yield walk


def begun(machine: Machine, case: Case) -> Walk:
    return Walk(machine, case.row.state, case.context).take(case.row.event, case.payload)


def run_node(script: Path, *arguments: str | Path, given: object) -> Any:
    command = [Path(sys.prefix) / "bin/node", script, *arguments]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def written(known: Definitions, root: Path) -> Path:
    """The folder of the modules."""
    for path, text in javascript.emit(known).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root / folder(known)


def walks_of(known: Definitions, node: str) -> list[Walk]:
    return [walk for machine in known.of_node(node) for walk in walks(machine)]


@pytest.fixture(scope="module")
def device_walks() -> list[Walk]:
    return walks_of(definitions(), "device")


def check(taken: list[Walk], node: str, modules: Path) -> int:
    """Take all walks of a node's machines in one process of node; the number of steps."""
    results = run_node(SCRIPT, modules, node, given=[walk.given for walk in taken])
    for walk, came in zip(taken, results, strict=True):
        for one in came["steps"]:
            if one["outcome"] == "forbidden":
                one["text"] = one["text"].partition("allowed there")[0]
        assert came == walk.expected, walk.given
    return sum(len(walk.given["events"]) for walk in taken)


def test_every_row_cell_and_sequence_is_as_defined(device_walks: list[Walk]) -> None:
    assert check(device_walks, "device", ROOT / folder(definitions())) > 10_000


@pytest.mark.parametrize("where", ["tests/lamp/machines", "tests/codegen/sound"])
def test_any_system_can_have_javascript(where: str, tmp_path: Path) -> None:
    known = definitions(ROOT / where)
    nodes = tuple(replace(node, javascript=True) for node in known.system.nodes)
    known = replace(known, system=replace(known.system, nodes=nodes, package=known.system.package or "house.bell"))
    modules = written(known, tmp_path)
    for node in nodes:
        assert check(walks_of(known, node.name), node.name, modules)


def test_a_system_without_a_browser_gets_none() -> None:
    assert javascript.emit(definitions(ROOT / "tests/lamp/machines")) == {}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("machines-device.js", 'target: "LISTENING"', 'target: "IDLE"'),
        ("machines-device.js", "guard: (c, e) => c.one_way == false", "guard: (c, e) => c.one_way"),
        ("machines-device.js", "c.turn = c.turn + 2", "c.turn = c.turn + 1"),
        ("machines-device.js", '"stop_speaker", "chime"', '"chime", "stop_speaker"'),
        ("machines-device.js", "payload: { reason: 'no_answer' }", "payload: { reason: 'button' }"),
        ("machines-device.js", '"announcement_waits": "session.yaml', '"announcement_wait": "session.yaml'),
        ("machines-device.js", 'at: "turn.yaml:', 'at: "turn.yaml:1'),
        ("interpreter.js", "row.assign?.(", "row.other?.("),
        ("interpreter.js", "const entered = row.target !== undefined", "const entered = this.state !== row.target"),
        ("interpreter.js", "{ ...table.context, ...context }", "table.context"),
    ],
)
def test_a_fault_in_the_modules_is_noticed(tmp_path: Path, device_walks: list[Walk], file: str, old: str, new: str) -> None:
    modules = written(definitions(), tmp_path)
    text = (modules / file).read_text()
    assert old in text
    (modules / file).write_text(text.replace(old, new))
    with pytest.raises(AssertionError):
        check(device_walks, "device", modules)


def test_what_stands_around_the_machines_is_as_in_python() -> None:
    """Wiring, outputs, limits and messages: the same tables in both languages."""
    known = definitions()
    assert tables_in_javascript(ROOT / folder(known)) == tables_in_python()


def tables_in_javascript(modules: Path) -> Any:
    return run_node(SCRIPT.with_name("tables.mjs"), modules, given=None)


def tables_in_python() -> Any:
    from tars.generated import messages
    from tars.generated.device import outputs
    from tars.generated.device.wiring import WIRING
    from tars.generated.limits import Limits

    def ports(found: Iterable[tuple[str, Any]]) -> list[list[str]]:
        return [[machine, kind.name] for machine, kind in found]

    wiring = {
        "node": WIRING.node,
        "routes": {".".join(key): ports(targets) for key, targets in WIRING.routes.items()},
        "sends": {".".join(key): message for key, message in WIRING.sends.items()},
        "receives": {message: [machine, kind.name] for message, (machine, kind) in WIRING.receives.items()},
        "external": {
            name: {
                "targets": ports(entry.targets),
                "when": {m: list(s) for m, s in entry.when.items()},
                "correlation": list(entry.correlation),
            }
            for name, entry in WIRING.external.items()
        },
        "correlation": {
            name: {"machine": one.machine, "variable": one.variable, "states": list(one.states)} for name, one in WIRING.correlation.items()
        },
    }
    tables = {name.lower(): table for name, table in vars(outputs).items() if name.isupper()}
    timeouts = {
        kind.machine: {state: [timeout.event.name, timeout.delay, timeout.step] for state, timeout in kind.timeouts.items()}
        for kind in WIRING.machines
    }
    kinds = messages.MESSAGES
    return {
        "wiring": wiring,
        "outputs": {
            name: {key if isinstance(key, str) else " ".join(key): value for key, value in table.items()} for name, table in tables.items()
        },
        "limits": {name: list(value) if isinstance(value, tuple) else value for name, value in vars(Limits()).items()},
        "timeouts": timeouts,
        "protocol": messages.PROTOCOL,
        "messages": {
            name: {
                "sender": kind.sender,
                "numbered": kind.numbered,
                "correlation": list(kind.correlation),
                "fields": kind.fields,
                "largest": kind.largest,
                "optional": list(kind.optional),
            }
            for name, kind in kinds.items()
        },
    }
