"""`python -m tests.voice.recognisers`: the parts that hear on this machine, side by side; writes docs/reports/recognisers.md.

Some minutes on two cores. `apt install flite pocketsphinx-testdata` makes it complete. `--whisper FOLDER` adds a faster-whisper model.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from time import process_time

import numpy as np

from tars.brains import BrainSettings
from tars.brains.hear.on_this_machine import LoadedModel
from tars.brains.registry import make_part
from tars.runtime import clock
from tests.voice.recognition import SENTENCES, as_heard, heard, read, sentences, voices, word_errors
from tests.voice.report import resident, right_of, table, tell

REPORT = Path(__file__).resolve().parents[2] / "docs/reports/recognisers.md"
TRIED = ("clean", "pink 10 dB", "far, pink 10 dB")
COMMAND = "Set a timer for ten minutes."
REPEATED = 10
"""So often the command is recognised to find the time that it takes."""


@dataclass(frozen=True)
class Row:
    """What one recogniser costs and understands."""

    name: str
    load: float
    memory: float
    """Megabytes that the process has more with the model, after the first recognition."""
    took: tuple[float, float]
    """Seconds for COMMAND: the median that passes, and of processor time."""
    right: Sequence[int]
    of: int
    wrong: Sequence[float]
    """Wrong words of all, of each kind of `read`."""


def loaded(part: str, folder: Path | None) -> LoadedModel:
    """The model of that part, without what tells speech from silence."""
    model: LoadedModel = make_part("hear", part, BrainSettings(whisper_model=folder))._load()
    return model


def row(part: str, folder: Path | None) -> Row:
    """Measured in a process of its own, so that its memory is its own."""
    said, speaking = sentences()[1], voices()[1]
    command = as_heard(next(iter(speaking.values()))(COMMAND), 0, "clean")
    before, began = resident(os.getpid()), clock.now()
    model = loaded(part, folder)
    load = clock.now() - began
    model.recognise(command)
    memory = resident(os.getpid()) - before
    took = [_timed(lambda: model.recognise(command)) for _ in range(REPEATED)]
    texts = {condition: list(heard(said, speaking, condition, model)) for condition in TRIED}
    return Row(
        name=f"{part}, {folder.name}" if folder else part,
        load=load,
        memory=memory,
        took=(float(np.median([passed for passed, _ in took])), float(np.median([cpu for _, cpu in took]))),
        right=[right_of(text, with_repairs=True, closest=True) for text in texts.values()],
        of=len(said) * len(speaking),
        wrong=[_wrong(model, kind) for kind in read()],
    )


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    began, cpu = clock.now(), process_time()
    work()
    return clock.now() - began, process_time() - cpu


def _wrong(model: LoadedModel, kind: str) -> float:
    clips = read()[kind]
    texts = [model.recognise(as_heard(np.asarray(clip / 32768, np.float64), number, "clean")) for number, (clip, _) in enumerate(clips)]
    return sum(word_errors(text, spoken) for text, (_, spoken) in zip(texts, clips, strict=True)) / sum(
        len(spoken.split()) for _, spoken in clips
    )


def page(rows: Sequence[Row], load: str) -> str:
    machine = f"{platform.machine()}, {os.cpu_count()} shared cores, Python {platform.python_version()}"
    packages = ", ".join(f"{name} {version(name)}" for name in ("faster-whisper", "ctranslate2", "moonshine-voice"))
    cost = [[row.name, f"{row.load:.1f}", f"{row.memory:.0f}", *(f"{seconds:.2f}" for seconds in row.took)] for row in rows]
    understood = [[row.name, row.of, *(f"{right} ({100 * right / row.of:.0f} %)" for right in row.right)] for row in rows]
    wrong = [[row.name, *(f"{100 * share:.0f} %" for share in row.wrong)] for row in rows]
    return f"""# Recognisers side by side, measured

Written by `python -m tests.voice.recognisers`; not edited by hand. {machine};
{packages}.
Load of the machine when it began and when it ended, of other programs too: {load}.
`whisper` is the installed tiny.en; with a name behind it, another faster-whisper model.

## What they cost

Seconds to load; megabytes of memory; seconds for "{COMMAND}", of {REPEATED} the median, and the processor time of it.

{table(["", "load, s", "memory, MB", "a command, s", "CPU, s"], cost)}
## What is understood

The {SENTENCES} sentences and {len(voices()[1])} voices that [the other report](voice.md) calls unseen, which are harder than most.
Right: as `tests/sentences` has it, with repair rules and the closest sentence.

{table(["", "of", *TRIED], understood)}
## Words that people read

Wrong words, of the recordings in Debian's package pocketsphinx-testdata whose text is known, clean.

{table(["", *read()], wrong)}"""


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m tests.voice.recognisers", description=__doc__.split("\n")[0])
    parser.add_argument("--whisper", type=Path, action="append", default=[], help="the folder of a faster-whisper model")
    tried = [("whisper", None), ("moonshine", None), *(("whisper", folder) for folder in parser.parse_args().whisper)]
    began = f"{os.getloadavg()[0]:.1f}"
    rows = []
    for part, folder in tried:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            rows.append(process.submit(row, part, folder).result())
        tell(str(rows[-1]))
    REPORT.write_text(page(rows, f"{began}, {os.getloadavg()[0]:.1f}"), encoding="utf-8")


if __name__ == "__main__":
    main()
