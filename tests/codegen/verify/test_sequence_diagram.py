from __future__ import annotations

from xml.etree import ElementTree

import pytest

from codegen.verify.sequence_diagram import Happening, Message, Note, Sequence, svg, text

LANES = ("device", "server")
ANNOUNCEMENT, STARTED = Message(1, "hotword_detected", "server"), Message(2, "session_started", "device")
ENDED = Message(3, "session_end", "server", lost=True)
TALK = Sequence(
    LANES,
    (
        Happening("device", "hotword", ("session LISTENING -> HOTWORD_DETECTED",), (ANNOUNCEMENT,), time="10:00:00.000"),
        Happening("server", "hotword_detected", ("open_brain",), (STARTED,), takes=1, time="10:00:00.004"),
        Happening("device", "timeout no_answer", ("play_error",), (ENDED,)),
        Happening("device", "session_started", takes=2),
        Note("VIOLATED agreement: LISTENING & ACTIVE_SESSION", bad=True),
    ),
)
NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_a_conversation_reads_from_top_to_bottom() -> None:
    assert text(TALK).splitlines() == [
        "              device                                     server",
        "10:00:00.000  ● hotword                                  │",
        "              │   session LISTENING -> HOTWORD_DETECTED  │",
        "              │─ hotword_detected ──────────────────────▶│",
        "10:00:00.004  │                                          ● hotword_detected",
        "              │                                          │   open_brain",
        "              │                     ┄┄┄ session_started ─│",
        "              ● timeout no_answer                        │",
        "              │   play_error                             │",
        "              │─ session_end ──✕                         │",
        "              │◀─ session_started ┄┄┄                    │",
        "              ● session_started                          │",
        "              ━━━ VIOLATED agreement: LISTENING & ACTIVE_SESSION ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━",
    ]


def test_what_is_too_long_is_wrapped_and_a_label_that_is_too_long_is_cut() -> None:
    words = "emit something, " * 30
    long = Sequence(LANES, (Happening("server", words, (words,), (Message(1, words, "device"),)), Note(words)))
    lines = text(long).splitlines()
    assert max(map(len, lines)) < 140
    assert "…" in next(line for line in lines if "┄" in line)
    assert sum(line.count("something") for line in lines if "┄" not in line) >= 60


def test_nothing_is_drawn_where_nothing_happened() -> None:
    assert text(Sequence(LANES, ())).split() == ["device", "server"]
    ElementTree.fromstring(svg(Sequence(LANES, ())))


@pytest.mark.parametrize("strange", ["<script>&\"'", "Grüße ▶"])
def test_the_svg_is_well_formed_and_holds_every_word(strange: str) -> None:
    drawing = Sequence(LANES, (*TALK.items, Happening("server", strange, (strange,)), Note(strange)))
    root = ElementTree.fromstring(svg(drawing))
    words = [element.text for element in root.iter(f"{NAMESPACE}text")]
    assert words.count(strange) == 3
    assert {"device", "hotword", "open_brain", "session_started", "10:00:00.004"} <= set(words)


def test_in_the_svg_a_message_slopes_to_where_it_arrives_and_a_lost_one_ends_in_a_cross() -> None:
    root = ElementTree.fromstring(svg(TALK))
    dots = [(float(dot.get("cx", 0)), float(dot.get("cy", 0))) for dot in root.iter(f"{NAMESPACE}circle")]
    arrows = [line for line in root.iter(f"{NAMESPACE}line") if "arrow" in line.get("class", "")]
    ends = [(float(line.get("x2", 0)), float(line.get("y2", 0))) for line in arrows]
    assert ends[:2] == [dots[1], dots[3]]
    assert [path.get("class") for path in root.iter(f"{NAMESPACE}path")].count("cross") == 1


def test_the_svg_has_colours_for_light_and_dark() -> None:
    assert "prefers-color-scheme: dark" in svg(TALK)
