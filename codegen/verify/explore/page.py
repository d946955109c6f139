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
    "quiet": "holds in every reachable state in which both sides are linked and nothing is under way; each pair occurs",
    "always": "holds in every reachable state",
    "step": "holds of every reachable step",
    "row": "holds of every step of one machine by itself, whatever comes in whatever order",
    "possible": "from every reachable state, such a state can be reached by the things named alone",
    "recurs": "from every reachable state, every weakly fair run of the things named meets such states again and again",
    "wire": "holds in every reachable state of the wire, explored by itself",
}


def page(found: Specs, walks: Sequence[Result], holding: Sequence[Spec]) -> str:
    """The page; `holding`: the specs that hold."""
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
    text = Path(__file__).with_name("page.md").read_text(encoding="utf-8")
    return text.format(rows=rows, specs=specs, well=len(holding), all=len(found.specs), kinds=f"{kinds}.", cut=cut)
