"""The transitions that are possible in a state of both nodes and the link, and the statements before the node takes the event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.definitions.model import ExternalEvent, Message, Port
from codegen.verify.promela.machines import Vocabulary, timeouts


@dataclass(frozen=True)
class Transition:
    """One thing that can happen."""

    kind: str
    """delivery, notice, connect, refuse, timeout, promised, who posts it, or fault."""
    text: str
    """Its description in printed steps."""
    when: str
    does: tuple[str, ...]
    fair: str = ""
    """Its group under fairness: a transition of the group must happen at some time if it stays possible. Empty: it need not happen."""


DIALER_READS = "(socket == UP || socket == BROKEN) && len(down_flying) > 0"
LISTENER_READS = "held != NONE && len(up_flying) > 0"


def transitions(words: Vocabulary) -> list[Transition]:
    """All transitions."""
    return [
        *_greetings(words),
        *_messages(words),
        *_connections(words),
        *_timeouts(words),
        *_outside(words),
        Transition("fault", f"{words.link.dialer}: crashes", "true", ("most = ROOM", "dialer_ends()", "dialer_is_new()")),
        Transition("fault", f"{words.link.listener}: crashes", "true", ("most = ROOM", "listener_ends()", "listener_is_new()")),
    ]


ANSWERS = "2 * MESSAGES + 1"
"""Unapplied messages that answers and timeouts may add."""


def _told(words: Vocabulary, node: str, cause: str, room: str) -> tuple[str, ...]:
    return f"node = {words.role(node)}", f"cause = e_{cause}", f"most = MESSAGES + {room}"


def _greetings(words: Vocabulary) -> Iterator[Transition]:
    link = words.link
    port = _receiver(words, link.listener, link.greeting)
    for passed in (0, 1):
        for may_resume in (True, False):
            same = "(g_record == KEPT_NOW)" if may_resume else "0"
            values = {link.offers: "g_resume", link.same_life: "(g_resume && g_record != EARLIER)", link.same_record: same}
            before = ("greetings?g_live, g_resume, g_record",) * passed
            note = f"{link.greeting}{', the one before it lost' * passed}{'' if may_resume else ', cannot be resumed'}"
            does = (*_told(words, link.listener, link.greeting, ANSWERS), "act = 1", *before, "accepts()", words.todo(port, values))
            # The listener may refuse to resume for a reason that is not in the model, such as a number that was never sent.
            kind, fair = ("delivery", "greeting") if may_resume else ("fault", "")
            yield Transition(kind, f"{link.listener}: {note}", f"len(greetings) > {passed}", does, fair)


def _receiver(words: Vocabulary, node: str, message: str) -> Port:
    routes = words.definitions.system.routes
    return next(port for route in routes if route.via_link and route.source.event == message for port in route.targets if port.node == node)


def _messages(words: Vocabulary) -> Iterator[Transition]:
    for node, reads, arrives in (
        (words.link.dialer, DIALER_READS, "arrives(down_flying, down_kept)"),
        (words.link.listener, LISTENER_READS, "arrives(up_flying, up_kept)"),
    ):
        yield _arrival(words, node, reads, arrives, "")
        if node == words.link.dialer and words.link.repeats[0] and words.link.restarted[0]:
            allowed = f"{node}_{words.link.repeats[1]}"
            said = ", ".join(["ANSWER", *(f"f_{name}" for name in words.values), "f_resumed", "RESTARTED", "f_record"])
            again = f"{reads} && {allowed} && down_flying?[{said}]"
            yield _arrival(words, node, again, arrives, "begins anew")


def _arrival(words: Vocabulary, node: str, when: str, arrives: str, note: str) -> Transition:
    does = [
        f"node = {words.role(node)}; most = MESSAGES + {ANSWERS}; act = 1",
        arrives,
        "cause = f_message",
        *(f"same_{name} = (f_{name} > 0 && f_{name} == {words.own(node, name)})" for name in words.values),
        "answered = (f_message == ANSWER -> f_record : 0)",
    ]
    branches = ["if"]
    for route in words.definitions.system.routes:
        for port in route.targets if route.via_link else ():
            if port.node == node and route.source.event != words.link.greeting:
                branches += _read(words, words.messages[route.source.event], port, note)
    text = f"{node}: %e{note and f', {note}'}"
    return Transition("delivery", text, when, (*does, "\n".join([*branches, "fi"])), f"message_{node}")


def _read(words: Vocabulary, message: Message, port: Port, note: str) -> list[str]:
    link = words.link
    values = {name: f"f_{name}" for name in words.values}
    values |= {link.resumed: "f_resumed", link.restarted[0]: "f_reason", link.repeats[0]: str(int(bool(note)))}
    current = [f"{has(words, port.node, name)} && same_{name}" for name in message.correlation]
    take = words.todo(port, values)
    if not current:
        return [f":: f_message == e_{message.name} -> {take}"]
    fresh = " && ".join(current)
    return [f":: f_message == e_{message.name} && {fresh} -> {take}", f":: f_message == e_{message.name} && !({fresh}) -> outdated = 1"]


def has(words: Vocabulary, node: str, name: str) -> str:
    """An expression: whether the node is in a state in which it has the correlation value."""
    correlation = next(correlation for correlation in words.definitions.system.correlation if correlation.name == name)
    return _in(node, correlation.machine, correlation.states)


def _in(node: str, machine: str, states: tuple[str, ...]) -> str:
    return "(" + " || ".join(f"{node}_{machine} == {machine}_{state}" for state in states) + ")"


def _connections(words: Vocabulary) -> Iterator[Transition]:
    def outside(node: str, event: str, act: str) -> tuple[str, ...]:
        entry = next(entry for entry in words.definitions.system.outside if (entry.node, entry.event) == (node, event))
        return (*_told(words, node, event, ANSWERS), "act = 1", act, *(words.todo(port, {}) for port in entry.targets))

    dialer, listener = words.link.nodes
    opened, refused, lost = words.link.opened, words.link.refused, words.link.lost
    yield Transition("connect", f"{dialer}: {opened}", "socket == OPENING", outside(dialer, opened, "socket = UP"), "connect")
    yield Transition("refuse", f"{dialer}: {refused}", "socket == OPENING", outside(dialer, refused, "socket = NONE"), "refuse")
    yield Transition("fault", "link: breaks", "socket == UP", ("most = ROOM", "breaks()"))
    yield Transition("notice", f"{dialer}: {lost}", "socket == BROKEN", outside(dialer, lost, "dialer_leaves()"), "notice_dialer")
    yield Transition("notice", f"{listener}: {lost}", "held == OTHER", outside(listener, lost, "listener_leaves()"), "notice_listener")
    # An event that a core without its fence would take. Tests plant this fault.
    late = outside(listener, lost, "late = false")
    yield Transition("notice", f"{listener}: {lost}, of a connection that was replaced", "UNFENCED && late", late, "notice_listener")


def _timeouts(words: Vocabulary) -> Iterator[Transition]:
    for machine in words.definitions.machines:
        passed = f"{machine.role}_{machine.name}_passed"
        for event in timeouts(machine):
            states = tuple(state.name for state in machine.states if event in {timeout.event for timeout in state.timeouts})
            port = Port(machine.role, machine.name, event)
            does = (*_told(words, machine.role, event, ANSWERS), f"{passed} = true", words.todo(port, {}))
            text = f"{machine.role}: {event} ({machine.name})"
            when = f"!{passed} && {_in(machine.role, machine.name, states)}"
            yield Transition("timeout", text, when, does, f"timeout_{machine.role}_{machine.name}_{event}")


def _outside(words: Vocabulary) -> Iterator[Transition]:
    for entry in words.definitions.system.outside:
        if not entry.network:
            when = [_in(entry.node, machine, states) for machine, states in entry.when]
            when += [has(words, entry.node, name) for name in entry.correlation]
            restarts = entry.node == words.link.listener and entry.event in words.link.restarts
            does = [
                *_told(words, entry.node, entry.event, "0"),
                *(f"same_{c.name} = {int(bool(entry.correlation))}" for c in words.definitions.system.correlation),
            ]
            # After a crash the process is new: only greetings that it has taken itself count.
            does += ["restarts = 1", "act = 1"] if restarts else []
            does += [words.todo(port, _payload(words, entry)) for port in entry.targets]
            kind = "promised" if entry.promised else entry.by
            text = f"{entry.node}: {entry.event}"
            yield Transition(kind, text, " && ".join(when) or "true", tuple(does), f"promised_{entry.node}" if entry.promised else "")


def _payload(words: Vocabulary, entry: ExternalEvent) -> dict[str, str]:
    if entry.correlation:
        return {name: words.own(entry.node, name) for name in words.values}
    return {name: "FRESH" for name, scope in words.scopes.items() if scope is None}
