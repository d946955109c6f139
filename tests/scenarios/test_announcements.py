"""Stories in which the server speaks first."""

from __future__ import annotations

import pytest

from tars.core.effects import ANSWERED, SPOKEN, UNANSWERED, AnnouncementEnded, Cue, Effect, LookForAnnouncements, OpenBrain, StopSpeaker
from tars.core.server import ANNOUNCEMENT
from tars.engine import Event
from tars.generated.device import events as device_events
from tars.generated.device.outputs import Microphone
from tars.generated.server import events
from tars.generated.server.announcement import AnnouncementState
from tars.samples import RATE
from tests.pair import RESUME, Pair
from tests.scenarios.telling import announce, announced, begin_reply, brains, cues, hear_reply, listening, reach, sent, utterances

WORDS = bytes(2 * RATE)


def heard(pair: Pair) -> list[str]:
    """The sessions whose announcement counts as spoken."""
    return [session for session, outcome, _ in ended(pair) if outcome == SPOKEN]


def ended(pair: Pair) -> list[tuple[str, str, str]]:
    """What has become of announcements and questions: the session, the outcome, the answer."""
    done = pair.done("server", AnnouncementEnded)
    return [(effect.session, effect.outcome, effect.answer) for effect in done if isinstance(effect, AnnouncementEnded)]


def speak_first(pair: Pair, session: str) -> None:
    """The whole of what the server has to say, received by the device."""
    pair.reply(session, 1, WORDS)
    pair.carry()


def test_an_announcement_is_heard_to_its_end_and_the_microphone_stays_with_the_wake_word() -> None:
    pair = Pair(limits=RESUME).start()
    session = announce(pair)
    speak_first(pair, session)
    microphones = {pair.device.microphone}
    pair.speak(3)
    microphones.add(pair.device.microphone)
    assert heard(pair) == []
    hear_reply(pair)
    assert heard(pair) == [session]
    assert listening(pair)
    assert microphones | {pair.device.microphone} == {Microphone.WAKE_WORD}
    assert [kind for kind in sent(pair, "device") if kind != "ack"] == ["hello", "announcement_wanted", "session_end"], "and no sound"
    assert brains(pair) == (1, 1)


def test_after_a_question_the_user_has_the_floor_without_a_wake_word() -> None:
    pair = Pair(limits=RESUME).start()
    session = announce(pair, asks=True)
    speak_first(pair, session)
    assert pair.device.microphone is Microphone.WAKE_WORD
    hear_reply(pair)
    said = pair.speak(4)
    pair.carry()
    assert utterances(pair) == {(session, 2): said}
    assert pair.done("device", Cue) == [], "no chime: the question itself tells that TARS listens"


def ask(pair: Pair) -> str:
    """A question was heard to its end, and something was said after it."""
    session = announce(pair, asks=True)
    speak_first(pair, session)
    hear_reply(pair)
    pair.speak(4)
    pair.carry()
    assert pair.server.states.awaits_answer
    pair.at_server(events.SpeechEnded(session, 2))
    pair.carry()
    return session


def test_the_answer_to_a_question_ends_the_conversation() -> None:
    pair = Pair(limits=RESUME).start()
    session = ask(pair)
    pair.at_server(events.QuestionAnswered(session, 2, "Yes."))
    pair.carry()
    assert listening(pair)
    assert (ended(pair), cues(pair)) == ([(session, ANSWERED, "Yes.")], [])


def test_a_question_without_an_answer_is_unanswered_at_the_end_of_the_conversation() -> None:
    pair = Pair(limits=RESUME).start()
    session = ask(pair)
    pair.reply(session, 2, b"")
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN"), "without words the user has the floor again"
    assert (ended(pair), pair.server.states.awaits_answer) == ([], True)
    pair.at_server(events.UserSilent(session, 3))
    pair.carry()
    assert ended(pair) == [(session, UNANSWERED, "")]


@pytest.mark.parametrize("heard_samples", [0, 1])
def test_the_answer_to_a_question_that_is_interrupted_is_waited_for_once_a_sample_was_heard(heard_samples: int) -> None:
    pair = Pair(limits=RESUME).start()
    session = announce(pair, asks=True)
    begin_reply(pair, session, 1)
    pair.carry()
    pair.heard(1, heard_samples)
    pair.hotword()
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert pair.server.states.awaits_answer == bool(heard_samples)
    pair.at_server(events.EndPhrase(session))
    assert ended(pair) == ([(session, UNANSWERED, "")] if heard_samples else []), "else it is asked again"


def test_a_question_that_another_server_goes_on_with_is_not_unanswered() -> None:
    pair = Pair(limits=RESUME).start()
    ask(pair)
    pair.at_server(events.Fenced())
    assert pair.server.gone
    assert ended(pair) == []


def test_a_device_that_comes_back_anew_is_not_asked_the_same_again() -> None:
    pair = Pair(limits=RESUME).start()
    session = ask(pair)
    before = len(pair.done("server", Effect))
    pair.device_lost()
    pair.at_device(device_events.Stop())
    pair.at_device(device_events.Start())
    pair.pass_time(2)
    done = [type(effect) for effect in pair.done("server", Effect)[before:] if isinstance(effect, AnnouncementEnded | LookForAnnouncements)]
    assert (ended(pair), done) == ([(session, UNANSWERED, "")], [AnnouncementEnded, LookForAnnouncements])


def test_the_next_server_waits_for_the_answer_to_a_question() -> None:
    pair = Pair(limits=RESUME).start()
    session = ask(pair)
    pair.replace()
    pair.device_lost()
    pair.pass_time(2)
    assert pair.server.states.awaits_answer
    pair.at_server(events.QuestionAnswered(session, 2, "Yes."))
    assert ended(pair) == [(session, ANSWERED, "Yes.")]


def test_whatever_has_become_of_an_announcement_is_noted_before_the_next_is_looked_for() -> None:
    pair = Pair(limits=RESUME).start()
    session = announce(pair)
    speak_first(pair, session)
    looked = len(pair.done("server", LookForAnnouncements))
    hear_reply(pair)
    done = [type(effect) for effect in pair.done("server", Effect) if isinstance(effect, AnnouncementEnded | LookForAnnouncements)]
    assert done[looked:] == [AnnouncementEnded, LookForAnnouncements]


def test_whatever_waits_is_looked_for_when_the_device_is_linked_and_after_each_conversation() -> None:
    pair = Pair(limits=RESUME).start()
    looked = len(pair.done("server", LookForAnnouncements))
    assert looked
    session = pair.converse()
    assert len(pair.done("server", LookForAnnouncements)) == looked
    pair.at_server(events.EndPhrase(session))
    assert len(pair.done("server", LookForAnnouncements)) == looked + 1
    pair.carry()
    pair.cut()
    pair.pass_time(2)
    assert len(pair.done("server", LookForAnnouncements)) == looked + 2


def test_while_a_device_is_away_or_in_a_conversation_it_is_not_told() -> None:
    pair = Pair(limits=RESUME).start()
    pair.converse()
    assert not pair.server.may_announce
    pair.at_server(events.AnnouncementDue("a1-1"))
    pair.cut()
    pair.at_device(device_events.Button("s9", 0))
    pair.at_server(events.AnnouncementDue("a1-2"))
    pair.pass_time(5)
    assert listening(pair)
    assert "announcement_waits" not in sent(pair, "server")
    assert pair.server.may_announce


def test_a_wake_word_that_crosses_the_offer_wins_and_the_conversation_is_undisturbed() -> None:
    pair = Pair(limits=RESUME).start()
    pair.at_server(events.AnnouncementDue("a1-1"))
    session = pair.converse()
    said = pair.speak(3)
    pair.carry()
    assert [brain.session for brain in pair.done("server", OpenBrain) if isinstance(brain, OpenBrain)] == [session]
    assert b"".join(utterances(pair).values()).endswith(said)


def test_a_wake_word_that_crosses_the_offer_and_is_taken_back_lets_it_pass() -> None:
    pair = Pair(limits=RESUME).start()
    pair.at_server(events.AnnouncementDue("a1-1"))
    pair.hotword()
    pair.button()
    pair.carry()
    assert pair.states("turn") == ("ANNOUNCEMENT", "ANNOUNCEMENT")
    speak_first(pair, "a1-1")
    hear_reply(pair)
    assert heard(pair) == ["a1-1"]


@pytest.mark.parametrize("heard_samples", [0, RATE // 2])
def test_who_interrupts_has_the_floor(heard_samples: int) -> None:
    pair = Pair(limits=RESUME).start()
    session = announce(pair)
    if heard_samples:
        begin_reply(pair, session, 1)
        pair.carry()
        pair.heard(1, heard_samples)
    pair.hotword()
    said = pair.speak(3)
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert utterances(pair)[session, 2].endswith(said)
    pair.reply(session, 2, WORDS)
    pair.carry()
    hear_reply(pair)
    assert pair.states("turn") == ("USER_TURN", "USER_TURN"), "from then on it is a conversation like any other"
    assert heard(pair) == ([session] if heard_samples else []), "what was interrupted before its first sample is said again"
    pair.at_server(events.EndPhrase(session))
    pair.carry()
    assert len(heard(pair)) == bool(heard_samples), "and it is spoken once"


def test_a_reply_that_is_still_heard_after_its_conversation_and_an_alarm_are_not_cut() -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, "SPEAKING")
    pair.at_server(events.EndPhrase(session))
    pair.at_server(events.TimerDue("tea"))
    pair.carry()
    before = len(pair.done("device", StopSpeaker))
    announce(pair, "a1-2")
    assert (cues(pair)[-1], len(pair.done("device", StopSpeaker))) == ("alarm", before)


def test_after_a_question_without_a_sound_only_what_is_said_from_then_on_is_heard() -> None:
    pair = Pair(limits=RESUME).start()
    before = pair.converse()
    pair.speak(2)
    pair.at_server(events.EndPhrase(before))
    pair.carry()
    pair.speak(20)
    session = announce(pair, asks=True)
    pair.reply(session, 1, b"")
    pair.carry()
    said = pair.speak(2)
    pair.carry()
    assert utterances(pair)[session, 2] == said, "and nothing of what the microphone has heard before"


def test_an_outage_loses_nothing_of_an_announcement() -> None:
    pair = Pair(limits=RESUME).start()
    session = announce(pair)
    begin_reply(pair, session, 1)
    pair.cut()
    pair.says(session, 1, WORDS)
    pair.at_server(events.ReplyEnded(session, 1))
    pair.pass_time(2)
    assert pair.device.downlink is not None
    assert pair.device.downlink.received == 2 * RATE
    hear_reply(pair)
    assert heard(pair) == [session]


def test_a_server_that_crashes_while_it_speaks_has_not_been_heard() -> None:
    pair = Pair(limits=RESUME).start()
    session = announce(pair)
    speak_first(pair, session)
    pair.crash()
    pair.device_lost()
    pair.pass_time(5)
    assert listening(pair)
    assert (heard(pair), cues(pair)) == ([], ["error"])
    announce(pair, "a1-2")


def test_the_next_server_learns_that_it_was_heard() -> None:
    pair = Pair(limits=RESUME).start()
    session = announce(pair)
    speak_first(pair, session)
    pair.replace()
    pair.device_lost()
    pair.pass_time(2)
    assert pair.server.woken_by == ANNOUNCEMENT
    hear_reply(pair)
    assert heard(pair) == [session]


def test_a_device_that_does_not_say_that_it_can_be_spoken_to_is_not() -> None:
    pair = Pair(limits=RESUME)
    hello = pair.device._hello

    def older() -> dict[str, object]:
        fields = hello()
        del fields["state"]["announcements"]
        return fields

    pair.device._hello = older  # type: ignore[method-assign]
    pair.start()
    assert listening(pair)
    assert not pair.server.may_announce


@pytest.mark.parametrize("state", [state for state in AnnouncementState if state != AnnouncementState.AWAITS])
@pytest.mark.parametrize("end", [events.Fenced(), events.EndPhrase("a1-1")], ids=lambda event: event.name)
def test_what_was_not_heard_to_its_end_still_waits_when_its_session_ends(state: AnnouncementState, end: Event) -> None:
    pair = Pair(limits=RESUME).start()
    announced(pair, state)
    looked = len(pair.done("server", LookForAnnouncements))
    pair.at_server(end)
    assert ended(pair) == []
    assert pair.server.states.announcement.state == AnnouncementState.NO_ANNOUNCEMENT
    again = len(pair.done("server", LookForAnnouncements)) > looked
    assert again == (end.name == events.EndPhrase.name), "and the next one is looked for, if the device is still here"


@pytest.mark.parametrize("heard_samples", [0, 1])
@pytest.mark.parametrize("asks", [False, True])
def test_what_is_interrupted_by_words_was_heard_if_a_sample_of_it_was(asks: bool, heard_samples: int) -> None:
    pair = Pair(limits=RESUME).start()
    session = announce(pair, asks=asks)
    begin_reply(pair, session, 1)
    pair.carry()
    pair.heard(1, heard_samples)
    pair.speaks_over()
    pair.carry()
    pair.at_server(events.InterruptionMeant(session, 1))
    pair.carry()
    assert pair.states("turn") == ("USER_TURN", "USER_TURN")
    assert heard(pair) == ([session] if heard_samples and not asks else [])
    assert pair.server.states.awaits_answer == bool(heard_samples and asks)


def test_an_announcement_without_a_sound_is_spoken() -> None:
    pair = Pair(limits=RESUME).start()
    session = announce(pair)
    pair.reply(session, 1, b"")
    pair.carry()
    assert (heard(pair), listening(pair)) == ([session], True)
