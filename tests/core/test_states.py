"""What the states decide for the link, in each state of continuity and session; the tables themselves are generated."""

from __future__ import annotations

import pytest

from tars.core.device_states import DeviceStates
from tars.core.server_states import ServerStates
from tars.generated.device import continuity as device_continuity
from tars.generated.device import session as device_session
from tars.generated.device import turn as device_turn
from tars.generated.device.outputs import Microphone, Reply
from tars.generated.server import continuity as server_continuity
from tars.generated.server import session as server_session
from tars.generated.server import turn as server_turn
from tars.generated.server.outputs import Speech


@pytest.mark.parametrize(("state", "linked", "keeps"), [("UNLINKED", False, False), ("LINKED", True, True), ("INTERRUPTED", False, True)])
def test_numbered_messages_flow_while_linked_and_are_kept_until_given_up(state: str, linked: bool, keeps: bool) -> None:
    device = DeviceStates(continuity=device_continuity.Continuity(state=state))
    server = ServerStates(server_continuity.Continuity(state=state))
    assert (device.linked, device.keeps_outbox) == (server.linked, server.keeps_outbox) == (linked, keeps)


@pytest.mark.parametrize(
    ("state", "in_session"), [("IDLE", False), ("LISTENING", False), ("HOTWORD_DETECTED", True), ("ACTIVE_SESSION", True)]
)
def test_a_session_lasts_from_the_hotword_on(state: str, in_session: bool) -> None:
    device = DeviceStates(session=device_session.Session(state=state))
    server = ServerStates(session=server_session.Session(state=state))
    assert device.in_session == server.in_session == in_session


def test_audio_goes_where_session_and_turn_say() -> None:
    device = DeviceStates(session=device_session.Session(state="ACTIVE_SESSION"), turn=device_turn.Turn(state="SPEAKING"))
    assert (device.microphone, device.reply, device.unanswered) == (Microphone.WAKE_WORD, Reply.OPEN, False)
    server = ServerStates(session=server_session.Session(state="ACTIVE_SESSION"), turn=server_turn.Turn(state="USER_TURN"))
    assert (server.speech, server.unanswered) == (Speech.FEED, True)
    assert ServerStates(session=server_session.Session(state="HOTWORD_DETECTED")).speech is Speech.HOLD


def test_the_state_of_a_machine_has_the_type_of_its_machine() -> None:
    states = DeviceStates()
    assert states.session.state is device_session.SessionState.IDLE
    assert [machine.machine for machine in states.machines] == ["connection", "continuity", "session", "turn"]
    assert [machine.machine for machine in ServerStates().machines] == ["continuity", "session", "turn", "announcement"]
