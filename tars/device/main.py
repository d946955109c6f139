"""`tars-pi`: one microphone, one speaker, one wake word, one link that lasts."""

from __future__ import annotations

import asyncio
import random
import secrets
import sys
from typing import Any

from tars.core import effects as do
from tars.core.device import DeviceEndpoint
from tars.core.effects import Effect
from tars.device.audio import Captured, Heard, Microphone, MicrophoneEnded, Missed, SoundFailed, Speaker
from tars.device.audio.devices import open_microphone, open_speaker
from tars.device.audio.sounds import CUES
from tars.device.keyboard import Enter, listen_for_enter
from tars.device.network import listen_for_network
from tars.device.settings import DeviceConfig
from tars.device.wake import Detected, WakeWord, WakeWordFailed
from tars.device.wake.detector import open_wake_words
from tars.device.wake.models import fetch
from tars.device.wake.tune import tune
from tars.engine import Event
from tars.errors import ConfigError
from tars.generated.device import events
from tars.generated.device.means import Microphone as Route
from tars.runtime.doctor import checked, doctor_of, greet, report
from tars.runtime.log import log
from tars.runtime.log import setup as setup_log
from tars.runtime.loop import run_loop
from tars.runtime.runner import Runner
from tars.runtime.signals import Deadline, signals, unless
from tars.runtime.trace import Trace
from tars.runtime.websocket import KeyRefusedError, Received, Socket, SocketDown, SocketUp, dial
from tars.samples import RATE, to_samples

FINISH_SECONDS = 10.0
"""How much of a reply is still played when its session has ended."""
QUIET_AFTER_FILE = 2 * RATE
"""Samples of silence after a recording's end in which its last wake word may still be found."""
GREETING_LATE = "no answer within {limit:g} s (limits.greeting_limit)"
UNREACHABLE = "the server does not answer; it is tried again and again, quietly. Is tars-server running there, and the address right?"


class DeviceRunner(Runner):
    """The device's runner: sound, wake word and button in; dialling, speaker and cues out."""

    core: DeviceEndpoint

    def __init__(
        self,
        config: DeviceConfig,
        microphone: Microphone,
        speaker: Speaker,
        wake: WakeWord,
        tasks: asyncio.TaskGroup,
        deadline: Deadline | None = None,
    ) -> None:
        """`deadline`: what ends the process if it does not stop in time, whyever it stops."""
        super().__init__(Trace(config.trace))
        self.config = config
        self.microphone = microphone
        self.speaker = speaker
        self.wake = wake
        self.failure: str | None = None
        self.core = DeviceEndpoint(
            config.device,
            config.limits,
            random.Random(secrets.randbits(64)),
            boot=secrets.token_hex(4),
            persistent=config.connection == "persistent",
            max_attempts=config.max_attempts,
            gaps=config.overflow == "gap",
        )
        self._tasks = tasks
        self._deadline = deadline
        self._dialling: dict[int, asyncio.Task[None]] = {}
        self._file_ended: int | None = None
        self._stopped = asyncio.Event()
        self._stopping = False
        self._key_problem = ""  # as it was logged

    @property
    def finished(self) -> bool:
        """The device has stopped and its link is closed."""
        return self._stopping and not self.sockets and not self._dialling and self.core.state("session") == "IDLE"

    # --- in ------------------------------------------------------------------------------------------------------------------

    def take(self, item: Any, now: float) -> list[Effect]:
        """Hand an item to the core."""
        match item:
            case Captured(pcm):
                return self._captured(pcm, now)
            case Heard(stream, samples):
                return self.core.heard(stream, samples, now)
            case Received(generation, frame):
                return self.core.receive(generation, frame, now)
            case SocketUp(generation, subprotocol):
                return self.core.socket_opened(generation, subprotocol, now)
            case SocketDown():
                return self._socket_down(item, now)
            case Detected(model, score, at):
                return self.core.handle(events.Hotword(secrets.token_hex(6), model, score, at), now)
            case Enter():
                return self.core.handle(events.Button(secrets.token_hex(6), self.core.ring.end), now)
            case Missed(samples):
                self.wake.rearm()
                return self.core.missed(samples, now)
            case MicrophoneEnded():
                self._file_ended = self.core.ring.end
                return []
            case SoundFailed(reason) | WakeWordFailed(reason):
                self._fail(reason)
                return []
            case events.Stop():
                self._stopping = True
                if self._deadline is not None:
                    self._deadline.begin()
                return self.core.handle(item, now)
            case Event():
                return self.core.handle(item, now)
        raise TypeError(f"nothing is known of {item!r}")

    def _captured(self, pcm: bytes, now: float) -> list[Effect]:
        route = self.core.microphone
        effects = self.core.captured(pcm, now)
        if route is Route.WAKE_WORD:
            self.wake.feed(pcm, self.core.ring.end)
        if self._file_is_over():
            self.post(events.Stop())
        return effects

    def _file_is_over(self) -> bool:
        """The recording has been heard to its end and beyond, and no session is active."""
        if self._file_ended is None or self._stopping:
            return False
        if self.core.state("session") != "LISTENING":
            self._file_ended = self.core.ring.end
        return self.core.ring.end - self._file_ended >= QUIET_AFTER_FILE

    def _socket_down(self, down: SocketDown, now: float) -> list[Effect]:
        generation, reason = down.generation, down.reason
        self.sockets.pop(generation, None)
        self._dialling.pop(generation, None)
        if down.opened:
            log.info("link lost", server=self.config.server, reason=reason)
        elif self.core.machines["connection"].context.failures == 0 and reason != self._key_problem:
            log.warning(UNREACHABLE, server=self.config.server, reason=reason)
        if down.broken:
            return self.core.broken(generation, reason, now)
        event = events.Lost(generation, reason) if down.opened else events.Failed(generation, reason)
        return self.core.handle(event, now)

    # --- out -----------------------------------------------------------------------------------------------------------------

    def perform(self, effect: Effect) -> None:
        """What only a device does."""
        match effect:
            case do.OpenSocket(generation):
                self._dialling[generation] = self._tasks.create_task(self._dial(generation))
            case do.OpenSpeaker(stream, rate):
                self.speaker.open(stream, rate)
            case do.Play(stream, pcm):
                self.speaker.play(stream, to_samples(pcm))
            case do.StopSpeaker():
                self.speaker.stop()
            case do.FinishSpeaker():
                self.speaker.stop(keep=FINISH_SECONDS)
            case do.Cue(sound):
                self.speaker.cue(CUES[sound])
            case do.RearmWakeWord():
                self.wake.rearm()
            case do.GiveUp(reason):
                self._fail(f"no link to {self.config.server}: {reason} (max_attempts). Is tars-server running there?")

    def _fail(self, reason: str) -> None:
        """Stop in good order, and end the program with this sentence."""
        if self.failure is None:
            log.error(reason)
            self.failure = reason
        self.post(events.Stop())

    def note(self, traced: do.Traced) -> None:
        """An attempt that is cut off is said as one that is refused: the first of a row."""
        super().note(traced)
        if traced.event == "greeting_late" and traced.context.get("failures") == 1:
            reason = GREETING_LATE.format(limit=self.config.limits.greeting_limit)
            log.warning(UNREACHABLE, server=self.config.server, reason=reason)

    async def _dial(self, generation: int) -> None:
        try:
            connection = await dial(self.config.server, protocol=self.config.protocol, key=self.config.key)
        except Exception as error:  # noqa: BLE001 - whatever a server makes of a handshake, it is an attempt that has failed
            if isinstance(error, KeyRefusedError) and str(error) != self._key_problem:
                self._key_problem = str(error)
                log.warning(self._key_problem, server=self.config.server)
            self.post(SocketDown(generation, str(error) or repr(error), opened=False))
            return
        self._key_problem = ""
        self._dialling.pop(generation, None)
        socket = self.sockets[generation] = Socket(connection, generation, self.inbox.link())
        log.info("link", server=self.config.server, protocol=connection.subprotocol or "legacy")
        self.post(SocketUp(generation, connection.subprotocol))
        await socket.run()

    def abort(self, generation: int) -> None:
        """Drop a socket, or stop dialling it."""
        super().abort(generation)
        if dialling := self._dialling.pop(generation, None):
            dialling.cancel()

    def stop(self) -> None:
        """Stop in good order, also while something still loads."""
        self._stopped.set()
        self.post(events.Stop())

    async def live(self) -> None:
        """Open sound and wake word, run until stopped, release everything. Raises ConfigError when something cannot be opened."""
        try:
            if await unless(self._stopped, self.wake.start(self.post)):
                self.speaker.start(self.post)
                self.microphone.start(self.post)
                self.post(events.Start())
                await self.run()
        finally:
            self.inbox.close()
            await self.microphone.close()
            await self.wake.close()
            await self.speaker.close()
            self.trace.close()


async def run(config: DeviceConfig) -> None:
    """Listen and talk until SIGINT, SIGTERM, or the end of a recording. Raises ConfigError when something is missing."""
    microphone, speaker = open_microphone(config.microphone, config.microphone_channel), open_speaker(config.speaker)
    wake = open_wake_words(config.wake_word)
    deadline = Deadline()
    pi: DeviceRunner | None = None

    def stop() -> None:
        deadline.begin()
        if pi is not None:
            pi.stop()

    def reopen() -> None:
        if pi is not None:
            pi.trace.reopen()

    with signals(stop, reopen):
        async with asyncio.TaskGroup() as tasks:
            pi = DeviceRunner(config, microphone, speaker, wake, tasks, deadline)
            stops = [listen_for_enter(sys.stdin, pi.post), listen_for_network(pi.post)]
            words = str(config.wake_word)
            log.info("starting", device=config.device, server=config.server, microphone=config.microphone, wake_word=words)
            try:
                await pi.live()
            finally:
                for end in stops:
                    end()
    deadline.cancel()
    if pi.failure:
        raise ConfigError(pi.failure)
    log.info("stopped")


def doctor(config: DeviceConfig) -> int:
    """Check sound, wake word and server, and say what to do."""
    from tars.device.audio.devices import check as check_sound
    from tars.device.wake.detector import check as check_wake_word

    server = checked("server", lambda: asyncio.run(greet(config.server, doctor_of(config.device), config.protocol, config.key)))
    return report([*check_sound(config.microphone, config.speaker, config.microphone_channel), *check_wake_word(config.wake_word), server])


def command(words: str, config: DeviceConfig) -> int:
    """Carry out one command; the exit status. Raises TarsError."""
    setup_log(config.log, "device", config.log_file)
    if words == "doctor":
        return doctor(config)
    if words == "fetch-models":
        fetch(log.info)
    elif words == "tune":
        run_loop(tune(open_microphone(config.microphone, config.microphone_channel), config.wake_word, sys.stdout))
    else:
        run_loop(run(config))
    return 0
