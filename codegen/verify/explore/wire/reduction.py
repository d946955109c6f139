"""States that differ only in what can have no effect any more are one state.

Names are compared and nothing else, so they are given out anew in every state. A token that the server does not know is as good as none.
A greeting that cannot be resumed says only why. What a side keeps for a record that the other one has lost is never asked for.
"""

from __future__ import annotations

from codegen.verify.explore.wire.state import Control, Frame, Hello, Sample, Side, State, Ticket, Welcome, greetings

NEVER = Hello(0, 0, 0, 0, 0, 0, 0)
SAID_ALL = 99
"""Further than any story goes."""


def reduced(state: State, before: State) -> State:
    """The state that stands for all that are like this one. `before`: one that stands for such, a step away."""
    state = _server(_device(_greetings(_connection(state))))
    return state if _names(state) == _names(before) else named(state)


def _names(state: State) -> tuple[object, ...]:
    """Whoever has a name but frames, which get theirs from these."""
    return state.device.record, state.server.record, state.ticket, state.epoch, state.tokens, state.hello, state.late


def _connection(state: State) -> State:
    """Nothing is owed to a connection that is dead; the next one begins with all of it."""
    if not (state.alive and state.socket == "own") and state.server.owes:
        state = state._replace(server=state.server._replace(owes=False))
    if not (state.alive and state.link == "up") and state.device.owes:
        state = state._replace(device=state.device._replace(owes=False))
    return state


def _greetings(state: State) -> State:
    hello, late = state.hello, state.late
    if hello is not None and hello.sid and _hopeless(state, hello):
        state = state._replace(hello=NEVER._replace(sid=hello.sid, epoch=hello.epoch))
    if late is not None and _hopeless(state, late):
        state = state._replace(late=NEVER)
    return state


def _hopeless(state: State, hello: Hello) -> bool:
    return hello.sid != state.server.record or hello.token not in state.tokens or hello.epoch != state.epoch


def _device(state: State) -> State:
    """The server has lost the record: only the utterance counts, for it may be told again."""
    device = state.device
    if not device.record or device.record == state.server.record or state.down:
        return state
    sound = tuple(item for item in device.outbox if isinstance(item, Sample))
    kept = Side(device.phase, device.story, device.record, outbox=sound, out=device.out, end=device.end)
    return state._replace(device=kept)


def _server(state: State) -> State:
    """The device has lost the record, or never learnt of it."""
    record = state.server.record
    if not record or record == state.device.record or state.up:
        return state
    if any(isinstance(frame, Welcome) and frame.sid == record for frame in state.down):
        return state
    return state._replace(server=Side("over", SAID_ALL, record), tokens=(), released=0)


def named(state: State) -> State:
    """Records, epochs and tokens numbered in the order in which they are met: those that the server knows come first."""
    frames = [frame.record for frame in state.up + state.down if isinstance(frame, Control)]
    known = greetings(state)
    records = _order([state.server.record, state.device.record, state.ticket.sid, *(greeting.sid for greeting in known), *frames])
    epochs = _order([state.epoch, state.ticket.epoch, *(greeting.epoch for greeting in known)])
    tokens = {token: place + 1 for place, token in enumerate(state.tokens)}
    if all(name == new for names in (records, epochs, tokens) for name, new in names.items()) and not _dead(state, tokens):
        return state

    def ticket(of: Ticket) -> Ticket:
        return Ticket(records[of.sid], tokens.get(of.token, 0), epochs[of.epoch])

    def hello(of: Hello | None) -> Hello | None:
        return of and of._replace(sid=records[of.sid], token=tokens.get(of.token, 0), epoch=epochs[of.epoch])

    def frame(of: Frame) -> Frame:
        if isinstance(of, Control):
            return of._replace(record=records[of.record])
        if isinstance(of, Welcome):
            return of._replace(sid=records[of.sid], token=tokens.get(of.token, 0), epoch=epochs[of.epoch])
        return of

    return state._replace(
        device=state.device._replace(record=records[state.device.record]),
        server=state.server._replace(record=records[state.server.record]),
        ticket=ticket(state.ticket),
        epoch=epochs[state.epoch],
        tokens=tuple(tokens.values()),
        up=tuple(map(frame, state.up)),
        down=tuple(map(frame, state.down)),
        hello=hello(state.hello),
        late=hello(state.late),
    )


def _order(names: list[int]) -> dict[int, int]:
    order = {0: 0}
    for name in names:
        order.setdefault(name, len(order))
    return order


def _dead(state: State, tokens: dict[int, int]) -> bool:
    """Whether a token is named that the server does not know."""
    return any(token and token not in tokens for token in (state.ticket.token, *(greeting.token for greeting in greetings(state))))
