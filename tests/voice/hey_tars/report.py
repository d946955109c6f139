"""docs/reports/hey-tars.md, from the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tars.samples import BLOCK, RATE
from tests.voice.calls import CONDITIONS
from tests.voice.hey_tars.figures import Alarms, bound
from tests.voice.hey_tars.licences import MADE_FROM, MEASURED_WITH
from tests.voice.wake import table

THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.99)
"""Those among which the model's own is chosen, and which the report compares."""


@dataclass(frozen=True)
class Figures:
    """All that was measured."""

    threshold: float
    recall: Mapping[str, Mapping[str, Sequence[float]]]
    """Voices -> condition -> the highest score of each call."""
    alarms: Mapping[str, Alarms]
    """Source -> what it was taken for."""
    near: Mapping[str, Sequence[tuple[str, float]]]
    """trained and never trained -> texts and the highest score of each."""
    chosen_with: Mapping[str, Alarms]
    """Source -> what it was taken for, when the threshold was chosen."""
    trained_with: Mapping[str, float]
    """Source -> distinct hours."""
    windows: tuple[int, int]
    """That were trained with: with a call, and without."""
    latency: Sequence[float]
    """Seconds from the end of a call to the end of the block in which it is detected: the 10th, 50th and 90th of 100."""

    def heard(self, threshold: float, condition: str | None = None) -> tuple[int, int]:
        """Calls that are heard, of how many, of all voices."""
        scores = [p for said in self.recall.values() for name, peaks in said.items() if condition in (None, name) for p in peaks]
        return sum(p >= threshold for p in scores), len(scores)

    def false(self, threshold: float) -> tuple[int, float]:
        """False alarms, and in how many hours."""
        return sum(one.count(threshold) for one in self.alarms.values()), sum(one.hours for one in self.alarms.values())

    def taken(self, threshold: float, kind: str) -> tuple[int, int]:
        """Near misses that are taken for a call, of how many."""
        return sum(score >= threshold for _, score in self.near[kind]), len(self.near[kind])

    def summary(self) -> dict[str, str]:
        """What the model's file says about these figures."""
        heard, calls = self.heard(self.threshold)
        false, hours = self.false(self.threshold)
        return {
            "recall": f"{heard} of {calls}",
            **{f"recall, {name}": "{} of {}".format(*self.heard(self.threshold, name)) for name in CONDITIONS},
            "false alarms": f"{false} in {hours:.2f} h",
            "false alarms an hour, at most (95 %)": f"{bound(false, hours):.2f}",
            **{f"near misses, {kind}": "{} of {}".format(*self.taken(self.threshold, kind)) for kind in self.near},
        }


def share(count: int, of: int) -> str:
    return f"{count} of {of} ({100 * count / of:.1f} %)"


def _recall(figures: Figures) -> str:
    rows = [
        [name, len(said["clean"]), *(sum(p >= figures.threshold for p in peaks) for peaks in said.values())]
        for name, said in figures.recall.items()
    ]
    every = [figures.heard(figures.threshold, name) for name in CONDITIONS]
    total = ["all", every[0][1], *(f"{heard} ({100 * heard / calls:.1f} %)" for heard, calls in every)]
    return table(["voices", "calls", *CONDITIONS], [*rows, total])


def _alarms(alarms: Mapping[str, Alarms], threshold: float) -> str:
    rows = [[name, f"{one.hours:.2f}", one.count(threshold)] for name, one in alarms.items()]
    total, hours = sum(one.count(threshold) for one in alarms.values()), sum(one.hours for one in alarms.values())
    return table(["sound", "hours", "false alarms"], [*rows, ["all", f"{hours:.2f}", total]])


def _thresholds(figures: Figures) -> str:
    rows = []
    for level in sorted({*THRESHOLDS, figures.threshold}):
        false, hours = figures.false(level)
        rows.append([
            f"{level:g}",
            *("{} / {}".format(*figures.heard(level, name)) for name in ("clean", "pink 10 dB", "pink 5 dB", "far")),
            share(*figures.heard(level)),
            f"{false} ({false / hours:.2f}, at most {bound(false, hours):.2f})",
            *("{} / {}".format(*figures.taken(level, kind)) for kind in figures.near),
        ])  # fmt: skip
    head = ["threshold", "clean", "pink 10 dB", "pink 5 dB", "far", "all seven conditions", "false alarms (an hour)"]
    return table([*head, *(f"near misses, {kind}" for kind in figures.near)], rows)


def _near(figures: Figures, kind: str) -> str:
    counts: dict[str, list[float]] = {}
    for text, score in figures.near[kind]:
        counts.setdefault(text, []).append(score)
    taken = {text: sum(score >= figures.threshold for score in scores) for text, scores in counts.items()}
    fired = ", ".join(f'"{text.rstrip(".")}" {count} of {len(counts[text])}' for text, count in taken.items() if count)
    return f"{share(*figures.taken(figures.threshold, kind))} of the near misses that were {kind}{': ' + fired if fired else ''}."


def report(figures: Figures) -> str:
    """The page."""
    early, usual, late = figures.latency
    trained = ", ".join(f"{name} {hours:.2f} h" for name, hours in figures.trained_with.items())
    chosen = ", ".join(f"{name} {one.hours:.2f} h ({one.count(figures.threshold)})" for name, one in figures.chosen_with.items())
    made_from = table(["source", "licence", "what it does"], [[name, *what] for name, what in MADE_FROM.items()])
    measured_with = table(["source", "licence"], list(MEASURED_WITH.items()))
    false, hours = figures.false(figures.threshold)
    silent = figures.windows[1] * BLOCK / RATE / 3600
    return f"""# Hey TARS, measured

Written by `make hey-tars`; not edited by hand. The voices, engines, people, texts and rooms of these figures were not trained with. All
calls are by synthetic voices. No human has called, and no sound has been through a real room or a real microphone.

The threshold is {figures.threshold:g}. With it {share(*figures.heard(figures.threshold))} calls are heard, all conditions together.
There are {false} false alarms in {hours:.2f} h of other sound. If they come at random, there are with a certainty of 95 % at most
{bound(false, hours):.2f} an hour in sound of this kind.

## Calls heard

Each call is heard after silence. Noise and babble: so many dB below the call. Far: with an echo of 0.5 s as strong as the direct sound.

{_recall(figures)}
A clean call is detected {early:.2f} s (the 10th of 100), {usual:.2f} s (the 50th) or {late:.2f} s (the 90th) after its end.

## False alarms

One is counted for each 1.5 s with a score at the threshold or above. The sounds are heard at their own loudness, with a third of a second
between two.

{_alarms(figures.alarms, figures.threshold)}
## Near misses

By unseen voices, three engines. {_near(figures, "trained")}

{_near(figures, "never trained")}

## What a threshold does

{_thresholds(figures)}
The threshold was not chosen with these figures. It is the lowest of the table without a false alarm in other sound, which is
not among that above. Sound, and false alarms with the chosen one: {chosen}.

How much the near misses count in training was chosen with these figures, among eight ways to train. So the figures of the way that was
chosen are a little better than those of new sound will be.

## What it is made from

Trained with {figures.windows[0]:,} windows with a call and {figures.windows[1]:,} without one: {silent:.1f} h of sound.
Distinct sound: {trained}.
Each was heard several times: in other rooms, with other microphones, noise and loudness.

{made_from}
It was measured with these sources, and is not made from them.

{measured_with}"""
