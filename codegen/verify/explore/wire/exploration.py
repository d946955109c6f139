"""Explores the wire: messages, speech and reply arrive once and in order, or a gap is declared, whatever fails between the two sides.

The exploration of the machines assumes this. The model here has both records, both outboxes, both directions of the connection, greetings
and resume tokens. The number of faults has no bound:

- A connection can fail at any moment. Any number of the last frames under way is lost then.
- Each side notices the failure by itself, and possibly late. The dialer can send a new greeting before the listener has noticed.
- The listener can crash. Then it knows nothing. It can also be replaced by a process that continues with the saved state.

There is no time in the model: everything that can wait can wait without a limit.

The model leaves out the limit of unacknowledged messages, `heard`, and the meaning of messages, except that some open a stream. When a
real side would close the link over a frame, the model reports a broken property. The rules are in `rules.py`. A test takes the steps of the
model on the real cores.
"""

from __future__ import annotations

from collections.abc import Iterator

from codegen.verify.explore.wire.reduction import reduced
from codegen.verify.explore.wire.rules import (
    ANNOUNCED_AGAIN,
    ARRIVES,
    KEPT,
    MESSAGES,
    ONE_RECORD,
    REFUSED,
    RELEASED,
    REPLY,
    SPEECH,
    Rules,
    epochs,
    released_unapplied,
)
from codegen.verify.explore.wire.state import Bounds, ResumeToken, Side, State, Step, oldest_sound, say, says, sound, unused, without_sound
from codegen.verify.progress import Progress
from codegen.verify.search import PropertyVerdict, search

PROPERTIES = {
    MESSAGES: "what one side says, the other acts on in the order in which it was said, each message once",
    SPEECH: "what the reader hears is what the source heard: in order, each sample once, or a gap that is declared and real",
    ANNOUNCED_AGAIN: "after a crash of the listener a request that is not answered is announced again, from its beginning, not its middle",
    REPLY: "what is played is what was said, from its beginning, in order, each sample once",
    RELEASED: "neither side gives up what the other one does not have yet",
    ONE_RECORD: "a record is resumed only between two sides that mean the same one",
    KEPT: "a record that both sides still keep is resumed when the dialer comes back",
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
"""In order: messages, messages with late greetings, speech, speech with gaps, a reply, two turns. All of them take about 15 seconds."""
DEEP = tuple(bounds._replace(channel=3, up=f"{bounds.up} note", down=f"{bounds.down} note") for bounds in DEFAULT)
"""One word more in each direction, and up to three frames under way. Takes minutes."""


class Wire(Rules):
    """The steps that are possible in each state."""

    def successors(self, state: State) -> Iterator[tuple[Step, State]]:
        """The possible steps, each with the reduced state that follows. There are none after a broken property."""
        if not state.wrong:
            for step, after in self.steps(state):
                yield step, reduced(after, state)

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """The possible steps, each with the state that follows, not reduced."""
        for happens in (self._dialer_speaks, self._listener_speaks, self._dialer_acts, self._listener_acts, self._faults):
            yield from happens(state)

    # --- somebody speaks -----------------------------------------------------------------------------------------------------

    def _dialer_speaks(self, state: State) -> Iterator[tuple[Step, State]]:
        dialer = state.dialer
        word = self.up[dialer.story] if dialer.story < len(self.up) else ""
        heard = dialer._replace(story=dialer.story + 1)
        if word == "open" and dialer.phase in ("silent", "hearing"):
            heard = without_sound(heard)._replace(phase="asking" if dialer.phase == "silent" else "telling")
            if dialer.record:
                heard = say(heard._replace(out=dialer.out + 1), "open", dialer.out + 1, dialer.end)
            yield Step("the dialer opens a request", "talk"), state._replace(dialer=heard, begun=dialer.end, committed=dialer.end)
        elif word == "sample" and dialer.phase in ("asking", "telling"):
            heard = sound(heard) if dialer.record else heard._replace(end=dialer.end + 1)
            after = state._replace(dialer=heard)
            if oldest_sound(heard) < self.kept_from(after) and dialer.record and not self.bounds.gaps:
                after = state._replace(dialer=say(without_sound(heard)._replace(phase="over"), "end"))
            yield Step(f"the source gives sample {dialer.end}", "talk"), after
        elif word == "note" and dialer.record:
            yield Step("the dialer says something", "talk"), state._replace(dialer=say(heard, "note"))

    def _listener_speaks(self, state: State) -> Iterator[tuple[Step, State]]:
        listener = state.listener
        word = self.down[listener.story] if listener.story < len(self.down) else ""
        said = listener._replace(story=listener.story + 1)
        if word == "ready" and listener.phase == "asked":
            yield Step("the listener is ready", "talk"), state._replace(listener=say(said._replace(phase="listening"), "ready"))
        elif word == "reply" and listener.phase == "listening":
            said = without_sound(said)._replace(phase="replying", out=listener.out + 1, end=0)
            yield Step("the listener begins a reply", "talk"), state._replace(listener=say(said, "reply", said.out), released=0)
        elif word == "sample" and listener.phase == "replying":
            yield Step(f"the replier gives sample {listener.end}", "talk"), state._replace(listener=sound(said))
        elif word == "note" and listener.record:
            yield Step("the listener says something", "talk"), state._replace(listener=say(said, "note"))

    # --- what the wire does by itself ----------------------------------------------------------------------------------------

    def _dialer_acts(self, state: State) -> Iterator[tuple[Step, State]]:
        dialer = state.dialer
        if state.link == "down" or not state.alive:
            yield Step("the dialer dials", "wire"), self._dialled(state)
        if state.down:
            taken = self.dialer_takes(state._replace(down=state.down[1:]), state.down[0])
            yield Step("the dialer takes", "wire", state.down[0]), taken
        if state.link == "up" and state.alive and state.socket == "own" and len(state.up) < self.bounds.channel:
            if dialer.passed < len(dialer.outbox):
                frame, dialer = self.passed_on(state, dialer)
                yield Step("the dialer sends", "wire", frame), state._replace(dialer=dialer, up=(*state.up, frame))
            if state.dialer.owes and not says(state.dialer):
                ack = self.progress(state.dialer)
                told = state.dialer._replace(owes=False)
                yield Step("the dialer sends", "wire", ack), state._replace(dialer=told, up=(*state.up, ack))

    def _listener_acts(self, state: State) -> Iterator[tuple[Step, State]]:
        listener = state.listener
        if state.greeting is not None:
            yield Step("the listener takes", "wire", state.greeting), self.greeted(state._replace(greeting=None), state.greeting, own=True)
        if state.late is not None:
            late = self.greeted(state._replace(late=None), state.late, own=False)
            yield Step("the listener takes, on an older connection,", "wire", state.late), late
            yield Step("the greeting on the older connection is lost", "wire"), state._replace(late=None)
        if state.socket == "old" or (state.socket and not state.alive):
            yield Step("the listener notices the loss", "wire"), state._replace(socket="", up=())
        if state.up:
            taken = self.listener_takes(state._replace(up=state.up[1:]), state.up[0])
            yield Step("the listener takes", "wire", state.up[0]), taken
        if state.alive and state.socket == "own" and len(state.down) < self.bounds.channel:
            if listener.passed < len(listener.outbox):
                frame, listener = self.passed_on(state, listener)
                yield Step("the listener sends", "wire", frame), state._replace(listener=listener, down=(*state.down, frame))
            if state.listener.owes and not says(state.listener):
                ack = self.progress(state.listener)
                told = state.listener._replace(owes=False)
                yield Step("the listener sends", "wire", ack), state._replace(listener=told, down=(*state.down, ack))

    def _dialled(self, state: State) -> State:
        """The dialer drops its socket, if it has one, and dials. What it sent on the old one may still arrive, also the greeting."""
        socket = "old" if state.socket == "own" else state.socket
        late = (state.greeting or state.late) if self.bounds.late else None
        dialer = state.dialer._replace(owes=False)
        return state._replace(dialer=dialer, link="greeting", alive=True, down=(), socket=socket, late=late, greeting=self.greeting(state))

    # --- what breaks ---------------------------------------------------------------------------------------------------------

    def _faults(self, state: State) -> Iterator[tuple[Step, State]]:
        listener, dead = state.listener, self.dead(state)
        if state.alive:
            yield Step("the connection dies", "fault"), dead
        if state.link != "up" and state.dialer.record:
            yield Step("the dialer's grace is over, it dials", "fault"), self._dialled(self._given_up(dead))
        if listener.record and not state.socket:
            yield Step("the listener's grace is over", "fault"), state._replace(listener=Side(), tokens=(), released=0)
        gone = dead._replace(socket="", up=(), greeting=None, late=None)
        if listener.record:
            yield Step("the listener is replaced", "fault"), gone._replace(listener=self.restored(listener))
        crashed = gone._replace(listener=Side(), tokens=(), released=0)
        yield Step("the listener crashes", "fault"), crashed._replace(epoch=unused(*epochs(crashed)))

    def _given_up(self, state: State) -> State:
        """The dialer drops its record, so nothing can be resumed. A request that waits for its answer is announced again later."""
        dialer = state.dialer
        if dialer.phase != "asking":
            return state._replace(dialer=Side(), offer=ResumeToken(), begun=0, committed=0)
        return state._replace(dialer=Side("asking", dialer.story, out=1, end=dialer.end), offer=ResumeToken())


def check(bounds: Bounds, progress: Progress, model: type[Wire] = Wire) -> tuple[int, int, list[PropertyVerdict]]:
    """Explore the wire within the bounds. Returns the number of states, the number of steps, and a verdict for each of `PROPERTIES`."""
    graph = search(State(), model(bounds).successors, progress)
    broken: dict[str, int] = {}
    for number, state in enumerate(graph.states):
        if name := state.wrong or (RELEASED if released_unapplied(state) else ""):
            broken.setdefault(name, number)
    stuck = graph.stuck(lambda state: bool(state.wrong) or quiet(state), lambda step: step.kind == "wire")  # without talk and faults
    if stuck is not None:
        broken[ARRIVES] = stuck
    verdicts = [
        PropertyVerdict(name, words, name not in broken, tuple(str(step) for step, _ in graph.path(broken[name])) if name in broken else ())
        for name, words in PROPERTIES.items()
    ]
    return *graph.size, verdicts


def quiet(state: State) -> bool:
    """Whether both sides are linked with the same record, and nothing has to be sent or acknowledged."""
    dialer, listener = state.dialer, state.listener
    linked = state.link == "up" and state.alive and state.socket == "own" and dialer.record == listener.record
    waiting = dialer.outbox or listener.outbox or dialer.owes or listener.owes or state.up or state.down or state.late
    return linked and not waiting
