"""A rule of the model that the program keeps in another way."""

from __future__ import annotations

from codegen.verify.explore.fleet.state import Listener
from codegen.verify.explore.fleet.steps import Fleet


class AnswersSooner(Fleet):
    """An answer begins though what has happened last is not recorded. The promises hold for this one too."""

    def may_answer(self, listener: Listener) -> bool:
        return listener.met
