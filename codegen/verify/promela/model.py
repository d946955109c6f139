"""Writes the definitions as one Promela model. Everything that happens is one step.

A step chooses a transition, then runs the machines of the node and the link until their queues are empty. It is indivisible. So SPIN counts
only states between steps, as exploration does. If LIVENESS is defined, each transition that must happen at some time has a process of its
own. Then the weak fairness of SPIN is that of the specs. Otherwise one process does everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codegen.definitions.model import Definitions
from codegen.verify.promela.checks import Checks
from codegen.verify.promela.cone_of_influence import Constants
from codegen.verify.promela.machines import Vocabulary, machine, timeouts, watched
from codegen.verify.promela.transitions import Transition, transitions
from codegen.verify.promela.values import channel_types, renaming
from codegen.verify.specs import BY_ITSELF, Specs

LINK = Path(__file__).with_name("link.pml")
FIRST = ("delivery", "notice", "connect", "promised")
"""The kinds of transitions that come before any timeout."""


@dataclass(frozen=True)
class Model:
    """A model, and the meaning of its numbers."""

    text: str
    numbers: dict[str, int]
    """Number -> the name of the spec."""
    pairs: dict[int, tuple[str, str]]
    """The pairs that must occur: number -> (spec, pair as text)."""
    nodes: tuple[str, str]


def model(definitions: Definitions, specs: Specs, messages: int, constants: Constants | None = None, *, fenced: bool = True) -> Model:
    """The model of one configuration. `messages`: how many numbered ones may be unapplied in each direction when a node sends another.

    `fenced`: the core drops events of a connection that was replaced. Raises ValueError for what has no form in the model.
    """
    words = Vocabulary(definitions, specs, constants or {})
    possible = transitions(words)
    checks = Checks(words)
    head = [*_numbers(words), *checks.definitions(), *_variables(words, checks), *channel_types(words), *_macros(possible)]
    bounds = [f"#define MESSAGES {messages}", f"#define ROOM {3 * messages + 5}", f"#define UNFENCED {int(not fenced)}"]
    body = [*_machines(words), *_step(words), *_process(words, checks, possible)]
    behind = enumerate(checks.met, len(checks.numbers) + 1)
    pairs = {
        number: (spec.name, f"{name} is {one} on the {words.link.dialer} and {other} on the {words.link.listener}")
        for number, (spec, name, (one, other)) in behind
    }
    return Model("\n".join([*bounds, *head, *_link_text(words), *body, ""]), checks.numbers, pairs, words.link.nodes)


# --- numbers and variables -------------------------------------------------------------------------------------------------------


def _numbers(words: Vocabulary) -> Iterator[str]:
    definitions = words.definitions
    names = {event.name for m in definitions.machines for event in m.events} | set(words.messages)
    yield "mtype = { " + ", ".join(f"e_{name}" for name in sorted(names)) + " };"
    states: dict[str, dict[str, None]] = {}
    for one in definitions.machines:
        states.setdefault(one.name, {}).update(dict.fromkeys(state.name for state in one.states))
    for name, found in states.items():
        yield from (f"#define {name}_{state} {number}" for number, state in enumerate(found))
    yield from (f"#define do_{action} {number}" for number, action in enumerate(dict.fromkeys(("say", *words.link.actions))))
    yield from _link(words)
    for number, port in enumerate(words.ports):
        yield f"#define at_{port.node}_{port.machine} {number}"
    yield from (f"#define text_{text} {number}" for number, text in enumerate(words.texts, 1))
    numbered = " || ".join(f"(x) == e_{message.name}" for message in words.messages.values() if message.numbered)
    yield f"#define numbered(x) ({numbered})"


def _link_text(words: Vocabulary) -> Iterator[str]:
    """link.pml, and the renaming of correlation values that it uses."""
    before, mark, after = LINK.read_text(encoding="utf-8").partition("/* --- values */\n")
    yield from (before, *renaming(words), mark + after)


def _link(words: Vocabulary) -> Iterator[str]:
    """Definitions of the words of `link.pml`, from `link` in system.yaml."""
    link = words.link
    yield f"#define GREETING e_{link.greeting}"
    yield f"#define ANSWER e_{link.answer}"
    yield f"#define RESTARTED {f'text_{link.restarted[1]}' if link.restarted[0] else '0'}"
    for node in link.nodes:
        for word, states in (("linked", link.linked), ("kept", link.kept), ("apart", link.apart)):
            own = {state.name for state in words.definitions.machine(link.machine, node).states}
            found = " || ".join(f"{node}_{link.machine} == {link.machine}_{state}" for state in states if state in own)
            yield f"#define {words.role(node).lower()}_{word} ({found or 'false'})"
    for word in ("opens", "leaves", "closes", "begins", "drops", "repeats_all"):
        found = " || ".join(f"(x) == do_{action}" for action in getattr(link, word))
        yield f"#define {word}(x) ({found or 'false'})"


def _variables(words: Vocabulary, checks: Checks) -> Iterator[str]:
    for one in words.definitions.machines:
        name = f"{one.role}_{one.name}"
        yield f"byte {name} = {one.name}_{one.initial};"
        if timeouts(one):
            yield f"bool {name}_passed;  /* the timeout of its state has passed: it does not pass twice */"
        for variable in words.needs[one.role, one.name].variables:
            yield f"byte {name}_{variable.name} = {int(words.needs[one.role, one.name].initial[variable.name] or 0)};"
    for watch in words.specs.watches:
        counts = isinstance(watch.initial, int)
        yield f"{'short' if counts else 'byte'} {watch.node}_{watch.name} = {watch.initial if counts else f'{watch.name}_{watch.initial}'};"
    # Breadth-first search has no hidden variables. There they are part of the state; between steps they are 0.
    yield "#ifdef WITNESS\n#define SCRATCH\n#else\n#define SCRATCH hidden\n#endif"
    yield "chan todo = [12] of { byte, mtype, " + ", ".join("byte" for _ in words.fields) + " };"
    yield "bool gone;  /* what followed was forbidden, or beyond the bound: the state is not followed */"
    yield "SCRATCH byte to, first; SCRATCH mtype event;"
    yield from (f"SCRATCH byte p_{name}, had_{name};" for name in words.fields)
    yield f"#define PAYLOAD {', '.join(f'p_{name}' for name in words.fields)}"
    yield from (f"SCRATCH byte {flag};" for flag in ("did", *words.flags))
    yield from (f"SCRATCH short before_{name};" for name in checks.remembered())


def _scratch(words: Vocabulary, checks: Checks) -> list[str]:
    fields = [f"{kind}_{name}" for name in words.fields for kind in ("p", "had")]
    return ["to", "first", "event", *fields, "did", *words.flags, *(f"before_{name}" for name in checks.remembered())]


def _macros(possible: list[Transition]) -> Iterator[str]:
    for kind in dict.fromkeys((*BY_ITSELF, *(one.kind for one in possible))):
        yield f"#define can_{kind} ({' || '.join(f'({one.when})' for one in possible if one.kind == kind) or 'false'})"
    yield from _did()


def _did() -> Iterator[str]:
    yield "#define check(number, holds) if :: !(holds) -> found(number) :: else fi"
    yield "#define meet_pair(number, met) if :: met -> found(number) :: else fi"
    yield "#ifdef WITNESS"
    yield "#define found(number) assert(number != WITNESS)"
    yield "#else"
    yield "#ifdef LIVENESS"
    yield "#define found(number) skip"
    yield "#else"
    yield "c_decl { static char was_found[1000]; }"
    yield 'c_code { static void say_found(int number) { if (!was_found[number]++) printf("found %d\\n", number); was_found[number] = 1; } }'
    yield "#define found(number) c_code { say_found(number); }"
    yield "#endif"
    yield "#endif"


# --- a step ----------------------------------------------------------------------------------------------------------------------


def _machines(words: Vocabulary) -> Iterator[str]:
    for one in words.definitions.machines:
        yield from machine(words, one)
    for node in words.link.nodes:
        yield f"inline {words.role(node).lower()}_is_new() {{"
        yield from (f"  {line};" for line in _initial(words, node))
        yield "  skip\n}"


def _initial(words: Vocabulary, node: str) -> Iterator[str]:
    for one in words.definitions.of_node(node):
        name = f"{one.role}_{one.name}"
        needs = words.needs[one.role, one.name]
        yield f"{name} = {one.name}_{one.initial}"
        yield from (f"{name}_passed = false",) if timeouts(one) else ()
        yield from (f"{name}_{variable.name} = {int(needs.initial[variable.name] or 0)}" for variable in needs.variables)
    for watch in words.specs.watched(node):
        yield f"{node}_{watch.name} = " + (str(watch.initial) if isinstance(watch.initial, int) else f"{watch.name}_{watch.initial}")


def _step(words: Vocabulary) -> Iterator[str]:
    fields = ", ".join(f"p_{name}" for name in words.fields)
    yield "inline machines_take() {"
    yield "  first = 1;"
    yield "  do"
    yield "  :: len(todo) > 0 && !wrong ->"
    yield f"     todo?to, event, {fields};"
    yield "     if"
    yield "     :: first -> first = 0; " + "; ".join(f"had_{name} = p_{name}" for name in words.fields)
    yield "     :: else"
    yield "     fi;"
    yield from _watching(words)
    yield "     if"
    for one in words.definitions.machines:
        yield f"     :: to == at_{one.role}_{one.name} -> {one.role}_{one.name}_takes()"
    yield "     fi;"
    yield "     link_does()"
    yield "  :: else -> break"
    yield "  od"
    yield "}"
    yield "inline forget_what_is_dead() {"
    yield from _dying(words)
    yield "  skip\n}"


def _watching(words: Vocabulary) -> Iterator[str]:
    for one in words.definitions.machines:
        for event in one.events:
            for line in watched(words.specs, one.role, event.name):
                yield "     if"
                yield f"     :: to == at_{one.role}_{one.name} && event == e_{event.name} -> {line}"
                yield "     :: else"
                yield "     fi;"


def _dying(words: Vocabulary) -> Iterator[str]:
    for one in words.definitions.machines:
        name = f"{one.role}_{one.name}"
        needs = words.needs[one.role, one.name]
        for variable in needs.variables:
            if dead := needs.dead(variable.name):
                states = " || ".join(f"{name} == {one.name}_{state}" for state in dead)
                yield f"  if\n  :: {states} -> {name}_{variable.name} = 0\n  :: else\n  fi;"


def _process(words: Vocabulary, checks: Checks, possible: list[Transition]) -> Iterator[str]:
    kinds = dict.fromkeys(one.kind for one in possible)
    fair = ["", *dict.fromkeys(one.fair for one in possible if one.fair)]
    yield "#ifdef LIVENESS"
    yield from _calm(checks, kinds)
    yield "#else"
    yield from (f"#define may_{kind}(process) (!gone)" for kind in kinds)
    yield "#endif"
    yield from _life(words, checks, possible, fair)
    yield "#ifdef LIVENESS"
    yield from _start(checks, fair)
    yield "#endif"


def _calm(checks: Checks, kinds: dict[str, None]) -> Iterator[str]:
    """From some moment on only transitions of the kinds that a spec names happen. Then timeouts wait until nothing else is under way."""
    yield "byte calm;"
    for kind in kinds:
        allowed = [f"calm == {checks.numbers[spec.name]}" for spec in checks.recurring if kind in spec.by]
        yield f"#define by_{kind} ({' || '.join(allowed) or 'false'})"
    yield f"#define first_things ({' || '.join(f'(by_{kind} && can_{kind})' for kind in FIRST)})"
    yield f"#define fair_things ({' || '.join(f'(by_{kind} && can_{kind})' for kind in BY_ITSELF)})"
    for kind in kinds:
        waits = " && !first_things" if kind == "timeout" else ""
        yield f"#define may_{kind}(process) (!gone && me == process && (calm == 0 || (by_{kind}{waits})))"
    for number, good in checks.good():
        yield f"bool good_{number};"
        yield f"#define is_good_{number} (gone || {good})"
    yield "inline see_good() { " + "; ".join(f"good_{number} = is_good_{number}" for number, _ in checks.good()) + " }"
    for spec in checks.recurring:
        number = checks.numbers[spec.name]
        yield f"ltl {spec.name} {{ ([] (calm == 0 || calm == {number})) -> ([] <> (calm == 0 || good_{number})) }}"


def _life(words: Vocabulary, checks: Checks, possible: list[Transition], fair: list[str]) -> Iterator[str]:
    yield "#ifdef LIVENESS\nproctype Fate(byte me)\n#else\nactive proctype Fate()\n#endif\n{"
    yield "  do"
    yield "  :: atomic {"
    yield "     if"
    for one in (one for one in possible if one.fair):
        yield from _chosen(one, fair.index(one.fair))
    # All transitions that need not happen are one choice. A process that chooses another one need not look at each of them.
    free = [one for one in possible if not one.fair]
    yield f"     :: {' || '.join(f'(may_{kind}(0) && can_{kind})' for kind in dict.fromkeys(one.kind for one in free))} ->"
    yield "        if"
    for one in free:
        yield from _chosen(one, 0)
    yield "        fi"
    yield "     fi;"
    yield "     d_step {"
    yield from (f"       before_{name} = {name};" for name in checks.remembered())
    yield from (f"       {flag} = 0;" for flag in ("did", *words.flags))
    yield "       added = 0; dropped = 0; closing = 0; wrong = 0; cut = 0;"
    yield "       machines_take()"
    yield "     };"
    yield "     d_step {"
    yield "       forget_what_is_dead();"
    yield "       link_settles();"
    yield "       if"
    yield "       :: wrong || cut ->"
    if "no_forbidden_cell" in {spec.kind for spec in words.specs.specs}:
        name = words.specs.of_kind("no_forbidden_cell")[0].name
        yield f"          check({checks.numbers[name]}, !wrong);"
    yield "          check(0, false);"
    yield "          gone = true; link_vanishes(); dialer_is_new(); listener_is_new(); empty_todo()"
    yield "       :: else ->"
    yield from (f"          {line};" for line in (*checks.of_states(), "skip"))
    yield "          if\n          :: !outdated ->"
    yield from (f"             {line};" for line in (*checks.of_steps(), "skip"))
    yield "          :: else\n          fi"
    yield "       fi;"
    yield "       link_clears();"
    yield from (f"       {name} = 0;" for name in _scratch(words, checks))
    yield "#ifdef LIVENESS\n       see_good()\n#else\n       skip\n#endif"
    yield "     }"
    yield "     }"
    yield "#ifdef LIVENESS"
    yield "  :: calm > 0 && !gone && me == 0 && fair_things -> skip  /* what nobody has to do need not be done */"
    yield "#endif"
    yield "  od"
    yield "}"


def _chosen(one: Transition, process: int) -> Iterator[str]:
    cause = ", cause" if "%e" in one.text else ""
    yield f"     :: may_{one.kind}({process}) && {one.when} ->"
    yield "        d_step {"
    yield from (f"          {line};" for line in one.does)
    yield f'          printf("{one.text}\\n"{cause})'
    yield "        }"


def _start(checks: Checks, fair: list[str]) -> Iterator[str]:
    yield "init {"
    yield "  atomic {"
    yield "    see_good();"
    yield from (f"    run Fate({number});" for number in range(len(fair)))
    yield "    skip"
    yield "  };"
    yield "  if"
    yield from (f"  :: calm = {number}" for number, _ in checks.good())
    yield "  fi"
    yield "}"
