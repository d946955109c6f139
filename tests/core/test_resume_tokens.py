"""Which tokens resume a session, and for how long."""

from __future__ import annotations

from tars.core.resume_tokens import RETIRED, ResumeTokens, fingerprint


def issued(*tokens: str) -> ResumeTokens:
    """A record whose device was given these tokens one after the other, and came back with each."""
    first, *others = tokens
    tickets = ResumeTokens("sid", [fingerprint(first)])
    for before, token in zip(tokens, others, strict=False):
        assert tickets.admits(before)
        tickets.rotate(token)
        tickets.arrived()
    return tickets


def test_a_token_is_for_one_use() -> None:
    tickets = issued("one", "two", "three")
    assert tickets.admits("three")
    for used in ("one", "two"):
        assert not tickets.admits(used)
        assert tickets.is_retired(used)


def test_a_welcome_may_get_lost_so_the_token_that_was_shown_stays_until_the_next_has_arrived() -> None:
    tickets = issued("one")
    assert tickets.admits("one")
    tickets.rotate("two")
    assert tickets.admits("one"), "the welcome with the second one was lost"
    tickets.rotate("three")
    assert tickets.admits("one")
    assert tickets.admits("three")
    assert not tickets.admits("two"), "it was never heard of"
    assert tickets.is_retired("two")
    tickets.arrived()
    assert not tickets.admits("one")


def test_a_token_that_was_never_given_is_neither_valid_nor_used_up() -> None:
    tickets = issued("one", "two")
    assert not tickets.admits("guess")
    assert not tickets.is_retired("guess")
    assert not ResumeTokens().admits("")


def test_tokens_are_not_kept_and_the_memory_of_used_ones_is_bounded() -> None:
    tickets = issued(*(f"token-{number}" for number in range(3 * RETIRED)))
    assert len(tickets.retired) == RETIRED
    assert not [kept for kept in [*tickets.valid, *tickets.retired] if b"token" in kept]
