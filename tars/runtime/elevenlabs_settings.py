"""The settings of ElevenLabs. They are here because the server reads settings before it imports a brain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from tars.runtime.config_values import read_seconds
from tars.runtime.llm_settings import read_url


@dataclass(frozen=True)
class ElevenLabsSettings:
    """The settings of the part `elevenlabs`."""

    url: Annotated[str, read_url] = "https://api.elevenlabs.io"
    """Where ElevenLabs is."""
    key: Annotated[str, str.strip] = field(default="", repr=False)
    """The key of an account there. The part needs it. In the file or in TARS_ELEVENLABS_KEY."""
    voice: Annotated[str, str.strip] = "JBFqnCBsd6RMkjVDRZzb"
    """The ID of a voice of that account. The default is George, the voice in their own examples."""
    model: Annotated[str, str.strip] = "eleven_flash_v2_5"
    """The ID of a model there. The default is the fastest one."""
    timeout: Annotated[float, read_seconds] = 5.0
    """Seconds without a piece of sound after which ElevenLabs is given up."""
