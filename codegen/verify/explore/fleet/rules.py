"""The rules of a fleet in a form that can be explored. Each rule is a method, so that a test can break one rule.

A step that breaks a property leaves its name in `wrong` of the state that follows.
"""

from __future__ import annotations

from codegen.verify.explore.fleet import store as stores
from codegen.verify.explore.fleet.state import NOBODY, Answer, Bounds, Command, Core, Dialer, Listener, State, Store

ONE_OWNER = "one_owner"
UNWRITTEN = "old_owners_write_nothing"
SILENT = "old_owners_are_silent"
RECORDED = "owners_record"
WRITTEN = "told_after_written"
CURRENT = "resumed_as_told"
ONCE = "answered_once"
KEPT = "request_kept"
ARRIVES = "fleet_answers"

OLD = 3
"""The epoch of a process that has crashed."""


class Rules:
    """How leases, records and what is told change."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.broken: set[str] = set()
        """The properties that a step has broken."""

    # --- the store -----------------------------------------------------------------------------------------------------------

    def executed(self, store: Store, command: Command) -> tuple[Store, Answer]:
        """The store executes a command."""
        return stores.execute(store, command)

    # --- what a listener decides ---------------------------------------------------------------------------------------------

    def known(self, listener: Listener) -> int:
        """The number that a listener names when it takes the lease."""
        return listener.number

    def is_news(self, listener: Listener, number: int) -> bool:
        """Whether a listener that looks is told of a lease that is newer than its own."""
        return bool(listener.number) and listener.number < number

    def may_go_on(self, listener: Listener, took: Answer) -> bool:
        """Whether the lease that was taken is still there, as far as the listener knows, when all is loaded."""
        return listener.number == took.number

    def may_tell(self, listener: Listener) -> Core | None:
        """What the dialer may be told of now."""
        return listener.shown

    def may_answer(self, listener: Listener) -> bool:
        """Whether the answer to a whole request may begin: the dialer has been here, and all is recorded or the store is away."""
        return listener.met and listener.shown == listener.core

    def refused(self, listener: Listener) -> Listener:
        """Another listener has the lease, and this one hears it: the session ends here, and nothing is said."""
        return self.ended(listener)._replace(number=0, refused=True)

    def ended(self, listener: Listener) -> Listener:
        """No session any more. A write that is under way is executed or not; nobody waits for it."""
        return listener._replace(core=None, met=False, leased=0, shown=None, pending="", socket="", under_way=0, writing=None, written=None)

    def resumes(self, dialer: Dialer, core: Core | None) -> bool:
        """Whether the session that the dialer offers is resumed. If not, the dialer says again what is not answered."""
        if core is None or (core.epoch, core.sid) != (dialer.epoch, dialer.sid) or not self.admits(core, dialer.token):
            return False
        return not self.is_behind(dialer, core) and len(core.answers) >= len(dialer.answers)

    def admits(self, core: Core, token: int) -> bool:
        """Whether the token is valid."""
        return token in core.tokens

    def is_behind(self, dialer: Dialer, core: Core) -> bool:
        """Whether the dialer has dropped a message that is not applied."""
        return core.applied < dialer.known

    def says_again(self, dialer: Dialer) -> int:
        """How many messages the dialer says again in a new session: those of a request that is not answered."""
        return max(0, dialer.sent - len(dialer.answers) * self.bounds.parts)

    # --- parts of steps ------------------------------------------------------------------------------------------------------

    def settled(self, listener: Listener) -> Listener:
        """While the store is away, or nothing is recorded, what is told waits for nothing."""
        if listener.core is not None and (listener.away or not listener.leased):
            return listener._replace(shown=listener.core)
        return listener

    def is_whole(self, core: Core) -> bool:
        """Whether a request has arrived that is not answered."""
        return core.applied >= (len(core.answers) + 1) * self.bounds.parts

    def greeted(self, state: State, at: int) -> State:
        """The listener answers the greeting of the dialer, whose connection is current: it resumes the session, or begins anew."""
        listener, dialer = state.listeners[at], state.dialer
        core, token = listener.core, unused_token(state)
        if dialer.sid and core is not None and self.resumes(dialer, core):
            right = core.applied >= dialer.known and core.answers[: len(dialer.answers)] == dialer.answers
            state = state if right else state._replace(wrong=CURRENT)
            listener = listener._replace(pending="resumed", core=core._replace(tokens=(token, dialer.token)))
        else:
            epoch = at + 1 if core is None else core.epoch
            listener = listener._replace(pending="restarted", core=Core(epoch, unused_sid(state), (token,)))
            if not listener.leased:
                listener = listener._replace(leased=listener.number)
        # The answer to the greeting brings a new token: there is something to record.
        listener = self.settled(listener._replace(shown=None, socket="own", met=True, under_way=0, writing=None, written=None))
        return replaced(state, at, listener)

    def admitted(self, state: State, at: int, shown: Core) -> State:
        """The dialer gets the answer to its greeting."""
        dialer, listener = state.dialer, state.listeners[at]
        state = replaced(state, at, listener._replace(pending=""))
        token = shown.tokens[0]
        if listener.pending == "resumed":
            return state._replace(dialer=dialer._replace(linked=True, token=token))
        waits = self.says_again(dialer)
        if waits < dialer.sent - len(dialer.answers) * self.bounds.parts:
            return state._replace(wrong=KEPT)
        done = dialer.done + len(dialer.answers)
        return state._replace(dialer=Dialer(at, True, shown.epoch, shown.sid, token, done, waits))

    def heard(self, dialer: Dialer, shown: Core, away: bool) -> tuple[Dialer, str]:
        """What the dialer is told, and what is wrong with it."""
        wrong = "" if shown.answers[: len(dialer.answers)] == dialer.answers[: len(shown.answers)] else ONCE
        answers = shown.answers if len(shown.answers) > len(dialer.answers) else dialer.answers
        known = max(dialer.known, shown.applied)
        news = (known, answers) != (dialer.known, dialer.answers)
        return dialer._replace(known=known, answers=answers, loose=dialer.loose or (away and news)), wrong


def unused(*numbers: int) -> int:
    """The smallest number from 1 on that is none of these."""
    return next(name for name in range(1, len(numbers) + 2) if name not in numbers)


def cores(state: State) -> list[Core]:
    """Everything that is kept or under way of a session."""
    found = [state.store.core]
    for listener in state.listeners:
        found += [listener.core, listener.shown, listener.took and listener.took.core, listener.writing and listener.writing.core]
    found.append(state.late and state.late.core)
    return [core for core in found if core is not None]


def unused_sid(state: State) -> int:
    """A name for a new session."""
    return unused(state.dialer.sid, *(core.sid for core in cores(state)))


def unused_token(state: State) -> int:
    """A new token."""
    return unused(state.dialer.token, *(token for core in cores(state) for token in core.tokens))


def unused_answer(state: State) -> int:
    """A name for a new answer."""
    return unused(*state.dialer.answers, *(number for core in cores(state) for number in core.answers))


def replaced(state: State, at: int, listener: Listener) -> State:
    """The state with another value for that listener."""
    one, other = state.listeners
    return state._replace(listeners=(listener, other) if at == 0 else (one, listener))


def not_linked(dialer: Dialer) -> Dialer:
    """The dialer has no connection."""
    return dialer._replace(link=NOBODY, linked=False)
