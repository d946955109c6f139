"""Two listeners and their store: every promise holds, and a rule that is broken is noticed by the promise that names it."""

from __future__ import annotations

from functools import cache

import pytest

from codegen.verify.explore.fleet.exploration import DEFAULT, PROPERTIES, check
from codegen.verify.explore.fleet.rules import ARRIVES, CURRENT, KEPT, ONCE, ONE_OWNER, RECORDED, SILENT, UNWRITTEN, WRITTEN, replaced
from codegen.verify.explore.fleet.state import Answer, Bounds, Command, Core, Dialer, Listener, State, Store
from codegen.verify.explore.fleet.steps import Fleet
from codegen.verify.progress import Progress
from codegen.verify.search import PropertyVerdict
from tests.explored import defined

CRASHES, AWAY, SLOW, LATE, BROKEN_OFF = DEFAULT


@cache
def verdicts(bounds: Bounds, model: type[Fleet] = Fleet) -> dict[str, PropertyVerdict]:
    return {verdict.name: verdict for verdict in check(bounds, Progress("fleet", quiet=True), model)[2]}


@pytest.mark.parametrize("bounds", [SLOW, BROKEN_OFF], ids=["slow", "broken off"])
def test_everything_holds(bounds: Bounds) -> None:
    """`python -m codegen explore` walks the others too."""
    broken = {name: verdict.path for name, verdict in verdicts(bounds).items() if not verdict.holds}
    assert not broken


def test_the_specs_name_the_promises() -> None:
    assert [spec.name for spec in defined()[1].of_kind("fleet")] == list(PROPERTIES)


class GivesOneNumberTwice(Fleet):
    """The store compares, and sets no new number."""

    def executed(self, store: Store, command: Command) -> tuple[Store, Answer]:
        after, answer = super().executed(store, command)
        if command.kind == "take" and store.number and answer.word != "unchanged":
            return after._replace(number=store.number, given=store.given), answer._replace(number=store.number)
        return after, answer


class TakesEveryWrite(Fleet):
    """The store does not compare the number of a write with that of the lease."""

    def executed(self, store: Store, command: Command) -> tuple[Store, Answer]:
        if command.kind == "write" and store.number > command.number:
            return store._replace(core=command.core), Answer("written")
        return super().executed(store, command)


class TakesLateWrites(Fleet):
    """The store takes the writes of one lease in any order."""

    def executed(self, store: Store, command: Command) -> tuple[Store, Answer]:
        return super().executed(store._replace(place=0), command)


class BelievesToHaveIt(Fleet):
    """The store says `unchanged` to an owner that does not know the number: the answer to its first `take` was not heard."""

    def executed(self, store: Store, command: Command) -> tuple[Store, Answer]:
        if command.kind == "take" and store.owner == command.by:
            return store, Answer("unchanged", store.number)
        return super().executed(store, command)

    def may_go_on(self, listener: Listener, took: Answer) -> bool:
        return True


class GoesOnWithoutLease(Fleet):
    """A listener does not look again whether it still has the lease, when all is loaded."""

    def may_go_on(self, listener: Listener, took: Answer) -> bool:
        return True


class TellsAtOnce(Fleet):
    """What the dialer is told does not wait until it is recorded."""

    def may_tell(self, listener: Listener) -> Core | None:
        return listener.core


class RecordsNoProgress(Fleet):
    """The record does not say how far the dialer was heard."""

    def executed(self, store: Store, command: Command) -> tuple[Store, Answer]:
        return super().executed(store, command._replace(core=command.core and command.core._replace(applied=0, answers=())))


class ResumesWhatIsBehind(Fleet):
    """A record is resumed although the dialer has dropped what it lacks."""

    def is_behind(self, dialer: Dialer, core: Core) -> bool:
        return False


class AdmitsEveryToken(Fleet):
    """An old owner resumes a dialer that another one has told more."""

    def admits(self, core: Core, token: int) -> bool:
        return True


class KeepsItsBrain(Fleet):
    """A listener that hears that another one has the lease does not end the session."""

    def refused(self, listener: Listener) -> Listener:
        return listener._replace(refused=True, shown=listener.core)


class AnswersAgain(Fleet):
    """Who resumes a session answers anew what another one has begun to answer."""

    def greeted(self, state: State, at: int) -> State:
        state = super().greeted(state, at)
        listener = state.listeners[at]
        if listener.pending != "resumed" or listener.core is None:
            return state
        core = listener.core._replace(answers=tuple(100 + number for number in listener.core.answers))
        return replaced(state, at, listener._replace(core=core))


class ForgetsTheRequest(Fleet):
    """The dialer does not say again what is not answered."""

    def says_again(self, dialer: Dialer) -> int:
        return 0


@pytest.mark.parametrize(
    ("model", "bounds", "broken"),
    [
        (GivesOneNumberTwice, BROKEN_OFF, ONE_OWNER),
        (TakesEveryWrite, BROKEN_OFF, UNWRITTEN),
        (TakesLateWrites, LATE, WRITTEN),
        (BelievesToHaveIt, LATE, RECORDED),
        (GoesOnWithoutLease, SLOW._replace(calm=False), RECORDED),
        (TellsAtOnce, CRASHES, WRITTEN),
        (RecordsNoProgress, CRASHES, WRITTEN),
        (ResumesWhatIsBehind, AWAY, CURRENT),
        (AdmitsEveryToken, AWAY, CURRENT),
        (KeepsItsBrain, BROKEN_OFF, SILENT),
        (AnswersAgain, BROKEN_OFF, ONCE),
        (ForgetsTheRequest, AWAY, KEPT),
    ],
)
def test_a_rule_that_is_broken_is_noticed(model: type[Fleet], bounds: Bounds, broken: str) -> None:
    found = verdicts_until(model, bounds, broken)
    assert not found.holds
    assert found.path


class NeverTells(Fleet):
    """Nothing that is recorded is told."""

    def may_tell(self, listener: Listener) -> Core | None:
        return None


def test_a_fleet_that_waits_for_ever_is_noticed() -> None:
    found = verdicts(BROKEN_OFF, NeverTells)[ARRIVES]
    assert not found.holds


def verdicts_until(model: type[Fleet], bounds: Bounds, broken: str) -> PropertyVerdict:
    """The walk ends once the promise is broken."""
    return next(verdict for verdict in check(bounds, Progress("fleet", quiet=True), model, until=broken)[2] if verdict.name == broken)
