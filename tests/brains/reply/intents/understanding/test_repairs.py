"""Known mistakes of the recogniser."""

from __future__ import annotations

import pytest

from tars.brains.reply.intents.understanding import wording
from tars.brains.reply.intents.understanding.closest import Closest
from tars.brains.reply.intents.understanding.intents import Understanding
from tars.brains.reply.intents.understanding.repairs import REPAIRS

UNDERSTANDING = Understanding()


@pytest.mark.parametrize("rule", REPAIRS, ids=[example.replace(" ", "_") for *_, example in REPAIRS])
def test_each_rule_is_needed_for_its_example(rule: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    *_, example = rule
    monkeypatch.setattr(Closest, "to", lambda *_: None)
    wanted = UNDERSTANDING.understand(example)
    assert wanted is not None
    monkeypatch.setattr(wording, "REPAIRS", [other for other in REPAIRS if other is not rule])
    assert UNDERSTANDING.understand(example) != wanted
