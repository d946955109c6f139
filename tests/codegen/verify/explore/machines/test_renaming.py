"""Ids and numbers renamed: equal ones stay equal, a number stays as far ahead of another as it is."""

from __future__ import annotations

from codegen.verify.explore.machines.renaming import Renaming, scopes
from tests.explored import defined


def test_ids_are_numbered_in_the_order_of_appearance_and_numbers_from_the_lowest_of_their_id() -> None:
    rename = Renaming((None, 0), [(7, 4), (9, 0), (7, 6), (9, 2)])
    assert [rename(values) for values in ((7, 4), (7, 6), (9, 2), (9, 0), (0, 0))] == [(1, 1), (1, 3), (2, 1), (2, 0), (0, 0)]
    assert not rename.changes_nothing


def test_what_has_its_name_already_keeps_it() -> None:
    assert Renaming((None, 0), [(1, 1), (2, 0)]).changes_nothing
    assert not Renaming((None, 0), [(1, 2)]).changes_nothing


def test_without_correlations_there_is_nothing_to_rename() -> None:
    rename = Renaming((), [(), ()])
    assert rename.changes_nothing
    assert rename(()) == ()


def test_a_number_belongs_to_the_last_id_before_it() -> None:
    assert scopes(defined()[0]) == (None, 0)
