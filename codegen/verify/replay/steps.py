"""What a trace consists of: steps, and messages between the nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from codegen.definitions.link import Link
from codegen.definitions.semantics import Values
from codegen.verify.replay.lines import Line


@dataclass(eq=False)
class Sent:
    """A message that a row has sent, with its number if it is numbered."""

    message: str
    number: int | None
    payload: Values
    line: Line


@dataclass(eq=False)
class Got:
    """A message that has arrived: a machine has taken it, it was forbidden, or it was outdated. With its number if it is numbered."""

    message: str
    number: int | None
    payload: Values | None
    """None for an outdated message: the trace does not have its payload."""
    line: Line
    own: Values
    """The node's own values for the correlation of the message; None in a state without one."""


@dataclass(eq=False)
class Record:
    """One sequence of message numbers: from the greeting that begins it until it is dropped."""

    sent: list[Sent] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    greeting: Step | None = None
    """The step that began it; None if the trace does not have that step."""
    before: Record | None = None
    """The record that it replaced in the same step."""


@dataclass(eq=False)
class Step:
    """One external event and all that it caused on its node; or a mark, an outdated event, or the first line of a process."""

    node: str
    cause: str
    kind: str
    """environment, message or timeout; outdated, mark or begins; cut: its beginning or its end is not in the trace."""
    lines: list[Line]
    before: dict[str, str | None]
    own: dict[str, bool]
    """By correlation: whether the value of the event equals the node's own."""
    record: Record
    """The record at the end of the step."""
    after: dict[str, str | None] = field(default_factory=dict)
    contexts: dict[str, Values | None] = field(default_factory=dict)
    """The variables of all machines after the step."""
    variables: dict[str, Any] = field(default_factory=dict)
    """The correlation values after the step; None in a state without one."""
    happened: list[str] = field(default_factory=list)
    """Events taken or ignored, and actions of rows, in order."""
    sends: list[Sent] = field(default_factory=list)
    takes: Got | None = None

    def leads_to(self, told: Mapping[str, tuple[Any, Any]], link: Link) -> bool:
        """Whether a process that was saved after the step begins in these states with these variables; its link is down."""
        if told[link.machine][0] not in link.kept or self.after[link.machine] in link.apart:
            return False
        return all(
            context == self.contexts[name] and (name == link.machine or state == self.after[name])
            for name, (state, context) in told.items()
        )

    def forget(self) -> None:
        """Its messages are in no record any more."""
        self.record.sent = [sent for sent in self.record.sent if sent not in self.sends]
        self.record.got = [got for got in self.record.got if got is not self.takes]
