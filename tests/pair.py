"""Two real cores joined by a fake wire and a clock that the test moves. No socket, no task, no waiting."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from tars.core.codec import SUBPROTOCOL, V1, Codec, Frame
from tars.core.device import DeviceEndpoint
from tars.core.effects import AbortSocket, CloseSocket, Effect, OpenSocket, Traced
from tars.core.legacy import LegacyDevice
from tars.core.resume_tokens import ResumeToken
from tars.core.server import ServerEndpoint
from tars.core.snapshot import from_bytes, restore, take_snapshot, to_bytes
from tars.engine import Event
from tars.generated.device import events as device_events
from tars.generated.limits import Limits
from tars.generated.server import events as server_events
from tars.generated.server.turn import TurnState
from tars.samples import BLOCK
from tests.replayed import follow

NO_RESUME = Limits(device_grace=0, server_grace=0)
RESUME = Limits()
SILENCE = bytes(2 * BLOCK)


@dataclass
class Pair:
    """A device and the server's side of it. Frames wait in `up` and `down` until `carry` takes them across."""

    limits: Limits = NO_RESUME
    persistent: bool = True
    other_servers: bool = False
    max_attempts: int = 0
    legacy_server: bool = False
    gaps: bool = False
    seed: int = 7
    name: str = "kitchen"
    now: float = 1000.0
    network: bool = True
    up: list[Frame] = field(default_factory=list)
    down: list[Frame] = field(default_factory=list)
    effects: list[tuple[str, Effect]] = field(default_factory=list)
    wire: list[tuple[float, str, Frame]] = field(default_factory=list)
    """Every frame that was sent: when, by which side."""
    dials: list[float] = field(default_factory=list)
    """When the device dialled."""

    def __post_init__(self) -> None:
        self.device = self._new_device()
        self.epochs = 1
        self.server = ServerEndpoint(self.name, self.limits, random.Random(self.seed), epoch="e1")
        self.story = follow()
        self._begins(self.device)
        self._begins(self.server)
        self.dialled: int | None = None
        self.socket: int | None = None
        self.greeted = False
        self.generations = 0
        self.sessions = 0

    def _new_device(self) -> DeviceEndpoint:
        return DeviceEndpoint(
            self.name,
            self.limits,
            random.Random(self.seed),
            boot="b1",
            persistent=self.persistent,
            other_servers=self.other_servers,
            max_attempts=self.max_attempts,
            gaps=self.gaps,
        )

    # --- what a user or the world does -----------------------------------------------------------------------------------------

    def start(self) -> Pair:
        """The device starts, and is linked if there is a network."""
        self.at_device(device_events.Start())
        self.carry()
        return self

    def hotword(self) -> str:
        """The wake word; the session that it opens."""
        self.sessions += 1
        session = f"s{self.sessions}"
        self.at_device(device_events.Hotword(session, "hey_jarvis", 0.9, self.device.ring.end))
        return session

    def button(self) -> str:
        """Enter on the terminal."""
        self.sessions += 1
        session = f"s{self.sessions}"
        self.at_device(device_events.Button(session, self.device.ring.end))
        return session

    def converse(self) -> str:
        """A hotword, and a brain that opens."""
        session = self.hotword()
        self.carry()
        self.at_server(server_events.BrainReady(session))
        self.carry()
        return session

    def speaks_over(self) -> None:
        """Somebody speaks over the reply, from now on."""
        self._collect("device", self.device.speech_noticed(self.device.ring.end, self.now))

    def speak(self, blocks: int, pcm: bytes | None = None) -> bytes:
        """The microphone hears this many blocks; their sound."""
        sound = pcm if pcm is not None else b"".join(random.Random(self.device.ring.end + n).randbytes(2 * BLOCK) for n in range(blocks))
        for at in range(0, len(sound), 2 * BLOCK):
            self._collect("device", self.device.captured(sound[at : at + 2 * BLOCK], self.now))
        return sound

    def misses(self, samples: int) -> None:
        """The microphone is away for so many samples."""
        self._collect("device", self.device.missed(samples, self.now))

    def at_device(self, event: Event) -> None:
        """Something happened on the device."""
        self._collect("device", self.device.handle(event, self.now))

    def at_server(self, event: Event) -> None:
        """Something happened on the server."""
        self._collect("server", self.server.handle(event, self.now))

    def heard(self, stream: int, samples: int) -> None:
        """The speaker has come this far."""
        self._collect("device", self.device.heard(stream, samples, self.now))

    def reply(self, session: str, turn: int, pcm: bytes) -> None:
        """The brain answers, whole."""
        self.begins(session, turn)
        self.says(session, turn, pcm)
        self.at_server(server_events.ReplyEnded(session, turn))

    def begins(self, session: str, turn: int) -> None:
        """The brain's answer begins, or what the server says or asks first."""
        if self.server.states.turn.state != TurnState.ANNOUNCEMENT:
            self.at_server(server_events.ReplyStarted(session, turn))
        elif self.device.states.turn.context.one_way:
            self.at_server(server_events.AnnouncementStarted(session, turn))
        else:
            self.at_server(server_events.QuestionStarted(session, turn))

    def says(self, session: str, turn: int, pcm: bytes) -> None:
        """More of the brain's answer."""
        self._collect("server", self.server.speak(session, turn, pcm, self.now))

    def pass_time(self, seconds: float) -> None:
        """Let the clock run, limit by limit."""
        end = self.now + seconds
        self.carry()
        while True:
            moments = [m for m in (self.device.deadline, self.server.deadline) if m is not None and m <= end]
            if not moments:
                break
            self.now = max(self.now, min(moments))
            self._collect("device", self.device.tick(self.now))
            self._collect("server", self.server.tick(self.now))
            self.carry()
        self.now = end

    def cut(self, *, noticed: bool = True) -> None:
        """The connection breaks; what is in flight is gone."""
        self.up.clear()
        self.down.clear()
        generation, self.socket = self.socket, None
        if noticed and generation is not None:
            self.device_lost()
            self.at_server(server_events.Lost(generation, "cut"))

    def device_lost(self) -> None:
        """The device notices that its connection is gone."""
        if self.device.link.codec is not None:
            self.at_device(device_events.Lost(self.device.link.generation, "cut"))

    def crash(self) -> None:
        """The server dies without a word, and is there again at once: it knows nothing any more."""
        self.cut(noticed=False)
        self.epochs += 1
        self.server = ServerEndpoint(self.name, self.limits, random.Random(self.seed), epoch=f"e{self.epochs}")
        self._begins(self.server)

    def reboot(self) -> None:
        """The device dies without a word; a new one, that knows nothing, is there but not started."""
        self.device = self._new_device()
        self._begins(self.device)

    def replace(self) -> None:
        """The server stops in good order, and the next one takes over what it has snapshot."""
        self.at_server(server_events.Suspend())
        self.cut(noticed=False)  # before a device that dials at once has greeted: nobody is greeted any more
        snapshot = from_bytes(to_bytes(take_snapshot(self.server)))
        self.server = restore(snapshot, self.name, self.limits, random.Random(self.seed), epoch=self.server.epoch, now=self.now)
        self._begins(self.server)

    def _begins(self, side: DeviceEndpoint | ServerEndpoint) -> None:
        self._tell(side.begin())

    def _tell(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Traced):
                # The server of a device that speaks the old protocol gives it a name of its own.
                told = replace(effect, device="legacy") if self.legacy_server and effect.node == "server" else effect
                self.story.add(told, self.now)

    # --- the wire --------------------------------------------------------------------------------------------------------------

    def carry(self) -> None:
        """Take frames across, and dial, until nothing moves any more."""
        while self._dial() or self._carry_one():
            pass

    def token(self) -> ResumeToken:
        """New texts for a greeting, unlike any before."""
        return ResumeToken(f"sid{self.generations}", f"token{self.generations}")

    def _dial(self) -> bool:
        generation, self.dialled = self.dialled, None
        if generation is None:
            return False
        self.dials.append(self.now)
        if not self.network:
            self.at_device(device_events.Failed(generation, "no network"))
            return True
        self.generations += 1
        self.socket, self.greeted = self.generations, False
        chosen = None if self.legacy_server else SUBPROTOCOL
        self._collect("device", self.device.socket_opened(generation, chosen, self.now))
        if self.legacy_server:
            codec = LegacyDevice("legacy")
            self._collect("server", self.server.greeted(self.socket, codec, codec.greeting(), self.token(), self.now))
            self.greeted = True
        return True

    def _carry_one(self) -> bool:
        if self.socket is None:
            return False
        if self.up:
            frame = self.up.pop(0)
            if self.greeted:
                self._collect("server", self.server.receive(self.socket, frame, self.now))
            else:
                self.greeted = True
                codec: Codec = V1("device")
                self._collect("server", self.server.greeted(self.socket, codec, frame, self.token(), self.now))
            return True
        if self.down:
            self._collect("device", self.device.receive(self.device.link.generation, self.down.pop(0), self.now))
            return True
        return False

    def _collect(self, side: str, effects: list[Effect]) -> None:
        up = [frame for _, frame in self.device.outgoing()]
        down = [frame for generation, frame in self.server.outgoing() if generation == self.socket]
        if self.socket is not None:
            self.up += up
            self.down += down
            self.wire += [*((self.now, "device", frame) for frame in up), *((self.now, "server", frame) for frame in down)]
        self.effects += [(side, effect) for effect in effects]
        self._tell(effects)
        for effect in effects:
            if isinstance(effect, OpenSocket):
                self.dialled = effect.generation
            elif isinstance(effect, AbortSocket | CloseSocket):
                self._closed(side, effect)

    def _closed(self, side: str, effect: AbortSocket | CloseSocket) -> None:
        """Either side has given the socket up: what it said before a good close still arrives, then the other side learns of it."""
        if self.socket is None or (side == "server" and effect.generation != self.socket):
            return
        if isinstance(effect, CloseSocket):
            while self._carry_one():
                pass
        generation, self.socket = self.socket, None
        self.up.clear()
        self.down.clear()
        if generation is None:
            return
        if side == "device":
            self.at_server(server_events.Lost(generation, "closed by the device"))
        else:
            self.at_device(device_events.Lost(self.device.link.generation, "closed by the server"))

    # --- what a test asks ------------------------------------------------------------------------------------------------------

    def states(self, machine: str) -> tuple[str, str]:
        """The states of a machine on both sides."""
        return self.device.machines[machine].state, self.server.machines[machine].state

    def done(self, side: str, kind: type[Effect]) -> list[Effect]:
        """The effects of a kind that one side asked for."""
        return [effect for where, effect in self.effects if where == side and isinstance(effect, kind)]

    def trace(self) -> list[Traced]:
        """Every event of every machine so far."""
        return [effect for _, effect in self.effects if isinstance(effect, Traced)]
