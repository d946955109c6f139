"""The Protocol of a brain: it hears utterances and answers them. Each brain has one line in the registry."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tars.runtime.elevenlabs_settings import ElevenLabsSettings
from tars.runtime.home_assistant_settings import HomeAssistantSettings
from tars.runtime.llm_settings import LlmSettings
from tars.runtime.persona_settings import Persona
from tars.runtime.realtime_settings import GeminiLiveSettings, OpenAiRealtimeSettings
from tars.runtime.wyoming_settings import WyomingSettings
from tars.samples import BLOCK, Samples

if TYPE_CHECKING:
    from tars.brains.reply.timers import Timers
    from tars.brains.tokens import TokenCounts


class Hearing(Enum):
    """The state of an utterance after one more block."""

    SILENCE = auto()
    """The user does not speak. The samples count towards the session timeout."""
    SPEECH = auto()
    """The user speaks, or has just paused."""
    COMPLETE = auto()
    """The utterance is over and can be answered. Later blocks do not belong to it."""


@dataclass
class Reply:
    """The answer to one utterance. It may have no speech: then there was nothing to answer, and the turn of the user continues."""

    heard: str
    """The recognised text, for the log; empty if it is not known yet."""
    text: str
    """The text of the answer as far as it is known when its speech begins, for the log; empty without one."""
    speech: AsyncIterator[Samples]
    """The samples of the answer as they are generated, in blocks of any size, 16 kHz."""
    ends: bool = False
    """The conversation is over once this answer has been played. A brain may set it until the speech is read to its end."""
    stages: dict[str, float] = field(default_factory=dict)
    """Seconds spent so far, by stage (`recognition`, `reply`), in the order they ran. Recognition may run before the utterance is over."""
    by: str = ""
    """The part that has answered; empty where there is only one, and if none has."""


class Conversation(Protocol):
    """The brain of one session. Calls come one at a time, in the order begin, hear..., answer, interrupted?, begin, ..., close.

    `words` may come in the place of `answer`. `say` comes first or not at all. While the speech of an answer is read, or heard by the
    user, `overhear, hear..., words?` may come, as often as somebody speaks over it.
    """

    def begin(self, wake: int, at: int = 0, wake_word: str = "") -> None:
        """A turn begins; its first `wake` samples may hold the wake word (0: none).

        `at`: the capture offset of its first sample. With the session it identifies the utterance, also when that is heard again after a
        restart or a crash of the server. The number of a turn does not: after a crash they are counted anew.

        `wake_word`: the spoken one with which the user has interrupted the answer before; empty: none, or a device of an earlier version.
        """

    def hear(self, samples: Samples) -> Hearing:
        """The next samples of the utterance, without a gap, in blocks of any size. It runs on the event loop and must be fast.

        A brain that must think about where the utterance ends returns COMPLETE with a later block than the one that holds the end.
        """

    async def answer(self) -> Reply:
        """The answer to the utterance since begin. Raises BrainError."""

    def overhear(self, at: int) -> None:
        """Somebody speaks over the last answer, which may go on: `hear` gets that, from capture offset `at`, and `words` tells it.

        If `interrupted` follows, the answer is over, and this is the utterance of the next turn, as after `begin`: it is heard further and
        answered. Otherwise it is forgotten.
        """

    async def words(self) -> str:
        """The words of the utterance since begin or overhear: they answer a question of the operator, or may be no interruption. Or empty.

        Raises BrainError.
        """

    def say(self, text: str) -> AsyncIterator[Samples]:
        """The speech of a text that is not an answer, as it is generated, in blocks of any size, 16 kHz. Raises BrainError."""

    def interrupted(self, heard: int) -> None:
        """The user heard only the first `heard` samples of the last reply. A brain that repeats itself must repeat only these.

        After a restart, another conversation may have given that reply; then this call has an effect only with a memory of it. It may be
        called after `close`, when the user interrupts as the server stops: then it changes what `memory` returns.
        """

    def memory(self) -> str:
        """What the next server needs to go on with the session, as text; empty: nothing. It may be called after `close`, and comes back as
        `Caller.memory`. An utterance that is not answered is heard again and need not be in it.
        """

    async def close(self) -> None:
        """End the conversation. Safe to call more than once, and while answer or its speech is cancelled."""


@dataclass(frozen=True)
class Caller:
    """The device and the session that open a conversation."""

    device: str
    """The name of the device. A brain keeps what it remembers between sessions under this name."""
    session: str
    """The id of the voice session."""
    ring: Callable[[str], None]
    """`ring(label)` makes the device ring, also after the end of the session."""
    wake_word: str = ""
    """The spoken wake word that began the session: "hey jarvis". Empty for the button."""
    timers: Callable[[], Timers] | None = None
    """The timers of the device, which the server keeps over a restart; None: the brain makes its own."""
    memory: str = ""
    """What `memory` of the conversation before has returned, perhaps that of another brain; empty: there was none."""
    tokens: TokenCounts | None = None
    """The tokens that devices have used, which the server keeps over a restart; None: the brain counts them itself."""


class Brain(Protocol):
    """One kind of brain. The server has one object of it, for all devices."""

    async def warm(self) -> None:
        """Load all models, so that `open` is fast. The server calls it once, at start. Raises ConfigError with the remedy."""

    async def open(self, caller: Caller) -> Conversation:
        """A conversation for one session. Loads what `warm` has not loaded. Raises BrainError when that fails."""

    async def close(self) -> None:
        """The server stops: end timers and tasks."""


@dataclass(frozen=True)
class BrainSettings:
    """The settings of all brains. Each brain uses its own."""

    whisper_model: Path | None = None
    """The folder of a faster-whisper model for the offline brain; None: the one that is installed with it."""
    voice_model: Path | None = None
    """The ONNX file of a hibari voice for the offline brain; None: the one that is installed with it."""
    llm: LlmSettings = field(default_factory=LlmSettings)
    """The language model of the part `llm`."""
    wyoming: WyomingSettings = field(default_factory=WyomingSettings)
    """The services of the parts `wyoming`."""
    piper_voice: Path | None = None
    """The ONNX file of a voice for the part `piper`."""
    elevenlabs: ElevenLabsSettings = field(default_factory=ElevenLabsSettings)
    """The account of the part `elevenlabs`."""
    home_assistant: HomeAssistantSettings = field(default_factory=HomeAssistantSettings)
    """The server of the part `home-assistant`."""
    openai_realtime: OpenAiRealtimeSettings = field(default_factory=OpenAiRealtimeSettings)
    """The service of the brain `openai-realtime`."""
    gemini_live: GeminiLiveSettings = field(default_factory=GeminiLiveSettings)
    """The service of the brain `gemini-live`."""
    end_of_speech: str = "normal"
    """How long a pause ends an utterance: a name in `tars.brains.listening.PAUSES`."""
    personas: Sequence[Persona] = ()
    """Who answers, besides TARS or as TARS; read by `tars.brains.personas`."""


NO_WAKE_WORDS = {"", "button", "legacy", "none", "announcement"}
"""Values of `woken_by` without a spoken wake word: the button, an old device, a server that speaks first."""


def spoken(model: str) -> str:
    """The spoken wake word of a model, from its name: "computer" for "computer_v2". Empty for NO_WAKE_WORDS."""
    name = " ".join(re.findall(r"[a-z']+", re.sub(r"[_-]v?\d[\w.]*$", "", model.lower())))
    return "" if name in NO_WAKE_WORDS else name


async def sound(samples: Samples) -> AsyncIterator[Samples]:
    """The speech of a reply whose samples are all known, in blocks of at most BLOCK samples; no block without samples."""
    for at in range(0, len(samples), BLOCK):
        yield samples[at : at + BLOCK]
