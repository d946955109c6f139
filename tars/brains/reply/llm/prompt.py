"""What the model is told before each conversation."""

from __future__ import annotations

from tars.runtime.persona_settings import Persona

SPOKEN = (
    "Your answer is spoken aloud. Answer in one to three short sentences. "
    "Use plain words: no lists, no headings, no emoji, no formulas. If you do not know, say so."
)


def prompt_of(persona: Persona, configured: str) -> str:
    """The prompt of the persona, or else the `configured` one as it is, or else one with the name of the persona."""
    if configured and not persona.prompt:
        prompt = configured
    else:
        prompt = f"{persona.prompt or f'You are {persona.name}, a voice assistant with a dry sense of humor.'} {SPOKEN}"
    return f"{prompt} Answer in the language with the ISO 639 code {persona.language}." if persona.language else prompt
