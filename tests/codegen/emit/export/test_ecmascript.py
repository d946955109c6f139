from __future__ import annotations

import pytest

from codegen.emit.export.ecmascript import Dialect, literal

LANGUAGE = Dialect(variable="c.", payload="e.")


@pytest.mark.parametrize(
    ("text", "translated"),
    [
        ("true", "true"),
        ("4", "4"),
        ('"it is late"', "'it is late'"),
        ("count", "c.count"),
        ("payload.name", "e.name"),
        ("count + 1 - payload.size", "c.count + 1 - e.size"),
        ("count - (payload.size - 1)", "c.count - (e.size - 1)"),
        ("-(count + 1)", "-(c.count + 1)"),
        ("min(count + 1, 2)", "Math.min(c.count + 1, 2)"),
        ("max(1, count) > 2", "Math.max(1, c.count) > 2"),
        ("0 < count <= 3", "0 < c.count && c.count <= 3"),
        ("not (0 < count < 3)", "(0 < c.count && c.count < 3) == false"),
        ("count == 3 and not payload.kept", "c.count == 3 && e.kept == false"),
        ("(count == 3 or payload.kept) and count != 4", "(c.count == 3 || e.kept) && c.count != 4"),
        ("count == 3 and payload.kept or count == 4", "c.count == 3 && e.kept || c.count == 4"),
        ("(count > 3) == payload.kept", "(c.count > 3) == e.kept"),
    ],
)
def test_the_language(text: str, translated: str) -> None:
    assert LANGUAGE.text(text) == translated


@pytest.mark.parametrize("text", ["count ** 2", "count if count else 1", "payload.name.upper()", "count is 3", "sum(1, 2)"])
def test_nothing_else_is_translated(text: str) -> None:
    with pytest.raises(ValueError, match="the definition language has no"):
        LANGUAGE.text(text)


def test_a_text_stays_within_its_quotes() -> None:
    assert literal("it's\n\\") == r"'it\'s\n\\'"
