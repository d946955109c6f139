"""The specs as Promela: the checks after each step, and formulas of LTL."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.definitions.model import Machine
from codegen.definitions.outputs import outputs
from codegen.verify.promela.expressions import promela
from codegen.verify.promela.machines import Vocabulary
from codegen.verify.specs import BY_ITSELF, Condition, Spec


def output(machines: tuple[Machine, ...], table: dict[tuple[str, ...], bool | str], name: str, prefix: str) -> str:
    """An output of a node, as an expression over its states."""
    found = set(table.values())
    if len(found) == 1:
        value = found.pop()
        return str(int(value)) if isinstance(value, bool) else f"{name}_{value}"
    first, rest = machines[0], machines[1:]
    texts = {}
    for state in first.states:
        below = {states[1:]: value for states, value in table.items() if states[0] == state.name}
        texts[state.name] = output(rest, below, name, prefix)
    *others, last = first.states
    text = texts[last.name]
    for state in reversed(others):
        text = f"({prefix}{first.role}_{first.name} == {first.name}_{state.name} -> {texts[state.name]} : {text})"
    return text


class Checks:
    """Each spec in the model. Its number is its position in specs.yaml, from 1."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._definitions = words.definitions
        self._quiet = words.specs.of_kind("quiet")
        self.numbers = {spec.name: number for number, spec in enumerate(words.specs.specs, 1)}
        self.met = [(spec, name, pair) for spec in self._quiet for name, pairs in spec.pairs for pair in pairs]
        """The pairs of states that must occur. Their numbers follow those of the specs."""

    # --- names -----------------------------------------------------------------------------------------------------------------

    def definitions(self) -> Iterator[str]:
        """Definitions of the names in conditions."""
        for node in self._words.link.nodes:
            machines = self._definitions.of_node(node)
            for name, table in outputs(machines).items():
                for prefix in ("", "before_"):
                    yield f"#define {prefix}{node}_{name} {output(table.machines, table.values, name, prefix)}"
                words = sorted({value for value in table.values.values() if isinstance(value, str)})
                yield from (f"#define {name}_{value} {number}" for number, value in enumerate(words))
        for watch in self._words.specs.watches:
            values = sorted({str(watch.initial), *(value for _, value in watch.sets)})
            yield from (f"#define {watch.name}_{value} {number}" for number, value in enumerate(values) if watch.sets)
        yield "#define still (open && len(greetings) == 0 && len(up_flying) + len(up_waiting) + len(down_flying) + len(down_waiting) == 0)"
        yield "#define quiet (still && dialer_linked && listener_linked)"
        agreement = " && ".join(["quiet", *(text for spec in self._quiet for text in self._agreement(spec))])
        yield f"#define agreed ({agreement})"

    def remembered(self) -> list[str]:
        """The variables whose value before the step is needed."""
        found = [f"{machine.role}_{machine.name}" for machine in self._definitions.machines]
        return found + [f"{watch.node}_{watch.name}" for watch in self._words.specs.watches]

    def _of_system(self, condition: Condition) -> str:
        return promela(condition.text, lambda name: name.replace(".", "_"), self._words.word)

    def _of_step(self, condition: Condition, node: str) -> str:
        def name(text: str) -> str:
            before, _, what = text.partition(".")
            known = {"before": f"before_{node}_{what}", "after": f"{node}_{what}", "payload": f"had_{what}", "same": f"same_{what}"}
            known |= {"sends": f"{node}_sends_{what}", "does": f"{node}_does_{what}"}
            return known[before] if what else text

        return promela(condition.text, name, self._words.word)

    # --- after each step -------------------------------------------------------------------------------------------------------

    def of_states(self) -> Iterator[str]:
        """The checks of every state."""
        for spec in self._words.specs.specs:
            number = self.numbers[spec.name]
            if spec.kind == "always" and spec.holds:
                yield f"check({number}, {self._of_system(spec.holds)})"
            if spec.kind == "quiet":
                yield f"check({number}, !quiet || ({' && '.join(self._agreement(spec))}))"
            if spec.kind == "no_deadlock":
                yield f"check({number}, ({self._rests()}) || {self.any_possible(BY_ITSELF)})"
        dialer, listener = self._words.link.nodes
        for number, (_, name, (one, other)) in enumerate(self.met, len(self.numbers) + 1):
            yield f"meet_pair({number}, quiet && {dialer}_{name} == {name}_{one} && {listener}_{name} == {name}_{other})"

    def of_steps(self) -> Iterator[str]:
        """The checks of every step of a node that has taken an event."""
        for spec in self._words.specs.of_kind("step"):
            for node in self._words.link.nodes:
                causes = [on.partition(".")[2] for on in spec.on if on.startswith(f"{node}.")]
                if (spec.node == node or causes) and spec.holds:
                    when = "true" if spec.node == node else "(" + " || ".join(f"cause == e_{cause}" for cause in causes) + ")"
                    only = f" && {self._of_step(spec.only_if, node)}" if spec.only_if else ""
                    holds = self._of_step(spec.holds, node)
                    yield f"check({self.numbers[spec.name]}, !(node == {self._words.role(node)} && {when}{only}) || {holds})"

    def _agreement(self, spec: Spec) -> Iterator[str]:
        dialer, listener = self._words.link.nodes
        for name, pairs in spec.pairs:
            found = " || ".join(f"({dialer}_{name} == {name}_{one} && {listener}_{name} == {name}_{other})" for one, other in pairs)
            yield f"({found})"
        for name in spec.equal:
            one, other = (self._words.own(node, name) for node in self._words.link.nodes)
            yield f"({one} == 0 || {other} == 0 || {one} == {other})"

    def _rests(self) -> str:
        under_way = "len(up_flying) + len(down_flying) + len(greetings) == 0"
        quiet = []
        for machine in self._definitions.machines:
            name = f"{machine.role}_{machine.name}"
            states = (f"{name} == {machine.name}_{state.name}" for state in machine.states if state.may_rest)
            quiet.append(f"({' || '.join(states) or 'false'})")
        return " && ".join([under_way, *quiet])

    def any_possible(self, kinds: tuple[str, ...]) -> str:
        """An expression: whether a transition of these kinds is possible."""
        return "(" + " || ".join(f"can_{kind}" for kind in kinds) + ")"

    # --- what comes in the end -------------------------------------------------------------------------------------------------

    @property
    def recurring(self) -> tuple[Spec, ...]:
        """The specs that become formulas of LTL."""
        return self._words.specs.of_kind("recurs")

    def good(self) -> Iterator[tuple[int, str]]:
        """For each of them its number, and the condition that it promises."""
        for spec in self.recurring:
            assert spec.holds
            yield self.numbers[spec.name], self._of_system(spec.holds)
