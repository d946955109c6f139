"""Runs the device's core: sound, wake word, button and frames in; dialling, speaker and cues out."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tars.core import effects as do
from tars.core.device import DeviceEndpoint
from tars.core.effects import Effect
from tars.device.audio import Captured, Heard, Microphone, MicrophoneEnded, Missed, SoundFailed, Speaker, SpeechNoticed
from tars.device.audio.loudness import Loudness
from tars.device.control.actions import carry_out, press_button
from tars.device.control.commands import Mute, SetVolume, Silence
from tars.device.keyboard import Enter
from tars.device.paired import keep_changed, replace_authorities
from tars.device.saved_sound import SavedSound
from tars.device.server_addresses import ServerAddresses
from tars.device.settings import DeviceConfig
from tars.device.trust import encryption_of, replaceable_authorities
from tars.device.wake import Detected, WakeWord, WakeWordFailed
from tars.device.watched import Watched
from tars.engine import Event
from tars.errors import ConfigError
from tars.generated.device import events
from tars.generated.device.outputs import Microphone as Route
from tars.generated.messages import AuthoritiesKept
from tars.runtime import clock
from tars.runtime.budget import Budget
from tars.runtime.dialling import NotAdmittedError, dial
from tars.runtime.log import log
from tars.runtime.receiver import SocketDown
from tars.runtime.runner import Runner, Tell
from tars.runtime.signals import Deadline, unless
from tars.runtime.trace import Trace
from tars.samples import RATE, to_samples

FINISH_SECONDS = 10.0
"""Seconds of a reply that are still played after its session has ended."""
SILENCE_AFTER_FILE = 2 * RATE
"""Samples of silence after the end of a recording in which its last wake word may still be found."""
GREETING_LATE = "no answer within {limit:g} s (limits.greeting_limit)"
UNREACHABLE = "the server does not answer; it is tried again and again, quietly. Is tars-server running there, and the address right?"


@dataclass(frozen=True)
class SocketUp:
    """The socket of that generation is open, with this subprotocol or none."""

    generation: int
    subprotocol: str | None


class DeviceRunner(Runner):
    """Runs one device: one microphone, one speaker, one wake word detector, one server."""

    core: DeviceEndpoint

    def __init__(
        self,
        config: DeviceConfig,
        microphone: Microphone,
        speaker: Speaker,
        wake_word: WakeWord,
        tasks: asyncio.TaskGroup,
        deadline: Deadline | None = None,
    ) -> None:
        """`tasks` owns the dialling tasks. `deadline` begins with every stop and ends a process that does not stop in time."""
        super().__init__(Trace(config.trace))
        self.config = config
        self.microphone = microphone
        self.speaker = speaker
        self.wake_word = wake_word
        self.failure: str | None = None
        self.loudness = Loudness(config.chime, config.quiet_hours, config.quiet_volume)
        self.observers: list[Callable[[object], None]] = []
        """They are called with each Traced, each Cue that is played, and each command of the control interface that was carried out."""
        self.core = DeviceEndpoint(
            config.device,
            config.limits,
            random.Random(secrets.randbits(64)),
            boot=secrets.token_hex(4),
            persistent=config.connection == "persistent",
            other_servers=bool(config.other_servers),
            max_attempts=config.max_attempts,
            gaps=config.overflow == "gap",
        )
        self.watched = Watched(self.post)
        self.observers.append(self.watched.observe)
        self._tasks = tasks
        self._deadline = deadline
        self._dialling: dict[int, asyncio.Task[None]] = {}
        self._servers = ServerAddresses(config)
        self._looking: asyncio.Task[None] | None = None
        """Looks for other addresses of the server; None: none was looked for yet."""
        self._open: set[int] = set()
        """The generations of the sockets that have not closed yet."""
        self._file_ended: int | None = None
        """The capture offset at which the recording ended, or at which a session after it ended; None: no recording has ended."""
        self._restored: list[Effect] = []
        """What is to be carried out at the start, behind the first line of the trace."""
        self._stopped = asyncio.Event()
        self._end_of_run: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._stopping = False
        self._problem = ""
        """The last reason, logged once, why server and device do not want each other."""

    @property
    def server(self) -> str:
        """The URL at which the server was last."""
        return self._servers.last

    @property
    def finished(self) -> bool:
        """The device has stopped and its link is closed."""
        return self._stopping and not self._open and not self._dialling and self._rests_at(Route.CLOSED)

    # --- in ------------------------------------------------------------------------------------------------------------------

    def take(self, item: Any, now: float) -> list[Effect]:
        """Give an event to the core. Raises TypeError for an unknown one."""
        match item:
            case Captured(pcm):
                return self._captured(pcm, now)
            case Heard(stream, samples):
                return self.core.heard(stream, samples, now)
            case SocketUp(generation, subprotocol):
                return self.core.socket_opened(generation, subprotocol, now)
            case SocketDown():
                return self._socket_down(item, now)
            case Detected() | SpeechNoticed() if self.core.muted:
                return []  # it was found before the mute, and comes after it
            case Detected(model, score, at):
                return self.core.handle(events.Hotword(secrets.token_hex(6), model, score, at), now)
            case Enter():
                return press_button(self, now)
            case Mute() | SetVolume() | Silence():
                return carry_out(self, item, now)
            case Missed(samples):
                self.wake_word.rearm()
                effects = self.core.missed(samples, now)
                self._stop_after_file()
                return effects
            case SpeechNoticed(at):
                return self.core.speech_noticed(at, now) if self.config.interruption == "speech" else []
            case MicrophoneEnded():
                self._file_ended = self.core.ring.end
                return []
            case SoundFailed(reason) | WakeWordFailed(reason):
                self._fail(reason)
                return []
            case Tell(generation, message):
                return self.core.tell(generation, message)
            case events.Stop():
                self._stopping = True
                if self._deadline is not None:
                    self._deadline.begin()
                return self.core.handle(item, now)
            case Event():
                return self.core.handle(item, now)
        raise TypeError(f"unknown event: {item!r}")

    def _captured(self, pcm: bytes, now: float) -> list[Effect]:
        route = self.core.microphone
        effects = self.core.captured(pcm, now)
        if not self.core.muted:
            self.watched.hear(pcm, self.wake_word, now)
        if route in (Route.WAKE_WORD, Route.BOTH) and not self.core.muted:
            self.wake_word.feed(pcm, self.core.ring.end)
        self._stop_after_file()
        return effects

    def _stop_after_file(self) -> None:
        if self._file_is_over():
            self.post(events.Stop())

    def tell(self, happened: object) -> None:
        """Tell the observers."""
        for observe in list(self.observers):
            observe(happened)

    def _file_is_over(self) -> bool:
        """Whether the recording and SILENCE_AFTER_FILE after it are captured, or missed while muted, and no session is active."""
        if self._file_ended is None or self._stopping:
            return False
        if not self._rests_at(Route.WAKE_WORD):
            self._file_ended = self.core.ring.end
        return self.core.ring.end - self._file_ended >= SILENCE_AFTER_FILE

    def _rests_at(self, route: Route) -> bool:
        """Whether there is no session, and the microphone goes there."""
        return not self.core.in_session and self.core.states.microphone is route

    def _socket_down(self, down: SocketDown, now: float) -> list[Effect]:
        generation, reason = down.generation, down.reason
        self.sockets.pop(generation, None)
        self._open.discard(generation)
        self._dialling.pop(generation, None)
        if down.opened:
            log.info("link lost", server=self._servers.last, reason=reason)
        elif self.core.states.connection.context.failures == 0 and reason != self._problem:
            log.warning(UNREACHABLE, server=self._servers.tried, reason=reason)
        if down.broken:
            return self.core.broken(generation, reason, now)
        event = events.Lost(generation, reason) if down.opened else events.Failed(generation, reason)
        return self.core.handle(event, now)

    # --- out -----------------------------------------------------------------------------------------------------------------

    def perform(self, effect: Effect) -> None:
        """Carry out an effect that only a device has."""
        match effect:
            case do.OpenSocket(generation):
                self._dialling[generation] = self._tasks.create_task(self._dial(generation))
            case do.BeWatched(generation, seconds):
                self.watched.begin(generation, seconds, self.core.states.machines)
            case do.KeepAuthorities(generation, ca):
                self._tasks.create_task(self._keep_authorities(generation, ca))
            case do.OpenSpeaker(stream, rate):
                self.speaker.gain = self.loudness.gain
                self.speaker.open(stream, rate)
            case do.Play(stream, pcm):
                self.speaker.play(stream, to_samples(pcm))
            case do.PauseSpeaker():
                self.speaker.pause()
            case do.ResumeSpeaker():
                self.speaker.resume()
            case do.StopSpeaker():
                self.speaker.stop()
            case do.FinishSpeaker():
                self.speaker.stop(keep=FINISH_SECONDS)
            case do.Cue(sound):
                self._play(effect, sound)
            case do.RearmWakeWord():
                self.wake_word.rearm()
            case do.GiveUp(reason):
                self._fail(f"no link to {self._servers.all_tried}: {reason} (max_attempts). Is tars-server running there?")

    def _play(self, cue: do.Cue, sound: str) -> None:
        """Play a cue, if it is to be heard. The chime says that the user may speak, so there is none while nothing is heard."""
        samples = self.loudness.cue(sound)
        if samples is not None and not (sound == "chime" and self.core.muted):
            self.speaker.cue(samples)
            self.tell(cue)

    def _fail(self, reason: str) -> None:
        """Stop in good order. The first reason becomes `failure`, with which the program ends."""
        if self.failure is None:
            log.error(reason)
            self.failure = reason
        self.post(events.Stop())

    def report_step(self, traced: do.Traced) -> None:
        """Trace and log a step. Of consecutive attempts that time out, only the first is logged, as for attempts that are refused."""
        super().report_step(traced)
        self.tell(traced)
        if traced.event == "greeting_late" and traced.context.get("failures") == 1:
            reason = GREETING_LATE.format(limit=self.config.limits.greeting_limit)
            log.warning(UNREACHABLE, server=self._servers.tried, reason=reason)

    async def _dial(self, generation: int) -> None:
        url = self._servers.next()
        try:
            # Not only at the start: a device that gets an authority while it runs does not speak without encryption from then on.
            encryption = encryption_of(self.config)
            authorities = await asyncio.to_thread(replaceable_authorities, self.config, encryption) if encryption else ""
            socket = await dial(
                url,
                protocol=self.config.protocol,
                key=self.config.key,
                encryption=encryption,
                authorities=authorities,
            )
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in a handshake with a foreign server is a failed attempt
            if isinstance(error, NotAdmittedError | ConfigError) and str(error) != self._problem:
                self._problem = str(error)
                log.warning(self._problem, server=url)
            self._look_up()
            self.post(SocketDown(generation, str(error) or repr(error), opened=False))
            return
        self._problem = ""
        self._dialling.pop(generation, None)
        self.sockets[generation] = socket
        self._open.add(generation)
        socket.authorities = authorities
        encrypted = "no" if socket.certificate is None else "yes"
        log.info("link", server=url, protocol=socket.subprotocol or "legacy", encrypted=encrypted)
        self.post(SocketUp(generation, socket.subprotocol))
        socket.start(generation, self, Budget(clock.now()))
        await self._servers.reached(url, self.config.key)
        if socket.name not in ("", self.config.device):
            await self._keep_name(socket.name)

    async def _keep_name(self, name: str) -> None:
        """The server calls this device otherwise. Its machines keep their name until the next start: a trace is of one device."""
        try:
            if await asyncio.to_thread(keep_changed, self.config.state, self.config.key, device=name):
                log.info(
                    "the server has renamed this device; the new name counts from the next start", device=self.config.device, name=name
                )
        except ConfigError as error:
            log.warning("the new name of this device cannot be kept", name=name, reason=error)

    async def _keep_authorities(self, generation: int, ca: str) -> None:
        """The server goes from one certificate authority to another. Only what protects this link may be replaced."""
        if (socket := self.sockets.get(generation)) is None:
            return
        try:
            after = await asyncio.to_thread(replace_authorities, self.config.state, socket.authorities, ca)
        except ConfigError as error:
            log.warning("the authorities of the server are not kept", server=self._servers.last, reason=error)
            return
        log.info("the authorities of the server are kept", server=self._servers.last, sha256=after)
        socket.authorities = after
        self.post(Tell(generation, AuthoritiesKept(after)))

    async def read_key(self, load_again: Callable[[], DeviceConfig]) -> None:
        """Read the settings again: from now on connections use the key that is there. Another server counts from the next start."""
        try:
            config = await asyncio.to_thread(load_again)
        except ConfigError as error:
            log.error("the settings cannot be read again; the key stays", reason=error)
            return
        if config.server in (self.config.server, self._servers.last):
            self.config = replace(self.config, key=config.key)

    def abort(self, generation: int) -> None:
        """Drop a socket, or stop dialling it."""
        super().abort(generation)
        if dialling := self._dialling.pop(generation, None):
            dialling.cancel()
            self._look_up()

    def _look_up(self) -> None:
        """An attempt to connect has failed. Meanwhile the server may have another address: the next attempts try those that are found."""
        if not self._stopping and (self._looking is None or self._looking.done()):
            self._looking = self._tasks.create_task(self._servers.look_up())

    def ended(self, error: Exception | None) -> None:
        """The device has stopped, or has failed: `live` raises the error."""
        if error is None:
            self._end_of_run.set_result(None)
        else:
            self._end_of_run.set_exception(error)

    # --- start and stop ------------------------------------------------------------------------------------------------------

    def restore(self, saved: SavedSound) -> None:
        """Before `live`: be as loud, and as deaf, as before the last stop."""
        self.loudness.volume = saved.volume
        if saved.muted:
            self.microphone.mute()
            self._restored = self.core.mute(True, clock.now())

    def stop(self) -> None:
        """Stop in good order, also while a model still loads."""
        self._stopped.set()
        self.post(events.Stop())

    async def live(self, ready: Callable[[], object] = lambda: None) -> None:
        """Open sound and wake word, run until stopped, close everything. `ready` is called when a call is heard.

        Raises ConfigError when a part cannot be opened.
        """
        try:
            if await unless(self._stopped, self.wake_word.start(self.post)):
                self.speaker.start(self.post)
                self.microphone.start(self.post)
                self.post(events.Start())
                self.start()
                self._carry_out(self._restored)
                ready()
                await self._end_of_run
        finally:
            self.stop_taking()
            if self._looking is not None:
                self._looking.cancel()
            await self.microphone.close()
            await self.wake_word.close()
            await self.speaker.close()
            self.trace.close()
