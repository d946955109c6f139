"""What both roles share around their machines and their link. Each role has the verbs, and calls the parts of a step that are here."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any

from tars.core.audio_source import AudioSource
from tars.core.close_codes import GOING_AWAY, POLICY_VIOLATION
from tars.core.codec import Control, Frame
from tars.core.effects import AbortSocket, CloseSocket, Effect
from tars.core.link import Link
from tars.core.machines import MachineSet
from tars.core.outbox import Outbox
from tars.core.states import States
from tars.engine import Event, Machine, Wiring, names_of, values_of
from tars.errors import ForbiddenEvent, RemoteError
from tars.generated.limits import Limits
from tars.generated.messages import MESSAGES, Ack, Message

NOT_ALLOWED = (RemoteError, ForbiddenEvent)
"""What the protocol or a machine does not allow: it closes the link with a reason."""


class Endpoint(ABC):
    """An endpoint has machines, a link, and the streams of its role.

    Its verbs: begin, receive, broken, handle, tell, outgoing, deadline, tick.
    """

    def __init__(
        self,
        wiring: Wiring,
        device: str,
        limits: Limits,
        spread: random.Random,
        machines: Iterable[Machine],
        states: States,
        lost: Callable[[int, str], Event],
    ) -> None:
        """`lost`: the event by which the machines of this role learn that the link is dead."""
        self.effects: list[Effect] = []
        self.machines = MachineSet(wiring, device, limits, spread, machines, self, self.effects)
        self.link = Link()
        self.outdated = 0
        """Messages dropped because they belonged to a session or turn that is over."""
        self.refused = 0
        """Links closed because the other side did what the protocol does not allow."""
        self._states = states
        self._lost = lost
        self._closing: CloseSocket | None = None

    @property
    def device(self) -> str:
        """The device's name."""
        return self.machines.device

    @property
    def limits(self) -> Limits:
        """How long things may take here."""
        return self.machines.limits

    @property
    def linked(self) -> bool:
        """Whether numbered messages are sent and taken."""
        return self._states.linked

    @property
    def in_session(self) -> bool:
        """Whether there is a session."""
        return self._states.in_session

    @property
    def gone(self) -> bool:
        """Whether nothing is kept of the other side, and nothing for it."""
        return not self._states.keeps_outbox

    # --- the verbs that both roles share -------------------------------------------------------------------------------------

    def begin(self) -> list[Effect]:
        """The first line of the trace."""
        self.machines.mark_beginning()
        return self.take_effects()

    def outgoing(self) -> list[tuple[int, Frame]]:
        """Everything to send, in order, once: (generation of the socket, frame)."""
        return self.link.outgoing()

    @property
    def deadline(self) -> float | None:
        """When to call `tick`; None: never."""
        limit = self.machines.next_limit
        due = self.link.deadline if self._states.linked else None
        return due if limit is None or (due is not None and due < limit) else limit

    @abstractmethod
    def handle(self, event: Event, now: float) -> list[Effect]:
        """Something happened outside."""

    @abstractmethod
    def receive(self, generation: int, frame: Frame, now: float) -> list[Effect]:
        """A frame came in on the socket of that generation."""

    @abstractmethod
    def broken(self, generation: int, reason: str, now: float) -> list[Effect]:
        """The socket of that generation was closed over a frame that is none, such as one that is too long."""

    @abstractmethod
    def tick(self, now: float) -> list[Effect]:
        """A limit of a machine or of the link may have passed."""

    def tell(self, generation: int, message: Message) -> list[Effect]:
        """Send a message that no row emits, on the link of that generation and no other. It is not sent again."""
        if self.linked and self.link.expects(generation):
            self.link.send(message)
        return self.take_effects()

    @abstractmethod
    def send(self, message: str, emitted: Event, now: float) -> None:
        """Send what a row emits, as the message of that name. The machines call this as they call the actions of rows."""

    def mark(self, name: str, **values: Any) -> None:
        """Trace something that no machine takes."""
        self.machines.mark(name, **values)

    def take_effects(self) -> list[Effect]:
        """What has to be done, in order, once."""
        taken = self.effects.copy()
        self.effects.clear()
        return taken

    # --- parts of a step -----------------------------------------------------------------------------------------------------

    def post(self, event: Event, now: float) -> None:
        """Something happened outside. What an older socket says is dropped."""
        generation = getattr(event, "generation", None)
        if generation is None or self.link.expects(generation):
            self.machines.post(event, now)

    def pass_limits(self, now: float) -> None:
        """Let the limits of the machines pass, then those of the link."""
        self.machines.pass_limits(now)
        # Before the welcome a limit of the machines bounds the wait for it.
        if self.linked and (reason := self.link.tick(now)):
            self.lose(reason, now)

    def send_due_ack(self, progress: Ack, now: float) -> None:
        """Acknowledge that much, if an acknowledgement is due that nothing else carries."""
        if self.linked and self.link.ack_is_due(now):
            self.link.send_ack(progress)

    def refuse_frame(self, generation: int, reason: str, now: float) -> None:
        """The socket of that generation was closed over a frame that is none. What an older socket says is dropped."""
        if self.link.expects(generation):
            self.refuse(reason, now)

    def lose(self, reason: str, now: float) -> None:
        """The link is dead: the machines decide, and their rows drop the socket."""
        self.machines.post(self._lost(self.link.generation, reason), now)

    def refuse(self, reason: str, now: float) -> None:
        """Close the link over something that the protocol does not allow. The next link starts anew, or the same would happen again."""
        self.refused += 1
        self.machines.mark("refused", reason=reason)
        self.link.refusal = reason
        self.link.outbox.broken = reason
        self.lose(reason, now)

    def transmit(self, source: AudioSource, now: float) -> None:
        """Transmit what waits in the outbox, once both sides have greeted."""
        if self._states.linked:
            transmit(self.link, source, now)

    def end_step(self, now: float) -> list[Effect]:
        """Give up a link that cannot go on; then all effects."""
        if self.link.outbox.broken and self.linked and self.link.refusal is None:
            self.refuse(self.link.outbox.broken, now)
        if self._closing is not None:
            self.effects.append(self._closing)
            self._closing = None
            self.link.close()
        return self.take_effects()

    # --- messages ------------------------------------------------------------------------------------------------------------

    def is_for_a_machine(self, control: Control) -> bool:
        """Whether a machine takes this message now. An outdated one is counted."""
        message = control.message
        if message.type not in self.machines.wiring.receives or (message.numbered and not self.linked):
            return False
        if self.machines.is_current(message.correlation, message):
            return True
        self.outdated += 1
        self.machines.mark("outdated_message", type=message.type, number=control.number)
        return False

    def deliver(self, control: Control, facts: dict[str, Any], now: float) -> None:
        """A message to its machine, with the facts that this core adds. Raises ForbiddenEvent when it may not be sent now."""
        message = control.message
        self.machines.deliver(message.type, values_of(message) | facts, now, control.number)

    def message_of(self, name: str, values: dict[str, Any], emitted: Event) -> Message:
        """The message of that name. What a row emits goes before what the core fills in."""
        values |= values_of(emitted)
        kind = MESSAGES[name]
        return kind(*[values[name] for name in names_of(kind)])

    def drops(self, message: str) -> bool:
        """Whether a message is not sent: it is numbered, and nothing is kept for the other side."""
        return MESSAGES[message].numbered and self.gone

    # --- actions that both roles have ----------------------------------------------------------------------------------------

    def flush_and_close(self, cause: Event) -> None:
        """Close in good order. What this step still sends leaves first, so the link is given up at the end of the step."""
        reason = f"the {self.machines.wiring.node} needs this link no more"
        self._closing = CloseSocket(self.link.generation, GOING_AWAY, reason)

    def abort_socket(self, cause: Event) -> None:
        """Drop the socket. If it was refused, close it with the reason."""
        link = self.link
        if link.refusal is not None:
            self.effects.append(CloseSocket(link.generation, POLICY_VIOLATION, link.refusal))
        elif link.expects(link.generation):
            self.effects.append(AbortSocket(link.generation))
        link.close()

    def new_record(self, cause: Event) -> None:
        """Nothing is kept from here on, nothing is resumed, and the next message has the number 1."""
        self.link.outbox = Outbox()

    drop_record = new_record


def transmit(link: Link, source: AudioSource, now: float) -> None:
    """Let the link transmit what waits in its outbox, in order, as fast as is allowed. The samples come from `source`."""
    while (queued := link.next_audio(now)) is not None:
        piece = source.stretch(queued.transmitted, queued.end)
        if piece.start > queued.transmitted:
            link.send_gap(queued, piece.start, piece.why)
        elif count := link.allowed(piece.end - piece.start, now):
            link.send_audio(queued, source.read_samples(queued.stream, piece.start, piece.start + count))
        else:
            return
