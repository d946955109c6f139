from __future__ import annotations

import numpy as np
import pytest

from tars.device.audio import Heard, playback
from tars.device.audio.playback import LONGEST, BufferedSpeaker
from tars.samples import RATE, Samples

STEP = 320
JITTER_BUFFER = 10
"""Steps that a reply waits, at most, for more of itself."""


def ramp(count: int) -> Samples:
    return np.arange(1, count + 1, dtype=np.int16)


def drain(speaker: BufferedSpeaker, steps: int) -> tuple[Samples, list[Heard]]:
    pulled = [speaker.pull(STEP) for _ in range(steps)]
    return np.concatenate([samples for samples, _ in pulled]), [heard for _, heard in pulled if heard]


def test_nothing_to_play_is_silence_and_no_news() -> None:
    samples, heard = drain(BufferedSpeaker(), 3)
    assert not samples.any()
    assert heard == []


def test_a_reply_at_the_speakers_rate_is_played_bit_by_bit() -> None:
    speaker = BufferedSpeaker()
    speaker.open(4, RATE)
    speaker.play(4, ramp(500))
    speaker.play(4, ramp(100))
    assert not drain(speaker, JITTER_BUFFER)[0].any()
    samples, heard = drain(speaker, 3)
    assert samples.tolist() == [*range(1, 501), *range(1, 101), *([0] * 360)]
    assert heard == [Heard(4, 320), Heard(4, 600)]


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("chunk", [7, 441, 100_000])
@pytest.mark.parametrize("speaker_rate", [16_000, 48_000])
def test_a_reply_at_any_rate_is_heard_to_its_last_sample(rate: int, chunk: int, speaker_rate: int) -> None:
    speaker = BufferedSpeaker(speaker_rate)
    reply = np.asarray(np.sin(2 * np.pi * 300 * np.arange(1001) / rate) * 9000, np.int16)
    speaker.open(1, rate)
    for start in range(0, len(reply), chunk):
        speaker.play(1, reply[start : start + chunk])
    pulled = [speaker.pull(STEP) for _ in range(80)]
    counts = [heard.samples for _, heard in pulled if heard]
    assert counts == sorted(counts)
    assert counts[-1] == 1001
    length = 1001 * speaker_rate / rate
    sounding = np.flatnonzero(np.concatenate([samples for samples, _ in pulled]))
    assert sounding[-1] - sounding[0] == pytest.approx(length, abs=3)
    assert speaker.underruns == 0


def test_what_is_on_its_way_to_the_ear_is_not_heard_yet() -> None:
    speaker = BufferedSpeaker(RATE, delay=2 * STEP)
    speaker.open(1, RATE)
    speaker.play(1, ramp(RATE // 5))
    assert [speaker.pull(STEP)[1] for _ in range(4)] == [None, None, Heard(1, STEP), Heard(1, 2 * STEP)]


def test_another_streams_samples_are_dropped() -> None:
    speaker = BufferedSpeaker()
    speaker.play(1, ramp(100))
    speaker.open(2, RATE)
    speaker.play(1, ramp(100))
    assert drain(speaker, 1)[1] == []


def test_a_cue_follows_what_is_buffered_and_is_not_heard() -> None:
    speaker = BufferedSpeaker()
    speaker.open(1, RATE)
    speaker.play(1, ramp(100))
    speaker.cue(-ramp(50))
    samples, heard = drain(speaker, 1)
    assert samples.tolist() == [*range(1, 101), *range(-1, -51, -1), *([0] * 170)]
    assert heard == [Heard(1, 100)]


def test_a_cue_lasts_as_long_at_another_rate() -> None:
    speaker = BufferedSpeaker(48_000)
    speaker.cue(np.full(1600, 5000, np.int16))
    assert np.count_nonzero(drain(speaker, 20)[0]) == pytest.approx(4800, abs=5)


def test_stop_is_silence_at_once_and_the_reply_is_over() -> None:
    speaker = BufferedSpeaker()
    speaker.open(1, RATE)
    speaker.play(1, ramp(1000))
    speaker.cue(ramp(1000))
    assert drain(speaker, 1)[1] == [Heard(1, 320)]
    speaker.stop()
    speaker.play(1, ramp(1000))
    samples, heard = drain(speaker, 3)
    assert not samples.any()
    assert heard == []


@pytest.mark.parametrize("rate", [16_000, 24_000])
def test_stop_can_keep_the_next_moments(rate: int) -> None:
    speaker = BufferedSpeaker()
    speaker.open(1, rate)
    speaker.play(1, np.full(rate, 1000, np.int16))
    speaker.stop(keep=0.1)
    speaker.play(1, np.full(rate, 1000, np.int16))
    samples, heard = drain(speaker, 10)
    assert np.count_nonzero(samples) == RATE // 10
    assert heard[-1] == Heard(1, rate // 10)


@pytest.mark.parametrize("seconds", [1, 30, 299])
def test_a_cue_is_heard_behind_what_is_kept_of_a_reply_however_long_that_was(seconds: int) -> None:
    speaker, cue = BufferedSpeaker(), np.full(800, 7000, np.int16)
    speaker.open(1, RATE)
    speaker.play(1, np.full(seconds * RATE, 1000, np.int16))
    speaker.cue(cue)
    speaker.stop(keep=0.5)
    speaker.cue(cue)
    samples = drain(speaker, 40)[0]
    assert np.count_nonzero(samples == 1000) == RATE // 2
    assert np.count_nonzero(samples == 7000) == 2 * len(cue)


def test_a_cue_finds_room_behind_the_longest_reply() -> None:
    speaker = BufferedSpeaker()
    speaker.open(1, RATE)
    speaker.play(1, np.full(int(LONGEST) * RATE, 1000, np.int16))
    speaker.cue(np.full(800, 7000, np.int16))
    assert speaker.dropped == 0


def test_a_reply_begins_at_once_when_enough_of_it_is_there() -> None:
    speaker = BufferedSpeaker()
    speaker.open(1, RATE)
    drain(speaker, 5)
    speaker.play(1, ramp(RATE // 5 - 1))
    assert not drain(speaker, 1)[0].any()
    speaker.play(1, ramp(1))
    assert drain(speaker, 1)[0].tolist() == ramp(STEP).tolist()


def test_a_reply_that_comes_unevenly_plays_without_a_gap() -> None:
    """100 ms at a time, every second part 140 ms late, and the one after it held up behind it."""
    speaker = BufferedSpeaker()
    reply = ramp(40 * STEP)
    arrivals = {0: [0]} | {10 * pair + 2: [2 * pair - 1, 2 * pair] for pair in range(1, 5)}
    speaker.open(1, RATE)
    played = []
    for step in range(60):
        for part in arrivals.get(step, []):
            speaker.play(1, reply[5 * part * STEP : 5 * (part + 1) * STEP])
        played.append(drain(speaker, 1)[0])
    sounding = np.concatenate(played)
    assert sounding[np.flatnonzero(sounding)[0] :][: len(reply)].tolist() == reply.tolist()
    assert speaker.underruns == 0


def test_a_gap_inside_a_reply_is_counted_and_logged_and_then_it_fills_up_again(caplog: pytest.LogCaptureFixture) -> None:
    speaker = BufferedSpeaker()
    speaker.open(1, RATE)
    drain(speaker, 20)  # waiting for the first samples is no gap
    speaker.play(1, ramp(STEP))
    assert np.flatnonzero(drain(speaker, JITTER_BUFFER + 1)[0])[0] == JITTER_BUFFER * STEP
    drain(speaker, 1)
    speaker.play(1, ramp(STEP))
    drain(speaker, 3)
    speaker.play(1, ramp(STEP))
    samples, heard = drain(speaker, JITTER_BUFFER)
    assert np.flatnonzero(samples)[0] == (JITTER_BUFFER - 3) * STEP
    assert heard[-1] == Heard(1, 3 * STEP)
    drain(speaker, 20)  # and the end is none either
    speaker.open(2, RATE)
    speaker.play(2, ramp(STEP))
    assert speaker.underruns == 1
    assert caplog.messages == ["the reply came too slowly: gap 1 in what is heard"]


def test_what_waits_for_more_is_let_go_by_a_cue_another_reply_and_the_end() -> None:
    def waiting() -> BufferedSpeaker:
        speaker = BufferedSpeaker()
        speaker.open(1, RATE)
        speaker.play(1, ramp(100))
        assert not drain(speaker, 1)[0].any()
        return speaker

    cued, replaced, stopped = waiting(), waiting(), waiting()
    cued.cue(ramp(1))
    replaced.open(2, RATE)
    stopped.stop(keep=0.1)
    for speaker in (cued, replaced, stopped):
        assert drain(speaker, 1)[0][:100].tolist() == ramp(100).tolist()


def test_a_cue_does_not_wait_for_a_reply_of_which_nothing_is_there() -> None:
    speaker = BufferedSpeaker()
    speaker.open(1, RATE)
    speaker.cue(ramp(STEP))
    assert drain(speaker, 1)[0].all()
    speaker.play(1, ramp(STEP))
    assert not drain(speaker, 1)[0].any(), "the reply waits as ever"


def test_the_buffer_is_bounded(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(playback, "LONGEST", 1.0)
    speaker = BufferedSpeaker()
    speaker.open(1, RATE)
    speaker.play(1, ramp(RATE))
    speaker.play(1, ramp(1))
    assert speaker.dropped == 1
    assert drain(speaker, 60)[1][-1] == Heard(1, RATE)
    assert len(caplog.messages) == 1


# --- a pause -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delay", [0, 3 * STEP])
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_a_paused_reply_is_silent_at_once_and_goes_on_with_the_next_sample(steps: int, delay: int) -> None:
    """What the device has taken counts as played, and is heard by and by."""
    speaker = BufferedSpeaker(delay=delay)
    speaker.open(1, RATE)
    speaker.play(1, ramp(20 * STEP))
    before, _ = drain(speaker, steps)
    speaker.pause()
    speaker.pause()
    silence, heard = drain(speaker, 10)
    assert not silence.any()
    assert [*heard, Heard(1, steps * STEP)][-1] == Heard(1, steps * STEP)
    speaker.resume()
    after, _ = drain(speaker, 20 - steps)
    assert np.array_equal(np.concatenate([before, after]), ramp(20 * STEP)), "no sample is left out, and none comes twice"
    _, heard = drain(speaker, 4)
    assert [*heard, Heard(1, 20 * STEP)][-1] == Heard(1, 20 * STEP)
    assert speaker.underruns == 0


def test_what_arrives_of_a_paused_reply_is_kept_and_is_no_underrun() -> None:
    speaker = BufferedSpeaker()
    speaker.open(1, RATE)
    speaker.play(1, ramp(10 * STEP))
    drain(speaker, 10)
    speaker.pause()
    drain(speaker, 5)
    speaker.play(1, ramp(STEP))
    assert not drain(speaker, 20)[0].any()
    speaker.resume()
    assert drain(speaker, 1)[0].tolist() == ramp(STEP).tolist(), "it has waited long enough"
    assert speaker.underruns == 0


def test_a_reply_can_be_paused_before_it_begins() -> None:
    speaker = BufferedSpeaker()
    speaker.open(1, RATE)
    speaker.pause()
    speaker.play(1, ramp(STEP))
    assert not drain(speaker, 2 * JITTER_BUFFER)[0].any()
    speaker.resume()
    assert drain(speaker, 1)[0].tolist() == ramp(STEP).tolist()


def test_a_cue_is_played_at_once_while_a_reply_is_paused_and_the_reply_goes_on_behind_it() -> None:
    speaker = BufferedSpeaker()
    speaker.open(1, RATE)
    speaker.play(1, ramp(20 * STEP))
    drain(speaker, 1)
    speaker.pause()
    speaker.cue(np.full(2 * STEP, 7, np.int16))
    assert drain(speaker, 1)[0].tolist() == [7] * STEP
    speaker.resume()
    samples, _ = drain(speaker, 3)
    assert samples.tolist() == [*([7] * STEP), *range(STEP + 1, 3 * STEP + 1)]


@pytest.mark.parametrize("keep", [0, 10])
def test_nothing_of_a_paused_reply_is_played_after_a_stop_and_a_cue_only_if_it_is_kept(keep: float) -> None:
    speaker = BufferedSpeaker()
    speaker.open(1, RATE)
    speaker.play(1, ramp(20 * STEP))
    drain(speaker, 1)
    speaker.pause()
    speaker.cue(np.full(STEP, 7, np.int16))
    speaker.stop(keep)
    speaker.resume()
    samples, _ = drain(speaker, 20)
    assert samples[samples != 0].tolist() == ([7] * STEP if keep else [])


def test_a_reply_after_a_paused_one_is_played() -> None:
    speaker = BufferedSpeaker()
    speaker.open(1, RATE)
    speaker.pause()
    speaker.stop()
    speaker.open(2, RATE)
    speaker.play(2, ramp(STEP))
    samples, _ = drain(speaker, 2 * JITTER_BUFFER)
    assert samples[samples != 0].tolist() == ramp(STEP).tolist()


@pytest.mark.parametrize("rate", [22_050, 24_000])
def test_a_pause_does_not_disturb_a_reply_at_another_rate(rate: int) -> None:
    reply = np.asarray(np.sin(2 * np.pi * 300 * np.arange(rate) / rate) * 9000, np.int16)

    def played(pauses: bool) -> Samples:
        speaker, found = BufferedSpeaker(), []
        speaker.open(1, rate)
        for start in range(0, rate, rate // 10):
            speaker.play(1, reply[start : start + rate // 10])
            if pauses:
                speaker.pause()
                assert not drain(speaker, 3)[0].any()
                speaker.resume()
            found.append(drain(speaker, 4)[0])
        samples = np.concatenate([*found, drain(speaker, 40)[0]])
        return samples[np.flatnonzero(samples)[0] : np.flatnonzero(samples)[-1]]

    assert np.array_equal(played(pauses=True), played(pauses=False))
