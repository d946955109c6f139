"""The steps of a fleet: what may happen in each state, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.verify.explore.fleet import store as stores
from codegen.verify.explore.fleet.reduction import aged, reduced
from codegen.verify.explore.fleet.rules import (
    OLD,
    ONE_OWNER,
    RECORDED,
    SILENT,
    UNWRITTEN,
    WRITTEN,
    Rules,
    not_linked,
    replaced,
    unused_answer,
)
from codegen.verify.explore.fleet.state import GONE, Command, Core, Dialer, Listener, State, Step, Store


class Fleet(Rules):
    """The steps that are possible in each state."""

    def successors(self, state: State) -> Iterator[tuple[Step, State]]:
        """The possible steps, each with the reduced state that follows. There are none after a broken property."""
        for step, after in self.judged_steps(state):
            yield step, reduced(after)

    def judged_steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """As `successors`, not reduced."""
        if not state.wrong:
            for step, after in self.steps(state):
                judged = after if after.wrong else self.judged(after)
                if judged.wrong:
                    self.broken.add(judged.wrong)
                yield step, judged

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """The possible steps, each with the state that follows, not reduced."""
        yield from self._dialer_acts(state)
        for at in (0, 1):
            yield from self._greeting_goes_on(state, at)
            yield from self._listener_writes(state, at)
            yield from self._listener_talks(state, at)
            yield from self._faults(state, at)
        yield from self._late(state)

    # --- the dialer ----------------------------------------------------------------------------------------------------------

    def _dialer_acts(self, state: State) -> Iterator[tuple[Step, State]]:
        dialer, parts = state.dialer, self.bounds.parts
        answered = len(dialer.answers)
        if dialer.sid and dialer.sent < (answered + 1) * parts and dialer.done + dialer.sent // parts < self.bounds.requests:
            yield Step("the dialer says something", "talk"), state._replace(dialer=dialer._replace(sent=dialer.sent + 1))
        if self.bounds.calm and any(listener.greeting for listener in state.listeners):
            return
        for at in (0, 1):
            if not (dialer.link == at and state.listeners[at].again):
                kind = "fault" if dialer.link >= 0 else "itself"
                yield Step(f"the dialer greets listener {at}", kind), self._greets(state, at)

    def _greets(self, state: State, at: int) -> State:
        state = self._left(state)
        listener = state.listeners[at]
        if not listener.greeting:
            state = replaced(state, at, listener._replace(greeting="asks", current=True))
        else:
            state = replaced(state, at, listener._replace(again=True))
        return state._replace(dialer=state.dialer._replace(link=at, linked=False))

    def _left(self, state: State) -> State:
        """The dialer leaves its connection. What it has sent there may still arrive."""
        for at, listener in enumerate(state.listeners):
            if listener.socket == "own":
                sent = state.dialer.sent if state.dialer.linked else 0
                listener = listener._replace(socket="old", pending="", under_way=sent)
            state = replaced(state, at, listener._replace(current=False, again=False))
        return state._replace(dialer=not_linked(state.dialer))

    # --- a greeting ----------------------------------------------------------------------------------------------------------

    def _greeting_goes_on(self, state: State, at: int) -> Iterator[tuple[Step, State]]:
        listener, name = state.listeners[at], f"listener {at}"
        if listener.greeting == "asks":
            if listener.away:
                yield Step(f"{name} does not ask the store", "itself"), self._asked_in_vain(state, at)
                return
            command = Command("take", at, self.known(listener))
            store, answer = self.executed(state.store, command)
            asked = replaced(state, at, listener._replace(greeting="given", took=answer))._replace(store=store)
            if not self.bounds.slow:
                asked = self._got(asked, at)
                asked = self._goes_on(asked, at) if asked.listeners[at].greeting == "loaded" else asked
            yield Step(f"the store gives {name} the lease: {answer.word}", "itself"), asked
            if self._may_wait_in_vain(state):
                vain = self._asked_in_vain(self._abandoned(state, at, command), at)
                yield Step(f"{name} asks for the lease in vain", "fault"), vain
        elif listener.greeting == "given":
            yield Step(f"{name} gets the lease", "itself"), self._got(state, at)
            if self._may_wait_in_vain(state):
                yield Step(f"{name} does not get the answer of the store", "fault"), self._asked_in_vain(self._away(state, at), at)
        elif listener.greeting == "loaded":
            yield Step(f"{name} goes on with what is recorded", "itself"), self._goes_on(state, at)

    def _got(self, state: State, at: int) -> State:
        listener = state.listeners[at]
        took = listener.took
        assert took is not None
        if took.word == "unchanged":
            return self._connected(state, at) if self.may_go_on(listener, took) else self._refuses(state, at)
        listener = listener._replace(number=took.number, refused=False)
        if listener.core is not None and took.word == "taken":  # the store has lost everything: nobody else has had it
            return self._connected(replaced(state, at, listener._replace(leased=took.number)), at)
        if listener.core is not None:
            listener = self.ended(listener)
        return replaced(state, at, listener._replace(greeting="loaded"))

    def _goes_on(self, state: State, at: int) -> State:
        listener = state.listeners[at]
        took = listener.took
        assert took is not None
        if not self.may_go_on(listener, took):
            return self._refuses(state, at)
        if took.core is not None and listener.core is None:
            listener = self.settled(listener._replace(core=took.core, leased=listener.number, shown=None))
        return self._connected(replaced(state, at, listener), at)

    def _connected(self, state: State, at: int) -> State:
        current = state.listeners[at].current
        state = self._greeting_over(state, at)
        return self.greeted(state, at) if current else state

    def _asked_in_vain(self, state: State, at: int) -> State:
        """A dialer that was told last of its session here goes on here; any other one is refused."""
        core = state.listeners[at].core
        goes_on = self.bounds.away and core is not None and self.admits(core, state.dialer.token)
        return self._connected(state, at) if goes_on else self._refuses(state, at)

    def _refuses(self, state: State, at: int) -> State:
        refused = state.listeners[at].current
        state = self._greeting_over(state, at)
        return state._replace(dialer=not_linked(state.dialer)) if refused else state

    def _greeting_over(self, state: State, at: int) -> State:
        """If the dialer has come again meanwhile, that greeting is next."""
        listener = state.listeners[at]
        again = listener.again
        return replaced(state, at, listener._replace(greeting="asks" if again else "", current=again, again=False, took=None))

    # --- what is recorded ----------------------------------------------------------------------------------------------------

    def _listener_writes(self, state: State, at: int) -> Iterator[tuple[Step, State]]:
        listener, name, command = state.listeners[at], f"listener {at}", state.listeners[at].writing
        if command is None or listener.written is None:
            if listener.core is not None and listener.leased and not listener.away and listener.shown != listener.core:
                yield from self._writes(state, at, listener.core)
            return
        yield Step(f"{name} hears what the store says of it: {listener.written.word}", "itself"), self._hears(state, at)
        done = listener._replace(writing=None, written=None)
        if self._may_wait_in_vain(state):
            yield Step(f"{name} does not hear that it is written", "fault"), self._away(replaced(state, at, done), at)

    def _writes(self, state: State, at: int, core: Core) -> Iterator[tuple[Step, State]]:
        listener, name = state.listeners[at], f"listener {at}"
        command = Command("write", at, listener.leased, listener.place + 1, core)
        listener = listener._replace(place=command.place)
        store, answer = self.executed(state.store, command)
        after = replaced(state, at, listener._replace(writing=command, written=answer))._replace(store=store)
        if not self.bounds.slow:
            after = self._hears(after, at)
        yield Step(f"{name} writes: {answer.word}", "itself"), self._checked(state.store, after, command, answer.word)
        if self._may_wait_in_vain(state):
            yield Step(f"{name} gives up a write", "fault"), self._abandoned(replaced(state, at, listener), at, command)

    def _hears(self, state: State, at: int) -> State:
        """What the store says of a write."""
        listener = state.listeners[at]
        command, answer = listener.writing, listener.written
        assert command is not None
        assert answer is not None
        done = listener._replace(writing=None, written=None)
        return replaced(state, at, self.refused(done) if answer.word == "refused" else done._replace(shown=command.core))

    def _checked(self, before: Store, after: State, command: Command, word: str) -> State:
        if word == "written" and command.number < before.given and not self.bounds.forgets:
            return after._replace(wrong=UNWRITTEN)
        return after

    def _abandoned(self, state: State, at: int, command: Command) -> State:
        """The answer does not come. The command may be executed later."""
        state = self._away(state, at)
        return state._replace(late=command, spent=True) if self.bounds.late and not state.spent else state

    def _may_wait_in_vain(self, state: State) -> bool:
        return self.bounds.away or (self.bounds.late and not state.spent)

    def _away(self, state: State, at: int) -> State:
        """It has waited in vain. Without `away` in the bounds it reaches the store again at once, and writes all anew."""
        listener = state.listeners[at]
        if not self.bounds.away:
            return replaced(state, at, listener._replace(shown=None if listener.leased else listener.shown))
        return replaced(state, at, self.settled(listener._replace(away=True)))

    def _late(self, state: State) -> Iterator[tuple[Step, State]]:
        if state.late is not None:
            store, answer = self.executed(state.store, state.late)
            after = state._replace(store=store, late=None)
            late = f"a {state.late.kind} of {'a process that is gone' if state.late.by == GONE else f'listener {state.late.by}'}"
            yield Step(f"{late} is executed late: {answer.word}", "fault"), self._checked(state.store, after, state.late, answer.word)
            yield Step(f"{late} gets nowhere", "itself"), state._replace(late=None)

    # --- what a listener hears and says --------------------------------------------------------------------------------------

    def _listener_talks(self, state: State, at: int) -> Iterator[tuple[Step, State]]:
        listener, name = state.listeners[at], f"listener {at}"
        core, dialer = listener.core, state.dialer
        own = listener.socket == "own" and dialer.link == at
        if core is not None and core.applied < (dialer.sent if own and dialer.linked else listener.under_way):
            heard = listener._replace(core=core._replace(applied=core.applied + 1, tokens=core.tokens[:1]))
            yield Step(f"{name} takes what the dialer says", "itself"), replaced(state, at, self.settled(heard))
        if own and (shown := self.may_tell(listener)) is not None and (listener.pending or self._is_news(dialer, shown)):
            yield Step(f"{name} tells the dialer", "itself"), self._told(state, at, shown)
        if core is not None and self.is_whole(core) and self.may_answer(listener):
            answered = listener._replace(core=core._replace(answers=(*core.answers, unused_answer(state))))
            after = replaced(state, at, self.settled(answered))
            yield Step(f"{name} answers", "itself"), after._replace(wrong=SILENT if listener.refused else "")
        if listener.socket == "old":
            yield (
                Step(f"{name} notices that its connection is over", "itself"),
                replaced(state, at, listener._replace(socket="", under_way=0)),
            )
        if state.store.told[at] and not listener.away:
            store, number = stores.look(state.store, at)
            told = self.refused(listener) if self.is_news(listener, number) else listener
            # A greeting may be about to take an older lease than that: the listener is told again.
            after = replaced(state, at, told)._replace(store=state.store if listener.greeting else store)
            yield Step(f"{name} looks at the store", "itself"), self._closed(after, at)
        if listener.away:
            # All is written anew.
            shown = None if listener.leased else listener.shown
            yield Step(f"{name} reaches the store again", "itself"), replaced(state, at, listener._replace(away=False, shown=shown))

    def _is_news(self, dialer: Dialer, shown: Core) -> bool:
        return shown.applied > dialer.known or len(shown.answers) > len(dialer.answers)

    def _told(self, state: State, at: int, shown: Core) -> State:
        listener = state.listeners[at]
        if listener.pending:
            state = self.admitted(state, at, shown)
        if state.wrong:
            return state
        dialer, wrong = self.heard(state.dialer, shown, listener.away)
        return state._replace(dialer=dialer, wrong=SILENT if listener.refused else wrong)

    def _closed(self, state: State, at: int) -> State:
        """A listener that has ended its session has closed its connection."""
        listener, dialer = state.listeners[at], state.dialer
        if dialer.link == at and not listener.socket and not listener.current and not listener.again:
            return state._replace(dialer=not_linked(dialer))
        return state

    # --- what breaks ---------------------------------------------------------------------------------------------------------

    def _faults(self, state: State, at: int) -> Iterator[tuple[Step, State]]:
        listener, name = state.listeners[at], f"listener {at}"
        if self.bounds.away and not listener.away:
            yield Step(f"{name} does not reach the store any more", "fault"), self._away(state, at)
        if self.bounds.crashes and (crashed := self._crashed(state, at)) != state:
            yield Step(f"{name} crashes", "fault"), crashed
        if self.bounds.forgets and at == 0 and state.store.number:
            yield Step("the store loses everything", "fault"), state._replace(store=Store(given=state.store.given))

    def _crashed(self, state: State, at: int) -> State:
        store, late = state.store, state.late
        if late is not None and late.by == at:
            late = late._replace(by=GONE)
        told = (0, store.told[1]) if at == 0 else (store.told[0], 0)
        store = store._replace(owner=GONE if store.owner == at else store.owner, told=told)
        after = replaced(state, at, Listener())._replace(store=store, late=late)
        if state.dialer.link == at:
            after = after._replace(dialer=not_linked(after.dialer))
        return aged(after, at + 1, OLD)

    # --- what must hold in a state -------------------------------------------------------------------------------------------

    def judged(self, state: State) -> State:
        """The state, with a connection that nobody serves closed, and with the property that it breaks."""
        for at in (0, 1):
            state = self._closed(state, at)
        one, other = state.listeners
        wrong = ""
        if one.number and one.number == other.number:
            wrong = ONE_OWNER
        elif any(listener.core is not None and not listener.leased and not listener.away for listener in state.listeners):
            wrong = RECORDED
        elif not self.bounds.forgets and not self._has_all(state):
            wrong = WRITTEN
        return state._replace(wrong=wrong)

    def _has_all(self, state: State) -> bool:
        """Whether the store has all that the dialer was told, unless it was told something that could not be recorded."""
        dialer, core = state.dialer, state.store.core
        if not dialer.sid or dialer.loose or (not dialer.known and not dialer.answers):
            return True
        if core is not None and core.sid != dialer.sid:
            return True  # another session has begun, of which the dialer is not told yet
        return core is not None and core.applied >= dialer.known and len(core.answers) >= len(dialer.answers)
