"""What the device says of an utterance: where it begins, and how far its wake word stands out of the noise."""

from __future__ import annotations

import json
from typing import Any

from tars.core.capture_ring import PREROLL
from tars.core.device import LEAD
from tars.core.signal_to_noise import as_text, signal_to_noise
from tars.samples import BLOCK, RATE
from tests.pair import RESUME, Pair
from tests.scenarios.telling import begin_reply, hear_reply, reach


def said(pair: Pair, kind: str) -> dict[str, Any]:
    """The last message of that type that the device has sent."""
    texts: list[dict[str, Any]] = [json.loads(frame) for _, side, frame in pair.wire if side == "device" and isinstance(frame, str)]
    return [text for text in texts if text["type"] == kind][-1]


def test_a_wake_word_is_announced_with_how_far_it_stands_out_of_the_noise_of_two_seconds() -> None:
    pair = Pair().start()
    sound = pair.speak(50)
    pair.hotword()
    expected = as_text(signal_to_noise(sound[-2 * PREROLL :]))
    assert expected
    assert said(pair, "hotword_detected")["snr"] == expected
    pair.button()
    pair.pass_time(1)
    pair.button()
    assert said(pair, "hotword_detected")["snr"] == "", "of the button it is not known"


def test_speech_over_a_reply_begins_half_a_second_before_it_was_noticed() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "SPEAKING")
    pair.speak(20)
    pair.speaks_over()
    begun = said(pair, "interruption")
    assert (begun["at"], begun["preroll"]) == (25 * BLOCK - LEAD, 0)


def test_speech_right_after_the_start_of_the_device_begins_at_its_first_sample() -> None:
    pair = Pair(limits=RESUME).start()
    session = pair.converse()
    begin_reply(pair, session, 1)
    pair.carry()
    pair.speak(1)
    pair.speaks_over()
    begun = said(pair, "interruption")
    assert (begun["at"], begun["preroll"]) == (0, 0)


def test_a_reply_that_was_heard_is_said_to_be() -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, "DRAINING")
    hear_reply(pair)
    complete = said(pair, "playback_complete")
    assert [complete[name] for name in ("session", "turn", "stream", "heard")] == [session, 2, 1, RATE]
    assert "model" not in complete
