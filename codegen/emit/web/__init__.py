"""Back end: what a page of the web needs to show a machine. The diagrams as SVG, an index of them, `diagram.js` and `diagram.css`.

They lie in `generated/web/` of the package, so that a program that is installed can serve them.
"""

from __future__ import annotations

import json
from pathlib import Path

from codegen.definitions.model import Definitions, Machine
from codegen.emit import diagrams
from codegen.emit import python as emit_python
from codegen.emit.text import COMMAND, place

HERE = Path(__file__).resolve().parent
INDEX, SCRIPT, STYLE = "machines.json", "diagram.js", "diagram.css"
DRAWING = "svg.diagram"
"""The selector of a drawing in a page."""


def folder(definitions: Definitions) -> str:
    """Where it lies: `bell/generated/web`."""
    return f"{emit_python.folder(definitions)}/web"


def emit(definitions: Definitions) -> dict[str, str]:
    """The texts by their path; the diagrams are `drawings`."""
    below = folder(definitions)
    return {
        f"{below}/{INDEX}": json.dumps(index(definitions), ensure_ascii=False, indent=1) + "\n",
        f"{below}/{SCRIPT}": f"// {_banner(SCRIPT)}\n" + (HERE / SCRIPT).read_text(encoding="utf-8"),
        f"{below}/{STYLE}": style(),
    }


def drawings(definitions: Definitions) -> dict[str, str]:
    """The path of each machine's SVG, and the `.dot` that it is drawn from."""
    dots = diagrams.emit(definitions)
    stems = map(diagrams.stem, definitions.machines)
    return {f"{folder(definitions)}/{stem}.svg": dots[f"{diagrams.FOLDER}/{stem}.dot"] for stem in stems}


def style() -> str:
    """The style sheet: what is written by hand, and the dark colours of the diagrams."""
    dark = diagrams.dark_colours(f"{DRAWING} ").replace("}", "}\n")
    text = (HERE / STYLE).read_text(encoding="utf-8")
    return f"/* {_banner(STYLE)} */\n{text}\n@media (prefers-color-scheme: dark) {{\n{dark}}}\n"


def _banner(name: str) -> str:
    return f"Written by `{COMMAND}` from codegen/emit/web/{name}; do not edit."


def index(definitions: Definitions) -> dict[str, object]:
    """What there is: the nodes, and the machines with their states, rows and ignored cells. `row` is what a line of a trace says."""
    system = definitions.system
    machines = [machine for node in system.nodes for machine in definitions.of_node(node.name)]
    return {"system": system.name, "nodes": [node.name for node in system.nodes], "machines": list(map(_machine, machines))}


def _machine(machine: Machine) -> dict[str, object]:
    return {
        "node": machine.role,
        "machine": machine.name,
        "diagram": f"{diagrams.stem(machine)}.svg",
        "doc": " ".join(machine.doc.split()),
        "initial": machine.initial,
        "states": [
            {"state": state.name, "doc": state.doc, "may_rest": state.may_rest, "outputs": dict(state.outputs)} for state in machine.states
        ],
        "rows": [
            {
                "row": place(row.mark),
                "state": row.state,
                "event": row.event,
                "guard": row.guard_text,
                "target": row.target or row.state,
                "doc": row.doc,
            }
            for row in machine.rows
        ],
        "ignored": [
            {"row": place(cell.mark), "state": cell.state, "event": cell.event, "why": cell.why}
            for state in machine.states
            for cell in state.ignored
        ],
    }
