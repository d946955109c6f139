"""`make hey-tars`: makes the wake word "hey TARS" again, measures it, and writes the model and docs/reports/hey-tars.md.

It takes packages from PyPI, npm and Debian, and nothing else. Some 20 minutes of CPU on one thread, 4 GB of memory, 2 GB in the cache.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from tars.device.wake.models import word_file
from tars.device.wake.words import OURS
from tars.samples import Samples
from tests.voice.hey_tars import figures, model, negatives, scenes, training, voices
from tests.voice.hey_tars.cache import kept
from tests.voice.hey_tars.licences import MADE_FROM
from tests.voice.hey_tars.report import THRESHOLDS, Figures, report

REPORT = Path(__file__).resolve().parents[3] / "docs/reports/hey-tars.md"
MODEL = word_file(*OURS)

SEEDS = (1, 2)
"""Of the networks whose mean is the model."""
COPIES_OF_CALLS = 6
NEAR = ("near misses", "greetings by hibari")
COPIES = {"near misses": 3, "greetings by hibari": 3, "asterisk-moh-opsound-wav, two pieces": 4}
"""So often a source is heard, always in other surroundings; twice if it is not named."""


def say(what: str) -> None:
    """A line about the progress, with the seconds of CPU so far."""
    sys.stderr.write(f"{time.process_time():7.0f} s  {what}\n")


def data() -> tuple[training.Data, dict[str, float]]:
    """What is trained with, and how many hours each source has, each sound counted once."""
    calls, near, others = voices.calls_to_train(), voices.near_misses_to_train(), negatives.to_train()
    everything = [sound for sounds in others.values() for sound in sounds]
    say("all voices have spoken; they are heard in many surroundings now")
    said = kept("features-calls", lambda: scenes.of_calls(scenes.calls(calls, COPIES_OF_CALLS, everything, 21)))
    say("calls")
    sources = {"near misses": near, **others}
    near_misses: list[dict[str, np.ndarray]] = []
    not_said: list[dict[str, np.ndarray]] = []
    for number, (source, sounds) in enumerate(sources.items()):
        copies = COPIES.get(source, 2)
        made = kept(f"features-{number}", partial(stretches, sounds, copies, everything, 30 + number))
        (near_misses if source in NEAR else not_said).append(made)
        say(source)
    hours = {source: negatives.hours(sounds) for source, sounds in sources.items()}
    return training.collect(said, near_misses, not_said), {"calls": negatives.hours(calls), **hours}


def stretches(sounds: Sequence[Samples], copies: int, everything: Sequence[Samples], seed: int) -> dict[str, np.ndarray]:
    """The features of these sounds in so many surroundings."""
    return scenes.of_others(scenes.stretches(sounds, copies, everything, seed))


def scores_of(network: training.Network) -> figures.Scores:
    """From features to the score of each block, as the engine gives it."""

    def scores(sets: np.ndarray) -> np.ndarray:
        ends = np.arange(training.LENGTH - 1, len(sets))
        certain = 1 / (1 + np.exp(-network.run(training.Data(sets, ends, ends, ends), ends)))
        return np.convolve(certain, np.ones(model.SMOOTHED) / model.SMOOTHED, "valid")

    return scores


def chosen(alarms: Mapping[str, figures.Alarms]) -> float:
    """The lowest threshold without a false alarm in the sound that it is chosen with."""
    return next(
        (level for level in THRESHOLDS if sum(one.count(level) for one in alarms.values()) == 0),
        THRESHOLDS[-1],
    )


def measured(scores: figures.Scores, data: training.Data, hours: dict[str, float]) -> Figures:
    """All figures."""
    choosing = {source: figures.alarms(scores, source, sounds) for source, sounds in negatives.to_choose().items()}
    say("the threshold is chosen")
    said = figures.recall(scores, voices.calls_to_test())
    say("all calls are heard")
    alarms = {source: figures.alarms(scores, source, sounds) for source, sounds in negatives.to_test().items()}
    say("all other sound is heard")
    near = figures.near(scores, voices.near_misses_to_test())
    threshold = chosen(choosing)
    latency = figures.latency(scores, voices.calls_to_test(), threshold)
    return Figures(threshold, said, alarms, near, choosing, hours, (len(data.calls), len(data.near) + len(data.others)), latency)


def main() -> None:
    """Make, measure and write."""
    everything, hours = data()
    network = training.together([training.train(everything, seed) for seed in SEEDS])
    say("the network is trained")
    found = measured(scores_of(network), everything, hours)
    model.write(network, MODEL, metadata(found))
    REPORT.write_text(report(found), encoding="utf-8")


def metadata(found: Figures) -> dict[str, str]:
    """What the file of the model says of itself."""
    return {
        "name": OURS[0],
        "licence": "MIT",
        "threshold": f"{found.threshold:g}",
        "made by": "make hey-tars",
        "how": f"hidden numbers {training.HIDDEN}, blocks {training.LENGTH}, mean of {model.SMOOTHED}, seeds {SEEDS}",
        "made from": "; ".join(f"{source}: {licence}" for source, (licence, _) in MADE_FROM.items()),
        **found.summary(),
    }


if __name__ == "__main__":
    main()
