"""What a device costs that only listens, beside its wake word engine alone: `python -m tests.soak.idle` writes docs/reports/idle-device.md.

Some minutes. The microphone is a quiet sound file, and nobody hears the speaker. Both hear the same blocks in real time: of a program that
sleeps in between, each block costs more than in a loop that never stops, for other programs have taken the caches of the processor.
"""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event

from tars.runtime import clock
from tars.samples import BLOCK, RATE
from tests.programs import tars_pi, tars_server
from tests.sounds import quiet, write_wav

REPORT = Path(__file__).resolve().parents[2] / "docs/reports/idle-device.md"
RUNS = 5
SETTLING, LISTENING = 3.0, 20.0
"""Seconds before and while a device is measured."""
SETTINGS = {"none": None, "hey_jarvis": "microWakeWord", "openwakeword/hey_jarvis": "openWakeWord"}
"""Setting `wake_word` -> the engine that is measured alone."""

ALONE = """
import json, sys, time, wave
from pathlib import Path
with wave.open(sys.argv[2]) as file:
    sound = file.readframes(file.getnframes())
if sys.argv[1] == "microWakeWord":
    from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model
    word, features = MicroWakeWord.from_builtin(Model.HEY_JARVIS), MicroWakeWordFeatures()
    def score(block):
        for row in features.process_streaming(block):
            word.process_streaming(row)
else:
    import numpy as np
    from openwakeword import Model
    from tars.device.wake.models import EMBEDDING, MELSPECTROGRAM, fetched, word_file
    model = Model(wakeword_models=[str(word_file("hey_jarvis"))], inference_framework="onnx", ncpu=1,
                  melspec_model_path=str(fetched(MELSPECTROGRAM)), embedding_model_path=str(fetched(EMBEDDING)))
    def score(block):
        model.predict(np.frombuffer(block, np.int16))
blocks = [sound[at : at + 2560] for at in range(0, len(sound), 2560)]
for block in blocks[:25]:
    score(block)
began, used = time.monotonic(), time.process_time()
for number, block in enumerate(blocks[:250], 1):
    time.sleep(max(0.0, began + number * 0.08 - time.monotonic()))
    score(block)
used = time.process_time() - used
resident = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
print(json.dumps([used / 250 * 1000, int(resident.split()[1]) / 1024]))
"""


@dataclass(frozen=True)
class Cost:
    """One run of a device."""

    start: float
    """Seconds from its start until it listens, in a session of its own."""
    start_cpu: float
    """Seconds of processor time until then."""
    block: float
    """Milliseconds of processor time for each 80 ms."""
    resident: float
    proportional: float
    """MiB of memory; what it shares with other programs is counted whole, or as its share."""
    modules: int


def processor_seconds(process: int) -> float:
    """What all of its threads have used, those that have ended too, in steps of 10 ms."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def threads_seconds(process: int) -> float:
    """What those threads have used that live, exactly."""
    return sum(int(Path(task, "schedstat").read_text().split()[0]) for task in Path(f"/proc/{process}/task").iterdir()) / 1e9


def memory(process: int) -> tuple[float, float]:
    """Resident and proportional memory in MiB."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    resident, proportional = (int(found[1]) / 1024 for kind in ("Rss", "Pss") if (found := re.search(rf"^{kind}:\s+(\d+)", text, re.M)))
    return resident, proportional


def measure(url: str, word: str, sound: Path) -> Cost:
    """Start a device and let it listen."""
    began = clock.now()
    with tars_pi(url, "--microphone", f"file:{sound}", wake_word=word) as pi:
        pi.says("session IDLE -> LISTENING")
        start, start_cpu, process = clock.now() - began, processor_seconds(pi.process.pid), pi.process.pid
        Event().wait(SETTLING)
        since, used = clock.now(), threads_seconds(process)
        Event().wait(LISTENING)
        block = (threads_seconds(process) - used) / (clock.now() - since) * BLOCK / RATE * 1000
        cost = Cost(start, start_cpu, block, *memory(process), modules(word))
        pi.stop()
    return cost


def modules(word: str) -> int:
    """How many modules a device has imported when it listens."""
    code = (
        "import sys, tars.device.main; from tars.device.audio.devices import open_speaker; from tars.device.wake.engines import load\n"
        "from tars.device.wake.words import read_words; open_speaker('none'); words = read_words(sys.argv[1]); words and load(words)\n"
        "print(len(sys.modules))"
    )
    return int(subprocess.run([sys.executable, "-c", code, word], capture_output=True, text=True, check=True).stdout)


def alone(engine: str, sound: Path) -> list[float]:
    """Milliseconds of processor time a block, and MiB of resident memory, of an engine in a program of its own."""
    command = [sys.executable, "-W", "ignore", "-c", ALONE, engine, str(sound)]
    return [float(value) for value in json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)]


def row(word: str, costs: list[Cost], engines: list[list[float]]) -> str:
    """One line of the table."""
    block = median(cost.block for cost in costs)
    cells = [
        word,
        f"{median(cost.start for cost in costs):.2f}",
        f"{median(cost.start_cpu for cost in costs):.2f}",
        f"{median(cost.modules for cost in costs):.0f}",
        f"{median(cost.resident for cost in costs):.0f}",
        f"{median(cost.proportional for cost in costs):.0f}",
        f"{block:.2f} ({min(cost.block for cost in costs):.2f} to {max(cost.block for cost in costs):.2f})",
    ]
    if engines:
        engine = [used for used, _ in engines]
        cells += [
            f"{median(engine):.2f} ({min(engine):.2f} to {max(engine):.2f})",
            f"{median(resident for _, resident in engines):.0f}",
            f"{median(cost.block / used for cost, used in zip(costs, engine, strict=True)):.2f}",
        ]
    else:
        cells += ["-"] * 3
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure all settings by turns, and write the report."""
    costs: dict[str, list[Cost]] = {word: [] for word in SETTINGS}
    engines: dict[str, list[list[float]]] = {word: [] for word in SETTINGS}
    with TemporaryDirectory() as folder, tars_server() as (server, url):
        sound = Path(folder, "quiet.wav")
        write_wav(sound, quiet(60))
        for run in range(RUNS):
            for word, engine in SETTINGS.items():
                costs[word].append(measure(url, word, sound))
                if engine is not None:
                    engines[word].append(alone(engine, sound))
            sys.stderr.write(f"{run + 1} of {RUNS} runs\n")
        server.stop()
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pymicro-wakeword", "openwakeword", "onnxruntime"))
    head = (
        "wake word",
        "start, s",
        "start, CPU s",
        "modules",
        "resident MB",
        "proportional MB",
        "CPU ms a block",
        "engine alone, CPU ms a block",
        "engine alone, resident MB",
        "CPU, ratio",
    )
    text = f"""# A device that only listens, measured

Written by `python -m tests.soak.idle`; not edited by hand. {platform.machine()}, Python {platform.python_version()}; {packages}.

A `tars-pi` hears a quiet sound file; its speaker is `none`. A server is on loopback. "Start" is from the start of the process to the state
`LISTENING`. A block is 80 ms of sound: 0.8 ms are 1 % of a core. "Engine alone" is a program of 20 lines that gives the same sound in real
time to the package of the engine. All by turns, the median of {RUNS} runs, in brackets the extremes.

| {" | ".join(head)} |
| {" | ".join("---" for _ in head)} |
{chr(10).join(row(word, costs[word], engines[word]) for word in SETTINGS)}
"""
    REPORT.write_text(text)


if __name__ == "__main__":
    main()
