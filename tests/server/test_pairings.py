from __future__ import annotations

import pytest

from tars.server.pairings import LIFETIME, TRIES, Pairing, free_name, from_text, new_pairing, to_text


def test_digits_are_six_and_not_always_the_same() -> None:
    made = {new_pairing("", 0).digits for _ in range(50)}
    assert all(len(digits) == 6 and digits.isdecimal() for digits in made)
    assert len(made) > 40


def test_a_pairing_lasts_five_minutes_and_not_before_it_was_opened() -> None:
    pairing = new_pairing("", 1000)
    assert LIFETIME == 300
    valid = [moment for moment in (999, 1000, 1299, 1300, 10_000) if pairing.may_try(moment)]
    assert valid == [1000, 1299]


def test_three_tries_begin_and_the_last_may_still_end_well() -> None:
    pairing = new_pairing("", 0)
    for _ in range(TRIES):
        assert pairing.may_try(1)
        pairing = pairing.tried()
    assert not pairing.may_try(1)
    pairing = pairing.failed_once_more().failed_once_more()
    assert pairing.is_valid(1), "one of the three is still under way"
    assert not pairing.failed_once_more().is_valid(1)
    assert pairing.failed_once_more().is_burned


def test_a_pairing_is_for_one_device() -> None:
    assert not new_pairing("", 0).paired("kitchen").is_valid(1)


def test_a_pairing_is_kept_as_text() -> None:
    pairing = Pairing("a", "012345", "kitchen", 12.5, 2, 1, "kitchen")
    assert from_text(to_text(pairing)) == pairing


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("kitchen", [], "kitchen"),
        ("kitchen", ["kitchen"], "kitchen-2"),
        ("kitchen", ["kitchen", "kitchen-2"], "kitchen-3"),
        ("k" * 64, ["k" * 64], "k" * 62 + "-2"),
    ],
)
def test_a_name_that_is_taken_gets_a_number(wanted: str, taken: list[str], name: str) -> None:
    assert free_name(wanted, taken) == name
