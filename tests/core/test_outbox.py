"""What was said and is not acknowledged: kept in order, given up piece by piece."""

from __future__ import annotations

import pytest

from tars.core.outbox import MOST_MESSAGES, Outbox, QueuedAudio, QueuedMessage
from tars.errors import RemoteError
from tars.generated import messages as m

END = m.SessionEnd("s1", "button")


def shape(record: Outbox) -> list[object]:
    """The outbox as numbers and (start, end)."""
    return [item.number if isinstance(item, QueuedMessage) else (item.start, item.end) for item in record.outbox]


def filled() -> Outbox:
    record = Outbox()
    record.say(END)
    record.sound(1, 100, 200)
    record.sound(1, 200, 300)
    record.say(END)
    record.sound(1, 300, 350)
    return record


def test_order_is_kept_and_sound_in_a_row_is_one_piece() -> None:
    assert shape(filled()) == [1, (100, 300), 2, (300, 350)]


def test_what_is_acknowledged_is_given_up() -> None:
    record = filled()
    record.acknowledge(1)
    assert shape(record) == [(100, 300), 2, (300, 350)]
    record.acknowledge_sound({"1": 150, "2": 999})
    assert shape(record) == [(150, 300), 2, (300, 350)]
    record.acknowledge_sound({"1": 320})
    assert shape(record) == [2, (320, 350)]
    record.acknowledge_sound({"1": 320, "7": 5})
    record.acknowledge(0)
    record.acknowledge(2)
    record.acknowledge_sound({"1": 350})
    assert shape(record) == []


def test_nothing_is_acknowledged_that_was_not_said() -> None:
    record = filled()
    with pytest.raises(RemoteError, match="message 3 is acknowledged, but only 2 were sent"):
        record.acknowledge(3)
    with pytest.raises(RemoteError, match="sample 351 of stream 1 is acknowledged, but only 350 were sent"):
        record.acknowledge_sound({"1": 351})


def test_a_new_connection_passes_on_all_that_is_left() -> None:
    record = filled()
    for item in record.outbox:
        if isinstance(item, QueuedMessage):
            item.passed = True
        else:
            item.passed = item.end
    assert record.awaits
    record.rewind()
    assert not record.awaits
    assert [item.passed for item in record.outbox if isinstance(item, QueuedAudio)] == [100, 300]


def test_the_sound_of_a_stream_that_is_over_is_forgotten() -> None:
    record = filled()
    assert record.oldest_sound == 100
    record.forget_sound()
    assert shape(record) == [1, 2]
    assert record.oldest_sound is None


def test_messages_that_nobody_acknowledges_break_the_record_and_are_not_kept_without_end() -> None:
    record = Outbox()
    for _ in range(3 * MOST_MESSAGES):
        record.say(END)
    assert record.broken == f"more than {MOST_MESSAGES} messages are unacknowledged"
    assert len(record.outbox) == MOST_MESSAGES + 1
