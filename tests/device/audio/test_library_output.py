"""What libraries in C write, in a process of their own: it changes the standard error of all of C."""

from __future__ import annotations

import subprocess
import sys

HALTED = """
import ctypes, os, sys, threading
from pathlib import Path
from tars.device.audio import library_output

c = ctypes.CDLL(None)
turns = 0

def turn():
    global turns
    while True:
        c.perror(b"again")
        turns += 1

library_output.hush()
c.perror(b"not heard")
thread = threading.Thread(target=turn, daemon=True)
thread.start()
full = c.fileno(ctypes.c_void_p(library_output._full()))
while turns < 1000:
    pass
with library_output.halting(), library_output.halting():
    library_output.hush()
    while Path(f"/proc/self/task/{thread.native_id}/syscall").read_text().split()[1:2] != [hex(full)]:
        pass  # until it waits in a call whose first argument is the pipe that is full
stood_at = turns
for _ in range(1000):
    c.perror(b"others still write")
assert turns == stood_at, (stood_at, turns)
print("heard", file=sys.stderr, flush=True)
sys.stdout.write("stands still")
sys.stdout.flush()
os._exit(0)  # as tars.runtime.entry ends it: at its own end, the C library of Debian 13 waits for the stream
"""


def test_what_they_write_is_not_heard_and_a_thread_that_writes_without_end_stands_still() -> None:
    ended = subprocess.run([sys.executable, "-c", HALTED], capture_output=True, text=True, timeout=60, check=True)
    assert (ended.stdout, ended.stderr) == ("stands still", "heard\n")
