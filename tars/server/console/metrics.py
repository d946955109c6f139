"""What is counted, row by row. `python -m tars.server.console.metrics` prints docs/metrics.md."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tars.server.store.fleet_counts import BOUNDS

LATENCIES = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the buckets of what a user waits for, in seconds."""
LAGS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
"""The same of the event loop."""


@dataclass(frozen=True, eq=False)
class Metric:
    """One metric."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    unit: str
    meaning: str
    labels: Mapping[str, str] = field(default_factory=dict)
    """label -> its values"""
    buckets: tuple[float, ...] = ()
    """Upper bounds, of a histogram."""


_DEVICE = {"device": "the name of a device; not those of the old protocol, which have none"}

# --- connections -----------------------------------------------------------------------------------------------------------------

LINKS = Metric(
    "tars_links",
    "gauge",
    "links",
    "Links that are up now.",
    {"protocol": "`tars.v1`, `legacy`", "encrypted": "`yes`, `no`"},
)
LINKS_OPENED = Metric("tars_links_opened_total", "counter", "links", "Devices that have connected and greeted.")
LINKS_LOST = Metric("tars_links_lost_total", "counter", "links", "Links that ended without a goodbye.")
RESUMES = Metric("tars_resumes_total", "counter", "resumes", "Sessions, or idle devices, that continued after a lost link.")
NOT_RESUMED = Metric(
    "tars_not_resumed_total",
    "counter",
    "greetings",
    "Greetings that offered to resume and could not; the device began anew.",
    {"reason": "`epoch_changed`, `unknown_session`, `used_token`, `bad_token`, `gap`, `state_conflict`"},
)
LOST_SAMPLES = Metric(
    "tars_lost_samples_total",
    "counter",
    "samples of 1/16000 s",
    "Samples of speech that devices have declared lost.",
)
REFUSALS = Metric(
    "tars_refusals_total",
    "counter",
    "refusals",
    "Connections that were refused, and links that were closed because the device did what the protocol does not allow.",
    {"kind": "`wrong key`, `not encrypted`, `no hello`, `wrong digits`, `protocol violation` and others; the log line `refused` says more"},
)

# --- conversations ---------------------------------------------------------------------------------------------------------------

SESSIONS_ACTIVE = Metric("tars_sessions_active", "gauge", "sessions", "Sessions now.")
SESSIONS = Metric("tars_sessions_total", "counter", "sessions", "Sessions that began.")
SESSIONS_ENDED = Metric(
    "tars_sessions_ended_total",
    "counter",
    "sessions",
    "Sessions that ended, with the event that ended them.",
    {"event": "an event of the machine `session` of the server, such as `user_silent`, `session_end`, `end_phrase`, `given_up`"},
)
WAKE_WORDS = Metric(
    "tars_wake_words_total",
    "counter",
    "wake words",
    "Wake words that began a session. One that interrupted a reply is in `tars_barge_ins_total`.",
    {"word": "the model of the word, such as `hey_jarvis`; `other` beyond the first 50"},
)
TURNS = Metric("tars_turns_total", "counter", "turns", "Turns of the user that began.")
BARGE_INS = Metric("tars_barge_ins_total", "counter", "turns", "Answers and replies that the user interrupted.")

# --- answers ---------------------------------------------------------------------------------------------------------------------

ANSWER = Metric(
    "tars_answer_seconds",
    "histogram",
    "seconds",
    "From the end of the user's speech, as the brain finds it, to the beginning of the reply.",
    buckets=LATENCIES,
)
ANSWER_STAGE = Metric(
    "tars_answer_stage_seconds",
    "histogram",
    "seconds",
    "How long each stage of an answer took. Recognition begins before the end of the user's speech is certain.",
    {"stage": "the brain's: `recognition`, `reply`"},
    buckets=LATENCIES,
)
BRAIN_FAILURES = Metric(
    "tars_brain_failures_total",
    "counter",
    "sessions",
    "Sessions that a fault of the brain has ended.",
    {"when": "`opening`: it did not open; `late`: not in time; `conversation`: it failed later"},
)

# --- each device -----------------------------------------------------------------------------------------------------------------

DEVICE_LINKED = Metric("tars_device_linked", "gauge", "1 or 0", "Whether a device has a link now; each that is paired or known.", _DEVICE)
DEVICE_ROUND_TRIP = Metric(
    "tars_device_round_trip_seconds",
    "gauge",
    "seconds",
    "From a message to its acknowledgement, the last time that it was measured on this link.",
    _DEVICE,
)
DEVICE_SESSIONS = Metric("tars_device_sessions_total", "counter", "sessions", "Sessions that a device began.", _DEVICE)
DEVICE_LINKS_LOST = Metric("tars_device_links_lost_total", "counter", "links", "Links of a device that ended without a goodbye.", _DEVICE)

# --- the sound of each device, as it says itself -----------------------------------------------------------------------------------

DEVICE_MUTED = Metric(
    "tars_device_muted",
    "gauge",
    "1 or 0",
    "Whether the microphone of a device is muted. This and what follows the device says itself, if it is of this version, each minute and "
    "at a mute. Without a link there is no value. Counters begin at 0 when the device starts.",
    _DEVICE,
)
DEVICE_LOST_BLOCKS = Metric(
    "tars_device_lost_blocks_total", "counter", "blocks of 80 ms", "Blocks of the microphone that the device was too slow for.", _DEVICE
)
DEVICE_OVERRUNS = Metric(
    "tars_device_overruns_total", "counter", "times", "Times that the system of the device lost sound of the microphone.", _DEVICE
)
DEVICE_GAPS = Metric("tars_device_gaps_total", "counter", "gaps", "Gaps in replies: the next sound came too late.", _DEVICE)
DEVICE_UNDERRUNS = Metric(
    "tars_device_underruns_total", "counter", "times", "Times that the speaker had to wait for the program: cracks in the sound.", _DEVICE
)
DEVICE_ECHO_DELAY = Metric(
    "tars_device_echo_delay_seconds",
    "gauge",
    "seconds",
    "How much later the microphone hears the speaker than the sound devices say. This and the next two only with echo cancellation.",
    _DEVICE,
)
DEVICE_DRIFT = Metric(
    "tars_device_clock_drift_ratio", "gauge", "0.0001: 100 millionths", "By how much the clocks of microphone and speaker differ.", _DEVICE
)
DEVICE_ECHO_LOWERED = Metric("tars_device_echo_lowered_decibels", "gauge", "dB", "By how much the echo is lowered.", _DEVICE)

# --- several servers -------------------------------------------------------------------------------------------------------------

STORE_REACHABLE = Metric(
    "tars_store_reachable",
    "gauge",
    "1 or 0",
    "Whether the Redis that servers share has answered the last time; it is asked twice a second. This and the next nine have"
    " values only where `store` is a Redis.",
)
STORE_COMMANDS = Metric(
    "tars_store_commands_total",
    "counter",
    "commands",
    "Commands for leases and records that were sent to Redis.",
    {"command": "`take` a device, `write` a record, `drop` one, `alive`: a sign of life"},
)
STORE_ERRORS = Metric("tars_store_errors_total", "counter", "errors", "Times that Redis did not answer these within 1 s, or refused.")
STORE_WRITES = Metric(
    "tars_store_writes_total",
    "counter",
    "records",
    "Records of devices that Redis has answered.",
    {"outcome": "`written`; `fenced`: another server has the device; `incomplete`: Redis had lost samples; `late`: a later one was there"},
)
STORE_WRITE_SECONDS = Metric(
    "tars_store_write_seconds",
    "histogram",
    "seconds",
    "How long it took to write a record. What leaves for the device, and the beginning of an answer, is held back for so long.",
    buckets=BOUNDS,
)
STORE_HELD = Metric("tars_store_held_devices", "gauge", "devices", "Devices for which something is held back until a record is written.")
LEASES = Metric("tars_leases", "gauge", "devices", "Devices that this server has, linked or not, as far as it knows.")
LEASES_TAKEN = Metric(
    "tars_leases_taken_total",
    "counter",
    "devices",
    "Devices that this server has taken, as they greeted it.",
    {"before": "who had the device: `nobody`, `another server`, which may be this one before a restart"},
)
LEASES_LOST = Metric("tars_leases_lost_total", "counter", "devices", "Devices that another server has taken from this one.")
SESSIONS_GONE_ON = Metric("tars_sessions_gone_on_total", "counter", "sessions", "Sessions of other servers that go on with this one.")

# --- the program -----------------------------------------------------------------------------------------------------------------

BUILD = Metric("tars_build_info", "gauge", "always 1", "The version that runs.", {"version": "such as `0.1.0`"})
LOOP_LAG = Metric(
    "tars_loop_lag_seconds",
    "histogram",
    "seconds",
    "How much later than it was due the event loop runs a timer, twice a second. All devices wait for so long.",
    buckets=LAGS,
)
RESIDENT = Metric("tars_process_resident_memory_bytes", "gauge", "bytes", "Memory of the process that is in RAM.")
VIRTUAL = Metric("tars_process_virtual_memory_bytes", "gauge", "bytes", "Memory that the process has reserved.")
CPU = Metric("tars_process_cpu_seconds_total", "counter", "seconds", "Processor time of the process, of all its threads.")
STARTED = Metric("tars_process_start_time_seconds", "gauge", "seconds since 1970", "When the process began.")
OPEN_FILES = Metric("tars_process_open_fds", "gauge", "file descriptors", "Open files and connections.")
MOST_FILES = Metric("tars_process_max_fds", "gauge", "file descriptors", "How many there may be.")

METRICS = tuple(value for value in list(globals().values()) if isinstance(value, Metric))
"""All of them, in this order."""

PAGE = """\
# Metrics

`tars-server` serves these metrics to Prometheus, as [operations](operations.md#metrics) says. This page is written by
`python -m tars.server.console.metrics`, from the code that counts.

Counters begin at 0 when the server starts. A histogram `NAME` has `NAME_bucket` with the label `le`, `NAME_sum` and `NAME_count`.
No label holds a session, a text that was said, or an address.

| name | type | unit | labels | meaning |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """The text of docs/metrics.md."""
    return PAGE + "".join(_row(metric) for metric in METRICS)


def _row(metric: Metric) -> str:
    labels = "; ".join(f"`{label}`: {values}" for label, values in metric.labels.items()) or "none"
    return f"| `{metric.name}` | {metric.kind} | {metric.unit} | {labels} | {metric.meaning} |\n"


if __name__ == "__main__":
    sys.stdout.write(page())
