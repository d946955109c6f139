"""Reduces the state space: states that differ only in values without an effect become one state.

- Listeners are alike: 0 is the one with which the dialer is, or else the one that has the lease.
- Sessions and answers are only compared for equality, numbers of leases only by order. So each state numbers them anew.
- The numbers of writes matter only beside a write that is late.
- Of a session that the dialer cannot offer any more only its epoch matters; of tokens, those that it can show.
- What may still arrive on an old connection matters only if the listener has not applied it.
"""

from __future__ import annotations

from codegen.verify.explore.fleet.state import Command, Core, Dialer, Listener, State, Store

DEAD = 9
"""The name of each session that the dialer does not know and will not be told of."""
SWAPPED = (0, 2, 1, 3)
"""Epochs when the listeners change their places."""


def reduced(state: State) -> State:
    """The reduced state that represents this one."""
    return renamed(state, swaps(state))


def renamed(state: State, swap: bool) -> State:
    """The same. `swap`: the listeners change their places, whichever the dialer is with."""
    return _State(state, swap).reduced()


def swaps(state: State) -> bool:
    """Whether the listeners change their places."""
    return state.dialer.link == 1 or (state.dialer.link < 0 and state.store.owner == 1)


class _State:
    def __init__(self, state: State, swap: bool) -> None:
        self.state, self.swap = state, swap
        self.sids: dict[int, int] = {0: 0}
        self.tokens: dict[int, int] = {}
        self.answers: dict[int, int] = {}
        self.rank: dict[int, int] = {}

    def reduced(self) -> State:
        state, swap = self.state, self.swap
        dialer, store, late = state.dialer, state.store, state.late
        if dialer.sid:
            self.sids[dialer.sid] = 1
            self.tokens[dialer.token] = 1
        for listener in state.listeners:
            if listener.pending and listener.core is not None:
                self.tokens[listener.core.tokens[0]] = 2
                self.sids.setdefault(listener.core.sid, 2)
        heard = tuple(self.answer(number) for number in dialer.answers)
        numbers = {0, store.number, store.given, *store.told}
        for listener in state.listeners:
            numbers |= {listener.number, listener.leased}
            if listener.took is not None:
                numbers.add(listener.took.number)
            if listener.writing is not None:
                numbers.add(listener.writing.number)
        if late is not None:
            numbers.add(late.number)
        self.rank = {number: at for at, number in enumerate(sorted(numbers))}
        one, other = state.listeners[::-1] if swap else state.listeners
        listeners = (self.listener(one), self.listener(other))
        told = (self.rank[store.told[0]], self.rank[store.told[1]])
        owner = 1 - store.owner if swap and store.owner in (0, 1) else store.owner
        place = self.place(store.number, store.place)
        after = Store(owner, self.rank[store.number], place, self.core(store.core), told[::-1] if swap else told, self.rank[store.given])
        link = 1 - dialer.link if swap and dialer.link >= 0 else dialer.link
        epoch = SWAPPED[dialer.epoch] if swap else dialer.epoch
        sid = self.sids[dialer.sid]
        caller = Dialer(link, dialer.linked, epoch, sid, int(sid > 0), dialer.done, dialer.sent, dialer.known, heard, dialer.loose)
        return State(caller, listeners, after, self.command(late), state.spent, state.wrong)

    def answer(self, number: int) -> int:
        return self.answers.setdefault(number, len(self.answers) + 1)

    def core(self, core: Core | None) -> Core | None:
        if core is None:
            return None
        epoch = SWAPPED[core.epoch] if self.swap else core.epoch
        sid = self.sids.get(core.sid, DEAD)
        if sid == DEAD:
            return Core(epoch, DEAD)
        tokens = tuple([self.tokens[token] for token in core.tokens if token in self.tokens])
        return Core(epoch, sid, tokens, core.applied, tuple([self.answer(number) for number in core.answers]))

    def place(self, number: int, place: int) -> int:
        late = self.state.late
        if late is None or late.kind == "take" or number != late.number:
            return 0
        return 0 if place < late.place else 1 if place == late.place else 2

    def command(self, command: Command | None) -> Command | None:
        if command is None:
            return None
        by = 1 - command.by if self.swap and command.by in (0, 1) else command.by
        return Command(command.kind, by, self.rank[command.number], self.place(command.number, command.place), self.core(command.core))

    def listener(self, one: Listener) -> Listener:
        core, took = self.core(one.core), one.took
        applied = 0 if core is None else core.applied
        left = one.socket == "old" and (core is None or core.sid == DEAD or one.under_way <= applied)
        return one._replace(
            number=self.rank[one.number],
            refused=one.refused and core is not None,
            took=took and took._replace(number=self.rank[took.number], core=self.core(took.core)),
            core=core,
            leased=self.rank[one.leased],
            shown=self.core(one.shown),
            place=self.place(one.leased, one.place),
            writing=self.command(one.writing),
            socket="" if left else one.socket,
            under_way=0 if left else one.under_way,
        )


def aged(state: State, epoch: int, old: int) -> State:
    """The process of that epoch is gone: its epoch has the name `old`."""

    def aged_core(core: Core | None) -> Core | None:
        return core if core is None or core.epoch != epoch else core._replace(epoch=old)

    def aged_command(command: Command | None) -> Command | None:
        return command and command._replace(core=aged_core(command.core))

    def aged_listener(one: Listener) -> Listener:
        took = one.took and one.took._replace(core=aged_core(one.took.core))
        return one._replace(core=aged_core(one.core), shown=aged_core(one.shown), took=took, writing=aged_command(one.writing))

    one, other = state.listeners
    dialer = state.dialer._replace(epoch=old) if state.dialer.epoch == epoch else state.dialer
    store = state.store._replace(core=aged_core(state.store.core))
    return state._replace(dialer=dialer, listeners=(aged_listener(one), aged_listener(other)), store=store, late=aged_command(state.late))
