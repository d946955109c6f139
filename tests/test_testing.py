from __future__ import annotations

import asyncio
import subprocess
import sys

import numpy as np
import pytest

from tars.brains import Caller, Hearing
from tars.device.wake import Detected, WakeWordFailed
from tars.errors import BrainError
from tars.samples import to_pcm
from tars.testing import FakeWakeWord, ScriptedBrain, Turn

CALLER = Caller("kitchen", "session", print)


def test_a_scripted_conversation_follows_its_script_and_then_its_last_line() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(silence=100, speech=100, text="first"), Turn(speech=50, text="second", ends=True))
        conversation = await brain.open(CALLER)
        conversation.begin(7)
        sound = np.arange(100, dtype=np.int16)
        assert [conversation.hear(sound), conversation.hear(sound[:50]), conversation.hear(sound[50:])] == [
            Hearing.SILENCE,
            Hearing.SPEECH,
            Hearing.COMPLETE,
        ]
        assert (await conversation.answer()).text == "first"
        for wake in (0, 9):
            conversation.begin(wake)
            assert conversation.hear(sound) is Hearing.COMPLETE
            reply = await conversation.answer()
            assert (reply.text, reply.ends) == ("second", True)
        assert conversation.wakes == [7, 0, 9]
        assert conversation.heard[0] == to_pcm(sound) * 2
        assert brain.conversations == [conversation]

    asyncio.run(main())


def test_a_scripted_brain_refuses_fails_and_is_slow() -> None:
    async def main() -> None:
        with pytest.raises(BrainError, match="out of order"):
            await ScriptedBrain(refusal="out of order").open(CALLER)
        conversation = await ScriptedBrain(Turn(error="lost the thread")).open(CALLER)
        conversation.begin(0)
        with pytest.raises(BrainError, match="lost the thread"):
            await conversation.answer()
        opens = asyncio.Event()
        slow = asyncio.create_task(ScriptedBrain(opens=opens).open(CALLER))
        await asyncio.wait([slow], timeout=0)
        assert not slow.done()
        opens.set()
        assert (await slow).caller is CALLER

    asyncio.run(main())


def test_a_fake_wake_word_detects_and_fails_while_it_is_started() -> None:
    async def main() -> None:
        wake, posted = FakeWakeWord(), list[Detected | WakeWordFailed]()
        wake.detect()
        wake.fail("too early")
        await wake.start(posted.append)
        wake.feed(bytes(2560), 1280)
        wake.detect(0.7)
        wake.fail("out of memory")
        await wake.close()
        wake.fail("too late")
        assert posted == [Detected("fake", 0.7, 1280), WakeWordFailed("out of memory")]

    asyncio.run(main())


def test_the_fakes_need_no_extra() -> None:
    program = "import sys, tars.testing; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"faster_whisper", "text_to_num", "hibari", "onnxruntime", "sounddevice", "pymicro_wakeword"} & set(loaded)
