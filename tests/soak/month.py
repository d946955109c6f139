"""A long life of one device and its server on the fake clock: conversations, idle time, and every kind of outage.

Played by two real cores. Whatever they hold is counted at checkpoints: it may not grow with time.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from tars.core.effects import CancelReply, Cue, OpenSpeaker, Play
from tars.generated.device import events as device_events
from tars.generated.server import events as server_events
from tars.generated.server.session import SessionState
from tars.generated.server.turn import TurnState
from tars.samples import BLOCK, RATE
from tests.pair import RESUME, Pair
from tests.scenarios.telling import utterances
from tests.soak.size import objects, reachable, resident

MONTH = 30 * 86_400.0
PLACES = ("idle", "hotword", "speech", "thinking", "answer", "draining")
"""Where an outage strikes."""
FAULTS = ("cut", "silent", "in flight", "noticed late", "replaced", "crashed", "long")
OUTAGE = dict.fromkeys(PLACES, 20.0) | {"hotword": 5.0, "idle": 600.0}
"""Seconds at most; a session outlives them."""
NEAR = 3 * RATE
"""Samples from before a session that may belong to it."""
MORE_OBJECTS = 300
MORE_BYTES = 64 * 1024
"""What may lie between two checkpoints: 64 retired tokens, numbers that take more digits; far less than one object a session."""


@dataclass(frozen=True)
class Checkpoint:
    """How large everything was, at rest."""

    sessions: int
    core_objects: int
    core_bytes: int
    process_objects: int
    process_bytes: int


class Life:
    """One pair, its user, its brain, its speaker, and its bad luck. The same seed is the same life."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.pair = Pair(limits=RESUME, seed=seed).start()
        self.sessions = self.survived = self.told_again = self.ended = self.rings = 0
        self.checkpoints: list[Checkpoint] = []
        self._captured = bytearray()
        self._from = 0
        """The capture offset where `_captured` begins."""

    def live(self, sessions: int, outages: int, seconds: float, report: Callable[[Checkpoint], None] = lambda _: None) -> None:
        """So many conversations, in so many of them (or before them) an outage, spread over so long."""
        struck = [True] * outages + [False] * (sessions - outages)
        self.chance.shuffle(struck)
        every = sessions // 10
        for number, strikes in enumerate(struck, 1):
            place = self.chance.choice(PLACES) if strikes else ""
            self._idle(self.chance.expovariate(sessions / seconds), place == "idle")
            self._converse(place)
            self._rest()
            if number % every == 0:
                self._check_growth()
                report(self.checkpoints[-1])

    # --- a conversation --------------------------------------------------------------------------------------------------------

    def _converse(self, place: str) -> None:
        """One session of some turns; it ends as the outage at this place makes it end, or in good order."""
        self.sessions += 1
        self._hear(3)
        session = self.pair.hotword()
        if place == "hotword" and not self._strike(place, session):
            return
        self._answer_hotword(session)
        turns = self.chance.randint(1, 3)
        for turn in range(1, turns + 1):
            here = place if turn == turns else ""
            if not self._turn(session, here):
                return
        self._finish(session)
        if place not in ("", "idle"):
            assert not self._cues("error"), f"an outage at {place} was heard"
            self.survived += 1

    def _answer_hotword(self, session: str) -> None:
        """Its link may be dead since the idle time before."""
        self._wait(lambda: self.pair.server.states.session.state is SessionState.HOTWORD_DETECTED)
        self.pair.at_server(server_events.BrainReady(session))
        self.pair.carry()
        assert self.pair.states("turn") == ("USER_TURN", "USER_TURN")

    def _turn(self, session: str, place: str) -> bool:
        """A question and its answer; False if the outage ended the session, as it had to."""
        self._hear(self.chance.randint(4, 12))
        if place == "speech" and not self._strike(place, session):
            return False
        self._hear(self.chance.randint(4, 12))
        self._end_utterance(session)
        if place == "thinking" and not self._strike(place, session):
            return False
        if self.pair.server.states.turn.state is TurnState.USER_TURN:
            self._end_utterance(session)  # it was told again
        return self._answer(session, place)

    def _end_utterance(self, session: str) -> None:
        """All that was said is with the brain, as it was said."""
        self._wait(lambda: self.pair.server.inbound is not None and self.pair.server.inbound.received == self.pair.device.ring.end)
        turn = self._turn_number()
        given = utterances(self.pair)[session, turn]
        assert given == self._captured[len(self._captured) - len(given) :], "no hole and no sample twice"
        assert len(given) >= 2 * BLOCK
        self.pair.at_server(server_events.SpeechEnded(session, turn))
        self.pair.carry()

    def _answer(self, session: str, place: str) -> bool:
        pair, turn = self.pair, self._turn_number()
        parts = [self.chance.randbytes(2 * self.chance.randint(1000, RATE)) for _ in range(4)]
        pair.at_server(server_events.ReplyStarted(session, turn))
        for number, part in enumerate(parts):
            pair.says(session, turn, part)
            if number == 1 and place == "answer" and not self._strike(place, session):
                return False
            if number < 3:
                self._let_play(0.3)
        pair.at_server(server_events.ReplyEnded(session, turn))
        pair.carry()
        if place == "draining" and not self._strike(place, session):
            return False
        whole = b"".join(parts)
        if self.chance.random() < 0.2:
            self._interrupt(session, turn, whole)
            return True
        self._wait(lambda: pair.device.downlink is not None and pair.device.downlink.length is not None)
        self._let_play(0)
        pair.carry()
        assert self._played() == whole, "the whole answer, sample by sample"
        assert pair.states("turn") == ("USER_TURN", "USER_TURN")
        assert pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")
        return True

    def _interrupt(self, session: str, turn: int, whole: bytes) -> None:
        """The user speaks over the rest of the answer."""
        pair = self.pair
        heard = pair.device.downlink.heard if pair.device.downlink else 0
        self._hear(2)
        pair.at_device(device_events.Hotword("unused", "hey_jarvis", 0.9, pair.device.ring.end))
        self._wait(lambda: pair.states("turn") == ("USER_TURN", "USER_TURN"))
        assert self._turn_number() == turn + 1
        assert whole.startswith(self._played())
        assert pair.done("server", CancelReply)[-1] == CancelReply(session, heard)

    def _finish(self, session: str) -> None:
        """It ends in one of the ways in which sessions end."""
        pair = self.pair
        match self.chance.randrange(3):
            case 0:
                pair.at_server(server_events.EndPhrase(session))
            case 1:
                pair.at_server(server_events.UserSilent(session, self._turn_number()))
            case _:
                pair.button()
        pair.carry()

    # --- bad luck --------------------------------------------------------------------------------------------------------------

    def _strike(self, place: str, session: str) -> bool:
        """An outage, up to its end; whether the session is still there. Which of both it has to be is asserted."""
        pair, fault = self.pair, self.chance.choice(FAULTS)
        resumed = pair.server.resumes
        self._break(fault, place)
        if fault == "long" or (fault == "crashed" and place in ("answer", "draining")):
            self._wait(lambda: pair.states("session") == ("LISTENING", "LISTENING"), 60)
            assert self._cues("error"), "it ends audibly"
            self.ended += 1
            return False
        if fault == "crashed":
            self._wait(lambda: pair.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED"))
            self.told_again += 1
            if place != "hotword":
                self._answer_hotword(session)
        else:
            self._wait(lambda: pair.states("continuity") == ("LINKED", "LINKED") and pair.server.resumes > resumed)
        assert pair.device.machines["session"].context.session == session, "the session goes on"
        return True

    def _break(self, fault: str, place: str) -> None:
        pair = self.pair
        pair.network = False
        outage = self.chance.choice([0.0, self.chance.uniform(0, OUTAGE[place])])
        match fault:
            case "cut":
                pair.cut()
            case "silent":
                pair.cut(noticed=False)
            case "in flight":
                pair._carry_one()
                pair.cut()
            case "noticed late":
                self._notice_late()
            case "replaced":
                pair.replace()
                pair.device_lost()
            case "crashed":
                pair.crash()
            case "long":
                pair.cut(noticed=self.chance.random() < 0.5)
                outage = self.chance.uniform(130, 400)
        # Whoever speaks goes on speaking at first.
        if place in ("hotword", "speech"):
            self._hear(int(min(outage, 2) * RATE / BLOCK))
        pair.pass_time(max(0.0, outage - 2))
        pair.network = True

    def _notice_late(self) -> None:
        """The device is back before the server has missed it."""
        pair, generation = self.pair, self.pair.socket
        pair.cut(noticed=False)
        pair.network = True
        pair.device_lost()
        pair.pass_time(1.3)
        if generation is not None:
            pair.at_server(server_events.Lost(generation, "late news"))

    # --- idle time ---------------------------------------------------------------------------------------------------------------

    def _idle(self, seconds: float, strikes: bool) -> None:
        """Nothing but heartbeats; now and then a timer rings, and perhaps the link breaks."""
        pair = self.pair
        pair.pass_time(seconds / 2)
        if strikes:
            self._break(self.chance.choice(FAULTS), "idle")
            self._wait(lambda: pair.states("session") == ("LISTENING", "LISTENING"), 90)
        if self.chance.random() < 0.1:
            pair.at_server(server_events.TimerDue("tea"))
            pair.carry()
            self._wait(lambda: self._cues("alarm"), 90)  # the device may have to notice first that its link is dead
            self.rings += 1
        pair.pass_time(seconds / 2)
        self._forget()

    # --- user and speaker ----------------------------------------------------------------------------------------------------------

    def _hear(self, blocks: int) -> None:
        """The microphone hears, at its pace."""
        for _ in range(blocks):
            self._captured += self.pair.speak(1)
            self.pair.pass_time(BLOCK / RATE)

    def _let_play(self, seconds: float) -> None:
        """The speaker has played all that it has."""
        self.pair.pass_time(seconds)
        if (intake := self.pair.device.downlink) is not None:
            self.pair.heard(intake.stream, intake.received)

    def _played(self) -> bytes:
        """What the speaker was given of the last answer."""
        played = b""
        for side, effect in self.pair.effects:
            if side == "device" and isinstance(effect, OpenSpeaker):
                played = b""
            elif side == "device" and isinstance(effect, Play):
                played += effect.pcm
        return played

    def _cues(self, sound: str) -> bool:
        return Cue(sound) in self.pair.done("device", Cue)

    def _turn_number(self) -> int:
        return int(self.pair.server.machines["turn"].context.turn)

    def _wait(self, condition: Callable[[], bool], patience: float = 30) -> None:
        """Let time pass until something is so: the ladder is climbed in less than this."""
        self.pair.carry()
        end = self.pair.now + patience
        while not condition():
            assert self.pair.now < end, f"not within {patience:g} s: {self.pair.states('session')}, {self.pair.states('turn')}"
            self.pair.pass_time(0.25)

    # --- nothing grows -----------------------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        """What the pair keeps for tests that look at it afterwards."""
        self.pair.effects.clear()
        self.pair.wire.clear()
        self.pair.dials.clear()
        del self._captured[: max(0, len(self._captured) - 2 * NEAR)]

    def _rest(self) -> None:
        """The conversation is over on both sides, and nothing of it is left."""
        pair = self.pair
        self._wait(lambda: pair.states("session") == ("LISTENING", "LISTENING"))
        pair.pass_time(2)
        self._forget()
        assert pair.states("turn") == ("NO_TURN", "NO_TURN")
        assert pair.states("continuity") == ("LINKED", "LINKED")
        device, server = pair.device, pair.server
        waiting = {
            "device's outbox": len(device.link.outbox.items),
            "server's outbox": len(server.link.outbox.items),
            "sound that waits for a brain": server.held.samples if server.held else 0,
            "samples of the last reply": server.reply.sent - server.reply.received,
            "effects": len(device.effects) + len(server.effects),
            "frames": len([*device.outgoing(), *server.outgoing(), *pair.up, *pair.down]),
        }
        assert not any(waiting.values()), waiting

    def _check_growth(self) -> None:
        objects_, bytes_ = reachable(self.pair.device, self.pair.server)
        self.checkpoints.append(Checkpoint(self.sessions, objects_, bytes_, objects(), resident()))
        first, last = self.checkpoints[0], self.checkpoints[-1]
        for name, room in (("core_objects", MORE_OBJECTS), ("core_bytes", MORE_BYTES), ("process_objects", MORE_OBJECTS)):
            before, now = getattr(first, name), getattr(last, name)
            assert now <= before + room, f"{name} grew from {before} after {first.sessions} sessions to {now} after {last.sessions}"
