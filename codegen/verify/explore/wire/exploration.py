"""Whatever breaks between a device and a server: messages, speech and reply arrive in order, once, or a gap is declared.

The exploration of the machines takes this for granted. Here it is explored by itself: both records, both outboxes, both directions of
the connection with its greetings and tickets, and faults without a bound. A connection may die at any moment, with any end of what is
under way lost; each side notices by itself, and late; the device may greet anew before the server has missed it; the server may
crash, and knows nothing then, or be replaced by one that goes on. Nothing has a time: what may wait may wait for ever.

Left out: what a side closes the link over (here it is a broken property), the limit of unacknowledged messages, `heard`, and what the
messages mean beyond opening a stream. The rules are in `wire_rules.py`; a test leads the real cores along the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.verify.explore.search import Graph, search
from codegen.verify.explore.wire.reduction import reduced
from codegen.verify.explore.wire.rules import (
    ARRIVES,
    KEPT,
    MESSAGES,
    ONE_RECORD,
    REFUSED,
    RELEASED,
    REPLY,
    SPEECH,
    TOLD_AGAIN,
    Rules,
    epochs,
    released_unapplied,
)
from codegen.verify.explore.wire.state import Bounds, Side, State, Step, Ticket, oldest_sound, say, says, sound, unused, without_sound
from codegen.verify.progress import Progress

PROPERTIES = {
    MESSAGES: "what one side says, the other acts on in the order in which it was said, each message once",
    SPEECH: "what the brain hears is what the microphone heard: in order, each sample once, or a gap that is declared and real",
    TOLD_AGAIN: "after a crash of the server, an utterance that was not answered is told again from its beginning, never from its middle",
    REPLY: "what is played is what was said, from its beginning, in order, each sample once",
    RELEASED: "neither side gives up what the other one does not have yet",
    ONE_RECORD: "a session is resumed only between two sides that mean the same one",
    KEPT: "a session that both sides still keep is resumed when the device comes back",
    REFUSED: "neither side ever closes the link over what the other one says",
    ARRIVES: "once nothing breaks any more, both sides get everything that is still to be said, and nothing waits for ever",
}

DEFAULT = (
    Bounds("note note", "note note"),
    Bounds("note", "note note", channel=1, late=True),
    Bounds("open sample sample sample", "ready"),
    Bounds("open sample sample sample", "ready reply", gaps=True),
    Bounds("open sample", "ready reply sample sample"),
    Bounds("open sample open sample", "ready reply sample reply sample", channel=1),
)
"""Messages; messages with late greetings; speech; speech with gaps; a reply; two turns. Together a quarter of a minute."""
DEEP = tuple(bounds._replace(channel=3, up=f"{bounds.up} note", down=f"{bounds.down} note") for bounds in DEFAULT)
"""A word more in each direction, and a frame more under way: minutes."""


class Wire(Rules):
    """What can happen next."""

    def successors(self, state: State) -> Iterator[tuple[Step, State]]:
        """All that can happen, each with a state that stands for the one that follows. After a broken property the story ends."""
        if not state.wrong:
            for step, after in self.steps(state):
                yield step, reduced(after, state)

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """All that can happen, each with the very state that follows."""
        for happens in (self._device_speaks, self._server_speaks, self._device_acts, self._server_acts, self._faults):
            yield from happens(state)

    # --- somebody speaks -----------------------------------------------------------------------------------------------------

    def _device_speaks(self, state: State) -> Iterator[tuple[Step, State]]:
        device = state.device
        word = self.up[device.story] if device.story < len(self.up) else ""
        heard = device._replace(story=device.story + 1)
        if word == "open" and device.phase in ("silent", "hearing"):
            heard = without_sound(heard)._replace(phase="asking" if device.phase == "silent" else "telling")
            if device.record:
                heard = say(heard._replace(out=device.out + 1), "open", device.out + 1, device.end)
            yield Step("the device opens an utterance", "talk"), state._replace(device=heard, begun=device.end, committed=device.end)
        elif word == "sample" and device.phase in ("asking", "telling"):
            heard = sound(heard) if device.record else heard._replace(end=device.end + 1)
            after = state._replace(device=heard)
            if oldest_sound(heard) < self.kept_from(after) and device.record and not self.bounds.gaps:
                after = state._replace(device=say(without_sound(heard)._replace(phase="over"), "stop"))
            yield Step(f"the microphone hears sample {device.end}", "talk"), after
        elif word == "note" and device.record:
            yield Step("the device says something", "talk"), state._replace(device=say(heard, "note"))

    def _server_speaks(self, state: State) -> Iterator[tuple[Step, State]]:
        server = state.server
        word = self.down[server.story] if server.story < len(self.down) else ""
        said = server._replace(story=server.story + 1)
        if word == "ready" and server.phase == "asked":
            yield Step("the server is ready", "talk"), state._replace(server=say(said._replace(phase="listening"), "ready"))
        elif word == "reply" and server.phase == "listening":
            said = without_sound(said)._replace(phase="replying", out=server.out + 1, end=0)
            yield Step("the server begins a reply", "talk"), state._replace(server=say(said, "reply", said.out), released=0)
        elif word == "sample" and server.phase == "replying":
            yield Step(f"the brain says sample {server.end}", "talk"), state._replace(server=sound(said))
        elif word == "note" and server.record:
            yield Step("the server says something", "talk"), state._replace(server=say(said, "note"))

    # --- what the wire does by itself ----------------------------------------------------------------------------------------

    def _device_acts(self, state: State) -> Iterator[tuple[Step, State]]:
        device = state.device
        if state.link == "down" or not state.alive:
            yield Step("the device dials", "wire"), self._dialled(state)
        if state.down:
            taken = self.device_takes(state._replace(down=state.down[1:]), state.down[0])
            yield Step("the device takes", "wire", state.down[0]), taken
        if state.link == "up" and state.alive and state.socket == "own" and len(state.up) < self.bounds.channel:
            if device.passed < len(device.outbox):
                frame, device = self.passed_on(state, device)
                yield Step("the device sends", "wire", frame), state._replace(device=device, up=(*state.up, frame))
            if state.device.owes and not says(state.device):
                ack = self.progress(state.device)
                told = state.device._replace(owes=False)
                yield Step("the device sends", "wire", ack), state._replace(device=told, up=(*state.up, ack))

    def _server_acts(self, state: State) -> Iterator[tuple[Step, State]]:
        server = state.server
        if state.hello is not None:
            yield Step("the server takes", "wire", state.hello), self.greeted(state._replace(hello=None), state.hello, own=True)
        if state.late is not None:
            late = self.greeted(state._replace(late=None), state.late, own=False)
            yield Step("the server takes, on an older connection,", "wire", state.late), late
            yield Step("the greeting on the older connection is lost", "wire"), state._replace(late=None)
        if state.socket == "old" or (state.socket and not state.alive):
            yield Step("the server notices the loss", "wire"), state._replace(socket="", up=())
        if state.up:
            taken = self.server_takes(state._replace(up=state.up[1:]), state.up[0])
            yield Step("the server takes", "wire", state.up[0]), taken
        if state.alive and state.socket == "own" and len(state.down) < self.bounds.channel:
            if server.passed < len(server.outbox):
                frame, server = self.passed_on(state, server)
                yield Step("the server sends", "wire", frame), state._replace(server=server, down=(*state.down, frame))
            if state.server.owes and not says(state.server):
                ack = self.progress(state.server)
                told = state.server._replace(owes=False)
                yield Step("the server sends", "wire", ack), state._replace(server=told, down=(*state.down, ack))

    def _dialled(self, state: State) -> State:
        """The device drops its socket, if it has one. What it said there may still arrive, also its greeting."""
        socket = "old" if state.socket == "own" else state.socket
        late = (state.hello or state.late) if self.bounds.late else None
        device = state.device._replace(owes=False)
        return state._replace(device=device, link="greeting", alive=True, down=(), socket=socket, late=late, hello=self.hello(state))

    # --- what breaks ---------------------------------------------------------------------------------------------------------

    def _faults(self, state: State) -> Iterator[tuple[Step, State]]:
        server, dead = state.server, self.dead(state)
        if state.alive:
            yield Step("the connection dies", "fault"), dead
        if state.link != "up" and state.device.record:
            yield Step("the device's grace is over, it dials", "fault"), self._dialled(self._given_up(dead))
        if server.record and not state.socket:
            yield Step("the server's grace is over", "fault"), state._replace(server=Side(), tokens=(), released=0)
        gone = dead._replace(socket="", up=(), hello=None, late=None)
        if server.record:
            yield Step("the server is replaced", "fault"), gone._replace(server=self.restored(server))
        crashed = gone._replace(server=Side(), tokens=(), released=0)
        yield Step("the server crashes", "fault"), crashed._replace(epoch=unused(*epochs(crashed)))

    def _given_up(self, state: State) -> State:
        """Nothing is resumed from here on. Only an utterance that waits for its answer is still announced."""
        device = state.device
        if device.phase != "asking":
            return state._replace(device=Side(), ticket=Ticket(), begun=0, committed=0)
        return state._replace(device=Side("asking", device.story, out=1, end=device.end), ticket=Ticket())


@dataclass(frozen=True)
class Verdict:
    """Whether a property holds in every state."""

    name: str
    words: str
    holds: bool
    path: tuple[str, ...] = ()
    """The shortest way to a state where it does not hold."""


def check(bounds: Bounds, progress: Progress, model: type[Wire] = Wire) -> tuple[int, int, list[Verdict]]:
    """Explore the wire within the bounds: how many states and steps there are, and a verdict for each of `PROPERTIES`."""
    graph = search(State(), model(bounds).successors, progress)
    broken: dict[str, int] = {}
    for number, state in enumerate(graph.states):
        if name := state.wrong or (RELEASED if released_unapplied(state) else ""):
            broken.setdefault(name, number)
    if (stuck := _stuck(graph)) is not None:
        broken[ARRIVES] = stuck
    verdicts = [
        Verdict(name, words, name not in broken, tuple(str(step) for step, _ in graph.path(broken[name])) if name in broken else ())
        for name, words in PROPERTIES.items()
    ]
    return *graph.size, verdicts


def quiet(state: State) -> bool:
    """Linked, in one record, and nothing is left to be said or acknowledged."""
    device, server = state.device, state.server
    linked = state.link == "up" and state.alive and state.socket == "own" and device.record == server.record
    waiting = device.outbox or server.outbox or device.owes or server.owes or state.up or state.down or state.late
    return linked and not waiting


def _stuck(graph: Graph[State, Step]) -> int | None:
    """The first state from which the wire alone, with nobody speaking and nothing breaking, does not become quiet."""
    before: list[list[int]] = [[] for _ in graph.states]
    for number in range(len(graph.states)):
        for step, target in graph.edges(number):
            if step.kind == "wire":
                before[target].append(number)
    reached = [bool(state.wrong) or quiet(state) for state in graph.states]
    waiting = [number for number, good in enumerate(reached) if good]
    while waiting:
        for number in before[waiting.pop()]:
            if not reached[number]:
                reached[number] = True
                waiting.append(number)
    return next((number for number, good in enumerate(reached) if not good), None)
