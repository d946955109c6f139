"""SCXML as the W3C defines it, a file a machine and role, with ECMAScript as its data model.

A machine speaks to the one that invoked it, `#_parent`: what it emits under the event's own name, and the actions it asks for as
`action.NAME`. A limit is a delayed event that leaving the state cancels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from codegen.definitions.model import Definitions, Emit, Machine, Row, Setting, State, Timeout
from codegen.definitions.semantics import filling
from codegen.emit.diagrams import stem
from codegen.emit.export.ecmascript import Dialect, literal
from codegen.emit.text import COMMAND, place

NAMESPACE = "http://www.w3.org/2005/07/scxml"
LANGUAGE = Dialect(variable="", payload="_event.data.")
PARENT = "#_parent"


def emit(definitions: Definitions) -> dict[str, str]:
    """The files by their names: `bell-door.scxml`."""
    return {f"{stem(machine)}.scxml": document(machine, definitions.system.limits) for machine in definitions.machines}


def document(machine: Machine, limits: Iterable[Setting]) -> str:
    """One machine. `limits` are the settings that its limits may name."""
    attributes = {"xmlns": NAMESPACE, "version": "1.0", "datamodel": "ecmascript", "name": stem(machine), "initial": machine.initial}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        _comment(f"Written by `{COMMAND}` from machines/{machine.file}; do not edit."),
        *_element("scxml", attributes, [_comment(machine.doc), *_data(machine, limits), *_states(machine)]),
    ]
    return "\n".join(lines) + "\n"


def _data(machine: Machine, limits: Iterable[Setting]) -> list[str]:
    """The context, and the settings that the limits name."""
    named = {_setting(timeout) for state in machine.states for timeout in state.timeouts}
    items = [(variable.name, literal(variable.initial), variable.doc) for variable in machine.context]
    items += [(setting.name, _times(setting), "") for setting in limits if setting.name in named]
    return _element("datamodel", {}, [_line("data", {"id": name, "expr": value}, doc) for name, value, doc in items]) if items else []


def _times(setting: Setting) -> str:
    if isinstance(setting.value, tuple):
        return f"[{', '.join(literal(_time(step)) for step in setting.value)}]"
    return literal(_time(setting.value))


def _time(seconds: float) -> str:
    return f"{int(seconds) if seconds == int(seconds) else seconds}s"


def _setting(timeout: Timeout) -> str:
    return timeout.after.partition("[")[0]


# ----------------------------------------------------------------------------------------------------------------- a state


def _states(machine: Machine) -> Iterator[str]:
    for state in machine.states:
        yield from _element("state", {"id": state.name}, _state(machine, state))


def _state(machine: Machine, state: State) -> Iterator[str]:
    yield _comment(state.doc + "".join(f"; {name}: {literal(value).strip(chr(39))}" for name, value in state.outputs))
    entry = [*map(_action, state.entry), *(_arm(state, timeout) for timeout in state.timeouts)]
    if entry:
        yield from _element("onentry", {}, entry)
    if state.timeouts:
        yield from _element("onexit", {}, [_line("cancel", {"sendid": _timer(state, timeout)}) for timeout in state.timeouts])
    for row in state.rows:
        yield from _transition(machine, row)
    for cell in state.ignored:
        yield _line("transition", {"event": cell.event}, f"ignored: {cell.why}")


def _arm(state: State, timeout: Timeout) -> str:
    given = {"delay": _time(float(timeout.after))} if timeout.after[0].isdigit() else {"delayexpr": timeout.after}
    return _line("send", {"event": timeout.event, "id": _timer(state, timeout), **given})


def _timer(state: State, timeout: Timeout) -> str:
    return f"{state.name}.{timeout.event}"


def _transition(machine: Machine, row: Row) -> list[str]:
    attributes = {"event": row.event, "cond": LANGUAGE.guard(machine, row), "target": row.target or ""}
    filled = {name: value for name, value in attributes.items() if value}
    about = place(row.mark) + (f" {row.guard_text}" if row.guard else "") + (f": {row.doc}" if row.doc else "")
    content = [_line("assign", {"location": name, "expr": LANGUAGE.text(text)}) for name, text in row.assign]
    content += map(_action, row.actions)
    for emitted in row.emits:
        content += _emit(machine, row, emitted)
    return _element("transition", filled, content, about) if content else [_line("transition", filled, about)]


def _action(name: str) -> str:
    return _line("send", {"event": f"action.{name}", "target": PARENT})


def _emit(machine: Machine, row: Row, emitted: Emit) -> list[str]:
    attributes = {"event": emitted.event, "target": PARENT}
    fields = [(field.name, filling(machine, row, emitted, field)) for field in machine.emitted(emitted.event).payload]
    params = [_line("param", {"name": name, "expr": LANGUAGE.text(text)}) for name, text in fields]
    return _element("send", attributes, params) if params else [_line("send", attributes)]


# --------------------------------------------------------------------------------------------------------------------- XML


def _element(tag: str, attributes: dict[str, str], content: Iterable[str], about: str = "") -> list[str]:
    """An element with its content a step further in."""
    opening = f"<{_tag(tag, attributes)}>{' ' + _comment(about) if about else ''}"
    return [opening, *(f"  {line}" for line in content), f"</{tag}>"]


def _line(tag: str, attributes: dict[str, str], about: str = "") -> str:
    """An element without content."""
    return f"<{_tag(tag, attributes)}/>{' ' + _comment(about) if about else ''}"


def _tag(tag: str, attributes: dict[str, str]) -> str:
    return " ".join([tag, *(f"{name}={quoteattr(value)}" for name, value in attributes.items())])


def _comment(text: str) -> str:
    """XML allows no two hyphens in a comment."""
    return f"<!-- {' '.join(text.split()).replace('--', '- -')} -->"
