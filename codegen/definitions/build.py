"""From files of the right shape to the representation. Nothing is judged here: what the schemas promise is taken as given."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.definitions.link import Link
from codegen.definitions.model import (
    Constant,
    Correlation,
    Emit,
    Event,
    ExternalEvent,
    Field,
    Guard,
    Ignored,
    Machine,
    Message,
    Messages,
    Node,
    Port,
    Relation,
    Route,
    Row,
    Setting,
    State,
    System,
    Timeout,
    Variable,
)
from codegen.definitions.yaml_reader import Cursor


def machines(file: Cursor) -> Iterator[Machine]:
    """The machine of a file, once for each of its roles."""
    for role in file.below("roles"):
        yield Machine(
            name=file.get("machine"),
            role=role.name,
            doc=_doc(file),
            initial=role.get("initial"),
            context=tuple(_variable(at) for at in role.below("context")),
            events=tuple(_event(at) for at in role.below("events")),
            emits=tuple(_event(at) for at in role.below("emits")),
            guards=tuple(Guard(at.name, _literal(at.get("expr")), _doc(at), at.mark) for at in role.below("guards")),
            states=tuple(_state(at) for at in role.below("states")),
            mark=role.mark,
        )


def _doc(at: Cursor) -> str:
    return str(at.get("doc")).strip()


def _literal(value: Constant) -> str:
    """A value as expressions write it: `true`, `4`, or the text itself."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _variable(at: Cursor) -> Variable:
    return Variable(
        name=at.name,
        type=at.get("type"),
        initial=at.get("initial"),
        minimum=at.get("min", None),
        maximum=at.get("max", None),
        constant=at.get("constant", False),
        doc=_doc(at),
        mark=at.mark,
    )


def _field(at: Cursor) -> Field:
    """`name: type`, or `name: {type: ..., doc: ...}`. The type of what travels may have a largest size: `str<=200`."""
    written, doc = (at.get("type"), _doc(at)) if isinstance(at.value, dict) else (at.value, "")
    kind, _, largest = written.partition("<=")
    return Field(at.name, kind, at.mark, doc, int(largest) if largest else None)


def _event(at: Cursor) -> Event:
    return Event(at.name, at.get("kind"), tuple(_field(field) for field in at.below("payload")), _doc(at), at.mark)


def _state(at: Cursor) -> State:
    return State(
        name=at.name,
        doc=_doc(at),
        may_rest=at.get("may_rest", False),
        entry=tuple(at.get("entry", ())),
        timeout=_timeout(at),
        outputs=tuple(at.get("outputs", {}).items()),
        rows=tuple(_row(at.name, row) for row in at.below("transitions")),
        ignored=tuple(Ignored(at.name, cell.get("event"), cell.get("why"), cell.mark) for cell in at.below("ignore")),
        mark=at.mark,
    )


def _timeout(state: Cursor) -> Timeout | None:
    if "timeout" not in state.value:
        return None
    at = Cursor(state.document, (*state.steps, "timeout"))
    return Timeout(_literal(at.get("after")), at.get("event"), at.mark)


def _row(state: str, at: Cursor) -> Row:
    guard = at.get("guard")
    return Row(
        state=state,
        event=at.get("event"),
        guard=guard.removeprefix("not ") or None,
        negated=guard.startswith("not "),
        target=at.get("target", None),
        assign=tuple((name, _literal(value)) for name, value in at.get("assign", {}).items()),
        actions=tuple(at.get("actions", ())),
        emits=tuple(_emit(emit) for emit in at.below("emit")),
        doc=_doc(at),
        mark=at.mark,
    )


def _emit(at: Cursor) -> Emit:
    """`name`, or `{event: name, field: value, ...}`."""
    if isinstance(at.value, dict):
        return Emit(at.get("event"), tuple((name, _literal(value)) for name, value in at.value.items() if name != "event"), at.mark)
    return Emit(at.value, (), at.mark)


def messages(file: Cursor) -> Messages:
    """messages.yaml."""
    return Messages(
        file.get("protocol"),
        tuple(_field(at) for at in file.below("envelope")),
        tuple(_message(at) for at in file.below("messages")),
        file.get("examples", {}),
        file.get("asyncapi", {}),
    )


def _message(at: Cursor) -> Message:
    return Message(
        name=at.name,
        sender=at.get("from"),
        doc=_doc(at),
        numbered=at.get("numbered", True),
        survives=at.get("survives", False),
        machine=at.get("machine", True),
        fields=tuple(_field(field) for field in at.below("fields")),
        stamped=tuple(at.get("stamped", ())),
        optional=tuple(at.get("optional", ())),
        derived=tuple(_field(field) for field in at.below("derived")),
        correlation=tuple(at.get("correlation", ())),
        mark=at.mark,
    )


def system(file: Cursor) -> System:
    """system.yaml."""
    return System(
        nodes=tuple(map(_node, file.below("nodes"))),
        delivery=tuple(at.value for at in file.below("delivery")),
        routes=tuple(Route(_port(at.get("from")), _targets(at), at.get("via") == "link", at.mark) for at in file.below("routes")),
        outside=tuple(_outside(at) for at in file.below("environment")),
        correlation=tuple(
            Correlation(at.name, at.get("machine"), at.get("variable"), tuple(at.get("in")), at.mark) for at in file.below("correlation")
        ),
        limits=tuple(Setting(at.name, _seconds(at), at.mark) for at in file.below("limits")),
        relations=tuple(Relation(at.value, at.mark) for at in file.below("relations")),
        link=_link(Cursor(file.document, ("link",))) if "link" in file.value else None,
        name=file.get("name"),
        package=file.get("package"),
        engine=file.get("engine"),
        pair=file.get("trace", {}).get("pair", "pair"),
    )


def _node(at: Cursor) -> Node:
    machines, restored, javascript = at.get("machines"), at.get("restored", False), at.get("javascript", False)
    return Node(at.name, tuple(machines), restored, javascript, _doc(at), at.mark)


def _link(at: Cursor) -> Link:
    states, greeting, answer, events, actions = (at.get(key) for key in ("states", "greeting", "answer", "events", "actions"))
    restarted, repeats = answer.get("restarted", {}), answer.get("repeats", {})
    return Link(
        dialer=at.get("dialer"),
        listener=at.get("listener"),
        machine=at.get("machine"),
        linked=tuple(states["linked"]),
        kept=tuple(states["kept"]),
        apart=tuple(states["apart"]),
        greeting=greeting["message"],
        offers=greeting["offers"],
        same_life=greeting["same_life"],
        same_record=greeting["same_record"],
        answer=answer["message"],
        resumed=answer["resumed"],
        restarted=(restarted.get("field", ""), restarted.get("text", "")),
        repeats=(repeats.get("field", ""), repeats.get("output", "")),
        opened=events["opened"],
        refused=events["refused"],
        lost=events["lost"],
        opens=tuple(actions["opens"]),
        leaves=tuple(actions["leaves"]),
        closes=tuple(actions.get("closes", ())),
        begins=tuple(actions["begins"]),
        drops=tuple(actions["drops"]),
        repeats_all=tuple(actions["repeats_all"]),
        restarts=tuple(at.get("restarts", ())),
        shortened=tuple(at.get("shortened", {}).items()),
        mark=at.mark,
    )


def _port(text: str) -> Port:
    return Port(*text.split("."))


def _targets(at: Cursor) -> tuple[Port, ...]:
    return tuple(_port(target.value) for target in at.below("to"))


def _seconds(at: Cursor) -> float | tuple[float, ...]:
    return tuple(float(step) for step in at.value) if isinstance(at.value, list) else float(at.value)


def _outside(at: Cursor) -> ExternalEvent:
    targets, when = _targets(at), at.get("when", {})
    home = f"{targets[0].node}."
    return ExternalEvent(
        event=at.get("event"),
        by=at.get("by"),
        targets=targets,
        # A machine of another node keeps its full name, under which no machine is found.
        when=() if when == "network" else tuple((machine.removeprefix(home), tuple(states)) for machine, states in when.items()),
        network=when == "network",
        correlation=tuple(at.get("correlation", ())),
        promised=at.get("promised", False),
        doc=_doc(at),
        mark=at.mark,
    )
