"""The real small model, started once."""

from __future__ import annotations

import pytest

from tests.brains.reply.llm.llama import Llama


@pytest.fixture(scope="session")
def llama() -> Llama:
    return Llama()
