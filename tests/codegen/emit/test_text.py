"""Small words of the back ends."""

from __future__ import annotations

from codegen.definitions.model import Emit
from codegen.definitions.places import Mark
from codegen.emit.text import camel, comment_column, emit_text, quoted


def test_names_quotes_and_columns() -> None:
    assert camel("light_on") == "LightOn"
    assert quoted('a "b"\n c\\') == '"a \\"b\\" c\\\\"'
    assert quoted("two\nlines", docstring=True) == '"""two lines"""'
    assert comment_column([("a", "1"), ("bcd", "2")]) == ["a    # 1", "bcd  # 2"]
    assert emit_text(Emit("over", (("why", "late"),), Mark("bell.yaml", 1, 1))) == "over(why=late)"
    assert emit_text(Emit("rang", (), Mark("bell.yaml", 1, 1))) == "rang"
