"""What the store does with a command, as a whole. `test_lockstep.py` takes the same steps in a real one."""

from __future__ import annotations

from codegen.verify.explore.fleet.state import NOBODY, Answer, Command, Store


def execute(store: Store, command: Command) -> tuple[Store, Answer]:
    """The store afterwards, and its answer."""
    return {"take": take, "write": write}[command.kind](store, command)


def take(store: Store, command: Command) -> tuple[Store, Answer]:
    """The lease with a new number, and the record, for whoever asks; but who has it, and knows by which number, keeps that."""
    if store.owner == command.by and store.number == command.number:
        return store, Answer("unchanged", store.number)
    number, told = store.given + 1, list(store.told)
    if store.owner in (0, 1) and store.owner != command.by:
        told[store.owner] = number
    word = "taken" if store.owner == NOBODY else "from another"
    after = Store(command.by, number, 0, store.core, (told[0], told[1]), number)
    return after, Answer(word, number, store.core)


def write(store: Store, command: Command) -> tuple[Store, Answer]:
    """The record, unless the lease has a greater number, or a later write of this one was executed before."""
    if store.number > command.number:
        return store, Answer("refused")
    if store.number == command.number and command.place < store.place:
        return store, Answer("outdated")
    after = store._replace(owner=command.by, number=command.number, place=command.place, core=command.core)
    return after, Answer("written")


def look(store: Store, listener: int) -> tuple[Store, int]:
    """What a listener is told when it looks: the number by which another one has taken the lease from it, once; or 0."""
    told = list(store.told)
    told[listener] = 0
    return store._replace(told=(told[0], told[1])), store.told[listener]
