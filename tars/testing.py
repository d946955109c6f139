"""Fakes for tests, one for each Protocol. None of them needs an optional package."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from tars.brains import Caller, Hearing, Reply, sound
from tars.brains.echo import Loudness
from tars.brains.parts import Question, TextReply
from tars.device.audio import Captured, FromMicrophone, FromSpeaker, MicrophoneEnded
from tars.device.audio.playback import BufferedSpeaker
from tars.device.wake import Detected, WakeWordFailed
from tars.errors import BrainError, ConfigError, ReplyError
from tars.runtime import clock
from tars.samples import BLOCK, RATE, WIDTH, Samples, to_pcm
from tars.server.pairings import Pairing
from tars.server.state_folder import DeviceKey, Saved, already_has_key, no_such_device

if TYPE_CHECKING:
    from tars.brains.reply.timers import Timers


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
        self.heard: list[bytes] = []
        """What each turn was given, as PCM16."""
        self.interruptions: list[int] = []
        self.closed = False
        self._turns = turns

    @property
    def _turn(self) -> Turn:
        return self._turns[min(len(self.wakes), len(self._turns)) - 1]

    def begin(self, wake: int, at: int = 0) -> None:
        """Begin the next turn of the script. After its end the last turn is repeated."""
        self.wakes.append(wake)
        self.begins.append(at)
        self.heard.append(b"")

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

    def interrupted(self, heard: int) -> None:
        """Record the call."""
        self.interruptions.append(heard)

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


class FakeHear:
    """A part that hears these texts, one for each utterance that is recognised. Then it hears nothing."""

    pause = RATE // 5

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.given: list[int] = []
        """The number of samples of each utterance."""

    async def warm(self) -> None:
        """Does nothing: there is nothing to load."""

    def detector(self) -> Loudness:
        """What is loud is speech."""
        return Loudness()

    async def recognise(self, device: str, speech: Samples) -> str:
        """The next text."""
        self.given.append(len(speech))
        return self.texts.pop(0) if self.texts else ""

    async def close(self) -> None:
        """It has nothing to end."""


class FakeReply:
    """A part that knows the answers to some texts. It is its own dialogue, in every session."""

    def __init__(self, answers: Mapping[str, str | Sequence[str | ReplyError]] | None = None) -> None:
        """`answers`: text -> the answer, or its pieces. At a ReplyError the part fails."""
        self.answers = answers or {}
        self.questions: list[Question] = []
        self.stops = 0
        self.closed = False

    languages = ()

    async def warm(self) -> None:
        """Does nothing: there is nothing to load."""

    def open(self, caller: Caller, timers: Timers) -> FakeReply:
        """The part itself."""
        return self

    def knows(self, text: str) -> bool:
        """Whether it has an answer."""
        return text in self.answers

    async def reply(self, question: Question) -> TextReply | None:
        """The answer."""
        self.questions.append(question)
        answer = self.answers.get(question.text)
        if answer is None or isinstance(answer, str):
            return None if answer is None else TextReply(answer)
        return TextReply(self._pieces(answer))

    async def _pieces(self, pieces: Sequence[str | ReplyError]) -> AsyncIterator[str]:
        for piece in pieces:
            if isinstance(piece, ReplyError):
                raise piece
            yield piece

    def not_understood(self, text: str) -> str:
        """A sentence with the text."""
        return f"What is {text}?"

    def stop(self) -> None:
        """Count the call."""
        self.stops += 1

    async def close(self) -> None:
        """Record the call."""
        self.closed = True


class FakeSpeak:
    """A part that speaks 1,000 samples for each letter, in English and French. It has the voices "high" and "low"."""

    languages = ("en", "fr")

    def __init__(self) -> None:
        self.said: list[str] = []
        self.voices: list[str] = []
        """The voice of each sentence."""

    async def warm(self) -> None:
        """Does nothing: there is nothing to load."""

    def sentences(self, text: str) -> list[str]:
        """The sentences: each ends with a full stop."""
        return [sentence for sentence in re.split(r"(?<=[.?!])\s+", text.strip()) if sentence]

    async def load(self, voice: str) -> None:
        """Raises ConfigError for an unknown voice."""
        if voice not in ("", "high", "low"):
            raise ConfigError(f"voice {voice!r} is unknown; known voices are: high, low")

    async def say(self, sentence: str, voice: str = "") -> AsyncIterator[Samples]:
        """All samples at once."""
        self.said.append(sentence)
        self.voices.append(voice)
        yield np.ones(len(sentence) * 1_000, np.int16)

    async def close(self) -> None:
        """It has nothing to end."""


class FakeMicrophone:
    """A microphone that captures what the test passes to `hear`."""

    def __init__(self) -> None:
        self._post: Callable[[FromMicrophone], None] | None = None

    def start(self, post: Callable[[FromMicrophone], None]) -> None:
        """Post blocks from now on."""
        self._post = post

    async def close(self) -> None:
        """Post nothing any more."""
        self._post = None

    def hear(self, samples: Samples) -> None:
        """Post these samples as blocks. The last block is padded with zeros."""
        for start in range(0, len(samples), BLOCK):
            if self._post is not None:
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
        self._post: Callable[[Detected | WakeWordFailed], None] | None = None

    async def start(self, post: Callable[[Detected | WakeWordFailed], None]) -> None:
        """From now on `detect` and `fail` work."""
        self._post = post

    def feed(self, pcm: bytes, at: int) -> None:
        """Record the call."""
        self.fed.append((pcm, at))

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


class MemoryStore:
    """The stores of a server for keys, a pairing and sessions, in memory."""

    is_older_than_encryption = False

    def __init__(self) -> None:
        self._saving: tuple[str, float] | None = None
        self._sessions: dict[str, bytes] = {}
        self._keys: dict[str, tuple[DeviceKey, float]] = {}
        self._pairing: Pairing | None = None
        self._closed = False

    def save(self, epoch: str, sessions: Mapping[str, bytes], kept: Set[str] = frozenset()) -> None:
        """Replace what was saved before, but for the sessions of `kept`."""
        self._sessions = {device: state for device, state in self._sessions.items() if device in kept} | dict(sessions)
        self._saving = epoch, clock.wall()

    def take(self) -> Saved | None:
        """What was saved; None if nothing was, or it was taken already."""
        saving, self._saving = self._saving, None
        return None if saving is None else Saved(saving[0], max(0.0, clock.wall() - saving[1]), list(self._sessions))

    def session(self, device: str) -> bytes | None:
        """The session of a device."""
        return self._sessions.get(device)

    def drop_taken(self) -> None:
        """Delete the sessions, unless they were saved since."""
        if self._saving is None:
            self._sessions = {}

    def add_key(self, name: str, digest: str) -> None:
        """Add the key of a device that has none. Raises ConfigError if it has one."""
        if name in self._keys:
            raise already_has_key(name)
        self._keys[name] = DeviceKey(digest, name, name), clock.wall()
        self._closed = True

    def remove_key(self, name: str) -> bool:
        """Remove the key of a device. Returns whether it had one."""
        return self._keys.pop(name, None) is not None

    def withdraw_key(self, name: str) -> None:
        """Remove a key that nobody has seen. The first one closes the store no more."""
        del self._keys[name]
        self._closed = bool(self._keys)

    def rename_key(self, old: str, new: str) -> None:
        """The key stays."""
        if old not in self._keys:
            raise no_such_device(old)
        if new in self._keys:
            raise already_has_key(new)
        key, added = self._keys.pop(old)
        self._keys[new] = replace(key, name=new), added

    def list_keys(self) -> list[tuple[str, float]]:
        """Each device with the time at which its key was added, sorted by name."""
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
