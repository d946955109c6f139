"""Brains by name."""

from __future__ import annotations

from importlib import import_module

from tars.brains import Brain, BrainSettings
from tars.errors import ConfigError

BRAINS = {
    "echo": "tars.brains.echo:EchoBrain",
    "offline": "tars.brains.offline.brain:OfflineBrain",
}
"""The class of each brain. Its module is imported only when the brain is chosen: the packages of the offline brain take seconds."""


def make_brain(name: str, settings: BrainSettings | None = None) -> Brain:
    """The brain of that name, without its models. Raises ConfigError for an unknown name or a missing package.

    It imports the packages of the brain, which can take 2 s: call it before the event loop runs.
    """
    if name not in BRAINS:
        raise ConfigError(f"brain {name!r} is unknown; known brains are: {', '.join(sorted(BRAINS))}")
    module, _, kind = BRAINS[name].partition(":")
    try:
        factory = getattr(import_module(module), kind)
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"brain {name!r} needs the Python module {error.name}, which is not installed: pip install '.[server]' in the TARS folder"
        ) from error
    brain: Brain = factory(settings or BrainSettings())
    return brain
