"""A real `Device`, a real `Server` and a connection between them that does what a step of the model of the wire says.

A sample of the model is a microphone block. Nothing has a time in the model, so no time passes.
"""

from __future__ import annotations

import random

from codegen.verify.explore.wire.state import Bounds, Greeting, State, Step
from tars.core import effects as do
from tars.core.codec import SUBPROTOCOL, V1, Frame
from tars.core.device import DeviceEndpoint
from tars.core.resume_tokens import ResumeToken
from tars.core.server import ServerEndpoint
from tars.core.snapshot import from_bytes, restore, take_snapshot, to_bytes
from tars.generated.device import events as device_events
from tars.generated.limits import Limits
from tars.generated.messages import SessionEnd
from tars.generated.server import events as server_events
from tars.samples import BLOCK, WIDTH
from tests.pair import SILENCE

NOW = 1000.0
NOTE = SessionEnd("s0", "of a session that is over, so that no machine takes it")


class Real:
    """Two cores and the connection between them."""

    def __init__(self, bounds: Bounds) -> None:
        self.device = DeviceEndpoint("kitchen", Limits(), random.Random(7), boot="b1", gaps=bounds.gaps)
        self.device.ring._bytes = bytearray(bounds.room * BLOCK * WIDTH)
        self.epochs = self.greetings = self.sessions = 0
        self.server = self._new_server()
        self.alive = False
        self.own: int | None = None
        """The server's generation of the device's socket."""
        self.up: list[Frame] = []
        self.down: list[Frame] = []
        self.hello: Frame | None = None
        self.late: Frame | None = None
        self.given = self.played = 0
        """The offset after the last sample that the brain got, or the speaker of this reply."""
        self.at_device(self.device.handle(device_events.Start(), NOW))

    def _new_server(self) -> ServerEndpoint:
        self.epochs += 1
        return ServerEndpoint("kitchen", Limits(), random.Random(7), epoch=f"e{self.epochs}")

    def at_device(self, effects: list[do.Effect]) -> None:
        for effect in effects:
            if isinstance(effect, do.OpenSpeaker):
                self.played = 0
            elif isinstance(effect, do.Play):
                self.played += len(effect.pcm) // WIDTH
        for generation, frame in self.device.outgoing():
            if self.alive and generation == self.device.link.generation:
                if isinstance(frame, str) and '"type":"hello"' in frame:
                    self.hello = frame
                elif self.own is not None and self.own == self.server.link.generation:
                    self.up.append(frame)

    def at_server(self, effects: list[do.Effect]) -> None:
        for effect in effects:
            if isinstance(effect, do.BeginTurn):
                self.given = effect.at
            elif isinstance(effect, do.Feed | do.Gap):
                assert effect.at == self.given, "what the brain gets follows what it got"
                self.given += effect.samples if isinstance(effect, do.Gap) else len(effect.pcm) // WIDTH
        self.down += [frame for generation, frame in self.server.outgoing() if self.alive and generation == self.own]

    # --- the steps of the model ----------------------------------------------------------------------------------------------

    def step(self, step: Step, before: State) -> None:
        """Do what the model did."""
        words = step.words
        if words == "the listener takes" and isinstance(step.frame, Greeting):
            frame, self.hello = self.hello, None
            self._greet(frame, own=True)
        elif words.startswith("the source gives"):
            self.at_device(self.device.captured(SILENCE, NOW))
        elif words.startswith("the replier gives"):
            session, turn = self._conversation()
            self.at_server(self.server.speak(session, turn, SILENCE, NOW))
        else:
            getattr(self, words.replace(",", "").replace("'", "").replace(" ", "_"))(before)

    def _conversation(self) -> tuple[str, int]:
        return self.server.machines["session"].context.session, self.server.machines["turn"].context.turn

    def the_dialer_opens_a_request(self, _: State) -> None:
        self.sessions += 1
        self.at_device(self.device.handle(device_events.Button(f"s{self.sessions}", self.device.ring.end), NOW))

    def the_dialer_says_something(self, _: State) -> None:
        self.device.link.send(NOTE)
        self.at_device(self.device.finish_step(NOW))

    def the_listener_says_something(self, _: State) -> None:
        self.server.link.send(NOTE)
        self.at_server(self.server.finish_step(NOW))

    def the_listener_is_ready(self, _: State) -> None:
        self.at_server(self.server.handle(server_events.BrainReady(self._conversation()[0]), NOW))

    def the_listener_begins_a_reply(self, _: State) -> None:
        self.at_server(self.server.handle(server_events.ReplyStarted(*self._conversation()), NOW))

    def the_dialer_dials(self, before: State) -> None:
        if before.link != "down":
            self.late = self.hello or self.late
            self.at_device(self.device.handle(device_events.Lost(self.device.link.generation, "cut"), NOW))
        self._dial()

    def _dial(self) -> None:
        if self.device.states.connection.state == "BACKOFF":
            self.at_device(self.device.handle(device_events.Redial(), NOW))
        self.alive, self.own, self.hello = True, None, None
        self.down.clear()
        self.at_device(self.device.socket_opened(self.device.link.generation, SUBPROTOCOL, NOW))

    def the_dialer_takes(self, _: State) -> None:
        self.at_device(self.device.receive(self.device.link.generation, self.down.pop(0), NOW))

    def the_listener_takes(self, before: State) -> None:
        self.at_server(self.server.receive(self.server.link.generation, self.up.pop(0), NOW))

    def _greet(self, frame: Frame | None, *, own: bool) -> None:
        assert frame is not None
        self.greetings += 1
        generation = self.greetings
        overtaken = not own and self.own is not None and self.server.link.expects(self.own)
        self.alive = self.alive and not overtaken
        self.own = generation if own else self.own
        self.up.clear()
        token = ResumeToken(f"sid{generation}", f"token{generation}")
        self.at_server(self.server.greeted(generation, V1("device"), frame, token, NOW))

    def the_listener_takes_on_an_older_connection(self, _: State) -> None:
        frame, self.late = self.late, None
        self._greet(frame, own=False)

    def the_greeting_on_the_older_connection_is_lost(self, _: State) -> None:
        self.late = None

    def the_listener_notices_the_loss(self, _: State) -> None:
        self.up.clear()
        self.at_server(self.server.handle(server_events.Lost(self.server.link.generation, "cut"), NOW))

    def the_dialer_sends(self, _: State) -> None:
        self.device.link.send_ack(self.device.progress())
        self.at_device(self.device.finish_step(NOW))

    def the_listener_sends(self, _: State) -> None:
        self.server.link.send_ack(self.server.progress())
        self.at_server(self.server.finish_step(NOW))

    def the_connection_dies(self, _: State) -> None:
        self.alive = False

    def the_dialers_grace_is_over_it_dials(self, _: State) -> None:
        self.alive, self.late = False, self.hello or self.late
        self.device.machines._due["continuity"] = NOW
        self.at_device(self.device.tick(NOW))
        self._dial()

    def the_listeners_grace_is_over(self, _: State) -> None:
        self.server.machines._due["continuity"] = NOW
        self.at_server(self.server.tick(NOW))

    def _server_is_gone(self) -> None:
        self.alive, self.hello, self.late = False, None, None
        self.up.clear()

    def the_listener_is_replaced(self, _: State) -> None:
        self._server_is_gone()
        self.at_server(self.server.handle(server_events.Suspend(), NOW))
        snapshot = from_bytes(to_bytes(take_snapshot(self.server)))
        self.server = restore(snapshot, "kitchen", Limits(), random.Random(7), epoch=self.server.epoch, now=NOW)

    def the_listener_crashes(self, _: State) -> None:
        self._server_is_gone()
        self.server = self._new_server()
