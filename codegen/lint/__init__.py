"""The third layer: numbered rules on what the definitions mean. `CODES` lists every code of all three layers."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.definitions import schema, yaml_reader
from codegen.definitions.model import Definitions, Machine, Messages, System
from codegen.definitions.places import Finding
from codegen.lint import link as lint_link
from codegen.lint import machine as lint_machine
from codegen.lint import messages as lint_messages
from codegen.lint import system as lint_system
from codegen.lint import values as lint_values
from codegen.lint import wiring as lint_wiring

OF_MACHINES = (lint_machine.rule, lint_values.rule)
OF_MESSAGES = (lint_messages.rule,)
OF_ALL = (lint_system.rule, lint_wiring.rule, lint_link.rule)

RULES = dict(sorted(pair for rules in (*OF_MACHINES, *OF_MESSAGES, *OF_ALL) for pair in rules.meanings.items()))
"""Each rule's code, and in one line what it refuses."""

CODES = {**yaml_reader.CODES, **schema.CODES, **RULES}


def check(machines: Iterable[Machine], messages: Messages | None, system: System | None) -> set[Finding]:
    """What the rules find in what could be read: each machine and the messages by themselves, and, if `system` is there, all together."""
    machines = tuple(machines)
    findings = {finding for rules in OF_MACHINES for machine in machines for finding in rules.run(machine)}
    if messages:
        findings.update(*(rules.run(messages) for rules in OF_MESSAGES))
    if messages and system:
        findings.update(*(rules.run(Definitions(machines, messages, system)) for rules in OF_ALL))
    return findings
