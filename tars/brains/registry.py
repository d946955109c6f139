"""Brains and their parts by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from tars.brains import Brain, BrainSettings
from tars.errors import ConfigError
from tars.runtime.llm_settings import LlmSettings


@dataclass(frozen=True)
class Part:
    """Where a part is made, and what it needs."""

    maker: str
    """MODULE:CLASS. It is made with one argument, the settings. Its module is imported only when the part is chosen."""
    extra: str
    """The extras of TARS with its packages, separated by commas."""


HEAR = {
    "whisper": Part("tars.brains.hear.whisper:Whisper", "server"),
    "moonshine": Part("tars.brains.hear.moonshine:Moonshine", "server,moonshine"),
    "wyoming": Part("tars.brains.hear.wyoming:Wyoming", "server,wyoming"),
}
REPLY = {
    "intents": Part("tars.brains.reply.intents.part:Intents", "server"),
    "home-assistant": Part("tars.brains.reply.home_assistant.part:HomeAssistant", "server"),
    "llm": Part("tars.brains.reply.llm.part:Llm", "llm"),
}
SPEAK = {
    "hibari": Part("tars.brains.speak.hibari:Hibari", "server"),
    "piper": Part("tars.brains.speak.piper:Piper", "server,piper"),
    "elevenlabs": Part("tars.brains.speak.elevenlabs:ElevenLabs", "server,elevenlabs"),
    "wyoming": Part("tars.brains.speak.wyoming:Wyoming", "server,wyoming"),
}

PARTS: Mapping[str, Mapping[str, Part]] = {"hear": HEAR, "reply": REPLY, "speak": SPEAK}


@dataclass(frozen=True)
class Composition:
    """The names of the parts of a brain."""

    hear: tuple[str, ...]
    """One part."""
    reply: tuple[str, ...]
    """One part or several, in the order in which they are asked."""
    speak: tuple[str, ...]
    """One part or several. The first one speaks; when it fails, the next one does."""
    llm: LlmSettings = field(default_factory=LlmSettings)
    """The settings of the part `llm`, where none are configured."""


GEMINI = LlmSettings(url="https://generativelanguage.googleapis.com/v1beta/openai", model="gemini-3.5-flash-lite")
"""Gemini, by its interface that is like OpenAI's."""

PRESETS = {
    "offline": Composition(("whisper",), ("intents",), ("hibari",)),
    "llm": Composition(("whisper",), ("intents", "llm"), ("hibari",)),
    "home-assistant": Composition(("whisper",), ("intents", "home-assistant"), ("hibari",)),
    "gemini-elevenlabs": Composition(("whisper",), ("intents", "llm"), ("elevenlabs", "hibari"), GEMINI),
}
BRAINS = {
    "echo": "tars.brains.echo:EchoBrain",
    "openai-realtime": "tars.brains.realtime.openai:make_brain",
    "gemini-live": "tars.brains.realtime.gemini:make_brain",
}
"""Brains that are not composed of parts: MODULE:CLASS, or a function, as for a part."""

FORM = "hear=whisper reply=intents,llm speak=hibari"
"""What a composition looks like where it is one text."""


def read_composition(text: str) -> Composition:
    """The composition in a text: the name of a preset, or FORM. Raises ConfigError with what is allowed."""
    if text in PRESETS:
        return PRESETS[text]
    if "=" not in text:
        names = ", ".join(sorted({*PRESETS, *BRAINS}))
        raise ConfigError(f"brain {text!r} is unknown; known brains are: {names}; or choose the parts: {FORM}")
    chosen: dict[str, tuple[str, ...]] = {}
    for item in text.split():
        kind, _, names = item.partition("=")
        if kind not in PARTS:
            raise ConfigError(f"brain: {kind!r} is no kind of part; the kinds are: {', '.join(PARTS)}")
        if kind in chosen:
            raise ConfigError(f"brain: {kind} is there a second time; keep one of them")
        chosen[kind] = tuple(names.split(","))
    for kind in PARTS:
        _check(kind, chosen.get(kind, ()))
    return Composition(chosen["hear"], chosen["reply"], chosen["speak"])


def _check(kind: str, names: tuple[str, ...]) -> None:
    known = ", ".join(PARTS[kind])
    if not names or names == ("",):
        raise ConfigError(f"brain: {kind} is missing; known parts are: {known}")
    for name in names:
        if name not in PARTS[kind]:
            raise ConfigError(f"brain: {kind} part {name!r} is unknown; known parts are: {known}")
    if len(names) > 1 and kind == "hear":
        raise ConfigError(f"brain: {kind} takes one part, not {', '.join(names)}")
    if len(set(names)) < len(names):
        raise ConfigError(f"brain: {kind} names a part twice: {', '.join(names)}")


def make_part(kind: str, name: str, settings: BrainSettings) -> Any:
    """The part, without its models. Raises ConfigError for a missing package."""
    part = PARTS[kind][name]
    return _made(part.maker, f"{kind} part {name!r}", part.extra, settings)


def make_brain(text: str, settings: BrainSettings | None = None) -> Brain:
    """The brain of that preset or composition, without its models. Raises ConfigError for an unknown name or a missing package.

    It imports the packages of the brain, which can take 2 s: call it before the event loop runs.
    """
    settings = settings or BrainSettings()
    if text in BRAINS:
        brain: Brain = _made(BRAINS[text], f"brain {text!r}", "server,realtime", settings)
        return brain
    composition = read_composition(text)
    settings = with_defaults(composition, settings)
    made = {kind: {name: make_part(kind, name, settings) for name in getattr(composition, kind)} for kind in PARTS}
    from tars.brains.composed import ComposedBrain
    from tars.brains.listening import PAUSES
    from tars.brains.personas import Personas
    from tars.brains.speak_in_order import SpeakInOrder

    (hear,), speak = made["hear"].values(), made["speak"]
    spoken = SpeakInOrder(speak) if len(speak) > 1 else next(iter(speak.values()))
    return ComposedBrain(hear, made["reply"], spoken, Personas(settings.personas), PAUSES[settings.end_of_speech])


def with_defaults(composition: Composition, settings: BrainSettings) -> BrainSettings:
    """The settings, with those of the preset where nothing is configured."""
    values, defaults = vars(settings.llm), vars(LlmSettings())
    configured = {name: value for name, value in values.items() if value != defaults[name]}
    return replace(settings, llm=replace(composition.llm, **configured))


def _made(maker: str, what: str, extra: str, settings: BrainSettings) -> Any:
    module, _, kind = maker.partition(":")
    try:
        factory = getattr(import_module(module), kind)
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"{what} needs the Python module {error.name}, which is not installed: pip install -e '.[{extra}]' in the TARS folder"
        ) from error
    return factory(settings)
