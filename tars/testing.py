"""Fakes for tests, one a Protocol. Nothing here needs an extra."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from tars.brains import Caller, Hearing, Reply, sound
from tars.device.audio import Captured, FromMicrophone, FromSpeaker, MicrophoneEnded
from tars.device.audio.playback import BufferedSpeaker
from tars.device.wake import Detected, WakeWordFailed
from tars.errors import BrainError
from tars.runtime import clock
from tars.samples import BLOCK, RATE, WIDTH, Samples, to_pcm
from tars.server.pairings import Pairing
from tars.server.state_folder import DeviceKey, Saved, already_has_key, no_such_device


@dataclass(frozen=True)
class Turn:
    """What a scripted conversation hears and answers in one turn, whatever the samples are."""

    silence: int = 0
    """So many samples are silence first."""
    speech: int = RATE
    """After so many more, the utterance is over."""
    heard: str = "a question"
    text: str = "an answer"
    sound: Samples = field(default_factory=lambda: np.arange(RATE, dtype=np.int16))
    """The sound of the answer."""
    ends: bool = False
    error: str = ""
    """If not empty, answering raises BrainError with it."""
    thought: asyncio.Event | None = None
    """Answering waits for this."""


class ScriptedConversation:
    """Follows a script and remembers what was done to it."""

    def __init__(self, caller: Caller, turns: tuple[Turn, ...]) -> None:
        self.caller = caller
        self.wakes: list[int] = []
        """What each turn began with."""
        self.heard: list[bytes] = []
        """The sound of each turn, as PCM."""
        self.interruptions: list[int] = []
        self.closed = False
        self._turns = turns

    @property
    def _turn(self) -> Turn:
        return self._turns[min(len(self.wakes), len(self._turns)) - 1]

    def begin(self, wake: int) -> None:
        """The next turn of the script; the last one again when the script is over."""
        self.wakes.append(wake)
        self.heard.append(b"")

    def hear(self, samples: Samples) -> Hearing:
        """Counts samples."""
        self.heard[-1] += to_pcm(samples)
        count = len(self.heard[-1]) // WIDTH
        if count >= self._turn.silence + self._turn.speech:
            return Hearing.COMPLETE
        return Hearing.SPEECH if count > self._turn.silence else Hearing.SILENCE

    async def answer(self) -> Reply:
        """The answer of the script."""
        turn = self._turn
        if turn.thought is not None:
            await turn.thought.wait()
        if turn.error:
            raise BrainError(turn.error)
        return Reply(turn.heard, turn.text, sound(turn.sound), turn.ends)

    def interrupted(self, heard: int) -> None:
        """Remembers it."""
        self.interruptions.append(heard)

    async def close(self) -> None:
        """Remembers it."""
        self.closed = True


class ScriptedBrain:
    """Opens scripted conversations, all with the same script."""

    def __init__(self, *turns: Turn, refusal: str = "", opens: asyncio.Event | None = None) -> None:
        """`refusal`: opening raises BrainError with it, if it is not empty. `opens`: opening waits for this."""
        self.conversations: list[ScriptedConversation] = []
        self.closed = False
        self._turns, self._refusal, self._opens = turns or (Turn(),), refusal, opens

    async def warm(self) -> None:
        """There is nothing to load."""

    async def open(self, caller: Caller) -> ScriptedConversation:
        """A conversation, or what the script says instead."""
        if self._opens is not None:
            await self._opens.wait()
        if self._refusal:
            raise BrainError(self._refusal)
        self.conversations.append(ScriptedConversation(caller, self._turns))
        return self.conversations[-1]

    async def close(self) -> None:
        """Remembers it."""
        self.closed = True


class FakeMicrophone:
    """Hears what the test tells it to."""

    def __init__(self) -> None:
        self._post: Callable[[FromMicrophone], None] | None = None

    def start(self, post: Callable[[FromMicrophone], None]) -> None:
        """From now on it hears."""
        self._post = post

    async def close(self) -> None:
        """It hears no more."""
        self._post = None

    def hear(self, samples: Samples) -> None:
        """Post this as blocks, the last filled up with zeros."""
        for start in range(0, len(samples), BLOCK):
            if self._post is not None:
                self._post(Captured(to_pcm(samples[start : start + BLOCK]).ljust(BLOCK * WIDTH, b"\0")))

    def end(self) -> None:
        """The recording is over."""
        if self._post is not None:
            self._post(MicrophoneEnded())


class FakeSpeaker(BufferedSpeaker):
    """Plays as the test lets time pass."""

    def __init__(self) -> None:
        super().__init__(RATE)
        self._played: list[Samples] = []
        self._post: Callable[[FromSpeaker], None] | None = None

    @property
    def played(self) -> Samples:
        """All that has come out of it, at 16 kHz."""
        return np.concatenate([np.zeros(0, np.int16), *self._played])

    def start(self, post: Callable[[FromSpeaker], None]) -> None:
        """Time can pass."""
        self._post = post

    async def close(self) -> None:
        """Time passes no more."""
        self._post = None

    def pass_time(self, seconds: float) -> None:
        """Play for so long, in steps of 20 ms."""
        for _ in range(round(seconds * 50)):
            if self._post is None:
                return
            samples, heard = self.pull(RATE // 50)
            self._played.append(samples)
            if heard is not None:
                self._post(heard)


class FakeWakeWord:
    """Detects, and fails, when the test says so."""

    def __init__(self) -> None:
        self.fed: list[tuple[bytes, int]] = []
        """Every block, and the capture offset of its end."""
        self.rearmed = 0
        self._post: Callable[[Detected | WakeWordFailed], None] | None = None

    async def start(self, post: Callable[[Detected | WakeWordFailed], None]) -> None:
        """It can detect."""
        self._post = post

    def feed(self, pcm: bytes, at: int) -> None:
        """Remembers it."""
        self.fed.append((pcm, at))

    def rearm(self) -> None:
        """Counts it."""
        self.rearmed += 1

    async def close(self) -> None:
        """It detects no more."""
        self._post = None

    def detect(self, score: float = 0.9) -> None:
        """The wake word, in the block that was fed last."""
        if self._post is not None:
            self._post(Detected("fake", score, self.fed[-1][1] if self.fed else 0))

    def fail(self, reason: str) -> None:
        """It cannot listen any more."""
        if self._post is not None:
            self._post(WakeWordFailed(reason))


class MemoryStore:
    """All stores of a server, for as long as it lives."""

    def __init__(self) -> None:
        self._saved: tuple[str, float, dict[str, bytes]] | None = None
        self._keys: dict[str, tuple[DeviceKey, float]] = {}
        self._pairing: Pairing | None = None
        self._closed = False

    def save(self, epoch: str, sessions: Mapping[str, bytes]) -> None:
        """Keeps these instead of what was kept."""
        self._saved = epoch, clock.wall(), dict(sessions)

    def take(self) -> Saved | None:
        """What was saved, once."""
        saved, self._saved = self._saved, None
        return None if saved is None else Saved(saved[0], max(0.0, clock.wall() - saved[1]), saved[2])

    def add_key(self, name: str, digest: str) -> None:
        """One for each device."""
        if name in self._keys:
            raise already_has_key(name)
        self._keys[name] = DeviceKey(digest, name, name), clock.wall()
        self._closed = True

    def remove_key(self, name: str) -> bool:
        """Whether there was one."""
        return self._keys.pop(name, None) is not None

    def rename_key(self, old: str, new: str) -> None:
        """The key stays."""
        if old not in self._keys:
            raise no_such_device(old)
        if new in self._keys:
            raise already_has_key(new)
        key, added = self._keys.pop(old)
        self._keys[new] = replace(key, name=new), added

    def list_keys(self) -> list[tuple[str, float]]:
        """Sorted by name."""
        return sorted((name, added) for name, (_, added) in self._keys.items())

    def owners(self) -> dict[str, DeviceKey] | None:
        """The keys, once there was one."""
        return {key.digest: key for key, _ in self._keys.values()} if self._closed else None

    def pairing(self) -> Pairing | None:
        """The one that was opened last."""
        return self._pairing

    def change_pairing(self, change: Callable[[Pairing | None], Pairing | None]) -> Pairing | None:
        """What it is now."""
        self._pairing = change(self._pairing)
        return self._pairing

    @property
    def version(self) -> object:
        """The keys and the pairing themselves."""
        return *self._keys.items(), self._pairing

    @property
    def needs_keys(self) -> bool:
        """Whether there was one."""
        return self._closed
