"""Whether every sample arrived: once, in order, unchanged. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tars.brains import Hearing
from tars.brains.echo import PAUSE, Loudness
from tars.brains.end_of_speech import UtteranceToPause
from tars.device.audio.sounds import CUES
from tars.samples import BLOCK, WIDTH, Samples, to_pcm
from tars.server.utterance import HEARD_GAP

KNOWN = 32
"""So many samples in a row are found at one place only."""


def common(one: Samples, other: Samples) -> int:
    """How many samples they have in common from their beginning."""
    length = min(len(one), len(other))
    different = np.flatnonzero(one[:length] != other[:length])
    return int(different[0]) if len(different) else length


def find(samples: Samples, part: Samples) -> int | None:
    """Where these samples are; the first such place."""
    within, wanted = to_pcm(samples), to_pcm(part)
    at = within.find(wanted)
    while at >= 0 and at % WIDTH:  # found between two samples
        at = within.find(wanted, at + 1)
    return at // WIDTH if at >= 0 else None


def difference(source: Samples, at: int, found: Samples) -> str | None:
    """What is wrong with `found`, which should be what `source` has from `at` on; None if nothing is."""
    right = common(source[at:], found)
    if right == len(found):
        return None
    known = found[right : right + KNOWN]
    elsewhere = find(source, known) if len(known) == KNOWN else None
    if elsewhere is None:
        return f"sample {right} is none that it should be: {found[right]}"
    missing = elsewhere - (at + right)
    return f"{missing} samples are lost at sample {right}" if missing > 0 else f"{-missing} samples are doubled at sample {right}"


def without(captured: Samples, at: int, gaps: Sequence[tuple[int, int]]) -> Samples:
    """What is left to give to a brain from `at` on: for each gap, from a sample to before another, a short silence."""
    left = []
    for first, last in gaps:
        if at <= first:
            left += [captured[at:first], np.zeros(min(last - first, HEARD_GAP), np.int16)]
            at = last
    return np.concatenate([*left, captured[at:]])


def utterance(samples: Samples) -> Samples | None:
    """As much as an echo brain that is given these samples answers; None if the user's part does not end in them."""
    heard = UtteranceToPause(Loudness(), PAUSE, wake=0)
    for at in range(0, len(samples), BLOCK):
        if heard.hear(samples[at : at + BLOCK]) is Hearing.COMPLETE:
            return heard.samples
    return None


@dataclass
class Played:
    """What came out of the speaker."""

    replies: list[int]
    """Of each reply, the samples that were heard."""
    pauses: list[int] = field(default_factory=list)
    """The silences inside replies, in samples."""
    wrong: list[str] = field(default_factory=list)


def account(played: Samples, replies: Sequence[Samples]) -> Played:
    """Every sample that is not zero must be the next one of the next reply, or of a cue.

    Replies come in order; each may be cut short, and may pause.
    """
    result = Played([0] * len(replies))
    sounding = np.flatnonzero(played)
    current, at, paused_at = 0, 0, None
    while (index := int(np.searchsorted(sounding, at))) < len(sounding):
        at = int(sounding[index])
        rest = played[at:]
        pieces: list[tuple[int, int | None]] = [(common(rest, np.trim_zeros(cue, "f")), None) for cue in CUES.values()]
        pieces += [(common(rest, reply[result.replies[number] :]), number) for number, reply in _due(replies, current)]
        length, number = max(pieces, key=lambda piece: piece[0])
        if not length or (length < KNOWN and rest[length : length + 1].any()):
            result.wrong.append(f"sample {at} of what was played {_strange(rest, replies, result.replies)}")
            break
        at += length
        if number is None:
            continue
        if number == current and paused_at is not None:
            result.pauses.append(at - length - paused_at)
        current = number
        result.replies[number] += length
        paused_at = at if result.replies[number] < len(replies[number]) else None
    return result


def _due(replies: Sequence[Samples], current: int) -> list[tuple[int, Samples]]:
    """The reply that is being played, and the next one, which may cut it short."""
    return list(enumerate(replies))[current : current + 2]


def _strange(rest: Samples, replies: Sequence[Samples], heard: Sequence[int]) -> str:
    """What a sound is that is not due."""
    for number, reply in enumerate(replies):
        if (place := find(reply, rest[:KNOWN])) is not None:
            due = heard[number]
            kind = f"{place - due} samples are lost" if place > due else f"{due - place} samples are doubled"
            return f"belongs elsewhere: {kind} at sample {due} of reply {number + 1}"
    return f"is of no reply and of no cue: {rest[0]}"
