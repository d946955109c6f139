"""What is said to nobody is not understood, however alike it sounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tars.brains.reply.intents.understanding.intents import Understanding
from tests.sentences.negatives import FORTUNES, combined, fortunes
from tests.sentences.rates import PERSONAS

UNDERSTANDING = Understanding(PERSONAS)


def test_commands_of_other_assistants_are_declined() -> None:
    sentences = combined()
    assert len(sentences) > 1_000
    assert [said for said in sentences if UNDERSTANDING.understand(said)] == []


def test_sentences_are_read_from_fortunes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path
    (folder / "some.u8").write_text("A cat may look\nat a king. No.\n%\nOne two three!\n\t\t-- Somebody\n%\n\u00e9t\u00e9 is not tried\n")
    (folder / "some").write_text("This is not read.\n")
    monkeypatch.setattr("tests.sentences.negatives.FORTUNES", folder)
    assert fortunes() == ["A cat may look at a king.", "One two three!"]
    assert folder != FORTUNES
