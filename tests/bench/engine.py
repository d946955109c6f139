"""`python -m tests.bench.engine WORDS FILE`: a wake word engine alone, for comparison. It scores a sound file in real time."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tars.device.audio.files import read_wav
from tars.device.wake.engines import load
from tars.device.wake.words import read_words
from tars.runtime import clock
from tars.samples import BLOCK, RATE, WIDTH

READY = "ready"
"""What it says when it has loaded its models."""


async def listen(words: str, file: Path) -> None:
    """Score blocks until the process is killed."""
    scorer = load(read_words(words))
    pcm, size = read_wav(file), BLOCK * WIDTH
    blocks = [pcm[at : at + size] for at in range(0, len(pcm) - size + 1, size)]
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    start, number = clock.now(), 0
    while True:
        await clock.sleep_until(start + number * BLOCK / RATE)
        scorer.score(blocks[number % len(blocks)])
        number += 1


if __name__ == "__main__":
    asyncio.run(listen(sys.argv[1], Path(sys.argv[2])))
