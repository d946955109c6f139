"""`python -m tests.voice.report`: how soon TARS answers, what it cuts off, what it understands; writes docs/reports/voice.md.

Run it on a machine that does nothing else: a quarter of an hour on two cores. `apt install flite fortunes pocketsphinx-testdata` makes it
complete.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from unittest.mock import patch

import numpy as np

from tars.brains.hear.on_this_machine import LoadedModel
from tars.brains.hear.recogniser import Recogniser
from tars.brains.listening import PAUSES
from tars.brains.reply.intents.understanding import wording
from tars.brains.reply.intents.understanding.closest import Closest
from tars.brains.reply.intents.understanding.intents import Understanding
from tars.samples import Samples
from tests.sentences.negatives import combined, fortunes
from tests.sentences.rates import PERSONAS, Sentence, measure
from tests.voice import cuts
from tests.voice.calls import Sound
from tests.voice.commands import CONVERSATION, OTHERS
from tests.voice.cuts import COMPLETE, PAUSES_TRIED, UNFINISHED, Heard, halves, people
from tests.voice.latency import measure as latencies
from tests.voice.recognition import CONDITIONS, SENTENCES, as_heard, heard, read, sentences, voices, word_errors

REPORT = Path(__file__).resolve().parents[2] / "docs/reports/voice.md"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def resident(process: int) -> float:
    """Megabytes of its memory that are in RAM."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


# --- how soon ----------------------------------------------------------------------------------------------------------------------


def how_soon() -> str:
    seconds = latencies([*CONVERSATION, *OTHERS])
    parts = {"commands": seconds[: len(CONVERSATION)], "other sentences": seconds[len(CONVERSATION) :], "all": seconds}
    rows = []
    for name, all_of in parts.items():
        some = [value for value in all_of if not np.isnan(value)]
        rows.append([name, f"{len(some)} of {len(all_of)}", *(f"{np.percentile(some, percent):.2f}" for percent in (10, 50, 95, 100))])
    return table(["", "answered", "10 %", "median", "95 %", "longest"], rows)


# --- what is cut off ---------------------------------------------------------------------------------------------------------------


def what_is_cut() -> str:
    groups = {
        "the beginning of a sentence before the pause": halves(UNFINISHED),
        "no complete command before it": halves(cuts.OTHERS),
        "a complete command before it": halves(COMPLETE),
        "people": people(),
    }
    rows = []
    for setting in PAUSES:
        for name, parts in groups.items():
            found = [cuts.tried(setting, parts, pause) for pause in PAUSES_TRIED]
            every = [one for some in found for one in some if not one.cut]
            rows.append([setting, name, len(parts), *(sum(one.cut for one in some) for some in found), *_costs(every)])
    return table(["setting", "sentences", "of", *(f"cut at {pause:g} s" for pause in PAUSES_TRIED), "recognitions", "CPU s"], rows)


def _costs(heard: Sequence[Heard]) -> list[str]:
    return [f"{np.mean([one.recognitions for one in heard]):.1f}", f"{np.mean([one.cpu for one in heard]):.2f}"] if heard else ["", ""]


# --- what is understood --------------------------------------------------------------------------------------------------------------


WAYS = ((False, False), (True, False), (True, True))
"""With repair rules or without, with the closest sentence or without."""


def what_is_understood(recogniser: LoadedModel) -> str:
    rows = []
    for name, said, speaking in zip(("seen", "unseen"), sentences(), voices(), strict=True):
        for condition in CONDITIONS:
            texts = list(heard(said, speaking, condition, recogniser))
            right = [right_of(texts, with_repairs=repairs, closest=closest) for repairs, closest in WAYS]
            rows.append([name, condition, len(texts), *(f"{count} ({100 * count / len(texts):.1f} %)" for count in right)])
            tell(f"{name}, {condition}: {right} of {len(texts)}")
    return table(["sentences and voices", "", "of", "templates alone", "with repairs", "and the closest sentence"], rows)


def right_of(texts: list[Sentence], *, with_repairs: bool, closest: bool) -> int:
    with ExitStack() as without:
        if not with_repairs:
            without.enter_context(patch.object(wording, "REPAIRS", ()))
        if not closest:
            without.enter_context(patch.object(Closest, "to", lambda *_: None))
        return measure([("spoken", texts)])[0].right


def people_read(recogniser: LoadedModel) -> str:
    rows = []
    for kind, clips in read().items():
        row: list[object] = [kind, len(clips)]
        for condition in CONDITIONS:
            texts = [recogniser.recognise(as_heard(_sound(clip), number, condition)) for number, (clip, _) in enumerate(clips)]
            wrong = sum(word_errors(text, spoken) for text, (_, spoken) in zip(texts, clips, strict=True))
            row.append(f"{100 * wrong / sum(len(text.split()) for _, text in clips):.0f} %")
        rows.append(row)
    return table(["recordings", "of", *CONDITIONS], rows)


def _sound(clip: Samples) -> Sound:
    return np.asarray(clip / 32768, np.float64)


def what_is_declined() -> str:
    understanding = Understanding(PERSONAS)
    rows: list[list[object]] = []
    listed = []
    for name, said in {"commands for other assistants, combined": combined(), "Debian's package fortunes": fortunes()}.items():
        accepted = [text for text in said if understanding.understand(text)]
        with patch.object(wording, "REPAIRS", ()), patch.object(Closest, "to", lambda *_: None):
            by_template = {text for text in accepted if understanding.understand(text)}
        rows.append([name, len(said), len(by_template), len(accepted) - len(by_template)])
        listed += [f"- {text}{'' if text in by_template else ' NOT BY A TEMPLATE'}\n" for text in accepted]
    head = ["sentences", "of", "understood by a template", "by a repair or as the closest sentence"]
    return f"{table(head, rows)}\n{''.join(listed)}"


# --- the report ----------------------------------------------------------------------------------------------------------------------


def page(parts: dict[str, str]) -> str:
    machine = f"{platform.machine()}, {os.cpu_count()} shared cores, Python {platform.python_version()}"
    packages = ", ".join(f"{name} {version(name)}" for name in ("faster-whisper", "ctranslate2", "onnxruntime", "hibari-tts"))
    absent = [name for name, there in (("flite", shutil.which("flite")), ("fortunes", fortunes())) if not there]
    seen, unseen = voices()
    missing = f" Not installed: {', '.join(absent)}." if absent else ""
    return f"""# Hearing and understanding, measured

Written by `python -m tests.voice.report`; not edited by hand. {machine};
{packages}.{missing}
Load of the machine when it began and when it ended, of other programs too: {parts["load"]}.

## How soon an answer is heard

Seconds from the last word to the first audible sample of the answer, with `tars-server` and `tars-pi`, the preset `offline`, and files as
microphone and speaker. {len(CONVERSATION)} commands in one session, then {len(OTHERS)} sentences that are no complete command.
The voice is hibari.

{parts["soon"]}
{BEFORE_SOON}
## What is cut off

Sentences with a pause in the middle, which is silence in the faint noise of a room. How many are ended in it; and of those that are not,
how often each is recognised, with how much processor time. People: the recordings in Debian's package pocketsphinx-testdata of at most 5 s,
divided where they are quietest; no complete command is among them.

{parts["cut"]}
{BEFORE_CUT}
## What is understood

Seen: {SENTENCES} sentences of `tests/sentences/ours.yaml` that were looked at when the repair rules were made, and the voices that spoke
them: {", ".join(seen)}. Unseen: {SENTENCES} other sentences, by other voices: {", ".join(unseen)}.
Noise is pink, so many dB below the voice. Far: with an echo of 0.5 s as strong as the direct sound. Right: as `tests/sentences` has it.

{parts["understood"]}
## Words that people read

Wrong words, of the recordings in pocketsphinx-testdata whose text is known.

{parts["read"]}
## What is not understood

Sentences that were said to nobody, as text. What a template matches is listed; a person may well say it to TARS.

{parts["declined"]}"""


BEFORE_SOON = """Before, at commit a42564b, with a pause of 0.64 s and recognition behind it, the same commands took 1.29 s in the
median and 1.94 s at 95 % while the load was below 8; 2.32 and 3.22 s while it was 9 to 14.
"""
BEFORE_CUT = """Before, a pause of 0.64 s ended everything. In an earlier measurement 100 of 100 sentences were cut off at 0.8 s, none at
0.5 s. Each was
recognised once.
"""


def main() -> None:
    """Measure and write."""
    load = f"{os.getloadavg()[0]:.1f}"
    measured: dict[str, Callable[[], str]] = {"soon": how_soon, "cut": what_is_cut, "declined": what_is_declined}
    parts = {}
    for name, measuring in measured.items():
        parts[name] = measuring()
        tell(parts[name])
    recogniser = Recogniser(None)
    parts["read"] = people_read(recogniser)
    parts["understood"] = what_is_understood(recogniser)
    parts["load"] = f"{load}, {os.getloadavg()[0]:.1f}"
    REPORT.write_text(page(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
