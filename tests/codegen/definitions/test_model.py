"""The representation: names of rows, and finding things by name."""

from __future__ import annotations

import pytest

from codegen.definitions.model import Definitions
from codegen.load import load
from tests.codegen.cases import SOUND


@pytest.fixture
def sound() -> Definitions:
    definitions, _ = load(SOUND)
    assert definitions is not None
    return definitions


def test_a_row_has_a_name_in_python_and_its_guard_in_words(sound: Definitions) -> None:
    rows = sound.machine("bell", "device").rows_for("RINGING", "late")
    assert [(row.name, row.guard_text) for row in rows] == [
        ("ringing_late_patient", "patient"),
        ("ringing_late_not_patient", "not patient"),
    ]


def test_actions_are_those_of_rows_and_of_entries(sound: Definitions) -> None:
    assert sound.machine("bell", "device").actions == ("chime", "sigh")


def test_what_is_not_there_is_a_key_error(sound: Definitions) -> None:
    bell = sound.machine("bell", "device")
    for find in (bell.state, bell.event, bell.emitted, bell.guard, sound.messages.message, sound.system.node):
        with pytest.raises(KeyError, match="moon"):
            find("moon")


def test_without_a_link_there_is_nothing_to_explore(sound: Definitions) -> None:
    with pytest.raises(ValueError, match="has no `link`"):
        _ = sound.link
