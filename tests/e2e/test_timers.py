"""A timer that was set by voice rings on its device, whatever becomes of the server meanwhile."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tars.demo.voice import Phrase, speak
from tars.server.push.timers import TimerRows
from tars.server.state_folder import open_store
from tests.programs import program, read_trace, tars_pi, tars_server
from tests.sounds import quiet, write_wav


def test_a_timer_outlives_a_crash_of_the_server_and_rings_on_its_device(tmp_path: Path, trace_dir: Path) -> None:
    voice, _ = speak([Phrase("Hey Jarvis.", pause=2.0), Phrase("Set a pasta timer for twenty seconds.", pause=0.3)])
    write_wav(tmp_path / "said.wav", voice, quiet(60))
    write_wav(tmp_path / "nothing.wav", quiet(60))
    state = tmp_path / "state"
    with (
        tars_server("--state", state, brain="offline") as (server, url),
        tars_pi(url, "--microphone", f"file:{tmp_path / 'said.wav'}", wake_word="hey_jarvis") as pi,
    ):
        pi.says("SPEAKING -> DRAINING")
        server.process.kill()
        server.process.wait()
    with closing(open_store(state)) as store:
        assert [(timer.device, timer.label, timer.seconds) for timer in TimerRows(store).all()] == [("kitchen", "pasta", 20)]
    with tars_server("--state", state, "--trace", trace_dir / "server.jsonl") as (server, url):
        nothing = ["--microphone", f"file:{tmp_path / 'nothing.wav'}"]
        with tars_pi(url, *nothing, "--device", "hall") as hall, tars_pi(url, *nothing, "--trace", trace_dir / "device.jsonl") as pi:
            assert "device=kitchen label=pasta" in server.says("timer is due ")
            # What the server says after the ring comes after it.
            with program("tars.server", "say", "kitchen", "Pasta.", "--state", state) as saying:
                assert saying.exits() == 0
            pi.stop()
            hall.stop()
        server.stop()
        assert "device=hall label" not in server.output
    rung = [line["payload"]["label"] for line in read_trace(trace_dir / "device.jsonl") if line["event"] == "ring"]
    assert rung == ["pasta"]
    with closing(open_store(state)) as store:
        assert TimerRows(store).all() == []
