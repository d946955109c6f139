"""A good device sees a good server as good, and one that stands still as that."""

from __future__ import annotations

from pathlib import Path
from signal import SIGCONT, SIGSTOP

from tars.runtime import clock
from tests.attacks import arena
from tests.attacks.judge import Finding, p99

STANDS = 1.0


def test_it_talks_with_a_server_and_notices_when_that_stands_still(tmp_path: Path) -> None:
    with arena.server(tmp_path) as server, arena.good_device(server.url) as kitchen:
        began = clock.now()
        assert kitchen.wait_for("reply")
        calm = (began, clock.now())
        assert kitchen.silences(*calm) == []
        assert len(kitchen.round_trips(*calm)) > 60
        assert 0.5 < kitchen.waits(*calm)[0] < 3.0, "the pause that ends the utterance, and the thinking"
        server.program.process.send_signal(SIGSTOP)
        arena.pause(STANDS)
        server.program.process.send_signal(SIGCONT)
        arena.pause(0.5)
        attacked = (calm[1], clock.now())
        kitchen.end()
        assert p99(kitchen.round_trips(*attacked)) > STANDS / 2
        finding = Finding()
        arena.judge_service(kitchen, calm, attacked, finding)
        assert any("round trip" in wrong for wrong in finding.wrong)


def test_an_answer_that_never_comes_has_taken_to_the_end_of_the_observation() -> None:
    device = arena.GoodDevice.__new__(arena.GoodDevice)
    device.lines = [
        {"kind": "pong", "now": 1.1, "sent": 1.0, "took": 0.1},
        {"kind": "pong", "now": 9.0, "sent": 2.0, "took": 7.0},
        {"kind": "left", "now": 9.0, "pings": [3.0]},
        {"kind": "reply", "now": 9.0, "asked": 2.0, "arrivals": [], "total": None},
        {"kind": "reply", "now": 9.0, "asked": 1.0, "arrivals": [[1.5, 16000], [2.0, 32000]], "total": 90_000},
    ]
    assert sorted(device.round_trips(0.0, 5.0)) == [0.1, 2.0, 3.0]
    assert device.waits(0.0, 5.0) == [3.0, 0.5]
    assert device.silences(0.0, 5.0) == [1.5], "2 s are there at 1.5 s, and no more"
