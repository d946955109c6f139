"""`python -m tests.voice.wake`: what each wake word hears, takes for itself, and costs; writes docs/reports/wake-words.md. Some minutes.

Run it on a machine that does nothing else. `apt install flite` and the packages named in `tests/voice/calls.py` make it complete.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np

from tars.device.wake.detector import REFRACTORY
from tars.device.wake.engines import Scorer, load
from tars.device.wake.words import BUILT_IN, FETCHED, OF_FETCHED, read_words
from tars.samples import BLOCK, RATE, Samples, to_pcm
from tests.device.wake.hearing import SPOKEN
from tests.voice.calls import CONDITIONS, PACKAGES, as_heard, calls, other_sound, recordings, voices

REPORT = Path(__file__).resolve().parents[2] / "docs/reports/wake-words.md"
ENGINES = {"microWakeWord": list(BUILT_IN), "openWakeWord": [f"{OF_FETCHED}{name}" for name in FETCHED]}
LEVELS = {"microWakeWord": (0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97), "openWakeWord": (0.3, 0.5, 0.7, 0.9)}
"""The thresholds that are compared."""


@dataclass
class Tried:
    """What one engine said."""

    engine: str
    thresholds: dict[str, float]
    calls: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    """word -> condition -> the highest score of each call."""
    others: dict[str, list[float]] = field(default_factory=dict)
    """word -> scores above 0.1 in other sound, the highest of each 1.5 s."""
    hours: Counter[str] = field(default_factory=Counter)
    """package -> hours of other sound."""


def peaks(scorer: Scorer, samples: Samples) -> dict[str, float]:
    """Of each word, the highest score in this sound, which is heard after silence."""
    scorer.forget()
    rows = [scorer.score(to_pcm(samples[at : at + BLOCK])) for at in range(0, len(samples) - BLOCK + 1, BLOCK)]
    return {name: max((row[name] for row in rows), default=0.0) for name in scorer.thresholds}


def try_engine(engine: str) -> Tried:
    """Let all words of an engine hear everything."""
    scorer = load(read_words(",".join(ENGINES[engine])))
    tried = Tried(engine, dict(scorer.thresholds), others={name: [] for name in scorer.thresholds})
    for name in scorer.thresholds:
        said = calls(name)
        tried.calls[name] = {
            condition: [peaks(scorer, as_heard(sound, number, condition))[name] for number, sound in enumerate(said)]
            for condition in CONDITIONS
        }
    scorer.forget()
    sys.stderr.write(f"{engine}: all calls heard; other sound is next\n")
    for package, samples in other_sound():
        tried.hours[package] += len(samples) / RATE / 3600  # type: ignore[assignment]  # a Counter of hours
        for name, score in _others(scorer, samples):
            tried.others[name].append(score)
    return tried


def _others(scorer: Scorer, samples: Samples) -> list[tuple[str, float]]:
    """The words that are more than barely sure, once for each 1.5 s."""
    stretch = REFRACTORY // BLOCK * BLOCK
    found = []
    for start in range(0, len(samples) - BLOCK + 1, stretch):
        part = samples[start : start + stretch]
        rows = [scorer.score(to_pcm(part[at : at + BLOCK])) for at in range(0, len(part) - BLOCK + 1, BLOCK)]
        for name in scorer.thresholds:
            highest = max((row[name] for row in rows), default=0.0)
            found += [(name, highest)] if highest > 0.1 else []
    return found


# --- costs -------------------------------------------------------------------------------------------------------------------------

MEASURE = """
import json, re, sys, time
from pathlib import Path
import numpy as np

def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

empty, began = resident(), time.process_time()
if sys.argv[1] == "openwakeword":
    from openwakeword import Model
    from tars.device.wake.models import EMBEDDING, MELSPECTROGRAM, fetched, word_file
    model = Model(wakeword_models=[str(word_file("hey_jarvis"))], inference_framework="onnx", ncpu=1,
                  melspec_model_path=str(fetched(MELSPECTROGRAM)), embedding_model_path=str(fetched(EMBEDDING)))
    score, forget = model.predict, model.reset
else:
    from tars.device.wake.engines import load
    from tars.device.wake.words import read_words
    scorer = load(read_words(sys.argv[1]))
    score, forget = lambda block: scorer.score(block.tobytes()), scorer.forget
loaded = time.process_time() - began
sound = np.random.default_rng(1).normal(0, 1000, 500 * 1280).astype(np.int16).reshape(-1, 1280)
for block in sound[:50]:
    score(block)
def timed(action, items):
    began = time.process_time()
    for item in items:
        action(item)
    return (time.process_time() - began) / len(items) * 1000
print(json.dumps([timed(score, sound), resident(), empty, loaded, timed(lambda _: forget(), range(20))]))
"""


def cost(words: str) -> list[float]:
    """CPU ms a block, resident MB, MB of Python and numpy alone, CPU s to load, CPU ms to forget: of a process of its own, median of 3."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "ignore", "-c", MEASURE, words]
    runs = [json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout) for _ in range(3)]
    return [float(value) for value in np.median(runs, axis=0)]


COSTS = {
    "microWakeWord, one word": "hey_jarvis",
    "microWakeWord, four words": ", ".join(BUILT_IN),
    "openWakeWord, one word": f"{OF_FETCHED}hey_jarvis",
    "openWakeWord, four words": ", ".join(ENGINES["openWakeWord"]),
    "a word of each": f"hey_jarvis, {OF_FETCHED}alexa",
    "the package openwakeword, one word": "openwakeword",
}


# --- the report --------------------------------------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def recall(tried: Sequence[Tried]) -> str:
    rows = [
        [f"{one.engine} {name}", f"{one.thresholds[name]:g}", *(sum(p >= one.thresholds[name] for p in peaks) for peaks in said.values())]
        for one in tried
        for name, said in one.calls.items()
    ]
    return table(["word", "threshold", *CONDITIONS], rows)


def levels(tried: Sequence[Tried]) -> str:
    parts = []
    for one in tried:
        rows = []
        for name, said in one.calls.items():
            every = [score for peaks in said.values() for score in peaks]
            cells = [f"{sum(p >= level for p in every)} / {sum(p >= level for p in one.others[name])}" for level in LEVELS[one.engine]]
            rows.append([f"{one.engine} {name}", len(every), *cells])
        parts.append(table(["word", "calls", *(f"from {level:g}" for level in LEVELS[one.engine])], rows))
    return "\n".join(parts)


def costs() -> str:
    rows = []
    for name, words in COSTS.items():
        block, resident, empty, loading, forgetting = cost(words)
        rows.append([name, f"{block:.2f}", f"{resident:.0f}", f"{resident - empty:.0f}", f"{loading:.2f}", f"{forgetting:.2f}"])
    return table(["", "CPU ms a block", "resident MB", "of it more than Python with numpy", "CPU s to load", "CPU ms to forget"], rows)


def report(tried: Sequence[Tried]) -> str:
    hours = tried[0].hours
    missing = [package for package in PACKAGES if not recordings(package)]
    count = len(next(iter(tried[0].calls.values()))["clean"])
    machine = f"{platform.machine()}, {os.cpu_count()} shared cores, Python {platform.python_version()}"
    others = ", ".join(f"{name} {h:.2f} h" for name, h in hours.items())
    absent = f" Not installed: {', '.join(missing)}." if missing else ""
    packages = ", ".join(f"{name} {version(name)}" for name in ("pymicro-wakeword", "onnxruntime"))
    return f"""# Wake words, measured

Written by `python -m tests.voice.wake`; not edited by hand. {machine};
{packages}.

## Calls heard

Of {count} calls by synthetic voices: {voices()}. Each is heard after silence. Noise and babble: so many dB below the call.
Far: with an echo of 0.5 s as strong as the direct sound. "okay nabu" is spelt "{SPOKEN["okay_nabu"]}", for the voices do not know the word.

{recall(tried)}
## What a threshold does

Calls heard in all conditions together / false alarms in {sum(hours.values()):.2f} h of other sound.
{others}.{absent}

{levels(tried)}
## What it costs

A block is 80 ms of sound. Each line is a process of its own, the median of three, on one thread.

{costs()}"""


def main() -> None:
    """Measure and write."""
    # Each engine in a process of its own; what it costs is measured when both have ended.
    with ProcessPoolExecutor(2) as pool:
        tried = list(pool.map(try_engine, ENGINES))
    REPORT.write_text(report(tried))


if __name__ == "__main__":
    main()
