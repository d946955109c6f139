"""Who answers: the personas, by their wake words and their names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tars.brains import spoken
from tars.brains.reply.intents.understanding.names import Names, without_greeting
from tars.brains.reply.intents.understanding.wording import courteous
from tars.brains.reply.intents.understanding.words import plain
from tars.errors import ConfigError
from tars.runtime.persona_settings import TARS, Persona


class Personas:
    """All personas. There is always TARS, who answers when nobody else was called."""

    def __init__(self, configured: Sequence[Persona] = ()) -> None:
        """`configured`: in any order, perhaps with other settings for TARS. Raises ConfigError if one name or wake word calls two."""
        self.default = next((persona for persona in configured if plain(persona.name) == plain(TARS.name)), TARS)
        self.all = (self.default, *(persona for persona in configured if persona is not self.default))
        self._by_wake_word: dict[str, Persona] = {}
        self._by_call: dict[str, Persona] = {}
        for persona in self.all:
            _claim(self._by_call, plain(persona.name), persona)
            for word in map(spoken, persona.wake_words):
                if not word:
                    raise ConfigError(f"{persona.place}: a wake word must have letters of English: hey jarvis")
                _claim(self._by_wake_word, word, persona)
                _claim(self._by_call, word, persona)
                _claim(self._by_call, without_greeting(word), persona)

    @property
    def calls(self) -> tuple[str, ...]:
        """The plain words that call a persona by voice: its name, its wake words, and these without "hey"."""
        return tuple(self._by_call)

    @property
    def wake_words(self) -> tuple[str, ...]:
        """What may be said before or after a command to whom it is for: the wake words, and "hey" with the name."""
        return (*self._by_wake_word, *(f"hey {plain(persona.name)}" for persona in self.all))

    def woken_by(self, wake_word: str, otherwise: Persona) -> Persona:
        """The persona whose wake word it is. `wake_word`: as it is spoken; empty for the button. `otherwise`: who answers to any other."""
        return self._by_wake_word.get(wake_word, otherwise)

    def called(self, call: str) -> Persona:
        """The persona that one of the `calls` calls."""
        return self._by_call[call]


def _claim(claimed: dict[str, Persona], words: str, persona: Persona) -> None:
    other = claimed.setdefault(words, persona)
    if other is not persona:
        place = persona.place or other.place
        raise ConfigError(f"{place}: {words!r} calls {other.name} and {persona.name}; each name and wake word may call one persona")


def is_end_phrase(persona: Persona, text: str, names: Names) -> bool:
    """Whether the whole text is an end phrase of the persona, with or without a name and politeness."""
    phrases = {plain(phrase) for phrase in persona.end_phrases}
    return bool(phrases) and any(words in phrases for reading in names.readings(text) for words in courteous(plain(reading)))


def check_language(persona: Persona, parts: Mapping[str, Collection[str]]) -> None:
    """Raise ConfigError unless all parts have the language of the persona. `parts`: name of a part -> its languages; none: any."""
    for name, languages in parts.items():
        if persona.language and languages and persona.language not in languages:
            raise ConfigError(f"language {persona.language!r}: the part {name} has only {', '.join(sorted(languages))}")
