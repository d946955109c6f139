from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from tars.device.wake import Detected, Nearest, WakeWord, WakeWordFailed, detector
from tars.device.wake.detector import QUEUE_LIMIT, REFRACTORY, NoWakeWord, ThreadedWakeWord, open_wake_words
from tars.device.wake.engines import Scorer
from tars.device.wake.words import Words, read_words
from tars.errors import ConfigError
from tars.samples import BLOCK
from tars.testing import FakeWakeWord
from tests.device.wake.bench import Bench, Loudness, loudness, tell

LOUD = np.full(BLOCK, 20_000, np.int16)


def test_a_word_that_scores_high_for_long_is_one_detection() -> None:
    async def story(bench: Bench) -> None:
        await bench.hear(np.tile(LOUD, 20))

    bench = tell(story)
    assert [detected.at for detected in bench.detected] == [BLOCK, BLOCK + -(-REFRACTORY // BLOCK) * BLOCK]
    assert bench.detected[0] == Detected("loudness", 0.8, BLOCK)


def test_the_threshold_decides() -> None:
    async def story(bench: Bench) -> None:
        await bench.hear(LOUD)

    assert len(tell(story, Loudness(0.8)).detected) == 1
    assert tell(story, Loudness(0.81)).detected == []


def test_what_came_nearest_is_known_as_a_share_of_its_threshold_and_once() -> None:
    class Two(Loudness):
        def __init__(self) -> None:
            super().__init__()
            self.thresholds = {"easy": 0.5, "hard": 0.9}

        def score(self, pcm: bytes) -> dict[str, float]:
            loud = super().score(pcm)["loudness"]
            return {"easy": loud / 2, "hard": loud}

    nearest: list[Nearest] = []

    async def story(bench: Bench) -> None:
        await bench.hear(np.concatenate([LOUD // 4, LOUD // 2, LOUD // 4]))
        nearest.extend([bench.wake_word.take_nearest(), bench.wake_word.take_nearest()])

    tell(story, Two())
    assert nearest == [Nearest("hard", 0.4, 0.9), Nearest()]
    assert NoWakeWord().take_nearest() == Nearest()


def test_of_several_words_the_first_of_the_setting_that_is_sure_is_named_and_the_others_are_refractory_too() -> None:
    class Three(Loudness):
        def __init__(self) -> None:
            super().__init__()
            self.thresholds = {"deaf": 0.9, "first": 0.5, "second": 0.1}

        def score(self, pcm: bytes) -> dict[str, float]:
            return dict.fromkeys(("second", "first", "deaf"), loudness(pcm))

    async def story(bench: Bench) -> None:
        await bench.hear(np.concatenate((LOUD, LOUD // 4)))

    assert tell(story, Three()).detected == [Detected("first", 0.8, BLOCK)]


def test_what_was_fed_before_rearming_is_not_detected_and_what_follows_is() -> None:
    scorer = Loudness()

    async def story(bench: Bench) -> None:
        scorer.gate.clear()
        bench.feed(np.tile(LOUD, 3))
        await asyncio.to_thread(scorer.asked.wait)  # the first is being listened to, the others wait
        bench.wake_word.rearm()
        scorer.gate.set()
        await bench.settle()
        assert bench.detected == []
        assert scorer.forgot == 1
        bench.at += REFRACTORY
        bench.feed(LOUD)
        await bench.settle()
        assert [detected.at for detected in bench.detected] == [bench.at - BLOCK]
        assert scorer.forgot == 1

    tell(story, scorer)


def test_a_machine_too_slow_loses_the_oldest_and_never_holds_up_the_loop(caplog: pytest.LogCaptureFixture) -> None:
    scorer = Loudness()

    async def story(bench: Bench) -> None:
        scorer.gate.clear()
        bench.feed(np.zeros(BLOCK, np.int16))
        await asyncio.to_thread(scorer.asked.wait)
        bench.feed(np.zeros(100 * BLOCK, np.int16))
        bench.feed(LOUD)
        scorer.gate.set()
        while not bench.detected:
            await bench.settle()
        assert bench.detected[0].at == 102 * BLOCK
        assert bench.wake_word.dropped >= 101 - QUEUE_LIMIT

    tell(story, scorer)
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("this machine is too slow for the wake word models")


def test_closing_does_not_wait_for_what_is_left_and_posts_nothing_more() -> None:
    scorer = Loudness()

    async def story(bench: Bench) -> None:
        scorer.gate.clear()
        bench.feed(np.tile(LOUD, QUEUE_LIMIT))
        await asyncio.to_thread(scorer.asked.wait)
        closing = asyncio.create_task(bench.wake_word.close())
        await asyncio.wait([closing], timeout=0)
        scorer.gate.set()
        await closing
        assert bench.detected == []

    tell(story, scorer)


def test_closing_leaves_a_model_behind_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector, "CLOSING", 0.01)
    scorer = Loudness()
    scorer.gate.clear()

    async def story(bench: Bench) -> None:
        bench.feed(np.zeros(BLOCK, np.int16))
        await asyncio.to_thread(scorer.asked.wait)
        await bench.wake_word.close()
        bench.feed(LOUD)
        scorer.gate.set()

    assert tell(story, scorer).detected == []


def test_a_model_that_fails_is_said_and_not_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Fails(Loudness):
        def score(self, pcm: bytes) -> dict[str, float]:
            raise RuntimeError("out of memory")

    async def story(bench: Bench) -> None:
        bench.wake_word.rearm()
        await bench.hear(LOUD)

    bench = tell(story, Fails())
    assert bench.failed == [WakeWordFailed("the wake words have failed: out of memory")]
    assert bench.detected == []
    assert caplog.messages == ["the wake words have failed"]


def test_a_block_of_another_size_is_refused_at_once() -> None:
    async def story(bench: Bench) -> None:
        for size in (2 * BLOCK - 2, 0, 4 * BLOCK):
            with pytest.raises(ValueError, match=f"has {2 * BLOCK} bytes, not {size}"):
                bench.wake_word.feed(bytes(size), BLOCK)

    tell(story)


def test_a_model_that_does_not_load_is_said_by_start() -> None:
    def load() -> Scorer:
        raise ConfigError("no such model")

    async def run() -> None:
        wake_word = ThreadedWakeWord(load)
        with pytest.raises(ConfigError, match="no such model"):
            await wake_word.start(lambda _: None)
        await wake_word.close()

    asyncio.run(run())


# --- every wake word --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [FakeWakeWord, NoWakeWord, lambda: ThreadedWakeWord(Loudness)])
def test_every_wake_word_is_quiet_in_silence_and_can_be_closed_twice(make: Callable[[], WakeWord]) -> None:
    async def run() -> None:
        await make().close()
        wake_word, detected = make(), list[Detected | WakeWordFailed]()
        await wake_word.start(detected.append)
        wake_word.rearm()
        wake_word.feed(bytes(2 * BLOCK), BLOCK)
        await wake_word.close()
        await wake_word.close()
        assert detected == []

    asyncio.run(run())


def test_what_the_user_writes_is_what_listens() -> None:
    assert isinstance(open_wake_words(read_words("hey_jarvis, openwakeword/alexa")), ThreadedWakeWord)
    assert isinstance(open_wake_words(Words()), NoWakeWord)
