"""Configurations, and pairs of states."""

from __future__ import annotations

from codegen.load import load
from codegen.verify.explore.machines.exploration import configurations, constants_of, explore
from codegen.verify.explore.machines.system import Bounds
from codegen.verify.progress import Progress
from codegen.verify.specs import Specs
from tests.codegen.cases import SOUND
from tests.lamp.test_lamp import LAMP


def test_each_constant_has_its_other_value_once() -> None:
    definitions, _ = load(SOUND)
    assert definitions is not None
    usual, other = configurations(definitions)
    assert (usual.name, usual.values) == ("as usual", {})
    assert (other.name, other.values) == ("eager false", {("device", "bell", "eager"): False})
    assert constants_of(definitions, other) == {"eager": False}


def test_pairs_of_states_of_what_both_nodes_run() -> None:
    definitions, _ = load(LAMP)
    assert definitions is not None
    exploration = explore(definitions, Specs(), Bounds(1), configurations(definitions)[0], Progress("lamp", quiet=True))
    pairs = exploration.pairs()
    assert set(pairs) == {"bond", "light"}
    assert ("JOINED", "SPLIT") in pairs["bond"]
    assert exploration.verdicts == []
