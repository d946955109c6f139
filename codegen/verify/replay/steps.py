"""What a trace is made of, once it is followed: steps, and the messages between the nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from codegen.definitions.semantics import Values
from codegen.verify.replay.lines import Line


@dataclass(eq=False)
class Sent:
    """A message that a row has sent. Numbered ones carry their number."""

    message: str
    number: int | None
    payload: Values
    line: Line


@dataclass(eq=False)
class Got:
    """A message that has arrived: taken or forbidden by a machine, or outdated. One without exactly-once order has no number."""

    message: str
    number: int | None
    payload: Values | None
    """None: the trace does not say, for it was outdated."""
    line: Line
    own: Values
    """This node's values of the message's correlation; None where it has none."""


@dataclass(eq=False)
class Record:
    """What is numbered together: from the greeting that begins it until it is dropped."""

    sent: list[Sent] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    greeting: Step | None = None
    """The step that began it, if the trace has it."""
    before: Record | None = None
    """The one that it replaced at once."""


@dataclass(eq=False)
class Step:
    """One outside event, and all that it caused on its node; or a mark, an outdated event, the beginning of a life."""

    node: str
    cause: str
    kind: str
    """environment, message or timeout; outdated, mark or begins; cut: its beginning or its end is missing."""
    lines: list[Line]
    before: dict[str, str | None]
    own: dict[str, bool]
    """Of each correlation: whether the event's value is this node's own."""
    record: Record
    """The one at the end of the step."""
    after: dict[str, str | None] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    """Afterwards, the correlation values; None in a state in which there is none."""
    happened: list[str] = field(default_factory=list)
    """Events taken or ignored, and actions asked for, in order."""
    sends: list[Sent] = field(default_factory=list)
    takes: Got | None = None
