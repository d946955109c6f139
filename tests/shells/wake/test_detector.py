from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Event, get_ident

import numpy as np
import pytest

from tars.demo_voice import Phrase, speak
from tars.errors import ConfigError
from tars.samples import BLOCK, RATE, Samples, to_pcm
from tars.shells.wake import Detected, WakeWord
from tars.shells.wake import models as models_module
from tars.shells.wake.detector import PATIENCE, REFRACTORY, NoWakeWord, ThreadedWakeWord, check, open_wake_word
from tars.shells.wake.models import find
from tars.shells.wake.scorer import Scorer
from tars.testing import FakeWakeWord

LOUD = np.full(BLOCK, 20_000, np.int16)


class Loudness(Scorer):
    """Scores a block by its first sample, when the gate is open."""

    def __init__(self) -> None:
        self.name = "loudness"
        self.gate, self.asked = Event(), Event()
        self.gate.set()
        self.forgot = 0

    def score(self, block: Samples) -> float:
        self.asked.set()
        assert self.gate.wait(10)
        return float(block[0]) / 25_000

    def forget(self) -> None:
        self.forgot += 1


class Watched(Scorer):
    """Another scorer, which tells when it is asked about a certain block."""

    def __init__(self, scorer: Scorer) -> None:
        self.name = scorer.name
        self._scorer = scorer
        self._loop = asyncio.get_running_loop()
        self._awaited: dict[bytes, asyncio.Event] = {}

    def score(self, block: Samples) -> float:
        if event := self._awaited.get(to_pcm(block)):
            self._loop.call_soon_threadsafe(event.set)
        return self._scorer.score(block)

    def forget(self) -> None:
        self._scorer.forget()

    def expect(self, block: Samples) -> asyncio.Event:
        """Set when this block, to be fed next, is being scored: what was found before it has been posted by then."""
        return self._awaited.setdefault(to_pcm(block), asyncio.Event())


class Bench:
    """A wake word in use, fed with blocks that follow each other."""

    def __init__(self, scorer: Scorer, threshold: float = 0.5) -> None:
        self.watched = Watched(scorer)
        self.wake_word = ThreadedWakeWord(lambda: self.watched, threshold)
        self.at = 0
        self.detected: list[Detected] = []
        self.threads: set[int] = set()
        self._marks = 0

    def post(self, detected: Detected) -> None:
        self.detected.append(detected)
        self.threads.add(get_ident())

    def feed(self, samples: Samples) -> None:
        for start in range(0, len(samples) - BLOCK + 1, BLOCK):
            self.at += BLOCK
            self.wake_word.feed(to_pcm(samples[start : start + BLOCK]), self.at)

    async def settle(self) -> None:
        """Wait until all that was fed has been listened to, with one more block, almost silent."""
        self._marks += 1
        mark = np.zeros(BLOCK, np.int16)
        mark[0] = self._marks
        asked = self.watched.expect(mark)
        self.feed(mark)
        await asked.wait()

    async def hear(self, samples: Samples) -> None:
        """Feed a recording no faster than it is listened to."""
        for start in range(0, len(samples) - BLOCK + 1, BLOCK):
            block = samples[start : start + BLOCK]
            asked = self.watched.expect(block)
            self.feed(block)
            await asked.wait()
        await self.settle()


def tell(story: Callable[[Bench], Awaitable[None]], scorer: Scorer | None = None, threshold: float = 0.5) -> Bench:
    async def run() -> Bench:
        bench = Bench(scorer or Loudness(), threshold)
        await bench.wake_word.start(bench.post)
        await story(bench)
        await bench.wake_word.close()
        return bench

    return asyncio.run(run())


# --- with the real model -------------------------------------------------------------------------------------------------------


def test_a_spoken_wake_word_is_detected_once_while_it_ends() -> None:
    samples, (word, _) = speak([Phrase("Hey Jarvis.", 1.0), Phrase("What time is it?", 0.6)])
    bench = tell(lambda bench: bench.hear(samples), Scorer(find("hey_jarvis")))
    (detected,) = bench.detected
    assert 0.5 <= detected.score <= 1
    assert detected.at % BLOCK == 0
    assert -0.6 < (detected.at - word.end) / RATE < 0.3
    assert bench.threads == {get_ident()}


def test_every_spoken_wake_word_is_detected() -> None:
    samples, words = speak(3 * [Phrase("Hey Jarvis.", 1.5)] + [Phrase("Thank you.", 1.0)])
    bench = tell(lambda bench: bench.hear(samples), Scorer(find("hey_jarvis")))
    assert [round((detected.at - word.end) / RATE) for detected, word in zip(bench.detected, words[:3], strict=True)] == [0, 0, 0]


# --- with a scorer that the test holds in its hand --------------------------------------------------------------------------------


def test_a_word_that_scores_high_for_long_is_one_detection() -> None:
    async def story(bench: Bench) -> None:
        await bench.hear(np.tile(LOUD, 20))

    bench = tell(story)
    assert [detected.at for detected in bench.detected] == [BLOCK, BLOCK + -(-REFRACTORY // BLOCK) * BLOCK]
    assert bench.detected[0] == Detected("loudness", 0.8, BLOCK)


def test_the_threshold_decides() -> None:
    async def story(bench: Bench) -> None:
        await bench.hear(LOUD)

    assert len(tell(story, threshold=0.8).detected) == 1
    assert tell(story, threshold=0.81).detected == []


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
        assert bench.wake_word.dropped >= 101 - PATIENCE

    tell(story, scorer)
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("this machine is too slow for the wake word model")


def test_closing_does_not_wait_for_what_is_left_and_posts_nothing_more() -> None:
    scorer = Loudness()

    async def story(bench: Bench) -> None:
        scorer.gate.clear()
        bench.feed(np.tile(LOUD, PATIENCE))
        await asyncio.to_thread(scorer.asked.wait)
        closing = asyncio.create_task(bench.wake_word.close())
        await asyncio.wait([closing], timeout=0)
        scorer.gate.set()
        await closing
        assert bench.detected == []

    tell(story, scorer)


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
        wake_word, detected = make(), list[Detected]()
        await wake_word.start(detected.append)
        wake_word.rearm()
        wake_word.feed(bytes(2 * BLOCK), BLOCK)
        await wake_word.close()
        await wake_word.close()
        assert detected == []

    asyncio.run(run())


def test_what_the_user_writes_is_what_listens(tmp_path: Path) -> None:
    own = tmp_path / "hey_tars.onnx"
    shutil.copy(find("alexa").word, own)
    assert isinstance(open_wake_word("hey_jarvis"), ThreadedWakeWord)
    assert isinstance(open_wake_word(str(own)), ThreadedWakeWord)
    assert isinstance(open_wake_word("none"), NoWakeWord)
    assert find(str(own)).name == "hey_tars"


def test_the_doctor_loads_the_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (here,) = check("hey_jarvis")
    assert here.ok
    assert here.text.startswith("hey_jarvis, /")
    monkeypatch.setattr(models_module, "folders", lambda: (tmp_path,))
    (missing,) = check("hey_jarvis")
    assert not missing.ok
    assert missing.text.endswith("run `tars-pi fetch-models`")
    assert check("none")[0].ok
