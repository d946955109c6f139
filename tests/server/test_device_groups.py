"""The setting `one_answer`."""

from __future__ import annotations

import pytest

from tars.server.device_groups import grouping, read_groups


def test_all_devices_are_one_group() -> None:
    group_of = grouping(read_groups("all"))
    assert group_of("kitchen") == group_of("attic") is not None


def test_no_device_is_in_a_group() -> None:
    assert grouping(read_groups(" off "))("kitchen") is None


def test_devices_are_in_the_group_in_which_they_stand() -> None:
    group_of = grouping(read_groups("kitchen hall, attic  study"))
    assert group_of("kitchen") == group_of("hall")
    assert group_of("attic") == group_of("study")
    assert len({group_of("kitchen"), group_of("attic"), None}) == 3
    assert group_of("cellar") is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "must be all, off, or groups of two devices or more"),
        ("kitchen", "must be all, off, or groups of two devices or more"),
        ("kitchen hall, attic", "such as 'kitchen hall, attic study', not 'kitchen hall, attic'"),
        ("kitchen hall, hall attic", "must have each device once, not hall twice"),
        ("kitchen kitchen", "must have each device once, not kitchen twice"),
    ],
)
def test_what_is_no_group_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_groups(text)
