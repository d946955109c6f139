"""What both sides share: machines above, link below, and the way of a message between them."""

from __future__ import annotations

import random
from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from tars.core.audio_buffers import Stretch
from tars.core.codec import Audio, Control, Frame
from tars.core.effects import AbortSocket, CloseSocket, Effect
from tars.core.link import Link
from tars.core.machines import MachineSet, payload
from tars.core.outbox import Outbox
from tars.engine import Event, Machine, Wiring
from tars.errors import ForbiddenEvent, RemoteError
from tars.generated import messages
from tars.generated.limits import Limits
from tars.generated.messages import Ack, Gap

PROTOCOL_ERROR = 1008
"""WebSocket close code: the other side did what the protocol does not allow."""


GOING_AWAY = 1001
"""WebSocket close code: this side goes away in good order."""


class Endpoint(MachineSet):
    """A node with its link. The verbs of the core: receive, handle, outgoing, deadline, tick."""

    def __init__(self, wiring: Wiring, device: str, limits: Limits, spread: random.Random, machines: Iterable[Machine] = ()) -> None:
        super().__init__(wiring, device, limits, spread, machines)
        self.link = Link()
        self._last_words: CloseSocket | None = None
        self.outdated = 0
        """Messages dropped because they belonged to a session or turn that is over."""
        self.refused = 0
        """Links closed because the other side did what the protocol does not allow."""

    # --- the verbs -----------------------------------------------------------------------------------------------------------

    def handle(self, event: Event, now: float) -> list[Effect]:
        """Something happened. What an older socket says is dropped."""
        generation = getattr(event, "generation", None)
        if generation is None or self.link.expects(generation):
            self.post(event, now)
        return self.settled(now)

    def receive(self, generation: int, frame: Frame, now: float) -> list[Effect]:
        """A frame from the socket of that generation. What the protocol does not allow closes that link with a reason."""
        if self.link.expects(generation):
            try:
                for incoming in self.link.receive(frame, now):
                    if isinstance(incoming, Audio):
                        self.sound(incoming, now)
                    else:
                        self.message(incoming, now)
            except (RemoteError, ForbiddenEvent) as error:
                self.refuse(str(error), now)
        return self.settled(now)

    def broken(self, generation: int, reason: str, now: float) -> list[Effect]:
        """The socket of that generation was closed over a frame that is none, such as one that is too long."""
        if self.link.expects(generation):
            self.refuse(reason, now)
        return self.settled(now)

    def outgoing(self) -> list[tuple[int, Frame]]:
        """Everything to send, in order, once: (generation of the socket, frame)."""
        return self.link.outgoing()

    @property
    def deadline(self) -> float | None:
        """When to call `tick`."""
        moments = (self.next_limit, self.link.deadline if self.linked else None)
        return min((moment for moment in moments if moment is not None), default=None)

    def tick(self, now: float) -> list[Effect]:
        """A limit may have passed: a machine's, or the link's."""
        self.pass_limits(now)
        # Before the welcome nothing may be said, and what bounds the wait for it is a limit of the machines.
        if self.linked and (reason := self.link.tick(now)):
            self.lost(reason, now)
        if self.linked and self.link.ack_is_due(now):
            self.link.send_ack(self.progress(), now)
        return self.settled(now)

    # --- what a role provides ------------------------------------------------------------------------------------------------

    @abstractmethod
    def sound(self, audio: Audio, now: float) -> None:
        """Sound has come in."""

    @abstractmethod
    def stretch(self, stream: int, start: int, end: int) -> Stretch:
        """Which of our own samples of a stream, from `start` to before `end`, can be sent next, without a hole."""

    @abstractmethod
    def recall(self, stream: int, start: int, end: int) -> Audio:
        """Our own samples of a stream, from `start` to before `end`, to be sent."""

    def gather(self, now: float) -> None:
        """Say whatever follows from where the machines are."""

    @abstractmethod
    def stamp(self, message: str) -> dict[str, Any]:
        """The fields of an outgoing message that the core fills in."""

    def noted(self, control: Control, now: float) -> None:
        """A current message is about to be delivered: note what no machine keeps."""

    def derived(self, control: Control) -> dict[str, Any]:
        """Facts that the receiving core adds for its machines."""
        return {}

    @abstractmethod
    def progress(self) -> Ack:
        """How far we have come, for an `ack`."""

    @abstractmethod
    def lost(self, reason: str, now: float) -> None:
        """The link is dead: tell the machines, whose rows drop the socket."""

    def settled(self, now: float) -> list[Effect]:
        """Whatever follows once the machines have come to rest; then all effects."""
        self._speak_up(now)
        # What an old server leaves unsaid is delivered as if it had been said.
        while answers := self.link.answers():
            for answer in answers:
                self.message(Control(answer, None, 0), now)
            self._speak_up(now)
        if self.linked and self.link.record.broken and self.link.refusal is None:
            self.refuse(self.link.record.broken, now)
        if self._last_words is not None:
            self.effects.append(self._last_words)
            self._last_words = None
            self.link.close()
        return self.take_effects()

    def _speak_up(self, now: float) -> None:
        self.gather(now)
        self._transmit(now)
        self.link.watch(now, in_session=self.in_session)

    def _transmit(self, now: float) -> None:
        if self.linked:
            self.link.transmit(self, now)

    # --- messages ------------------------------------------------------------------------------------------------------------

    @property
    def linked(self) -> bool:
        """Whether numbered messages go out and come in."""
        return self.state("continuity") == "LINKED"

    @property
    def in_session(self) -> bool:
        """Whether there is a session: the other side is expected to be heard of all the time."""
        return self.state("session") in self.wiring.correlation["session"].states

    @property
    def gone(self) -> bool:
        """Whether nothing is kept of the other side, and nothing for it."""
        return self.state("continuity") == "UNLINKED"

    def message(self, control: Control, now: float) -> None:
        """A message that is new, to the machine that takes it; outdated ones are counted and dropped."""
        message = control.message
        if control.number is not None:
            self.link.owe_ack(now, 0)
        if isinstance(message, Ack):
            self.acknowledged(message, now)
        if isinstance(message, Gap):
            self.lost_sound(message, now)
        if message.type not in self.wiring.receives or (message.numbered and not self.linked):
            return
        if not self.is_current(message.correlation, message):
            self.outdated += 1
            self.mark("outdated_message", type=message.type, number=control.number)
            return
        self.noted(control, now)
        values = {field.name: getattr(message, field.name) for field in fields(message)}
        self.deliver(message.type, values | self.derived(control), now, control.number)

    def acknowledged(self, ack: Ack, now: float) -> None:
        """The other side says how far it has come."""

    def lost_sound(self, gap: Gap, now: float) -> None:
        """The other side declares samples lost."""

    def send(self, message: str, emitted: Event, now: float) -> None:
        """Send what a row emits. What is numbered waits while the link is interrupted, and is dropped while nothing is kept."""
        kind = messages.MESSAGES[message]
        if kind.numbered and self.gone:
            return
        values = self.stamp(message) | payload(emitted)
        self.link.send(kind(**{field.name: values[field.name] for field in fields(kind)}), now)
        # At once: the same row may drop the record.
        self._transmit(now)

    def refuse(self, reason: str, now: float) -> None:
        """Close the link over something that the protocol does not allow; the next one starts anew, or the same would happen again."""
        self.refused += 1
        self.mark("refused", reason=reason)
        self.link.refusal = reason
        self.link.record.broken = reason
        self.lost(reason, now)

    # --- actions that both roles have ----------------------------------------------------------------------------------------

    def flush_and_close(self, cause: Event) -> None:
        """Close in good order: what this step still says goes out first, so the link is given up when it has settled."""
        self._last_words = CloseSocket(self.link.generation, GOING_AWAY, f"the {self.wiring.node} needs this link no more")

    def abort_socket(self, cause: Event) -> None:
        """Drop the socket: with the reason if it was refused, else without a word."""
        link = self.link
        if link.refusal is not None:
            self.effects.append(CloseSocket(link.generation, PROTOCOL_ERROR, link.refusal))
        elif link.expects(link.generation):
            self.effects.append(AbortSocket(link.generation))
        link.close()

    def new_record(self, cause: Event) -> None:
        """Start numbering anew."""
        self.link.record = Outbox()

    def drop_record(self, cause: Event) -> None:
        """Nothing is resumed from here on."""
        self.link.record = Outbox()
