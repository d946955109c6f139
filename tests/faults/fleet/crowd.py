"""Many devices as one process: `python -m tests.faults.fleet.crowd FOLDER COUNT URL OTHER_URL ...`.

Each is all of tars-pi but for its command line. In FOLDER it hears `said-N.wav`, plays into `played-N.wav` and writes `device-N.jsonl`.
`CROWD_KEYS` has their keys, if they have any, and `TARS_CA` whom they trust.
After a first line on standard input each begins a conversation, after a second one each ends it, one device after the other. Both by its
button, the end by as many pushes as that takes: one in the middle of an answer only gives the user the floor. SIGTERM stops all of them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from tars.device.audio.files import FileMicrophone, FileSpeaker
from tars.device.keyboard import Enter
from tars.device.runner import DeviceRunner
from tars.device.settings import load
from tars.device.wake.detector import open_wake_words
from tars.runtime import clock

APART = 0.05
"""Seconds between the starts of two devices, and between two pushes of a button."""


def name_of(number: int) -> str:
    """The id of a device."""
    return f"device{number:02}"


async def run(folder: Path, count: int, urls: list[str]) -> None:
    """All of them until SIGTERM."""
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    runners: list[DeviceRunner] = []
    keys = dict(enumerate(os.environ.get("CROWD_KEYS", "").split(",")))
    async with asyncio.TaskGroup() as tasks:
        pressing = tasks.create_task(press(commands, runners))

        def stop() -> None:
            pressing.cancel()
            for runner in runners:
                runner.stop()

        loop.add_signal_handler(signal.SIGTERM, stop)
        for number in range(count):
            words = ["--server", urls[0], "--device", name_of(number), "--trace", str(folder / f"device-{number}.jsonl")]
            variables = {"TARS_OTHER_SERVERS": ",".join(urls[1:]), "TARS_DISCOVERY": "off", "TARS_KEY": keys.get(number, "")}
            variables |= {name: os.environ[name] for name in ("TARS_CA",) if name in os.environ}
            _, config = load([*words, "--wake-word", "none"], variables)
            microphone, speaker = FileMicrophone(folder / f"said-{number}.wav"), FileSpeaker(folder / f"played-{number}.wav")
            runners.append(DeviceRunner(config, microphone, speaker, open_wake_words(config.wake_word), tasks))
            tasks.create_task(runners[-1].live())
            await clock.sleep_until(clock.now() + APART)


async def press(commands: asyncio.StreamReader, runners: list[DeviceRunner]) -> None:
    """Begin all conversations when somebody asks for it, and later end them."""
    for wanted in (True, False):
        if not await commands.readline():
            return
        for runner in runners:
            while runner.core.in_session != wanted:
                runner.post(Enter())
                await clock.sleep_until(clock.now() + APART)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
