"""The settings of personas, which are groups under names of the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tars.runtime.persona_settings import TARS, Persona
from tars.server.settings import load
from tests.runtime.test_config import file_problems, from_file

TWO = """
personas:
  Jarvis:
    wake_words: [hey jarvis, jarvis]
    humor: 20
    remarks:
      - Very good, sir.
      - "Yes: as you wish."
    prompt: >
      You are Jarvis,
      a butler.
  Old Nabu:
"""


def test_a_persona_has_its_name_its_place_and_its_settings(tmp_path: Path) -> None:
    jarvis, nabu = from_file(tmp_path, "server", TWO).personas
    assert jarvis == Persona(
        "Jarvis",
        wake_words=("hey jarvis", "jarvis"),
        humor=20,
        remarks=("Very good, sir.", "Yes: as you wish."),
        prompt="You are Jarvis, a butler.",
    )
    assert jarvis.place == f"personas.Jarvis in {tmp_path / 'tars.yaml'} line 3"
    assert nabu == Persona("Old Nabu")


def test_one_wake_word_needs_no_list(tmp_path: Path) -> None:
    (jarvis,) = from_file(tmp_path, "server", "personas: {Jarvis: {wake_words: hey jarvis}}\n").personas
    assert jarvis.wake_words == ("hey jarvis",)


def test_without_any_there_is_none() -> None:
    assert load([], {})[1].personas == ()


def test_a_variable_changes_a_setting_of_a_persona_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "server.yaml"
    file.write_text("personas: {Jarvis: {humor: 5}}\n")
    assert load(["--config", str(file)], {"TARS_PERSONAS_JARVIS_HUMOR": "50"})[1].personas[0].humor == 50


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Jarvis: {humour: 5}", "unknown key 'humour' in kitchen.yaml line 2; did you mean 'humor'?"),
        ("Jarvis: {humor: 101}", "personas.Jarvis.humor in kitchen.yaml line 2 must be 0 to 100, not '101'"),
        ("Jarvis: {humor: much}", "personas.Jarvis.humor in kitchen.yaml line 2 must be a whole number, not 'much'"),
        (
            "Jarvis: {language: English}",
            "personas.Jarvis.language in kitchen.yaml line 2 must be two letters of ISO 639, such as en, not 'English'",
        ),
        ("Jarvis: {voice: [a, b]}", "personas.Jarvis.voice in kitchen.yaml line 2 must be a single value"),
        ("Jarvis: butler", "personas.Jarvis in kitchen.yaml line 2 must be lines of the form `key: value`"),
        ("R2D2: {humor: 5}", "personas in kitchen.yaml line 2: a name must be one to three words of letters, not 'R2D2'"),
        (
            "Jarvis: {humor: 5}\n  Jarvis: {humor: 6}",
            "key 'personas.Jarvis' in kitchen.yaml line 3 is there a second time; keep one of them",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    assert file_problems(tmp_path, "server", f"personas:\n  {text}\n") == [complaint]


def test_personas_without_names_are_refused(tmp_path: Path) -> None:
    said = file_problems(tmp_path, "server", "personas: [Jarvis]\n")
    assert said == ["personas in kitchen.yaml line 1 must be lines of the form `key: value`"]


def test_who_one_is() -> None:
    assert TARS.introduction == "I am TARS, a voice assistant."
    assert Persona("Jarvis", greeting="At your service.").introduction == "At your service."
