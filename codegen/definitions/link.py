"""`link` of system.yaml: what the machines mean for the connection between the two nodes."""

from __future__ import annotations

from dataclasses import dataclass

from codegen.definitions.places import Mark


@dataclass(frozen=True)
class Link:
    """What the machines mean for the connection between the two nodes. The names are those of the definitions."""

    dialer: str
    """The node that opens the connection and greets."""
    listener: str
    """The node that accepts it."""
    machine: str
    """Both run it. Its states say what a node keeps of the other one: numbers, and messages that are not acknowledged."""
    linked: tuple[str, ...]
    """The states in which messages flow."""
    kept: tuple[str, ...]
    """The connection is lost; what can be resumed is kept."""
    apart: tuple[str, ...]
    """Nothing is kept. Numbered messages are dropped."""
    greeting: str
    """The dialer's first message on a connection."""
    offers: str
    """Its derived field: something is offered to resume."""
    same_life: str
    """Its derived field: what is offered was made by this process of the listener, or one that it continues."""
    same_record: str
    """Its derived field: what is offered is what the listener keeps."""
    answer: str
    """The listener's answer."""
    resumed: str
    """Its field: what was offered is resumed."""
    restarted: tuple[str, str]
    """Its field, with the text that says that the listener has lost everything; empty texts if none says so."""
    repeats: tuple[str, str]
    """Its derived field: after such a loss the dialer begins anew what was under way, and the output that allows it; or empty texts."""
    opened: str
    """The dialer's event: the connection is open."""
    refused: str
    """The dialer's event: it could not be opened."""
    lost: str
    """The event of both nodes: it is lost."""
    opens: tuple[str, ...]
    """The actions that open a connection."""
    leaves: tuple[str, ...]
    """The actions that leave it at once."""
    closes: tuple[str, ...]
    """The actions that leave it once everything is sent."""
    begins: tuple[str, ...]
    """The actions that begin a new record, with number 1."""
    drops: tuple[str, ...]
    """The actions that drop the record."""
    repeats_all: tuple[str, ...]
    """The actions that send again what is not acknowledged."""
    restarts: tuple[str, ...]
    """The listener's external events after which its next process knows nothing."""
    shortened: tuple[tuple[str, str], ...]
    """Limits of the dialer, each with the limit of the listener that shortens it if it is lower."""
    mark: Mark

    @property
    def nodes(self) -> tuple[str, str]:
        """Dialer and listener."""
        return self.dialer, self.listener

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions that change the link."""
        return (*self.opens, *self.leaves, *self.closes, *self.begins, *self.drops, *self.repeats_all)

    def other(self, node: str) -> str:
        """The node at the other end."""
        return self.listener if node == self.dialer else self.dialer
