"""The state of the model of a fleet: one dialer, two listeners, and the store that they share, as small, hashable values.

Lease numbers, write numbers, sessions and answers are integers, renamed in each state; 0 stands for none. So there are finitely many
states, although leases are taken without end.
"""

from __future__ import annotations

from typing import NamedTuple

NOBODY, GONE = -1, 2
"""Who has a lease, besides listener 0 and 1: nobody, or a process that has crashed."""


class Bounds(NamedTuple):
    """How much is asked, and what may break. The number of faults has no bound."""

    parts: int = 1
    """Messages that make a request. It can be answered when all of them have arrived."""
    requests: int = 1
    calm: bool = False
    """The dialer breaks off no greeting."""
    slow: bool = False
    """Anything may happen between what the store does and its answer, and while a listener loads what else it needs."""
    away: bool = False
    """The store may not be reached by a listener. It goes on without, and the dialer may be served by the other one, which reaches it."""
    late: bool = False
    """One command, whose answer the listener does not wait for any more, may still be executed."""
    crashes: bool = False
    forgets: bool = False
    """The store may lose everything. In random walks only: `reduction.py` drops what a session that is over may still write, which such a
    store takes."""


class Core(NamedTuple):
    """What a listener keeps of the session with the dialer, and what it records in the store."""

    epoch: int
    """Which process has begun it."""
    sid: int
    tokens: tuple[int, ...] = ()
    """What a greeting may show: what the last answer brings, then what was shown before it, until the dialer speaks."""
    applied: int = 0
    """Messages of the dialer that it has applied."""
    answers: tuple[int, ...] = ()
    """Each answer that it has begun, by a number of its own: so two answers to one request are told apart."""


class Command(NamedTuple):
    """What a listener asks of the store. The store does it as a whole, or never."""

    kind: str
    """`take` or `write`."""
    by: int
    number: int
    """The number of the lease by which it writes; that which it knows to have when it takes."""
    place: int = 0
    """The number of the write within the lease. It only grows."""
    core: Core | None = None


class Answer(NamedTuple):
    """What the store says."""

    word: str
    """Of `take`: `unchanged`, `taken` from nobody, or `from another`. Of `write`: `written`, `refused` or `outdated`."""
    number: int = 0
    core: Core | None = None


class Store(NamedTuple):
    """The lease of the dialer, and its record."""

    owner: int = NOBODY
    number: int = 0
    place: int = 0
    """The number of the last write within that lease."""
    core: Core | None = None
    told: tuple[int, int] = (0, 0)
    """For each listener, the number by which another one has taken the lease from it, until it looks; 0: nobody has."""
    given: int = 0
    """The greatest number that was ever given. The real store takes the time for it, which grows even if the store has lost everything."""


class Listener(NamedTuple):
    """One of them."""

    away: bool = False
    """It does not reach the store, as far as it knows."""
    number: int = 0
    """The number of the lease that it has, as far as it knows."""
    refused: bool = False
    """It knows that another one has the lease, and has not taken it back."""
    greeting: str = ""
    """What it does about a greeting: `asks` the store, then it is `given` the answer, and goes on with the record when it has `loaded`
    what else it needs. Empty: no greeting is under way."""
    current: bool = False
    """The connection of that greeting is the current one of the dialer."""
    again: bool = False
    """The dialer has come again, on a newer connection, while that greeting is under way."""
    took: Answer | None = None
    """The answer to `take`."""
    core: Core | None = None
    met: bool = False
    """The dialer has resumed or begun that session with this listener."""
    leased: int = 0
    """The number by which it records that core; 0: it does not."""
    shown: Core | None = None
    """What the dialer may be told of: the last that was recorded. None: nothing yet."""
    place: int = 0
    """The number of its last write."""
    writing: Command | None = None
    written: Answer | None = None
    """The answer to it, under way."""
    socket: str = ""
    """Empty for none, `own` for the dialer's current connection, `old` for one that the dialer has left."""
    pending: str = ""
    """The answer to the greeting, that waits for the record: `resumed` or `restarted`."""
    under_way: int = 0
    """On an old connection: messages up to this number may still arrive."""


class Dialer(NamedTuple):
    """What it keeps."""

    link: int = NOBODY
    """The listener that it is connected with, or greets."""
    linked: bool = False
    """The greeting was answered."""
    epoch: int = 0
    sid: int = 0
    token: int = 0
    done: int = 0
    """Requests that were answered before this session."""
    sent: int = 0
    known: int = 0
    """Of its messages so many are acknowledged: it has dropped them."""
    answers: tuple[int, ...] = ()
    """The answers that it has heard in this session."""
    loose: bool = False
    """It was told something by a listener that could not record it."""


class State(NamedTuple):
    """Everything."""

    dialer: Dialer = Dialer()
    listeners: tuple[Listener, Listener] = (Listener(), Listener())
    store: Store = Store()
    late: Command | None = None
    """A command whose answer its listener does not wait for, and that is still under way."""
    spent: bool = False
    """There was such a command."""
    wrong: str = ""
    """The property that the last step broke; empty if it broke none."""


class Step(NamedTuple):
    """What happened, and its kind: `talk` of the dialer, what goes on by `itself`, or a `fault`."""

    words: str
    kind: str

    def __str__(self) -> str:
        return self.words
