"""What was said and is not acknowledged: kept in order, given up piece by piece."""

from __future__ import annotations

import pytest

from tars.core.outbox import MOST_MESSAGES, Outbox, QueuedAudio, QueuedMessage
from tars.errors import RemoteError
from tars.generated import messages as m

END = m.SessionEnd("s1", "button")


def shape(outbox: Outbox) -> list[object]:
    """The outbox as numbers and (start, end)."""
    return [item.number if isinstance(item, QueuedMessage) else (item.start, item.end) for item in outbox.items]


def filled() -> Outbox:
    outbox = Outbox()
    outbox.add_message(END)
    outbox.add_audio(1, 100, 200)
    outbox.add_audio(1, 200, 300)
    outbox.add_message(END)
    outbox.add_audio(1, 300, 350)
    return outbox


def test_order_is_kept_and_sound_in_a_row_is_one_piece() -> None:
    assert shape(filled()) == [1, (100, 300), 2, (300, 350)]


def test_what_is_acknowledged_is_given_up() -> None:
    outbox = filled()
    outbox.acknowledge(1)
    assert shape(outbox) == [(100, 300), 2, (300, 350)]
    outbox.acknowledge_audio({"1": 150, "2": 999})
    assert shape(outbox) == [(150, 300), 2, (300, 350)]
    outbox.acknowledge_audio({"1": 320})
    assert shape(outbox) == [2, (320, 350)]
    outbox.acknowledge_audio({"1": 320, "7": 5})
    outbox.acknowledge(0)
    outbox.acknowledge(2)
    outbox.acknowledge_audio({"1": 350})
    assert shape(outbox) == []


def test_samples_of_each_stream_are_given_up_by_themselves() -> None:
    outbox = Outbox()
    outbox.add_audio(1, 100, 200)
    outbox.add_audio(2, 0, 50)
    outbox.acknowledge_audio({"2": 20})
    assert shape(outbox) == [(100, 200), (20, 50)]
    outbox.acknowledge_audio({"1": 200, "2": 20})
    assert shape(outbox) == [(20, 50)]


def test_nothing_is_acknowledged_that_was_not_said() -> None:
    outbox = filled()
    with pytest.raises(RemoteError, match="message 3 is acknowledged, but only 2 were sent"):
        outbox.acknowledge(3)
    with pytest.raises(RemoteError, match="sample 351 of stream 1 is acknowledged, but only 350 were sent"):
        outbox.acknowledge_audio({"1": 351})


def test_a_new_connection_passes_on_all_that_is_left() -> None:
    outbox = filled()
    for item in outbox.items:
        if isinstance(item, QueuedMessage):
            item.transmitted = True
        else:
            item.transmitted = item.end
    assert outbox.awaits_acknowledgement
    outbox.rewind()
    assert not outbox.awaits_acknowledgement
    assert [item.transmitted for item in outbox.items if isinstance(item, QueuedAudio)] == [100, 300]


def test_the_sound_of_a_stream_that_is_over_is_forgotten() -> None:
    outbox = filled()
    assert outbox.oldest_sample == 100
    outbox.drop_audio()
    assert shape(outbox) == [1, 2]
    assert outbox.oldest_sample is None


def test_messages_that_nobody_acknowledges_break_the_record_and_are_not_kept_without_end() -> None:
    outbox = Outbox()
    for _ in range(3 * MOST_MESSAGES):
        outbox.add_message(END)
    assert outbox.broken == f"more than {MOST_MESSAGES} messages are unacknowledged"
    assert len(outbox.items) == MOST_MESSAGES + 1
