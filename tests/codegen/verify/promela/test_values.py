"""The correlation values in the model."""

from __future__ import annotations

from codegen.load import load
from codegen.verify.promela.machines import Vocabulary
from codegen.verify.promela.values import channel_types, renaming
from codegen.verify.specs import Specs
from tests.explored import defined
from tests.lamp.test_lamp import LAMP


def test_messages_carry_each_value_and_numbers_belong_to_their_id() -> None:
    words = Vocabulary(defined()[0], Specs(), {})
    assert words.scopes == {"session": None, "turn": "session"}
    text = "\n".join((*channel_types(words), *renaming(words)))
    assert "#define FLIGHT f_message, f_session, f_turn, f_resumed, f_reason, f_record" in text
    assert "lowest_turn[x_session]" in text


def test_one_id_has_no_numbers() -> None:
    definitions, _ = load(LAMP)
    assert definitions is not None
    text = "\n".join(renaming(Vocabulary(definitions, Specs(), {})))
    assert "id_press[x_press]" in text
    assert "lowest" not in text
