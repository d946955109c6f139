"""Brains by name."""

from __future__ import annotations

from importlib import import_module

from tars.brains import Brain, BrainSettings
from tars.errors import ConfigError

BRAINS = {
    "echo": "tars.brains.echo:EchoBrain",
    "offline": "tars.brains.offline.brain:OfflineBrain",
}
"""Where each brain's class is. A module is imported only when its brain is chosen: the offline brain's packages are heavy."""


def make_brain(name: str, settings: BrainSettings | None = None) -> Brain:
    """The brain of that name, nothing loaded yet. Raises ConfigError for an unknown name or a missing package.

    Importing a brain's packages can take a second or two: call this before the event loop runs.
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
