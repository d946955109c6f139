"""Fakes for tests, one for each Protocol. None of them needs an optional package."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import numpy as np

from tars.brains import Caller, Hearing, Reply, sound
from tars.device.audio import Captured, FromMicrophone, FromSpeaker, MicrophoneEnded, Missed
from tars.device.audio.playback import BufferedSpeaker
from tars.device.wake import Detected, Nearest, WakeWordFailed
from tars.errors import BrainError
from tars.samples import BLOCK, RATE, WIDTH, Samples, to_pcm


@dataclass(frozen=True)
class Turn:
    """What a scripted conversation hears and answers in one turn. It does not depend on the samples."""

    silence: int = 0
    """How many samples are silence, at the beginning."""
    speech: int = RATE
    """After how many more samples the utterance is over."""
    heard: str = "a question"
    text: str = "an answer"
    sound: Samples = field(default_factory=lambda: np.arange(RATE, dtype=np.int16))
    """The samples of the answer."""
    ends: bool = False
    error: str = ""
    """If not empty, `answer` raises BrainError with this text."""
    thought: asyncio.Event | None = None
    """If given, `answer` waits until this event is set."""


class ScriptedConversation:
    """Follows a script, and records each call."""

    def __init__(self, caller: Caller, turns: tuple[Turn, ...]) -> None:
        self.caller = caller
        self.wakes: list[int] = []
        """The argument `wake` of each turn."""
        self.begins: list[int] = []
        """The argument `at` of each turn."""
        self.wake_words: list[str] = []
        """The argument `wake_word` of each turn."""
        self.heard: list[bytes] = []
        """What each turn was given, as PCM16."""
        self.interruptions: list[int] = []
        self.said: list[str] = []
        """The argument of each `say`."""
        self.remembered = caller.memory
        """What `memory` returns."""
        self.closed = False
        self._turns = turns

    @property
    def _turn(self) -> Turn:
        return self._turns[min(len(self.wakes), len(self._turns)) - 1]

    def begin(self, wake: int, at: int = 0, wake_word: str = "") -> None:
        """Begin the next turn of the script. After its end the last turn is repeated."""
        self.wakes.append(wake)
        self.begins.append(at)
        self.wake_words.append(wake_word)
        self.heard.append(b"")

    def overhear(self, at: int) -> None:
        """As `begin`: what is said over an answer is a turn of the script too."""
        self.begin(0, at)

    def hear(self, samples: Samples) -> Hearing:
        """Count the samples."""
        self.heard[-1] += to_pcm(samples)
        count = len(self.heard[-1]) // WIDTH
        if count >= self._turn.silence + self._turn.speech:
            return Hearing.COMPLETE
        return Hearing.SPEECH if count > self._turn.silence else Hearing.SILENCE

    async def answer(self) -> Reply:
        """The answer of this turn of the script."""
        turn = self._turn
        if turn.thought is not None:
            await turn.thought.wait()
        if turn.error:
            raise BrainError(turn.error)
        return Reply(turn.heard, turn.text, sound(turn.sound), turn.ends)

    async def words(self) -> str:
        """Those of this turn of the script."""
        return self._turn.heard

    def say(self, text: str) -> AsyncIterator[Samples]:
        """A tenth of a second for each character."""
        self.said.append(text)
        return sound(np.ones(len(text) * RATE // 10, np.int16))

    def interrupted(self, heard: int) -> None:
        """Record the call."""
        self.interruptions.append(heard)

    def memory(self) -> str:
        """What the test wants to be remembered."""
        return self.remembered

    async def close(self) -> None:
        """Record the call."""
        self.closed = True


class ScriptedBrain:
    """Opens scripted conversations. All have the same script."""

    def __init__(self, *turns: Turn, refusal: str = "", opens: asyncio.Event | None = None) -> None:
        """`refusal`: if not empty, `open` raises BrainError with this text. `opens`: if given, `open` waits until this event is set."""
        self.conversations: list[ScriptedConversation] = []
        self.closed = False
        self._turns, self._refusal, self._opens = turns or (Turn(),), refusal, opens

    async def warm(self) -> None:
        """Does nothing: there is nothing to load."""

    async def open(self, caller: Caller) -> ScriptedConversation:
        """A new conversation. Raises BrainError if the test wants it."""
        if self._opens is not None:
            await self._opens.wait()
        if self._refusal:
            raise BrainError(self._refusal)
        self.conversations.append(ScriptedConversation(caller, self._turns))
        return self.conversations[-1]

    async def close(self) -> None:
        """Record the call."""
        self.closed = True


class FakeMicrophone:
    """A microphone that captures what the test passes to `hear`."""

    def __init__(self) -> None:
        self.muted = False
        self._missed = 0
        self.counts: dict[str, float] = {}
        self._post: Callable[[FromMicrophone], None] | None = None

    def start(self, post: Callable[[FromMicrophone], None]) -> None:
        """Post blocks from now on."""
        self._post = post

    def mute(self) -> None:
        """Count what `hear` is given, and post nothing of it."""
        self.muted = True

    def unmute(self) -> None:
        """Post blocks again."""
        self.muted = False

    async def close(self) -> None:
        """Post nothing any more."""
        self._post = None

    def hear(self, samples: Samples) -> None:
        """Post these samples as blocks. The last block is padded with zeros."""
        for start in range(0, len(samples), BLOCK):
            if self.muted:
                self._missed += BLOCK
            elif self._post is not None:
                if self._missed:
                    self._post(Missed(self._missed))
                    self._missed = 0
                self._post(Captured(to_pcm(samples[start : start + BLOCK]).ljust(BLOCK * WIDTH, b"\0")))

    def end(self) -> None:
        """Post the end of the recording."""
        if self._post is not None:
            self._post(MicrophoneEnded())


class FakeSpeaker(BufferedSpeaker):
    """A speaker that plays when the test calls `pass_time`."""

    def __init__(self) -> None:
        super().__init__(RATE)
        self._played: list[Samples] = []
        self._post: Callable[[FromSpeaker], None] | None = None

    @property
    def played(self) -> Samples:
        """All samples that were played, at 16 kHz."""
        return np.concatenate([np.zeros(0, np.int16), *self._played])

    def start(self, post: Callable[[FromSpeaker], None]) -> None:
        """From now on `pass_time` plays."""
        self._post = post

    async def close(self) -> None:
        """From now on nothing is played."""
        self._post = None

    def pass_time(self, seconds: float) -> None:
        """Play for this many seconds, in steps of 20 ms."""
        for _ in range(round(seconds * 50)):
            if self._post is None:
                return
            samples, heard = self.pull(RATE // 50)
            self._played.append(samples)
            if heard is not None:
                self._post(heard)


class FakeWakeWord:
    """A wake word that detects or fails when the test calls `detect` or `fail`."""

    def __init__(self) -> None:
        self.fed: list[tuple[bytes, int]] = []
        """Each block, and the capture offset of its end."""
        self.rearmed = 0
        self.nearest = Nearest()
        self.taken = 0
        """How often `nearest` was taken."""
        self._post: Callable[[Detected | WakeWordFailed], None] | None = None

    async def start(self, post: Callable[[Detected | WakeWordFailed], None]) -> None:
        """From now on `detect` and `fail` work."""
        self._post = post

    def feed(self, pcm: bytes, at: int) -> None:
        """Record the call."""
        self.fed.append((pcm, at))

    def take_nearest(self) -> Nearest:
        """What the test has set."""
        self.taken += 1
        return self.nearest

    def rearm(self) -> None:
        """Count the call."""
        self.rearmed += 1

    async def close(self) -> None:
        """From now on nothing is detected."""
        self._post = None

    def detect(self, score: float = 0.9) -> None:
        """Post the wake word, at the end of the last block."""
        if self._post is not None:
            self._post(Detected("fake", score, self.fed[-1][1] if self.fed else 0))

    def fail(self, reason: str) -> None:
        """Post a failure with this reason."""
        if self._post is not None:
            self._post(WakeWordFailed(reason))
