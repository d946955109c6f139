"""Everything that can happen in a state of device, server and link, each with what is done before the node takes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.definitions.model import ExternalEvent, Message, Port
from codegen.verify.promela.machines import Vocabulary, limits


@dataclass(frozen=True)
class Happening:
    """Something that can happen."""

    kind: str
    """delivery, notice, connect, refuse, limit, promised, person, brain, speaker, timer, operator, network, or fault."""
    text: str
    """For people."""
    when: str
    does: tuple[str, ...]
    fair: str = ""
    """What has to happen at some time if it stays possible, with all of that name; nothing for what nobody has to do."""


BEFORE = "before_any_limit"
DEVICE_READS = "(socket == UP || socket == BROKEN) && len(down_flying) > 0"
SERVER_READS = "held != NONE && len(up_flying) > 0"


def happenings(words: Vocabulary) -> list[Happening]:
    """All of them."""
    return [
        *_greetings(words),
        *_messages(words),
        *_connections(words),
        *_limits(words),
        *_outside(words),
        Happening("fault", "device: crashes", "true", ("most = ROOM", "device_ends()", "device_is_new()")),
        Happening("fault", "server: crashes", "true", ("most = ROOM", "server_ends()", "server_is_new()")),
    ]


def _told(node: str, cause: str, room: int) -> tuple[str, ...]:
    return f"node = {node.upper()}", f"cause = e_{cause}", f"most = MESSAGES + {room}"


def _greetings(words: Vocabulary) -> Iterator[Happening]:
    port = _receiver(words, "server", "hello")
    for passed in (0, 1):
        for resumable in (True, False):
            same = "(g_record == KEPT_NOW)" if resumable else "0"
            values = {"resume": "g_resume", "same_epoch": "(g_resume && g_record != EARLIER)", "same_record": same}
            before = ("greetings?g_live, g_resume, g_record",) * passed
            note = f"hello{', the one before it lost' * passed}{'' if resumable else ', cannot be resumed'}"
            does = (*_told("server", "hello", 2), "act = 1", *before, "accepts()", words.todo(port, values))
            # The server may have a reason of its own not to go on, such as a number that was never sent.
            kind, fair = ("delivery", "hello") if resumable else ("fault", "")
            yield Happening(kind, f"server: {note}", f"len(greetings) > {passed}", does, fair)


def _receiver(words: Vocabulary, node: str, message: str) -> Port:
    routes = words.definitions.system.routes
    return next(port for route in routes if route.via_link and route.source.event == message for port in route.targets if port.node == node)


def _messages(words: Vocabulary) -> Iterator[Happening]:
    for node, reads, arrives in (
        ("device", DEVICE_READS, "arrives(down_flying, down_kept)"),
        ("server", SERVER_READS, "arrives(up_flying, up_kept)"),
    ):
        yield _arrival(words, node, reads, arrives, "")
        if node == "device":
            again = f"{reads} && device_unanswered && down_flying?[e_welcome, f_session, f_turn, f_resumed, text_epoch_changed, f_record]"
            yield _arrival(words, node, again, arrives, "told again")


def _arrival(words: Vocabulary, node: str, when: str, arrives: str, note: str) -> Happening:
    does = [
        f"node = {node.upper()}; most = MESSAGES + 2; act = 1",
        arrives,
        "cause = f_message",
        f"same_session = (f_session > 0 && f_session == {words.current(node, 'session')})",
        f"same_turn = (f_turn > 0 && f_turn == {words.current(node, 'turn')})",
        "welcomed = (f_message == e_welcome -> f_record : 0)",
        "if",
    ]
    for route in words.definitions.system.routes:
        for port in route.targets if route.via_link else ():
            if port.node == node and route.source.event != "hello":
                does += _read(words, words.messages[route.source.event], port, note)
    text = f"{node}: %e{note and f', {note}'}"
    return Happening("delivery", text, when, (*does[:6], "\n".join([*does[6:], "fi"])), f"message_{node}")


def _read(words: Vocabulary, message: Message, port: Port, note: str) -> list[str]:
    values = {"session": "f_session", "turn": "f_turn", "resumed": "f_resumed", "reason": "f_reason", "utterance": str(int(bool(note)))}
    current = [f"{has(words, port.node, name)} && same_{name}" for name in message.correlation]
    take = words.todo(port, values)
    if not current:
        return [f":: f_message == e_{message.name} -> {take}"]
    fresh = " && ".join(current)
    return [f":: f_message == e_{message.name} && {fresh} -> {take}", f":: f_message == e_{message.name} && !({fresh}) -> outdated = 1"]


def has(words: Vocabulary, node: str, name: str) -> str:
    """Whether a node is in a state in which it has a session, or a turn."""
    correlation = next(correlation for correlation in words.definitions.system.correlation if correlation.name == name)
    return _in(node, correlation.machine, correlation.states)


def _in(node: str, machine: str, states: tuple[str, ...]) -> str:
    return "(" + " || ".join(f"{node}_{machine} == {machine}_{state}" for state in states) + ")"


def _connections(words: Vocabulary) -> Iterator[Happening]:
    def outside(node: str, event: str, act: str) -> tuple[str, ...]:
        entry = next(entry for entry in words.definitions.system.outside if (entry.node, entry.event) == (node, event))
        return (*_told(node, event, 2), "act = 1", act, *(words.todo(port, {}) for port in entry.targets))

    yield Happening("connect", "device: socket_opened", "socket == OPENING", outside("device", "socket_opened", "socket = UP"), "connect")
    yield Happening("refuse", "device: failed", "socket == OPENING", outside("device", "failed", "socket = NONE"), "refuse")
    yield Happening("fault", "link: breaks", "socket == UP", ("most = ROOM", "breaks()"))
    yield Happening("notice", "device: lost", "socket == BROKEN", outside("device", "lost", "device_leaves()"), "notice_device")
    yield Happening("notice", "server: lost", "held == OTHER", outside("server", "lost", "server_leaves()"), "notice_server")
    # What a core without its fence would hear: tests plant it.
    late = outside("server", "lost", "late = false")
    yield Happening("notice", "server: lost, of a connection that was replaced", "UNFENCED && late", late, "notice_server")


def _limits(words: Vocabulary) -> Iterator[Happening]:
    for machine in words.definitions.machines:
        passed = f"{machine.role}_{machine.name}_passed"
        for event in limits(machine):
            states = tuple(state.name for state in machine.states if event in {timeout.event for timeout in state.timeouts})
            port = Port(machine.role, machine.name, event)
            does = (*_told(machine.role, event, 2), f"{passed} = true", words.todo(port, {}))
            text = f"{machine.role}: {event} ({machine.name})"
            when = f"!{passed} && {_in(machine.role, machine.name, states)}"
            yield Happening("timeout", text, when, does, f"timeout_{machine.role}_{machine.name}_{event}")


def _outside(words: Vocabulary) -> Iterator[Happening]:
    for entry in words.definitions.system.outside:
        if not entry.network:
            when = [_in(entry.node, machine, states) for machine, states in entry.when]
            when += [has(words, entry.node, name) for name in entry.correlation]
            restarts = (entry.by, entry.node, entry.event) == ("operator", "server", "stop")
            does = [
                *_told(entry.node, entry.event, 0),
                *(f"same_{c.name} = {int(bool(entry.correlation))}" for c in words.definitions.system.correlation),
            ]
            # A restart that nobody prepared is a new life: only its own greetings count.
            does += ["restarts = 1", "act = 1"] if restarts else []
            does += [words.todo(port, _payload(words, entry)) for port in entry.targets]
            kind = "promised" if entry.promised else entry.by
            text = f"{entry.node}: {entry.event}"
            yield Happening(kind, text, " && ".join(when) or "true", tuple(does), f"promised_{entry.node}" if entry.promised else "")


def _payload(words: Vocabulary, entry: ExternalEvent) -> dict[str, str]:
    if entry.correlation:
        return {name: words.current(entry.node, name) for name in ("session", "turn")}
    return {"session": "FRESH"}
