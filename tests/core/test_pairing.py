"""Both sides of the exchange, every message in every state, and those who attack it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace

import pytest

from tars.core.pairing import WRONG, DeviceExchange, ServerExchange, State
from tars.errors import RemoteError
from tars.generated import messages as m
from tars.generated.messages import Message, PairChallenge, Paired, PairProof, PairRequest

DIGITS, CERTIFICATE = "492817", bytes(range(32))


def device(digits: str = DIGITS, certificate: bytes = CERTIFICATE) -> DeviceExchange:
    return DeviceExchange(digits, certificate, "kitchen", secrets.token_bytes)


def server(certificate: bytes = CERTIFICATE) -> ServerExchange:
    return ServerExchange(certificate, secrets.token_bytes)


def until_proof(one: DeviceExchange, other: ServerExchange, digits: str = DIGITS) -> PairProof:
    """The exchange, up to what the device proves."""
    other.asked(one.ask())
    return one.prove(other.challenge(digits))


def given(other: ServerExchange) -> Paired:
    return other.give("attic", "kitchen", "tars_key", "CA")


def test_a_device_with_the_digits_gets_what_the_server_gives() -> None:
    one, other = device(), server()
    other.check(until_proof(one, other))
    accepted = one.accept(given(other))
    assert (accepted.server, accepted.device, accepted.key, accepted.ca) == ("attic", "kitchen", "tars_key", "CA")
    assert (one.state, other.state) == (State.PAIRED, State.PAIRED)


@pytest.mark.parametrize("wrong", ["492818", "000000", "92817", "4928170", ""])
def test_other_digits_prove_nothing(wrong: str) -> None:
    one, other = device(wrong), server()
    with pytest.raises(RemoteError, match="not the digits"):
        other.check(until_proof(one, other))
    assert other.state is State.FAILED
    with pytest.raises(AssertionError):
        given(other)


@pytest.mark.parametrize("seen", [b"", bytes(32), CERTIFICATE[::-1]])
def test_another_certificate_between_them_proves_nothing(seen: bytes) -> None:
    """The device sees the one of whoever passes its messages on, with the right digits."""
    one, other = device(certificate=seen), server()
    with pytest.raises(RemoteError, match="reads along"):
        other.check(until_proof(one, other))


def test_a_server_that_does_not_know_the_digits_gives_nothing() -> None:
    one, other = device(), server()
    until_proof(one, other, "111111")
    other.state = State.PROVED  # it takes any proof for right
    with pytest.raises(RemoteError, match=r"^the server has not proved that it knows the digits: nothing is taken$"):
        one.accept(given(other))
    assert one.state is State.FAILED


def test_a_server_that_says_paired_at_once_gives_nothing() -> None:
    for claim in ("", "0" * 64):
        one = device()
        one.ask()
        with pytest.raises(RemoteError, match="allowed: pair_challenge"):
            one.accept(Paired("attic", "kitchen", "tars_key", "CA", claim))


@pytest.mark.parametrize("field", ["server", "device", "key", "ca", "proof"])
def test_what_is_given_cannot_be_changed_on_the_way(field: str) -> None:
    one, other = device(), server()
    other.check(until_proof(one, other))
    with pytest.raises(RemoteError, match="has not proved"):
        one.accept(replace(given(other), **{field: "0" * 64}))


def test_what_one_exchange_said_is_worth_nothing_in_another() -> None:
    one, other = device(), server()
    pair = one.ask()
    other.asked(pair)
    challenge = other.challenge(DIGITS)
    proof = one.prove(challenge)
    other.check(proof)
    paired = given(other)

    again = server()
    again.asked(pair)
    again.challenge(DIGITS)
    with pytest.raises(RemoteError):
        again.check(proof)

    next_one = device()
    next_one.ask()
    next_one.prove(challenge)
    with pytest.raises(RemoteError):
        next_one.accept(paired)


def test_an_element_that_is_sent_back_or_is_none_is_refused() -> None:
    element = device().ask().element
    for sent in ("", "zz", "42" + element[2:], element[:-2], element + "00", "41" + "00" * 32, "41" + "ff" * 32, "4101" + "00" * 31, "41"):
        other = server()
        other.asked(PairRequest(1, "kitchen", sent))
        with pytest.raises(RemoteError, match="33 bytes"):
            other.challenge(DIGITS)
        assert other.state is State.FAILED
    one = device()
    with pytest.raises(RemoteError, match="33 bytes"):
        one.prove(PairChallenge(one.ask().element))


@pytest.mark.parametrize("number", range(6))
def test_an_element_that_is_no_point_of_the_curve_is_refused(number: int) -> None:
    other = server()
    other.asked(PairRequest(1, "kitchen", "41" + hashlib.sha256(bytes([number])).hexdigest()))
    with pytest.raises(RemoteError) as error:
        other.challenge(DIGITS)
    assert str(error.value) == "the element of a pairing must be 33 bytes in hexadecimal that SPAKE2 of the other side has made"


def test_the_bytes_of_an_exchange_are_those_of_every_other_version() -> None:
    """With these random bytes. Whoever changes them must count up the version of the protocol."""
    one = DeviceExchange(DIGITS, CERTIFICATE, "kitchen", lambda size: bytes(range(size)))
    other = ServerExchange(CERTIFICATE, lambda size: bytes(range(100, 100 + size)))
    pair = one.ask()
    assert pair == PairRequest(1, "kitchen", "41958f89fd992984b6ab21c95e5d4c4847bef6c602b212790e65d54e063ec7d6ff")
    other.asked(pair)
    challenge = other.challenge(DIGITS)
    assert challenge == PairChallenge("4207c0cac6a75e79ee723c232735cc87d7ddc04be732f02c70a6ca7a92f0415385")
    proof = one.prove(challenge)
    assert proof == PairProof("0a9e88e4622da69c3270410997f31512c471dede49d2825cbaa830a96eaa3675")
    other.check(proof)
    assert given(other).proof == "d04307c2fd6f44fddf34322cacdc626de77b035fb8e847d6eda7fbd2d7542cd6"


def test_after_the_last_message_nothing_may_come() -> None:
    one, other = device(), server()
    other.check(until_proof(one, other))
    with pytest.raises(RemoteError) as error:
        other.check(PairProof("0"))
    assert str(error.value) == "pair_proof may not come in PROVED of a pairing; allowed: nothing"


def test_another_version_is_refused() -> None:
    with pytest.raises(RemoteError, match=r"pair\.proto is 2; this server speaks 1"):
        server().asked(PairRequest(2, "kitchen", "41"))


MESSAGES: list[Message] = [
    PairRequest(1, "kitchen", "41"),
    PairChallenge("42"),
    PairProof("0"),
    Paired("a", "b", "c", "d", "e"),
    m.Goodbye(),
]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.type)
def test_every_message_in_every_state(state: State, message: Message) -> None:
    """Each is taken in one state of one side. Whatever comes besides ends the exchange."""
    one, other = device(), server()
    takers = [
        (one, one.prove, PairChallenge, State.ASKED),
        (one, one.accept, Paired, State.PROVED),
        (other, other.asked, PairRequest, State.NEW),
        (other, other.check, PairProof, State.CHALLENGED),
    ]
    for exchange, take, wanted, when in takers:
        exchange.state = state
        if isinstance(message, wanted) and state is when:
            assert exchange.takes[state] is wanted
        else:
            with pytest.raises((RemoteError, AssertionError)):
                take(message)
            assert exchange.state is State.FAILED or exchange.takes.get(state) is type(message)


@pytest.mark.parametrize("state", [state for state in State if state is not State.NEW])
def test_an_exchange_is_for_one_use(state: State) -> None:
    one = device()
    one.state = state
    with pytest.raises(AssertionError):
        one.ask()


def test_nobody_learns_of_the_digits_what_the_server_says() -> None:
    """Its element is another one each time, for the same digits and for others."""
    elements = set()
    for digits in (DIGITS, DIGITS, "000000"):
        other = server()
        other.asked(device().ask())
        elements.add(other.challenge(digits).element)
    assert len(elements) == 3
    assert DIGITS not in WRONG
