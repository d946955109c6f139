"""What Prometheus reads."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from ssl import SSLContext
from urllib.request import Request, urlopen

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

LIMIT = 20.0
"""Seconds in which an answer must come."""


@dataclass(frozen=True)
class Page:
    """A page of metrics."""

    text: str

    @property
    def samples(self) -> list[Sample]:
        return [sample for family in text_string_to_metric_families(self.text) for sample in family.samples]

    def value(self, name: str, **labels: str) -> float | None:
        """The value of a sample; None: there is none."""
        return next((sample.value for sample in self.samples if sample.name == name and sample.labels == labels), None)

    def values(self, name: str) -> dict[tuple[str, ...], float]:
        """The values of the labels of each sample -> its value."""
        return {tuple(sample.labels.values()): sample.value for sample in self.samples if sample.name == name}


async def scrape(console: str, token: str = "", context: SSLContext | None = None) -> Page:
    """The metrics at the URL of a console. Raises HTTPError."""
    request = Request(f"{console}/metrics", headers={"Authorization": f"Bearer {token}"} if token else {})

    def get() -> str:
        with urlopen(request, timeout=LIMIT, context=context) as answer:
            assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
            return str(answer.read().decode())

    return Page(await asyncio.to_thread(get))
