"""Mermaid state diagrams, a file a machine and role: `stateDiagram-v2`, which forges draw in place.

Rows that lead from one state to another share an arrow, also those that enter their state again. A row that stays stands in the box of
its state.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from codegen.definitions.model import Definitions, Machine, Row, Setting, State, Timeout
from codegen.emit.diagrams import seconds, stem
from codegen.emit.text import COMMAND, emit_text

PLAIN = re.compile(r"[^\w .,()\[\]/=+'▸-]", re.ASCII)
"""Everything else may end a text or begin something, and is written by its number."""


def emit(definitions: Definitions) -> dict[str, str]:
    """The files by their names: `bell-door.mmd`."""
    limits = {setting.name: setting for setting in definitions.system.limits}
    return {f"{stem(machine)}.mmd": diagram(machine, limits) for machine in definitions.machines}


def diagram(machine: Machine, limits: Mapping[str, Setting]) -> str:
    """One machine. `limits` are the settings by name, for the seconds."""
    lines = [f"%% Written by `{COMMAND}` from machines/{machine.file}; do not edit.", "stateDiagram-v2"]
    lines += [f"  [*] --> {machine.initial}"]
    for state in machine.states:
        lines += [f"  {state.name}: {_escaped(text)}" for text in _box(state, limits)]
    moves: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in machine.rows:
        if row.target:
            moves[row.state, row.target].append(row)
    for (source, target), rows in moves.items():
        lines += [f"  {source} --> {target}: {'<br/>'.join(_escaped(text_of(row)) for row in rows)}"]
    if quiet := [state.name for state in machine.states if state.may_rest]:
        lines += ["  classDef quiet stroke-dasharray: 5 5", f"  class {', '.join(quiet)} quiet"]
    return "\n".join(lines) + "\n"


def _box(state: State, limits: Mapping[str, Setting]) -> Iterator[str]:
    """The lines of a state's box; the first is its heading."""
    yield state.name
    yield state.doc
    for timeout in state.timeouts:
        yield f"{timeout.event} after {_limit(timeout, limits)}"
    if state.entry:
        yield f"entry / {', '.join(state.entry)}"
    for row in state.rows:
        if row.target is None:
            yield text_of(row)


def _limit(timeout: Timeout, limits: Mapping[str, Setting]) -> str:
    setting = limits.get(timeout.after.partition("[")[0])
    return f"{timeout.after} = {seconds(setting.value)}" if setting else f"{timeout.after} s"


def text_of(row: Row) -> str:
    """`late [not patient] / tries = 0, sigh ▸ over`."""
    done = [*(f"{name} = {value}" for name, value in row.assign), *row.actions]
    guard = f" [{row.guard_text}]" if row.guard else ""
    effects = (f" / {', '.join(done)}" if done else "") + (f" ▸ {', '.join(map(emit_text, row.emits))}" if row.emits else "")
    return f"{row.event}{guard}{effects}"


def _escaped(text: str) -> str:
    return PLAIN.sub(lambda found: f"#{ord(found[0])};", " ".join(text.split()))
