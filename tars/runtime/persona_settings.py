"""The settings of a persona. They are here because the server reads settings before it imports a brain."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated

from tars.runtime.config_values import at_least, read_lines


def read_language(text: str) -> str:
    """The code of a language; empty: any."""
    if text and not re.fullmatch(r"[a-z]{2}", text):
        raise ValueError(f"must be two letters of ISO 639, such as en, not {text!r}")
    return text


def read_percent(text: str) -> int:
    """A percentage."""
    percent = at_least(0)(text)
    if percent > 100:
        raise ValueError(f"must be 0 to 100, not {text!r}")
    return percent


@dataclass(frozen=True)
class Persona:
    """Somebody who answers. Without settings it is TARS."""

    name: str = "TARS"
    """The name as the user chose it: words of letters. It is no setting."""
    place: str = field(default="", compare=False)
    """Where its settings are, for errors: "personas.Jarvis in FILE line 3". Empty: it has none. It is no setting."""
    wake_words: Annotated[tuple[str, ...], read_lines] = ()
    """A list of wake words, as they are spoken, that call this persona: hey jarvis. A session that begins with any other, or with the
    button, belongs to TARS. A name that is often misheard may be here too, as it is written then: okay naboo."""
    end_phrases: Annotated[tuple[str, ...], read_lines] = ()
    """A list of sentences that end the conversation. Others do too, such as "goodbye", if the brain has the part intents."""
    voice: Annotated[str, str.strip] = ""
    """The voice, as the part that speaks calls it. For hibari: a name, an ONNX file or neither, and a pitch in percent: heart 85%. Empty:
    the voice of that part."""
    language: Annotated[str, read_language] = ""
    """The language of the answers, as two letters of ISO 639: en. Every part that replies or speaks must have it. Empty: their own one."""
    prompt: Annotated[str, str.strip] = ""
    """For the part llm: who the model is. That its answers are spoken, and short, it is told anyway. Empty: llm.prompt."""
    humor: Annotated[int, read_percent] = 75
    """How many percent of the answers of the part intents get a dry remark. The user can change it: "set your humor to 20 percent"."""
    remarks: Annotated[tuple[str, ...], read_lines] = ()
    """A list of dry remarks, which are used in turn. Empty: those of TARS."""
    greeting: Annotated[str, str.strip] = ""
    """What it says when it is called by voice, or asked who it is. Empty: I am NAME, a voice assistant."""
    farewell: Annotated[str, str.strip] = "Goodbye."
    """What it says when the user ends the conversation."""

    @property
    def introduction(self) -> str:
        """The greeting, or one with the name."""
        return self.greeting or f"I am {self.name}, a voice assistant."


TARS = Persona()
"""Who answers without any configuration."""
