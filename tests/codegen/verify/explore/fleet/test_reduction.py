"""Reduced states: what is taken for one state can do the same, whatever has happened before."""

from __future__ import annotations

import random

import pytest

from codegen.verify.explore.fleet.exploration import DEFAULT
from codegen.verify.explore.fleet.reduction import reduced, renamed
from codegen.verify.explore.fleet.state import Bounds, State
from codegen.verify.explore.fleet.steps import Fleet

STEPS = 60


def named(state: State) -> str:
    """Its reduced state, whichever listener is the first."""
    return min(repr(renamed(state, swap)) for swap in (False, True))


def follows(fleet: Fleet, state: State) -> set[str]:
    """What follows it, but for what changes nothing that is kept."""
    return {named(after) for _, after in fleet.judged_steps(state)} - {named(state)}


@pytest.mark.parametrize("bounds", DEFAULT, ids=["crashes", "away", "slow", "late", "broken off"])
def test_a_reduced_state_leads_where_the_state_itself_leads(bounds: Bounds) -> None:
    fleet, chance = Fleet(bounds), random.Random(1)
    for _ in range(30):
        state = State()
        for _ in range(STEPS):
            assert follows(fleet, state) == follows(fleet, reduced(state))
            steps = [after for _, after in fleet.judged_steps(state)]
            if not steps:
                break
            state = chance.choice(steps)


def test_a_reduced_state_is_reduced() -> None:
    fleet, chance, state = Fleet(DEFAULT[0]), random.Random(2), State()
    for _ in range(300):
        assert reduced(reduced(state)) == reduced(state)
        state = chance.choice([after for _, after in fleet.judged_steps(state)] or [State()])
