from __future__ import annotations

from tars.demo.__main__ import environment_of_programs


def test_what_the_user_has_set_for_the_programs_does_not_change_the_demo_unless_it_is_live() -> None:
    given = {"PATH": "/bin", "TARS_BRAIN": "echo", "TARS_MICROPHONE": "USB"}
    assert environment_of_programs(given, live=False) == {"PATH": "/bin"}
    assert environment_of_programs(given, live=True) == given
