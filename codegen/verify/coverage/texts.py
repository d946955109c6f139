"""Coverage as lines, JSON and JUnit; as a page to read: page.py."""

from __future__ import annotations

from xml.etree import ElementTree

from codegen.verify.coverage.measure import LENGTHS, WORDS, Coverage, Share


def as_json(coverage: Coverage) -> dict[str, object]:
    """All of it as plain data."""
    machines = [
        {
            "machine": covered.machine.name,
            "role": covered.machine.role,
            **{kind: _share_json(covered.share(kind)) for kind in WORDS},
            "items": [
                {"outcome": i.outcome, "from": i.state, "event": i.event, "name": i.name, "row": i.place or None, "hits": i.hits}
                for i in covered.items
            ],
            "sequences": [{"rows": s.places, "hits": s.hits} for kind in LENGTHS for s in covered.sequences[kind]],
        }
        for covered in coverage.machines
    ]
    both_sides = [
        {
            "machine": both.machine,
            **_share_json(both.share),
            "states": [{"states": list(states), "hits": hits} for states, hits in both.hits.items()],
        }
        for both in coverage.both_sides
    ]
    total = {kind: _share_json(coverage.share(kind)) for kind in WORDS}
    return {"total": total, "machines": machines, "both_sides": both_sides}


def _share_json(share: Share) -> dict[str, float]:
    return {"covered": share.covered, "total": share.total, "percent": round(share.percent, 2)}


def as_junit(coverage: Coverage) -> str:
    """A test case a row or cell: a row never taken failed, another cell never met was skipped."""
    suites = ElementTree.Element("testsuites", name="transition coverage")
    for covered in coverage.machines:
        label = f"{covered.machine.name}.{covered.machine.role}"
        failures, items = covered.missed("taken"), covered.items
        skipped = len([item for item in items if not item.hits]) - len(failures)
        counts = {"tests": len(items), "failures": len(failures), "skipped": skipped, "errors": 0}
        suite = ElementTree.SubElement(suites, "testsuite", {"name": label} | {key: str(count) for key, count in counts.items()})
        for item in items:
            case = ElementTree.SubElement(suite, "testcase", classname=f"{label}.{item.outcome}", name=item.name)
            if not item.hits:
                where = item.place or f"{covered.machine.file}, forbidden"
                tag = "failure" if item.outcome == "taken" else "skipped"
                ElementTree.SubElement(case, tag, message=f"never exercised: {item.state} + {item.event} ({where})")
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def summary(coverage: Coverage) -> list[str]:
    """A line a machine and one for all, in columns; then a line a machine that both nodes run, if exploration was asked."""
    named = [(f"{covered.machine.name} ({covered.machine.role})", covered.share) for covered in coverage.machines]
    named.append(("total", coverage.share))
    columns = [[name for name, _ in named], *([f"{word} {share(kind)}" for _, share in named] for kind, word in WORDS.items())]
    widths = [max(map(len, column)) for column in columns]
    lines = [
        "   ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip() for cells in zip(*columns, strict=True)
    ]
    return lines + [f"{f'{both.machine} (both)'.ljust(widths[0])}   pairs of states {both.share}" for both in coverage.both_sides]


def shortfall(coverage: Coverage, fail_under: float) -> list[str]:
    """The machines with less than so many percent of their rows taken, each with the rows that were not; nothing if there is none."""
    lines = []
    for covered in coverage.machines:
        if covered.share("taken").percent < fail_under:
            lines.append(f"{covered.machine.name} ({covered.machine.role}) is below {fail_under:g} %; never taken:")
            lines += [f"  {item.place}: {item.name}" for item in covered.missed("taken")]
    return lines
