"""Reduces the state space: states that differ only in values without an effect become one state.

- Records, epochs and tokens are only compared for equality. So each state numbers them anew.
- A token that the listener does not know is replaced by 0, no token.
- Of a greeting that cannot be resumed only the reason matters.
- If the other side has lost a record, it never asks for what this side keeps for it. So this is dropped.
"""

from __future__ import annotations

from codegen.verify.explore.wire.state import Answer, Control, Frame, Greeting, ResumeToken, Sample, Side, State, greetings

NEVER = Greeting(0, 0, 0, 0, 0, 0, 0)
SAID_ALL = 99
"""A number of words that is larger than that of any `Bounds`."""


def reduced(state: State, before: State) -> State:
    """The reduced state that represents this one. `before`: the reduced state one step earlier."""
    state = _listener(_dialer(_greetings(_connection(state))))
    return state if _names(state) == _names(before) else named(state)


def _names(state: State) -> tuple[object, ...]:
    """All values with records, epochs or tokens in them, except frames. A frame has none that is not among these."""
    return state.dialer.record, state.listener.record, state.offer, state.epoch, state.tokens, state.greeting, state.late


def _connection(state: State) -> State:
    """No acknowledgement is owed on a connection that is broken. The next connection begins with a full acknowledgement."""
    if not (state.alive and state.socket == "own") and state.listener.owes:
        state = state._replace(listener=state.listener._replace(owes=False))
    if not (state.alive and state.link == "up") and state.dialer.owes:
        state = state._replace(dialer=state.dialer._replace(owes=False))
    return state


def _greetings(state: State) -> State:
    greeting, late = state.greeting, state.late
    if greeting is not None and greeting.sid and _hopeless(state, greeting):
        state = state._replace(greeting=NEVER._replace(sid=greeting.sid, epoch=greeting.epoch))
    if late is not None and _hopeless(state, late):
        state = state._replace(late=NEVER)
    return state


def _hopeless(state: State, greeting: Greeting) -> bool:
    return greeting.sid != state.listener.record or greeting.token not in state.tokens or greeting.epoch != state.epoch


def _dialer(state: State) -> State:
    """If the listener has lost the record, the dialer needs only the request: it may be announced again."""
    dialer = state.dialer
    if not dialer.record or dialer.record == state.listener.record or state.down:
        return state
    sound = tuple(item for item in dialer.outbox if isinstance(item, Sample))
    kept = Side(dialer.phase, dialer.story, dialer.record, outbox=sound, out=dialer.out, end=dialer.end)
    return state._replace(dialer=kept)


def _listener(state: State) -> State:
    """If the dialer has lost the record, or was never told of it, the listener needs nothing of it."""
    record = state.listener.record
    if not record or record == state.dialer.record or state.up:
        return state
    if any(isinstance(frame, Answer) and frame.sid == record for frame in state.down):
        return state
    return state._replace(listener=Side("over", SAID_ALL, record), tokens=(), released=0)


def named(state: State) -> State:
    """The state with its records, epochs and tokens numbered in order of appearance. Those that the listener knows come first."""
    frames = [frame.record for frame in state.up + state.down if isinstance(frame, Control)]
    known = greetings(state)
    records = _order([state.listener.record, state.dialer.record, state.offer.sid, *(greeting.sid for greeting in known), *frames])
    epochs = _order([state.epoch, state.offer.epoch, *(greeting.epoch for greeting in known)])
    tokens = {token: place + 1 for place, token in enumerate(state.tokens)}
    if all(name == new for names in (records, epochs, tokens) for name, new in names.items()) and not _dead(state, tokens):
        return state

    def offer(of: ResumeToken) -> ResumeToken:
        return ResumeToken(records[of.sid], tokens.get(of.token, 0), epochs[of.epoch])

    def greeting(of: Greeting | None) -> Greeting | None:
        return of and of._replace(sid=records[of.sid], token=tokens.get(of.token, 0), epoch=epochs[of.epoch])

    def frame(of: Frame) -> Frame:
        if isinstance(of, Control):
            return of._replace(record=records[of.record])
        if isinstance(of, Answer):
            return of._replace(sid=records[of.sid], token=tokens.get(of.token, 0), epoch=epochs[of.epoch])
        return of

    return state._replace(
        dialer=state.dialer._replace(record=records[state.dialer.record]),
        listener=state.listener._replace(record=records[state.listener.record]),
        offer=offer(state.offer),
        epoch=epochs[state.epoch],
        tokens=tuple(tokens.values()),
        up=tuple(map(frame, state.up)),
        down=tuple(map(frame, state.down)),
        greeting=greeting(state.greeting),
        late=greeting(state.late),
    )


def _order(names: list[int]) -> dict[int, int]:
    order = {0: 0}
    for name in names:
        order.setdefault(name, len(order))
    return order


def _dead(state: State, tokens: dict[int, int]) -> bool:
    """Whether the state has a token that the listener does not know."""
    return any(token and token not in tokens for token in (state.offer.token, *(greeting.token for greeting in greetings(state))))
