"""A server's side of a device, snapshot and restored, is the same."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from tars.core.codec import V1, Control
from tars.core.held_speech import HELD_SECONDS
from tars.core.server import ServerEndpoint
from tars.core.snapshot import from_bytes, restore, restore_record, take_snapshot, to_bytes
from tars.generated import messages as m
from tars.generated.server import events as server_events
from tars.samples import BLOCK, RATE
from tests.pair import RESUME, Pair
from tests.scenarios.telling import STATES, begin_reply, reach


def restored(snapshot: dict[str, Any], pair: Pair) -> ServerEndpoint:
    return restore(from_bytes(to_bytes(snapshot)), "kitchen", RESUME, random.Random(0), epoch="e1", now=pair.now)


@pytest.mark.parametrize("state", STATES[1:])
def test_what_is_restored_would_be_snapshot_the_same(state: str) -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, state)
    pair.speak(7)
    pair.cut()
    pair.at_server(server_events.TimerDue("tea"))
    if state == "THINKING":
        begin_reply(pair, session, 1)
    snapshot = take_snapshot(pair.server)
    again = restored(snapshot, pair)
    assert take_snapshot(again) == snapshot
    assert again.status(pair.now).states == pair.server.status(pair.now).states


def test_what_the_brain_has_not_got_yet_is_kept_with_its_gap() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "HOTWORD_DETECTED")
    said = pair.speak(2)
    pair.carry()
    (gap,) = V1("server").encode(Control(m.Gap(1, 2 * BLOCK, 100, "overflow"), None, 0))
    pair.server.receive(pair.server.link.generation, gap, pair.now)
    pair.cut()
    server = restored(take_snapshot(pair.server), pair)
    assert server.held is not None
    assert [*server.held.pieces()] == [(0, said[: 2 * BLOCK]), (BLOCK, said[2 * BLOCK :]), (2 * BLOCK, 100)]
    inbound = server.inbound
    assert inbound is not None
    assert (inbound.stream, inbound.start, inbound.received) == (1, 0, 2 * BLOCK + 100)
    assert (server.wake, server.lost_samples) == (0, 100)


def test_a_token_that_is_used_is_known_as_used_after_a_restart() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "USER_TURN")
    used = pair.device.resume_token.token
    pair.cut()
    pair.pass_time(4)
    assert pair.server.resumes == 1
    pair.cut()
    server = restored(take_snapshot(pair.server), pair)
    assert server.resume_tokens.is_retired(used)
    assert not server.resume_tokens.is_retired(pair.device.resume_token.token)
    assert server.resume_tokens.admits(pair.device.resume_token.token)


def test_what_could_not_be_resumed_stays_counted() -> None:
    pair = Pair(limits=RESUME).start()
    pair.crash()
    pair.device_lost()
    pair.pass_time(5)
    pair.cut()
    assert restored(take_snapshot(pair.server), pair).status(pair.now).not_resumed == {"epoch_changed": 1}


def test_a_restored_state_keeps_its_limit() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "USER_TURN")
    pair.cut()
    server = restored(take_snapshot(pair.server), pair)
    server.tick(pair.now + RESUME.server_grace - 1)
    assert server.states.session.state == "ACTIVE_SESSION"
    server.tick(pair.now + RESUME.server_grace)
    assert server.gone


def test_a_token_is_not_in_what_is_snapshot() -> None:
    pair = Pair(limits=RESUME).start()
    pair.cut()
    assert pair.device.resume_token.token
    assert pair.device.resume_token.token not in str(take_snapshot(pair.server))


@pytest.mark.parametrize("missing", ["machines", "outbox", "resume_tokens", "inbound", "woken_by", "reply", "held", "counters"])
def test_what_was_not_snapshot_so_is_refused(missing: str) -> None:
    pair = Pair(limits=RESUME).start()
    pair.cut()
    snapshot = take_snapshot(pair.server)
    del snapshot[missing]
    with pytest.raises(KeyError):
        restored(snapshot, pair)


def test_what_woke_the_device_is_kept() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "USER_TURN")
    pair.cut()
    assert restored(take_snapshot(pair.server), pair).woken_by == "hey_jarvis"


def test_damaged_bytes_are_refused_with_the_reason() -> None:
    saved = to_bytes({"wake": 1, "held": [[0, b"abcd"]]})
    assert from_bytes(saved) == {"wake": 1, "held": [[0, b"abcd"]]}
    with pytest.raises(ValueError, match=r"^it is too short$"):
        from_bytes(saved[:10])
    with pytest.raises(ValueError, match=r"^it is not what was saved$"):
        from_bytes(saved[:-1] + b"e")


def test_a_snapshot_of_an_earlier_version_is_refused() -> None:
    """Before, the outbox was a list beside its numbers. The server that gets such a snapshot says so and begins anew."""
    pair = Pair(limits=RESUME).start()
    pair.cut()
    snapshot = take_snapshot(pair.server)
    snapshot["outbox"] = snapshot["outbox"]["items"]
    with pytest.raises(TypeError):
        restored(snapshot, pair)


def test_used_tokens_are_still_known() -> None:
    pair = Pair(limits=RESUME).start()
    used = []
    for _ in range(3):
        used.append(pair.device.resume_token.token)
        pair.cut()
        pair.pass_time(40)
    pair.cut()
    tokens = restored(take_snapshot(pair.server), pair).resume_tokens
    assert all(tokens.is_retired(token) and not tokens.admits(token) for token in used)
    assert len(tokens.retired) == 3
    assert tokens.admits(pair.device.resume_token.token)


def test_more_held_speech_than_is_allowed_is_refused() -> None:
    pair = Pair(limits=RESUME).start()
    pair.cut()
    snapshot = take_snapshot(pair.server)
    snapshot["held"] = [[0, bytes(2 * (HELD_SECONDS * RATE + 1))]]
    with pytest.raises(ValueError, match="s of sound before the brain has opened"):
        restored(snapshot, pair)


def test_gaps_in_held_speech_are_kept() -> None:
    pair = Pair(limits=replace(RESUME, device_user_turn_limit=600), gaps=True).start()
    pair.hotword()
    pair.speak(3)
    pair.misses(700)
    pair.speak(2)
    pair.carry()
    held = pair.server.held
    assert held
    assert 700 in [piece for _, piece in held.pieces()]
    pair.cut()
    again = restored(take_snapshot(pair.server), pair).held
    assert again
    assert list(again.pieces()) == list(held.pieces())


@pytest.mark.parametrize("machine", ["continuity", "session", "turn", "announcement"])
def test_a_snapshot_with_an_unknown_state_is_refused(machine: str) -> None:
    pair = Pair(limits=RESUME).start()
    pair.cut()
    snapshot = take_snapshot(pair.server)
    snapshot["machines"][machine]["state"] = "NOWHERE"
    with pytest.raises(ValueError, match="NOWHERE"):
        restored(snapshot, pair)


def test_a_record_of_another_server_begins_without_its_link_and_keeps_its_session_for_the_grace() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "USER_TURN")
    linked = take_snapshot(pair.server)
    pair.cut()
    for record in (linked, take_snapshot(pair.server)):
        server = restore_record(record, "kitchen", RESUME, random.Random(0), epoch="e1", now=pair.now)
        assert (server.states.continuity.state, server.states.session.state) == ("INTERRUPTED", "ACTIVE_SESSION")
        assert server.take_effects() == [], "the socket was the other server's"
        server.tick(pair.now + RESUME.server_grace - 1)
        assert not server.gone
        server.tick(pair.now + RESUME.server_grace)
        assert server.gone


def test_a_snapshot_without_samples_has_all_but_the_sound_of_the_reply() -> None:
    """The samples of a reply are kept beside it, as they are made."""
    pair = Pair(limits=RESUME)
    reach(pair, "SPEAKING")
    whole, bare = take_snapshot(pair.server), take_snapshot(pair.server, samples=False)
    assert whole["reply"]["pcm"] == bytes(2 * (pair.server.reply.sent - pair.server.reply.received)) != b""
    assert bare == whole | {"reply": whole["reply"] | {"pcm": b""}}
