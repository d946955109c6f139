"""What is documented of the metrics is what is served, and the dashboard asks for nothing else."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tars.server.console.metrics import METRICS, Metric, page
from tars.testing import ScriptedBrain, Turn
from tests.in_process import device, server
from tests.server.console.scraping import Page, scrape
from tests.sounds import noise

ROOT = Path(__file__).resolve().parents[3]
BY_NAME = {metric.name: metric for metric in METRICS}
PARTS = ("_bucket", "_sum", "_count")
"""What the samples of a histogram are called behind its name."""
OF_PROMETHEUS = {"le", "instance", "job"}
"""Labels that a histogram or Prometheus adds."""


def test_the_page_of_the_documentation_is_current() -> None:
    assert (ROOT / "docs/metrics.md").read_text() == page()


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_name_follows_the_conventions_of_prometheus(metric: Metric) -> None:
    assert re.fullmatch(r"tars_[a-z]+(_[a-z]+)*", metric.name)
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    for unit, ending in (("seconds", "_seconds"), ("bytes", "_bytes"), ("samples", "_samples")):
        assert metric.unit.startswith(unit) == (ending in metric.name), "base units, and the name says which"
    assert (metric.kind == "histogram") == bool(metric.buckets)
    assert metric.meaning.endswith(".")


async def served() -> Page:
    """A page after a conversation."""
    async with server(ScriptedBrain(Turn()), console="127.0.0.1:0") as tars, device(tars.url) as kitchen:
        await kitchen.is_called()
        await kitchen.hears(noise(2))
        await kitchen.plays_to_the_end()
        return await scrape(tars.console)


def test_what_is_documented_is_served_and_nothing_else() -> None:
    text = asyncio.run(served()).text
    types = dict(re.findall(r"(?m)^# TYPE (\S+) (\S+)$", text))
    assert types == {metric.name: metric.kind for metric in METRICS}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            name = sample.name if sample.name in BY_NAME else sample.name.rpartition("_")[0]
            assert set(sample.labels) - {"le"} == set(BY_NAME[name].labels), sample.name


# --- the dashboard ---------------------------------------------------------------------------------------------------------------

DASHBOARD: dict[str, Any] = json.loads((ROOT / "docs/grafana-dashboard.json").read_text())


def targets() -> Iterator[tuple[str, str, str]]:
    """Title of the panel, query, legend."""
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"], target["legendFormat"]


def asked_for(query: str) -> list[Metric]:
    """The metrics in a query. Raises KeyError if there is no such metric."""
    found = []
    for name in re.findall(r"\btars_\w+", query):
        whole = next((name.removesuffix(part) for part in PARTS if name.endswith(part) and name not in BY_NAME), name)
        assert whole == name or BY_NAME[whole].kind == "histogram", f"{name}: only a histogram has such samples"
        found.append(BY_NAME[whole])
    return found


@pytest.mark.parametrize(("title", "query", "legend"), list(targets()))
def test_the_dashboard_asks_for_what_there_is(title: str, query: str, legend: str) -> None:
    metrics = asked_for(query)
    assert metrics, title
    labels = {label for metric in metrics for label in metric.labels} | OF_PROMETHEUS
    named = {label.strip() for group in re.findall(r"by \(([^)]*)\)", query) for label in group.split(",")}
    assert named | set(re.findall(r"\{\{(\w+)\}\}", legend)) <= labels
    assert all(("rate(" in query or "increase(" in query) == (metric.kind != "gauge") for metric in metrics), "counters only ever grow"


def test_the_dashboard_shows_every_metric_that_operations_needs() -> None:
    shown = {metric.name for _, query, _ in targets() for metric in asked_for(query)}
    assert set(BY_NAME) - shown == {"tars_process_virtual_memory_bytes"}


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(numbers) == len(set(numbers))
