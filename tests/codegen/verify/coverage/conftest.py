from __future__ import annotations

import pytest

from codegen.definitions.model import Definitions
from tests.codegen.coverage_traces import Lines, everything


@pytest.fixture
def lines(definitions: Definitions) -> Lines:
    return list(everything(definitions))
