"""The preset `gemini-elevenlabs`, with strict fakes of both services."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np

from tars.brains import BrainSettings, Caller
from tars.brains.registry import GEMINI, make_brain
from tars.runtime.llm_settings import LlmSettings
from tars.samples import Samples
from tests.brains.conftest import hear_to_end, joined, silence
from tests.brains.reply.llm.fake_openai import KEY, FakeOpenAI
from tests.brains.speak.elevenlabs_fake import FakeElevenLabs, Status, Step

ONE, TWO = np.arange(1, 8_001, dtype="<i2"), np.arange(8_001, 16_001, dtype="<i2")


def test_gemini_answers_elevenlabs_speaks_and_hibari_stands_in(say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        llm = FakeOpenAI(["It scatters ", "light. Blue ", "most."])
        llm.model = GEMINI.model
        scripts: list[list[Step]] = [[ONE.tobytes()], [TWO.tobytes()[:999], TWO.tobytes()[999:]], [Status(401, "quota_exceeded")]]
        async with llm.running(), FakeElevenLabs(*scripts).running() as account:
            settings = BrainSettings(llm=LlmSettings(url=llm.url, key=KEY), elevenlabs=account.settings())
            brain = make_brain("gemini-elevenlabs", settings)
            conversation = await brain.open(Caller("kitchen", "session", print))
            spoken = []
            for _ in range(2):
                conversation.begin(0)
                await hear_to_end(conversation, joined(silence(0.3), say("Why is the sky blue?"), silence(1)))
                reply = await conversation.answer()
                spoken.append(np.concatenate([block async for block in reply.speech]))
            assert np.array_equal(spoken[0], joined(ONE, TWO))
            assert [text for _, text in account.said] == ["It scatters light.", "Blue most.", "It scatters light."]
            assert len(spoken[1]) > 16_000, "both sentences, by hibari"
            assert not np.array_equal(spoken[1], spoken[0])
            await conversation.close()
            await brain.close()

    asyncio.run(main())
