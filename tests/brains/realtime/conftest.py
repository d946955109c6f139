"""Each service, and a question."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tars.samples import Samples
from tests.brains.conftest import joined, silence


@pytest.fixture(params=["openai", "gemini"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def question(say: Callable[[str], Samples]) -> Samples:
    return joined(silence(0.3), say("What time is it?"), silence(1))
