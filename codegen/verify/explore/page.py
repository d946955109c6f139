"""The report of an exploration as a page: what was walked, what holds, and what is taken for granted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codegen.emit import markdown
from codegen.verify.explore.result import Result
from codegen.verify.specs import Spec, Specs

KINDS = {
    "no_forbidden_cell": "no reachable step is forbidden, and nothing goes out with a message missing before it",
    "no_deadlock": "in every reachable state that is not at rest, something can happen that nobody has to do",
    "no_dead_row": "every row is taken and every ignored cell is met, in some configuration",
    "quiet": "holds in every reachable state in which both nodes are linked and nothing is under way; each pair occurs",
    "always": "holds in every reachable state",
    "step": "holds of every reachable step",
    "row": "holds of every step of one machine by itself, whatever comes in whatever order",
    "possible": "from every reachable state, such a state can be reached by the things named alone",
    "recurs": "from every reachable state, every weakly fair run of the things named meets such states again and again",
    "wire": "holds in every reachable state of the wire, explored by itself",
    "fleet": "holds in every reachable state of two listeners and their store, explored by themselves",
}

SHORT = """# Verification

Written by `python -m codegen explore --report`.

## What was walked

{rows}

The bound is on messages: nothing new is sent while so many are unapplied in a direction. Was a walk cut off by the bound? {cut}

## What holds

{specs}

{well} of {all} hold.

The kinds: {kinds}
"""


def page(found: Specs, walks: Sequence[Result], holding: Sequence[Spec], template: Path) -> str:
    """The page. `holding`: the specs that hold. `template`: the page to fill in; if there is no such file, a short one."""
    rows = markdown.table(
        ("Walk", "States", "Steps", "Seconds"),
        [(walk.what, f"{walk.states:,}", f"{walk.edges:,}", f"{walk.seconds:.0f}") for walk in walks],
    )
    specs = markdown.table(
        ("Spec", "In words", "Kind", "Verdict"),
        [(f"`{spec.name}`", spec.says, f"`{spec.kind}`", "holds" if spec in holding else "**broken**") for spec in found.specs],
    )
    cuts = sum(walk.cut for walk in walks)
    cut = f"{cuts} were." if cuts else "None was."
    used = {spec.kind for spec in found.specs}
    kinds = "; ".join(f"`{kind}` {meaning}" for kind, meaning in KINDS.items() if kind in used)
    text = template.read_text(encoding="utf-8") if template.exists() else SHORT
    return text.format(rows=rows, specs=specs, well=len(holding), all=len(found.specs), kinds=f"{kinds}.", cut=cut)
